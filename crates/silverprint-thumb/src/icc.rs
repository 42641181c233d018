//! An ICC profile out of the pieces that a JPEG carries it in.

use crate::profile::Profile;

/// The pieces met so far: ICC.1, annex B.4. They may come in any order.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    /// By number, from 1; empty where one has not come.
    by_number: Vec<Vec<u8>>,
    n_bytes: usize,
    broken: bool,
}

impl Pieces {
    /// What a segment that holds a piece begins with; the number and the count follow.
    pub(crate) const MAGIC: &[u8] = b"ICC_PROFILE\0";

    /// Takes what follows [`Self::MAGIC`] in a segment.
    pub(crate) fn add(&mut self, piece: &[u8]) {
        let [number, count, data @ ..] = piece else {
            self.broken = true;
            return;
        };
        if self.by_number.is_empty() {
            self.by_number.resize(usize::from(*count), Vec::new());
        }
        self.n_bytes += data.len();
        let fits =
            self.by_number.len() == usize::from(*count) && self.n_bytes <= Profile::MOST_BYTES;
        match usize::from(*number).checked_sub(1).and_then(|idx| self.by_number.get_mut(idx)) {
            Some(place) if fits && place.is_empty() && !self.broken => place.extend(data),
            _ => self.broken = true,
        }
    }

    /// The whole profile, if every piece came, and came once: half a profile is none.
    pub(crate) fn whole(self) -> Option<Vec<u8>> {
        let lacking = self.by_number.is_empty() || self.by_number.iter().any(Vec::is_empty);
        (!self.broken && !lacking).then(|| self.by_number.concat())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn whole(pieces: &[&[u8]]) -> Option<Vec<u8>> {
        let mut found = Pieces::default();
        for piece in pieces {
            found.add(piece);
        }
        found.whole()
    }

    #[test]
    fn pieces_come_in_any_order() {
        assert_eq!(whole(&[b"\x01\x01abc"]).unwrap(), b"abc");
        assert_eq!(whole(&[b"\x03\x03c", b"\x01\x03ab", b"\x02\x03-"]).unwrap(), b"ab-c");
    }

    #[test]
    fn what_lacks_a_piece_or_contradicts_itself_is_none() {
        let checks: [&[&[u8]]; 8] = [
            &[],
            &[b"\x01\x02a"],
            &[b"\x00\x01a"],
            &[b"\x01\x01a", b"\x01\x01a"],
            &[b"\x01\x02a", b"\x02\x03b"],
            &[b"\x01\x02a", b"\x02\x02"],
            &[b"\x01\x01a", b"\x02"],
            &[b"\x01\x00a"],
        ];
        for pieces in checks {
            assert_eq!(whole(pieces), None, "{pieces:?}");
        }
    }

    #[test]
    fn no_more_is_kept_than_a_profile_may_have() {
        let mut found = Pieces::default();
        for number in 1..=200 {
            found.add(&[&[number, 200_u8][..], &vec![7; 65_000]].concat());
        }
        assert!(found.by_number.iter().map(Vec::len).sum::<usize>() <= Profile::MOST_BYTES);
        assert_eq!(found.whole(), None);
    }

    proptest! {
        #[test]
        fn any_pieces_are_taken_without_panic(
            pieces in prop::collection::vec(prop::collection::vec(0..4_u8, 0..5), 0..6),
        ) {
            let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
            if let Some(profile) = whole(&pieces) {
                prop_assert_eq!(profile.len(), pieces.iter().map(|piece| piece.len() - 2).sum::<usize>());
            }
        }
    }
}
