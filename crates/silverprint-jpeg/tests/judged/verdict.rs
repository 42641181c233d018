//! What our decoder answers to one JPEG, held against libjpeg-turbo's answer.

use silverprint_jpeg::{DecodeError, Decoder, Plane, Planes, Scale, Unsupported};
use std::collections::BTreeMap;
use std::fmt::{self, Display};
use turbo_judge::{Coding, Coefficients, Colour, Recipe, coefficients, decode_grey};

/// What came of many JPEGs.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Planes with the same bits.
    pub(crate) n_same: u64,
    /// What was left to others, by kind, where that is allowed.
    pub(crate) unsupported: BTreeMap<String, u64>,
    /// What is wrong, in words.
    pub(crate) failures: Vec<String>,
}

impl Tally {
    /// This one and another together.
    pub(crate) fn with(mut self, other: Self) -> Self {
        self.n_same += other.n_same;
        for (kind, n) in other.unsupported {
            *self.unsupported.entry(kind).or_default() += n;
        }
        self.failures.extend(other.failures);
        self
    }

    /// Some of the failures, and how many there are.
    pub(crate) fn told(&self, n_shown: usize) -> String {
        let shown = self.failures.iter().take(n_shown).map(String::as_str);
        format!("{} failures:\n{}", self.failures.len(), shown.collect::<Vec<_>>().join("\n"))
    }
}

impl Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} planes the same; left to others: {:?}", self.n_same, self.unsupported)
    }
}

/// Holds every scale of one sound JPEG against the judge.
pub(crate) fn judge(
    seed: u64,
    recipe: &Recipe,
    jpeg: &[u8],
    decoder: &mut Decoder,
    tally: &mut Tally,
) {
    let held = coefficients(jpeg).expect("the judge reads what it wrote");
    for scale in [Scale::Eighth, Scale::Quarter, Scale::Half] {
        if scale != Scale::Eighth && !is_ordinary(&held[0]) {
            continue;
        }
        let outcome = judge_scale(recipe, jpeg, scale, &held, decoder);
        match outcome {
            Ok(Outcome::Same(n_planes)) => tally.n_same += n_planes,
            Ok(Outcome::Unsupported(kind)) => {
                *tally.unsupported.entry(format!("{kind:?}")).or_default() += 1;
            }
            Err(why) => {
                tally.failures.push(format!("seed {seed}, {scale:?}: {why}\n  {}", told(recipe)));
            }
        }
    }
}

enum Outcome {
    Same(u64),
    Unsupported(Unsupported),
}

fn judge_scale(
    recipe: &Recipe,
    jpeg: &[u8],
    scale: Scale,
    held: &[Coefficients],
    decoder: &mut Decoder,
) -> Result<Outcome, String> {
    let alone = match decoder.decode(jpeg, scale, Planes::Luma) {
        Ok(alone) => alone,
        Err(DecodeError::Unsupported(kind)) if may_be_left(recipe, scale, Planes::Luma, kind) => {
            return Ok(Outcome::Unsupported(kind));
        }
        Err(error) => return Err(error.to_string()),
    };
    if scale == Scale::Eighth {
        let grey = decode_grey(jpeg, 1)?;
        differs("luma", &alone.luma, grey.width, grey.height, &grey.samples)?;
    } else {
        is_near("luma", &alone.luma, &held[0], scale)?;
    }
    if alone.chroma.is_some() {
        return Err("chroma that was not asked for".into());
    }
    let luma: Vec<u8> = alone.luma.samples.to_vec();
    let all = match decoder.decode(jpeg, scale, Planes::All) {
        Ok(all) => all,
        Err(DecodeError::Unsupported(kind)) if may_be_left(recipe, scale, Planes::All, kind) => {
            return Ok(Outcome::Same(1));
        }
        Err(error) => return Err(error.to_string()),
    };
    if all.luma.samples != luma {
        return Err("another luma with chroma".into());
    }
    let Some(chroma) = all.chroma else {
        let is_missing = recipe.colour != Colour::Grey;
        return if is_missing { Err("no chroma".into()) } else { Ok(Outcome::Same(1)) };
    };
    for (name, plane, held) in [("Cb", &chroma[0], &held[1]), ("Cr", &chroma[1], &held[2])] {
        if scale == Scale::Eighth {
            differs(name, plane, held.blocks.columns, held.blocks.rows, &held.means())?;
        } else if is_ordinary(held) {
            is_near(name, plane, held, scale)?;
        }
    }
    Ok(Outcome::Same(3))
}

