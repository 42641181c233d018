//! Recipes and coefficients by chance: everything that the standard lets
//! Huffman files of 8 bits do, the rare as often as the common.

use crate::{Blocks, Coding, Colour, Component, Recipe, Restart, Scan};
use fastrand::Rng;

/// The most blocks that an MCU of several components may have.
const MAX_BLOCKS_IN_MCU: u8 = 10;

/// Any recipe that the library would write.
pub fn random(rng: &mut Rng) -> Recipe {
    let colour = match rng.u8(..100) {
        0..20 => Colour::Grey,
        20..23 => Colour::Rgb,
        23..24 => Colour::Cmyk,
        24..25 => Colour::Ycck,
        _ => Colour::YCbCr,
    };
    let coding = match rng.u8(..100) {
        0 => Coding::Arithmetic,
        1..50 => Coding::Standard,
        _ => Coding::Optimised,
    };
    let components = components(rng, colour, coding);
    let scans = match rng.u8(..100) {
        0..40 if is_one_mcu(&components, 0..components.len()) => Vec::new(),
        0..55 => sequential(rng, &components),
        _ => progressive(rng, &components),
    };
    let longest = rng.choice([16, 64, 64, 200]).unwrap_or(1);
    let (width, height) = (rng.u16(1..=longest), rng.u16(1..=longest));
    let restart = match rng.u8(..6) {
        0 => Restart::Mcus(rng.u16(1..=4)),
        1 => Restart::Mcus(rng.u16(1..=40)),
        2 => Restart::Rows(rng.u16(1..=3)),
        _ => Restart::Never,
    };
    let quantisation = (0..4).map(|_| quantisation(rng)).collect();
    Recipe { width, height, colour, components, quantisation, restart, coding, scans }
}

fn components(rng: &mut Rng, colour: Colour, coding: Coding) -> Vec<Component> {
    let ids: &[u8] = match colour {
        Colour::Grey => &[1],
        Colour::YCbCr => &[1, 2, 3],
        Colour::Rgb => b"RGB",
        Colour::Cmyk => b"CMYK",
        Colour::Ycck => &[1, 2, 3, 4],
    };
    let samplings = samplings(rng, ids.len());
    let n_tables = if coding == Coding::Standard { 2 } else { 4 };
    let is_plain = rng.bool();
    let component = |(idx, (&id, sampling))| {
        let own = u8::from(idx > 0);
        let mut any = |n| if is_plain { own } else { rng.u8(..n) };
        Component { id, sampling, quantisation: any(4), tables: any(n_tables) }
    };
    ids.iter().zip(samplings).enumerate().map(component).collect()
}

/// Mostly what cameras write; else anything, luma highest or not.
fn samplings(rng: &mut Rng, n: usize) -> Vec<[u8; 2]> {
    const USUAL: [[u8; 2]; 8] = [[2, 2], [2, 2], [2, 1], [1, 1], [1, 2], [4, 1], [1, 4], [4, 2]];
    let luma = rng.choice(USUAL).unwrap_or([1, 1]);
    let mut samplings = vec![[1, 1]; n];
    if rng.u8(..10) < 7 {
        samplings[0] = luma;
        return samplings;
    }
    samplings.fill_with(|| [rng.u8(1..=4), rng.u8(1..=4)]);
    if rng.bool() {
        let max = |axis: usize| samplings.iter().map(|s| s[axis]).max().unwrap_or(1);
        samplings[0] = [max(0), max(1)];
    }
    samplings
}

fn is_one_mcu(components: &[Component], mut indices: impl ExactSizeIterator<Item = usize>) -> bool {
    let n_blocks = |idx: usize| components[idx].sampling[0] * components[idx].sampling[1];
    indices.len() == 1 || indices.by_ref().map(n_blocks).sum::<u8>() <= MAX_BLOCKS_IN_MCU
}

fn quantisation(rng: &mut Rng) -> [u16; 64] {
    let most = match rng.u8(..20) {
        0 => 32_767,
        1 => 1024,
        2..5 => 255,
        5..8 => 1,
        _ => 40,
    };
    let mut table = [0; 64];
    table.fill_with(|| rng.u16(1..=most));
    table
}

