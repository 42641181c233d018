//! Which letters a font has, as ranges: some hundreds where a font of Chinese has
//! tens of thousands of letters.

use read_fonts::tables::cmap::CmapIterLimits;
use read_fonts::{FontRef, TableProvider as _};

/// Ranges of code points, both ends included, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Coverage(Vec<(u32, u32)>);

impl Coverage {
    /// What a font says that it has; none where it cannot be read.
    pub(super) fn of(font: &FontRef<'_>) -> Option<Self> {
        let (_, _, subtable) = font.cmap().ok()?.best_subtable()?;
        let limits = CmapIterLimits::default_for_font(font);
        let there = subtable.iter_with_limits(limits).filter(|(_, glyph)| glyph.to_u32() != 0);
        Some(Self::from_points(there.map(|(point, _)| point)))
    }

    fn from_points(points: impl Iterator<Item = u32>) -> Self {
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for point in points {
            match ranges.last_mut() {
                Some((_, last)) if *last + 1 == point => *last = point,
                Some((first, last)) if (*first..=*last).contains(&point) => {}
                _ => ranges.push((point, point)),
            }
        }
        // In a font that is as it should be they are in order already.
        ranges.sort_unstable();
        Self(ranges)
    }

    pub(super) fn has(&self, letter: char) -> bool {
        let point = u32::from(letter);
        let after = self.0.partition_point(|&(first, _)| first <= point);
        after > 0 && self.0[after - 1].1 >= point
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_have_what_went_into_them() {
        let coverage = Coverage::from_points([65, 66, 67, 97, 48, 49].into_iter());
        assert_eq!(coverage.0, [(48, 49), (65, 67), (97, 97)]);
        for (letter, has) in [('A', true), ('C', true), ('D', false), ('0', true), ('/', false)] {
            assert_eq!(coverage.has(letter), has, "{letter}");
        }
        assert!(!Coverage::default().has('a'));
    }
}
