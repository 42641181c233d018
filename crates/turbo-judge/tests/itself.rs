//! The judge, judged: what it decodes at an eighth is what the coefficients
//! say by the plain formula, and what it writes is what it was given.

use fastrand::Rng;
use turbo_judge::{Blocks, Colour, Recipe, coefficients, decode_grey, encode, paint, random};

const N_SEEDS: u64 = 2_000;

#[test]
fn an_eighth_is_the_mean_of_each_block() {
    let mut n_judged = 0;
    for seed in 0..N_SEEDS {
        let mut rng = Rng::with_seed(seed);
        let recipe = random(&mut rng);
        let painted = paint(&recipe, &mut rng);
        let jpeg =
            encode(&recipe, &painted).unwrap_or_else(|why| panic!("{seed}: {why}: {recipe:?}"));
        let held = coefficients(&jpeg).unwrap_or_else(|why| panic!("{seed}: {why}: {recipe:?}"));
        if !is_unfinished(&recipe) {
            let same =
                held.iter().zip(&painted).all(|(held, painted)| is_within(&held.blocks, painted));
            assert!(same, "{seed}: not what was written: {recipe:?}");
        }
        if matches!(recipe.colour, Colour::Grey | Colour::YCbCr) && recipe.luma_is_highest() {
            let grey =
                decode_grey(&jpeg, 1).unwrap_or_else(|why| panic!("{seed}: {why}: {recipe:?}"));
            let luma = &held[0];
            assert_eq!((grey.width, grey.height), (luma.blocks.columns, luma.blocks.rows));
            assert!(grey.samples == luma.means(), "{seed}: other samples: {recipe:?}");
            assert_eq!(grey.warnings, [""; 0], "{seed}: {recipe:?}");
            n_judged += 1;
        }
    }
    assert!(n_judged > N_SEEDS / 2, "only {n_judged} were grey enough");
}

/// Whether the held blocks are the painted ones, but for the padding.
fn is_within(held: &Blocks, painted: &Blocks) -> bool {
    let rows = painted.blocks.chunks_exact(painted.columns);
    let rows = rows.map(|row| &row[..held.columns]);
    held.blocks.chunks_exact(held.columns).zip(rows).all(|(held, painted)| held == painted)
}

/// Whether a band of some component lacks bits at the end.
fn is_unfinished(recipe: &Recipe) -> bool {
    let is_known = |component: u8, idx: u8| {
        recipe.scans.iter().any(|scan| {
            let [first, last] = scan.band;
            let has = scan.components.contains(&component) && (first..=last).contains(&idx);
            has && scan.bits[1] == 0
        })
    };
    let n = u8::try_from(recipe.components.len()).expect("four at most");
    !recipe.scans.is_empty() && (0..n).any(|c| (0..64).any(|idx| !is_known(c, idx)))
}

#[test]
fn an_error_is_told_and_ends_nothing() {
    assert!(decode_grey(b"", 1).is_err());
    assert!(decode_grey(b"not a JPEG", 1).is_err());
    let mut rng = Rng::with_seed(1);
    let recipe = Recipe { colour: Colour::Grey, ..random(&mut rng) };
    let too_many = Recipe { components: [recipe.components[0]; 2].to_vec(), ..recipe };
    assert!(encode(&too_many, &paint(&too_many, &mut rng)).is_err());
}

#[test]
fn a_cut_is_warned_of() {
    let mut rng = Rng::with_seed(7);
    let recipe = random(&mut rng);
    let jpeg = encode(&recipe, &paint(&recipe, &mut rng)).expect("it can be written");
    let cut = decode_grey(&jpeg[..jpeg.len() - 2], 1).expect("libjpeg forgives it");
    assert_eq!(cut.warnings, ["Premature end of JPEG file"]);
}
