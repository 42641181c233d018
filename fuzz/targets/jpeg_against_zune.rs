//! Sound and damaged JPEGs, held against zune-jpeg: where both decode, our
//! samples are the means of its blocks. Of the kinds that zune-jpeg 0.5.15 gets
//! right: it panics, or gives another picture, where sequential scans are of
//! single components, and where luma has twice the rows of chroma.
#![no_main]

use libfuzzer_sys::fuzz_target;
use silverprint_fuzz::Sound;
use silverprint_jpeg::{Decoder, Planes, Scale};
use std::cell::RefCell;
use std::panic::{catch_unwind, set_hook};
use turbo_judge::{Recipe, decode_grey};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

thread_local! {
    static KEPT: RefCell<Decoder> = RefCell::default();
}

/// Zune's samples are rounded one by one, and its transform is not exact.
const TOLERANCE: u32 = 2;

fuzz_target!(init: forgive_zune(), |bytes: &[u8]| {
    let Some(sound) = Sound::new(bytes) else { return };
    if !is_right_in_zune(&sound.recipe) {
        return;
    }
    let (jpeg, frame) = (sound.damaged(), sound.frame());
    if !jpeg.windows(frame.len()).any(|at| at == frame) {
        return;
    }
    KEPT.with_borrow_mut(|kept| {
        let Ok(ours) = kept.decode(&jpeg[..], Scale::Eighth, Planes::Luma) else { return };
        let Some((width, theirs)) = luma(&jpeg) else { return };
        for (row, lines) in theirs.chunks_exact(8 * width).enumerate() {
            for column in 0..width / 8 {
                let Some(mean) = mean(lines, width, column) else { continue };
                let sample = ours.luma.samples[row * ours.luma.width + column];
                let distance = u32::from(mean.abs_diff(sample));
                // Of a damaged one zune may make something else: libjpeg-turbo decides.
                if distance > TOLERANCE {
                    let judged = decode_grey(&jpeg, 1).map(|judged| judged.samples);
                    let is_ours = judged.is_ok_and(|judged| judged == ours.luma.samples);
                    assert!(is_ours, "{sample} and {mean} at {column},{row}");
                }
            }
        }
    });
});

/// Panics of zune's are not ours. libFuzzer's hook would abort at once; ours it
/// sees when they come back to it.
fn forgive_zune() {
    set_hook(Box::new(|panic| {
        let is_zunes = panic.location().is_some_and(|at| at.file().contains("zune-"));
        if !is_zunes {
            eprintln!("{panic}");
        }
    }));
}

fn is_right_in_zune(recipe: &Recipe) -> bool {
    let [luma, chroma @ ..] = &recipe.components[..] else { return false };
    let is_plain = chroma.iter().all(|component| component.sampling == [1, 1]);
    let is_interleaved = recipe.scans.is_empty() || recipe.is_progressive();
    is_plain && is_interleaved && luma.sampling != [1, 2]
}

/// Zune's luma and its width.
fn luma(jpeg: &[u8]) -> Option<(usize, Vec<u8>)> {
    let options =
        DecoderOptions::new_fast().set_strict_mode(true).jpeg_set_out_colorspace(ColorSpace::Luma);
    let decoded = catch_unwind(|| {
        let mut decoder = JpegDecoder::new_with_options(ZCursor::new(jpeg), options);
        let samples = decoder.decode().ok()?;
        let (width, _) = decoder.dimensions()?;
        Some((width, samples))
    });
    decoded.ok().flatten()
}

/// The mean of a block, where none of its samples may have been clamped.
fn mean(lines: &[u8], width: usize, column: usize) -> Option<u8> {
    let rows = lines.chunks_exact(width).map(|line| &line[8 * column..8 * column + 8]);
    let (mut sum, mut is_clamped) = (0, false);
    for &sample in rows.flatten() {
        sum += u32::from(sample);
        is_clamped |= matches!(sample, 0 | 255);
    }
    (!is_clamped).then(|| u8::try_from((sum + 32) / 64).expect("a mean of bytes"))
}
