//! The body of an answer: bytes that are at hand, and bytes that are worked out as they are sent.

use bytes::Bytes;

use crate::seed::nth;

/// Bodies are sent in pieces of this size where they are throttled or chunked.
pub(crate) const PIECE: usize = 16 << 10;

/// A body: pieces that are sent one after another, so that pictures are never copied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Body(pub(crate) [Piece; 3]);

/// A part of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Bytes(Bytes),
    /// As long as wanted, and nowhere in memory.
    Noise(Noise),
}

/// A stretch of the noise that a seed makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Noise {
    pub(crate) seed: u64,
    pub(crate) from: usize,
    pub(crate) to: usize,
}

impl Noise {
    /// The bytes from `from` on, so many at most.
    fn bytes(self, from: usize, most: usize) -> Bytes {
        let from = (self.from + from).min(self.to);
        let to = from.saturating_add(most).min(self.to);
        let start = from / 8;
        let words =
            (start..to.div_ceil(8)).flat_map(|word| nth(self.seed, word as u64).to_le_bytes());
        words.skip(from - start * 8).take(to - from).collect()
    }
}

impl Piece {
    fn len(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Noise(noise) => noise.to - noise.from,
        }
    }

    /// The part between two places within it.
    fn slice(&self, from: usize, to: usize) -> Self {
        match self {
            Self::Bytes(bytes) => Self::Bytes(bytes.slice(from..to)),
            Self::Noise(noise) => {
                Self::Noise(Noise { from: noise.from + from, to: noise.from + to, ..*noise })
            }
        }
    }

    /// The bytes from `from` on, [`PIECE`] at most; none at its end.
    fn chunk(&self, from: usize) -> Bytes {
        match self {
            Self::Bytes(bytes) => bytes.slice(from..(from + PIECE).min(bytes.len())),
            Self::Noise(noise) => noise.bytes(from, PIECE),
        }
    }

    fn chunks(&self) -> impl Iterator<Item = Bytes> + '_ {
        (0..self.len()).step_by(PIECE).map(|from| self.chunk(from))
    }
}

impl Default for Piece {
    fn default() -> Self {
        Self::Bytes(Bytes::new())
    }
}

impl Body {
    pub(crate) fn len(&self) -> usize {
        self.0.iter().map(Piece::len).sum()
    }

    pub(crate) fn to_vec(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.len());
        for chunk in self.chunks() {
            out.extend_from_slice(&chunk);
        }
        out
    }

    /// Its bytes, [`PIECE`] at a time at most.
    pub(crate) fn chunks(&self) -> impl Iterator<Item = Bytes> + '_ {
        self.0.iter().flat_map(Piece::chunks)
    }

    /// The bytes from `from` up to `to`.
    pub(crate) fn slice(&self, from: usize, to: usize) -> Self {
        let mut start = 0;
        Self(self.0.clone().map(|piece| {
            let (low, high) = (start, start + piece.len());
            start = high;
            let from = from.clamp(low, high) - low;
            piece.slice(from, (to.clamp(low, high) - low).max(from))
        }))
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self([Piece::Bytes(bytes.into()), Piece::default(), Piece::default()])
    }
}

impl From<[Bytes; 3]> for Body {
    fn from(pieces: [Bytes; 3]) -> Self {
        Self(pieces.map(Piece::Bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Dice;
    use proptest::prelude::*;

    #[test]
    fn bodies_are_sliced_over_their_pieces() {
        let body = Body::from([Bytes::from("abc"), Bytes::from("de"), Bytes::from("fghi")]);
        assert_eq!(body.slice(2, 7).to_vec(), b"cdefg");
        assert_eq!(body.slice(0, 9).to_vec(), b"abcdefghi");
        assert_eq!(body.slice(4, 4).len(), 0);
    }

    fn noisy(len: usize) -> Body {
        let noise = Noise { seed: 7, from: 0, to: len };
        Body([Piece::Bytes("ab".into()), Piece::Noise(noise), Piece::Bytes("cd".into())])
    }

    #[test]
    fn noise_is_that_of_dice() {
        let mut dice = Dice::new(7);
        let rolled: Vec<u8> = (0..5).flat_map(|_| dice.roll().to_le_bytes()).collect();
        assert_eq!(noisy(37).to_vec()[2..39], rolled[..37]);
        assert_eq!(noisy(PIECE * 2 + 5).chunks().map(|chunk| chunk.len()).max(), Some(PIECE));
    }

    proptest! {
        #[test]
        fn slices_are_what_they_say(from in 0_usize..12, to in 0_usize..12) {
            let body = Body::from([Bytes::from("abc"), Bytes::from("de"), Bytes::from("fghi")]);
            let whole = body.to_vec();
            let expected = whole.get(from.min(9)..to.min(9)).unwrap_or_default();
            prop_assert_eq!(body.slice(from, to).to_vec(), expected);
        }

        #[test]
        fn slices_of_noise_are_those_of_its_bytes(
            len in 0_usize..40_000, from in 0_usize..40_000, to in 0_usize..40_000
        ) {
            let body = noisy(len);
            let (whole, end) = (body.to_vec(), body.len());
            prop_assert_eq!(whole.len(), end);
            let expected = whole.get(from.min(end)..to.min(end)).unwrap_or_default();
            prop_assert_eq!(body.slice(from, to).to_vec(), expected);
        }
    }
}