/// The components in scans of one or more each, in any order.
fn groups(rng: &mut Rng, components: &[Component]) -> Vec<Vec<u8>> {
    let mut groups: Vec<Vec<u8>> = Vec::new();
    for idx in 0..components.len() {
        let joined = groups
            .last()
            .map(|group| group.iter().map(|&at| usize::from(at)).chain([idx]).collect::<Vec<_>>());
        let fits = joined.is_some_and(|joined| is_one_mcu(components, joined.into_iter()));
        let name = u8::try_from(idx).expect("four at most");
        match groups.last_mut() {
            Some(group) if fits && rng.u8(..3) > 0 => group.push(name),
            _ => groups.push(vec![name]),
        }
    }
    rng.shuffle(&mut groups);
    groups
}

fn sequential(rng: &mut Rng, components: &[Component]) -> Vec<Scan> {
    let scan = |components| Scan { components, band: [0, 63], bits: [0, 0] };
    groups(rng, components).into_iter().map(scan).collect()
}

/// Scans of one thing, bit by bit, which must follow each other. The first of
/// DC comes before anything else of its components.
struct Track(Vec<Scan>);

impl Track {
    /// The first scan leaves `low` bits, the others add one each.
    fn new(components: &[u8], band: [u8; 2], low: u8) -> Self {
        let scan = |bits| Scan { components: components.to_vec(), band, bits };
        let refine = (0..low).rev().map(|low| scan([low + 1, low]));
        Self([scan([0, low])].into_iter().chain(refine).collect())
    }
}

fn progressive(rng: &mut Rng, components: &[Component]) -> Vec<Scan> {
    let mut tracks: Vec<Track> = Vec::new();
    for group in groups(rng, components) {
        tracks.push(Track::new(&group, [0, 0], rng.u8(..4)));
    }
    for component in 0..u8::try_from(components.len()).expect("four at most") {
        for band in bands(rng) {
            let low = rng.u8(..3);
            tracks.push(Track::new(&[component], band, low));
        }
    }
    if rng.u8(..5) == 0 {
        give_up(rng, &mut tracks);
    }
    split_refinement(rng, &mut tracks);
    interleave(rng, tracks)
}

/// The AC coefficients in bands, now and then not all of them.
fn bands(rng: &mut Rng) -> Vec<[u8; 2]> {
    let mut cuts = vec![1, 64];
    for _ in 0..rng.u8(..3) {
        cuts.push(rng.u8(2..64));
    }
    cuts.sort_unstable();
    cuts.dedup();
    let mut bands: Vec<[u8; 2]> = cuts.windows(2).map(|cut| [cut[0], cut[1] - 1]).collect();
    if rng.u8(..8) == 0 {
        bands.pop();
    }
    bands
}

/// Some of the last bits never come. The first scan of DC stays.
fn give_up(rng: &mut Rng, tracks: &mut [Track]) {
    for Track(scans) in tracks {
        let kept = rng.usize(1..=scans.len());
        scans.truncate(kept);
    }
}

/// What came interleaved may be refined one component at a time.
fn split_refinement(rng: &mut Rng, tracks: &mut Vec<Track>) {
    let mut apart = Vec::new();
    for Track(scans) in tracks.iter_mut().filter(|track| track.0[0].components.len() > 1) {
        if rng.bool() {
            let refinement = scans.split_off(1);
            for &component in &scans[0].components {
                let one = |scan: &Scan| Scan { components: vec![component], ..scan.clone() };
                apart.push(Track(refinement.iter().map(one).collect()));
            }
        }
    }
    tracks.append(&mut apart);
}

