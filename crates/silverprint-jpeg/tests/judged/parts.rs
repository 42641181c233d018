//! Small JPEGs, and their parts, to be put together otherwise.

use fastrand::Rng;
use turbo_judge::{Coding, Colour, Component, Recipe, Restart, Scan, encode, paint};

pub(crate) const SOF0: u8 = 0xC0;
pub(crate) const SOF1: u8 = 0xC1;
pub(crate) const DHT: u8 = 0xC4;
pub(crate) const SOI: u8 = 0xD8;
pub(crate) const EOI: u8 = 0xD9;
pub(crate) const SOS: u8 = 0xDA;
pub(crate) const DQT: u8 = 0xDB;
pub(crate) const DNL: u8 = 0xDC;
pub(crate) const DRI: u8 = 0xDD;
pub(crate) const APP9: u8 = 0xE9;
pub(crate) const COM: u8 = 0xFE;

/// A marker, its segment without the length, and the coded data that follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) marker: u8,
    pub(crate) segment: Vec<u8>,
    pub(crate) data: Vec<u8>,
}

impl Part {
    pub(crate) fn new(marker: u8, segment: &[u8]) -> Self {
        Self { marker, segment: segment.to_vec(), data: Vec::new() }
    }
}

/// The parts of a sound JPEG.
pub(crate) fn split(jpeg: &[u8]) -> Vec<Part> {
    let (mut parts, mut rest) = (Vec::new(), jpeg);
    while let [0xFF, marker, after @ ..] = rest {
        let stands_alone = matches!(*marker, SOI | EOI);
        let length =
            if stands_alone { 0 } else { usize::from(after[0]) << 8 | usize::from(after[1]) };
        let segment = if stands_alone { &[][..] } else { &after[2..length] };
        let after = &after[length..];
        let is_end = |two: &[u8]| two[0] == 0xFF && !matches!(two[1], 0x00 | 0xD0..=0xD7);
        let n_data = after.windows(2).position(is_end).unwrap_or(after.len());
        let data = after[..n_data].to_vec();
        parts.push(Part { marker: *marker, segment: segment.to_vec(), data });
        rest = &after[n_data..];
    }
    parts
}

/// The JPEG of these parts.
pub(crate) fn join(parts: &[Part]) -> Vec<u8> {
    let mut jpeg = Vec::new();
    for part in parts {
        jpeg.extend([0xFF, part.marker]);
        if !matches!(part.marker, SOI | EOI) {
            let length = u16::try_from(part.segment.len() + 2).expect("segments are small here");
            jpeg.extend(length.to_be_bytes());
        }
        jpeg.extend(&part.segment);
        jpeg.extend(&part.data);
    }
    jpeg
}

/// Where the first part of this kind stands, after so many of them.
pub(crate) fn nth(parts: &[Part], marker: u8, n: usize) -> usize {
    let all = parts.iter().enumerate().filter(|(_, part)| part.marker == marker);
    all.map(|(at, _)| at).nth(n).expect("there are so many")
}

/// A small picture, 4:2:0 unless changed, with markers after each five MCUs.
pub(crate) fn recipe() -> Recipe {
    let component =
        |id: u8, sampling, own| Component { id, sampling, quantisation: own, tables: own };
    let table =
        |step: usize| std::array::from_fn(|idx| u16::try_from(1 + step * idx).expect("small"));
    Recipe {
        width: 61,
        height: 53,
        colour: Colour::YCbCr,
        components: vec![component(1, [2, 2], 0), component(2, [1, 1], 1), component(3, [1, 1], 1)],
        quantisation: vec![table(0), table(1)],
        restart: Restart::Mcus(5),
        coding: Coding::Standard,
        scans: Vec::new(),
    }
}

/// One scan for each component, luma first.
pub(crate) fn apart() -> Recipe {
    let scan = |component| Scan { components: vec![component], band: [0, 63], bits: [0, 0] };
    Recipe { coding: Coding::Optimised, scans: (0..3).map(scan).collect(), ..recipe() }
}

/// DC with refinement, chroma's between, and AC.
pub(crate) fn progressive() -> Recipe {
    let scan = |components: &[u8], band, bits| Scan { components: components.to_vec(), band, bits };
    let scans = vec![
        scan(&[0, 1, 2], [0, 0], [0, 2]),
        scan(&[1], [1, 63], [0, 1]),
        scan(&[0, 1, 2], [0, 0], [2, 1]),
        scan(&[0], [1, 20], [0, 0]),
        scan(&[2], [1, 63], [0, 0]),
        scan(&[1], [1, 63], [1, 0]),
        scan(&[0], [21, 63], [0, 0]),
        scan(&[0], [0, 0], [1, 0]),
        scan(&[1, 2], [0, 0], [1, 0]),
    ];
    Recipe { coding: Coding::Optimised, scans, ..recipe() }
}

/// One component.
pub(crate) fn grey() -> Recipe {
    let mut recipe = Recipe { colour: Colour::Grey, ..recipe() };
    recipe.components.truncate(1);
    recipe
}

/// The JPEG of a recipe, painted by chance, but always the same.
pub(crate) fn written(recipe: &Recipe, seed: u64) -> Vec<u8> {
    let painted = paint(recipe, &mut Rng::with_seed(seed));
    encode(recipe, &painted).expect("the judge can write it")
}
