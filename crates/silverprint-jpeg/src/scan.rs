//! Where each block of a scan starts: the scan cut into stretches, searched by
//! many readers at once, and joined.

use crate::DecodeError;
use crate::join::{Join, Part};
use crate::pattern::Pattern;
use crate::processor::Processor;
use crate::search::{Searched, search};
use crate::segments::Segments;
use crate::simd::Portable;
#[cfg(target_arch = "x86_64")]
use crate::simd::{Avx2, Avx512};
use crate::stretch::Stretch;

/// Bits below which a stretch is not worth a reader: many are read twice,
/// until its reader is on the way.
const LEAST_BITS: u32 = 8 << 10;
/// Bits that a reader reads on behind its stretch, so that it meets the next one:
/// most have found the way by then, and the few that have not are read on one by one.
const OVERLAP: u32 = 4 << 10;

/// The memory of the search, kept from scan to scan.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    stretches: Vec<Stretch>,
    parts: Vec<Part>,
    starts: Vec<u32>,
    differences: Vec<i16>,
}

/// The wanted blocks of a scan, in order.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    /// Where they start, in bits.
    pub(crate) starts: &'a [u32],
    /// Their DC differences.
    pub(crate) differences: &'a mut [i16],
}

impl Scan {
    /// Finds the pattern's wanted blocks.
    pub(crate) fn search(
        &mut self,
        processor: Processor,
        segments: &Segments,
        pattern: &Pattern<'_>,
        entries: &[u16],
        interval: usize,
    ) -> Result<Found<'_>, DecodeError> {
        let interval = if interval == 0 { usize::MAX } else { interval };
        let n_stretches = self.cut(segments, pattern, processor.lanes());
        let stretches = &mut self.stretches[..n_stretches];
        let n_wanted = pattern.n_wanted() * pattern.n_mcus();
        let searched = Searched {
            bytes: &segments.bytes,
            bounds: &segments.bounds,
            pattern,
            entries,
            // What is read twice, and a start behind each segment.
            most_starts: n_wanted + n_wanted / 4 + segments.bounds.len() + (1 << 16),
        };
        match processor {
            #[cfg(target_arch = "x86_64")]
            Processor::Avx512(simd) => search::<Avx512, 2>(simd, searched, stretches),
            #[cfg(target_arch = "x86_64")]
            Processor::Avx2(simd) => search::<Avx2, 2>(simd, searched, stretches),
            Processor::Portable(simd) => search::<Portable, 1>(simd, searched, stretches),
        }
        Join { segments, pattern, interval, stretches }.write(&mut self.parts)?;
        self.starts.clear();
        self.differences.clear();
        for (idx, range) in &self.parts {
            self.starts.extend_from_slice(&self.stretches[*idx].starts[range.clone()]);
            self.differences.extend_from_slice(&self.stretches[*idx].differences[range.clone()]);
        }
        Ok(Found { starts: &self.starts, differences: &mut self.differences })
    }

    /// Cuts the segments into stretches, a few for each lane where there are
    /// restart markers, else one, and returns how many there are.
    fn cut(&mut self, segments: &Segments, pattern: &Pattern<'_>, n_lanes: u32) -> usize {
        let mut n_cut = 0;
        let mut push = |bits: (u32, u32), numbers| {
            if self.stretches.len() == n_cut {
                self.stretches.push(Stretch::default());
            }
            self.stretches[n_cut].reset(bits, numbers);
            self.stretches[n_cut].found(bits.0, &segments.bytes, pattern);
            n_cut += 1;
        };
        let (first, last) = (segments.bounds[0], segments.bounds[segments.bounds.len() - 1]);
        if segments.bounds.len() == 1 {
            let (begin, end) = first;
            let n_stretches = ((end - begin) / LEAST_BITS).clamp(1, n_lanes);
            let len = (end - begin) / n_stretches / 8 * 8;
            for n in 0..n_stretches {
                let until =
                    if n + 1 == n_stretches { end } else { begin + (n + 1) * len + OVERLAP };
                push((begin + n * len, until), (0, 0));
            }
            return n_cut;
        }
        let len = (last.1 / (4 * n_lanes)).max(LEAST_BITS);
        let mut from = 0;
        for (idx, &(_, end)) in segments.bounds.iter().enumerate() {
            let begin = segments.bounds[from].0;
            if end - begin >= len || idx + 1 == segments.bounds.len() {
                push((begin, u32::MAX >> 1), (from, idx));
                from = idx + 1;
            }
        }
        n_cut
    }
}