/// The tracks in any order that the standard allows.
fn interleave(rng: &mut Rng, mut tracks: Vec<Track>) -> Vec<Scan> {
    let mut scans: Vec<Scan> = Vec::new();
    tracks.retain(|track| !track.0.is_empty());
    while !tracks.is_empty() {
        let begun = |component: &u8| scans.iter().any(|scan| scan.components.contains(component));
        let may_be_next = |track: &Track| {
            let next = &track.0[0];
            (next.band == [0, 0] && next.bits[0] == 0) || next.components.iter().all(begun)
        };
        let next = (0..tracks.len()).filter(|&idx| may_be_next(&tracks[idx]));
        let idx = rng.choice(next.collect::<Vec<_>>()).expect("DC can always begin");
        scans.push(tracks[idx].0.remove(0));
        tracks.retain(|track| !track.0.is_empty());
    }
    scans
}

/// What a component's blocks look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Painting {
    /// One grey.
    Flat,
    /// A slope, and no detail.
    Gradient,
    /// What photographs have: small coefficients, mostly low ones.
    Photo,
    /// Anything in any coefficient.
    Noise,
    /// The largest values there are.
    Extreme,
}

/// Coefficients for a recipe, a painting chosen for each component.
pub fn paint(recipe: &Recipe, rng: &mut Rng) -> Vec<Blocks> {
    use Painting::{Extreme, Flat, Gradient, Noise, Photo};
    let mut painted = Vec::new();
    for component in &recipe.components {
        let kinds = [Flat, Gradient, Gradient, Photo, Photo, Photo, Photo, Noise, Extreme];
        let painting = rng.choice(kinds).unwrap_or(Flat);
        let mut blocks = paint_blocks(recipe.padded(component), painting, rng);
        if painting == Photo {
            tame(&mut blocks, &recipe.quantisation[usize::from(component.quantisation)]);
        }
        painted.push(blocks);
    }
    painted
}

/// Keeps coefficients to what samples of 8 bits make.
fn tame(blocks: &mut Blocks, quantisation: &[u16; 64]) {
    for block in &mut blocks.blocks {
        for (coefficient, &quantum) in block.iter_mut().zip(quantisation) {
            let most = i16::try_from(1024 / quantum).expect("1024 at most");
            *coefficient = (*coefficient).clamp(-most, most);
        }
    }
}

fn paint_blocks([columns, rows]: [usize; 2], painting: Painting, rng: &mut Rng) -> Blocks {
    // A difference of two has at most 11 bits, and beyond the first range the
    // samples leave theirs.
    let (least, most) = rng.choice([(-1023, 1023), (0, 2047), (-2047, 0)]).unwrap_or((0, 0));
    let start = rng.i16(least..=most);
    let slope = [rng.i16(-40..=40), rng.i16(-40..=40)];
    let mut blocks = Vec::with_capacity(columns * rows);
    for at in 0..columns * rows {
        let dc = match painting {
            Painting::Flat => start,
            Painting::Gradient | Painting::Photo => {
                let along = |axis: usize, n: usize| slope[axis].wrapping_mul(small(n));
                let jitter = rng.i16(-8..=8);
                start.wrapping_add(along(0, at % columns) + along(1, at / columns) + jitter)
            }
            Painting::Noise => rng.i16(least..=most),
            Painting::Extreme => rng.choice([least, most]).unwrap_or(0),
        };
        blocks.push(block(dc.clamp(least, most), painting, rng));
    }
    Blocks { columns, rows, blocks }
}

fn block(dc: i16, painting: Painting, rng: &mut Rng) -> [i16; 64] {
    let mut block = [0; 64];
    block[0] = dc;
    for (idx, ac) in block.iter_mut().enumerate().skip(1) {
        let frequency = idx % 8 + idx / 8;
        *ac = match painting {
            Painting::Flat | Painting::Gradient => 0,
            Painting::Photo if rng.usize(..2 + frequency * frequency) > 2 => 0,
            Painting::Photo => rng.i16(-12..=12),
            Painting::Noise => rng.i16(-1023..=1023) >> rng.u8(..11),
            Painting::Extreme => rng.choice([-1023, 0, 1023]).unwrap_or(0),
        };
    }
    block
}

fn small(n: usize) -> i16 {
    n.try_into().expect("pictures are small here")
}
