//! The memory of one body, and what is kept of it for the next ones: each page
//! of new memory costs a fault and is filled with zeros, which takes longer
//! than to copy the body into it.

/// Where a large buffer begins: what nearly every disk asks of memory that is
/// written past its cache.
pub(crate) const PAGE: usize = 4096;
/// What is smaller the allocator has at hand itself.
pub(crate) const LARGE: usize = 128 << 10;

/// Bytes that grow up to their room; of a large one the first lies at a page.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    start: usize,
    room: usize,
}

impl Buffer {
    fn with_room(room: usize) -> Self {
        if room < LARGE {
            return Self { bytes: Vec::with_capacity(room), start: 0, room };
        }
        let mut bytes = Vec::<u8>::with_capacity(room + PAGE);
        let start = bytes.as_ptr().align_offset(PAGE).min(PAGE);
        bytes.resize(start, 0);
        Self { bytes, start, room }
    }

    pub(crate) fn room(&self) -> usize {
        self.room
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// Appends what there must be room for.
    pub(crate) fn extend(&mut self, more: &[u8]) {
        debug_assert!(self.as_slice().len() + more.len() <= self.room, "it would move");
        self.bytes.extend_from_slice(more);
    }

    fn clear(&mut self) {
        self.bytes.truncate(self.start);
    }
}

/// Hands out buffers, and keeps those that come back.
#[derive(Debug)]
pub(crate) struct Buffers {
    /// The last was in use last: the processor's cache may have it still.
    kept: Vec<Buffer>,
    /// The room of those in use and of those kept.
    allocated: usize,
    /// Where it is more, what is kept is given up.
    most: usize,
}

impl Buffers {
    /// For bodies that never take more together than so many bytes.
    pub(crate) fn new(bytes: usize) -> Self {
        Self { kept: Vec::new(), allocated: 0, most: largest_for(bytes) }
    }

    pub(crate) fn take(&mut self, bytes: usize) -> Buffer {
        let fits = bytes..=largest_for(bytes);
        if let Some(place) = self.kept.iter().rposition(|kept| fits.contains(&kept.room())) {
            return self.kept.remove(place);
        }
        self.allocated += bytes;
        self.keep_less();
        Buffer::with_room(bytes)
    }

    pub(crate) fn put_back(&mut self, mut buffer: Buffer) {
        if buffer.room() < LARGE {
            self.allocated -= buffer.room();
        } else {
            buffer.clear();
            self.kept.push(buffer);
            // A body that has just grown had two.
            self.keep_less();
        }
    }

    fn keep_less(&mut self) {
        while self.allocated > self.most && !self.kept.is_empty() {
            self.allocated -= self.kept.remove(0).room();
        }
    }

    #[cfg(test)]
    pub(crate) fn are_within(&self, bytes: usize) -> bool {
        self.allocated <= largest_for(bytes)
    }
}

/// The largest kept buffer that so small a body gets: so those in use have room
/// for at most a quarter more than the bodies.
const fn largest_for(bytes: usize) -> usize {
    bytes + bytes / 4
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_large_buffer_begins_at_a_page_and_comes_again() {
        let mut buffers = Buffers::new(4 * LARGE);
        let mut first = buffers.take(LARGE + LARGE / 8);
        first.extend(&vec![7; LARGE]);
        let place = first.as_slice().as_ptr();
        assert_eq!(place.align_offset(PAGE), 0);
        assert_eq!(first.as_slice(), vec![7; LARGE]);
        buffers.put_back(first);
        let again = buffers.take(LARGE);
        assert_eq!((again.as_slice(), again.as_slice().as_ptr()), (&[][..], place), "empty");
        buffers.put_back(again);
        let much_smaller = buffers.take(LARGE / 2);
        assert_ne!(much_smaller.as_slice().as_ptr(), place);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// As a budget uses them: what is in use is never more than it allows.
        #[test]
        fn all_buffers_together_stay_within_their_bound(
            moves in proptest::collection::vec((0..8 * LARGE, 0..6_usize), 0..80),
        ) {
            const BUDGET: usize = 16 * LARGE;
            let mut buffers = Buffers::new(BUDGET);
            let mut used: Vec<(usize, Buffer)> = Vec::new();
            for (bytes, back) in moves {
                while used.iter().map(|(asked, _)| asked).sum::<usize>() + bytes > BUDGET {
                    buffers.put_back(used.swap_remove(back % used.len()).1);
                }
                let buffer = buffers.take(bytes);
                prop_assert!(buffer.as_slice().is_empty());
                prop_assert!((bytes..=largest_for(bytes)).contains(&buffer.room()));
                used.push((bytes, buffer));
                let all = used.iter().map(|(_, buffer)| buffer).chain(&buffers.kept);
                prop_assert_eq!(all.map(Buffer::room).sum::<usize>(), buffers.allocated);
                prop_assert!(buffers.are_within(BUDGET));
            }
        }
    }
}
