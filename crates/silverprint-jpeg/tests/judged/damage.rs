//! JPEGs that are cut at every byte, and with every bit flipped: we never
//! panic, say of a cut that it is one, and where we answer, answer as
//! libjpeg-turbo.

use super::law::{Seen, hold};
use super::parts::{apart, grey, progressive, recipe, split, written};
use silverprint_jpeg::{DecodeError, Decoder, Planes, Scale};
use std::collections::BTreeMap;
use turbo_judge::{Coding, Recipe};

fn kinds() -> Vec<(&'static str, Recipe)> {
    let optimised = Recipe { coding: Coding::Optimised, ..recipe() };
    let small = |recipe| Recipe { width: 27, height: 20, ..recipe };
    vec![
        ("sequential", small(recipe())),
        ("optimised", small(optimised)),
        ("component by component", small(apart())),
        ("progressive", small(progressive())),
        ("grey", small(grey())),
    ]
}

#[test]
fn a_cut_anywhere_is_damage() {
    let mut decoder = Decoder::new();
    for (kind, recipe) in kinds() {
        let jpeg = written(&recipe, 1);
        for end in 0..jpeg.len() {
            let ours = decoder.decode(&jpeg[..end], Scale::Eighth, Planes::Luma);
            let is_damaged = matches!(ours, Err(DecodeError::Damaged(_)));
            assert!(is_damaged, "{kind}, cut at {end} of {}: {ours:?}", jpeg.len());
        }
        let followed = [&jpeg[..], b"more"].concat();
        for end in jpeg.len()..=followed.len() {
            let ours = decoder.decode(&followed[..end], Scale::Eighth, Planes::Luma);
            assert!(ours.is_ok(), "{kind}, {end} of {}: {ours:?}", jpeg.len());
        }
    }
}

#[test]
fn a_flipped_bit_is_answered_as_the_judge_answers() {
    let mut decoder = Decoder::new();
    for (kind, recipe) in kinds() {
        let jpeg = written(&recipe, 2);
        // What the frame says may become a kind that we leave to others.
        let may_be_left = frame(&jpeg);
        let mut seen: BTreeMap<Seen, u32> = BTreeMap::new();
        for (at, mask) in (0..jpeg.len()).flat_map(|at| masks().map(move |mask| (at, mask))) {
            let mut flipped = jpeg.clone();
            flipped[at] ^= mask;
            let answer = hold(&flipped, &mut decoder)
                .unwrap_or_else(|why| panic!("{kind}, {mask:#04x} at {at}: {why}"));
            match answer {
                // A progressive one may now lack a scan.
                Seen::Unsupported => assert!(
                    may_be_left.contains(&at) || recipe.is_progressive(),
                    "{kind}, {mask:#04x} at {at}: not of the frame, yet unsupported"
                ),
                // The judge decodes scans of AC alone and of chroma alone, too, which
                // we step over.
                Seen::OnlyWeRead => {
                    assert!(
                        !recipe.scans.is_empty(),
                        "{kind}, {mask:#04x} at {at}: only we read it: {:?}",
                        turbo_judge::decode_grey(&flipped, 1).err()
                    );
                }
                // A flipped bit that the judge does not notice is damage all the same.
                Seen::Stricter | Seen::Refused | Seen::BothRead | Seen::BothReadDespite => {}
            }
            *seen.entry(answer).or_default() += 1;
        }
        assert!(seen.contains_key(&Seen::BothRead), "{kind}: many a flip shows nowhere: {seen:?}");
        assert!(seen.contains_key(&Seen::Refused), "{kind}: many a flip is refused: {seen:?}");
    }
}

fn masks() -> impl Iterator<Item = u8> {
    (0..8).map(|bit| 1 << bit).chain([0xFF])
}

/// The bytes of the frame header, its marker included, and of the markers before.
fn frame(jpeg: &[u8]) -> std::ops::Range<usize> {
    let (mut start, mut end) = (0, 0);
    for part in split(jpeg) {
        start = end;
        end += 2 + if part.segment.is_empty() { 0 } else { 2 + part.segment.len() };
        if part.marker & 0xFC == 0xC0 {
            break;
        }
    }
    start..end
}