/// What we may leave to others: what no Huffman decoder of luma reads, luma that
/// is not sampled highest, chroma at rates that do not divide luma's, and the
/// larger scales of progressive JPEGs.
fn may_be_left(recipe: &Recipe, scale: Scale, planes: Planes, kind: Unsupported) -> bool {
    let divides = |component: &turbo_judge::Component| {
        let luma = recipe.components[0].sampling;
        (0..2).all(|axis| luma[axis].is_multiple_of(component.sampling[axis]))
    };
    match kind {
        Unsupported::Process => recipe.coding == Coding::Arithmetic,
        Unsupported::Components => !matches!(recipe.colour, Colour::Grey | Colour::YCbCr),
        Unsupported::Sampling => {
            let blocks =
                |component: &turbo_judge::Component| component.sampling.iter().product::<u8>();
            let n_blocks = recipe.components.iter().map(blocks).sum::<u8>();
            n_blocks > 7 || !recipe.components.iter().all(divides)
        }
        Unsupported::Precision
        | Unsupported::Height
        | Unsupported::Length
        | Unsupported::Surplus => false,
        Unsupported::Incomplete => {
            let n_components = if planes == Planes::Luma { 1 } else { recipe.components.len() };
            !(0..n_components).all(|component| is_complete(recipe, component))
        }
        Unsupported::Scale => scale != Scale::Eighth && recipe.is_progressive(),
    }
}

/// Whether the scans say all bits of a component's first ten coefficients, by
/// which libjpeg decides whether it smooths blocks over.
fn is_complete(recipe: &Recipe, component: usize) -> bool {
    let last = |coefficient: u8| {
        let holds = |scan: &&turbo_judge::Scan| {
            let band = scan.band[0]..=scan.band[1];
            scan.components.iter().any(|&c| usize::from(c) == component)
                && band.contains(&coefficient)
        };
        recipe.scans.iter().rev().find(holds).map(|scan| scan.bits[1])
    };
    recipe.scans.is_empty() || (0..10).all(|coefficient| last(coefficient) == Some(0))
}

/// Whether no coefficient of luma is larger than pictures make them: beyond that
/// the larger transforms overflow, each build of libjpeg-turbo in its own way.
fn is_ordinary(luma: &Coefficients) -> bool {
    luma.blocks.blocks.iter().all(|block| {
        let dequantised = block.iter().zip(luma.quantisation);
        dequantised.into_iter().all(|(&c, q)| (i32::from(c) * i32::from(q)).abs() <= 2048)
    })
}

/// Whether the samples of a larger scale are, within rounding, those of a small
/// inverse transform of the lowest coefficients, reckoned in floating point.
fn is_near(name: &str, ours: &Plane<'_>, held: &Coefficients, scale: Scale) -> Result<(), String> {
    let side = if scale == Scale::Quarter { 2 } else { 4 };
    for (at, &sample) in ours.samples.iter().enumerate() {
        let (x, y) = (at % ours.width, at / ours.width);
        let block = &held.blocks.blocks[y / side * held.blocks.columns + x / side];
        let expected = small_inverse(block, &held.quantisation, side, x % side, y % side);
        if (f64::from(sample) - expected.clamp(0.0, 255.0)).abs() > 1.01 {
            return Err(format!("{name} at {x},{y}: {sample} and not {expected:.2}"));
        }
    }
    Ok(())
}

/// One sample of the inverse transform of `side`² coefficients.
fn small_inverse(block: &[i16; 64], steps: &[u16; 64], side: usize, x: usize, y: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "numbers below sixteen")]
    let wave = |k: usize, n: usize| {
        let norm = if k == 0 { 1.0 } else { 2.0_f64.sqrt() };
        norm * (std::f64::consts::PI * (2 * n + 1) as f64 * k as f64 / (2 * side) as f64).cos()
    };
    let terms = (0..side * side).map(|idx| {
        let (v, u) = (idx / side, idx % side);
        let at = 8 * v + u;
        f64::from(block[at]) * f64::from(steps[at]) * wave(u, x) * wave(v, y)
    });
    terms.sum::<f64>() / 8.0 + 128.0
}

fn differs(
    name: &str,
    ours: &Plane<'_>,
    width: usize,
    height: usize,
    theirs: &[u8],
) -> Result<(), String> {
    if (ours.width, ours.height) != (width, height) {
        let ours = (ours.width, ours.height);
        return Err(format!("{name} is {ours:?} and not {:?}", (width, height)));
    }
    if ours.samples.len() != theirs.len() {
        return Err(format!("{name} has {} samples", ours.samples.len()));
    }
    let first = ours.samples.iter().zip(theirs).position(|(ours, theirs)| ours != theirs);
    first.map_or(Ok(()), |at| {
        let n = ours.samples.iter().zip(theirs).filter(|(ours, theirs)| ours != theirs).count();
        let (column, row) = (at % width, at / width);
        let (ours, theirs) = (ours.samples[at], theirs[at]);
        Err(format!("{name}: {n} differ, first at {column},{row}: {ours} and not {theirs}"))
    })
}

fn told(recipe: &Recipe) -> String {
    let Recipe { width, height, colour, components, restart, coding, scans, .. } = recipe;
    let components = components.iter().map(|c| (c.sampling, c.quantisation, c.tables));
    let components: Vec<_> = components.collect();
    let scans = scans.iter().map(|s| (&s.components, s.band, s.bits)).collect::<Vec<_>>();
    format!(
        "{width}×{height} {colour:?} {coding:?} restart {restart:?} \
         (sampling, quantisation, tables) {components:?} (components, band, bits) {scans:?}"
    )
}
