//! What a profile of curves and colorants makes of a color: reckoned out by itself, to
//! see whether that is what sRGB makes of it, and for the table that grey samples need.
//! It takes microseconds, and a transform between profiles half a millisecond to build.

use moxcms::{CmsError, ColorProfile, DataColorSpace, Matrix3d, ToneCurveEvaluator};

/// From samples to light, and on to sRGB.
pub(crate) struct Meaning {
    curves: [Box<dyn ToneCurveEvaluator + Send + Sync>; 3],
    /// From the profile's red, green and blue light to sRGB's.
    matrix: Matrix3d,
}

impl Meaning {
    /// That of a profile of grey or RGB. Profiles of tables have none that could be reckoned here.
    pub(crate) fn of(profile: &ColorProfile) -> Result<Self, CmsError> {
        let tables = [
            &profile.lut_a_to_b_perceptual,
            &profile.lut_a_to_b_colorimetric,
            &profile.lut_a_to_b_saturation,
        ];
        if profile.pcs != DataColorSpace::Xyz || tables.iter().any(|table| table.is_some()) {
            return Err(CmsError::UnsupportedProfileConnection);
        }
        let (curves, matrix) = if profile.color_space == DataColorSpace::Gray {
            ([&profile.gray_trc; 3], Matrix3d::IDENTITY)
        } else {
            let curves = [&profile.red_trc, &profile.green_trc, &profile.blue_trc];
            (curves, profile.transform_matrix(&ColorProfile::new_srgb()))
        };
        let [Some(red), Some(green), Some(blue)] = curves else {
            return Err(CmsError::BuildTransferFunction);
        };
        let curve = |curve: &moxcms::ToneReprCurve| curve.make_linear_evaluator();
        Ok(Self { curves: [curve(red)?, curve(green)?, curve(blue)?], matrix })
    }

    /// The sRGB samples of a color, unrounded.
    fn srgb(&self, samples: [u8; 3]) -> [f64; 3] {
        let light = |idx: usize| {
            let light = self.curves[idx].evaluate_value(f32::from(samples[idx]) / 255.0);
            f64::from(light).clamp(0.0, 1.0)
        };
        let light = [light(0), light(1), light(2)];
        self.matrix.v.map(|[r, g, b]| 255.0 * encoded(r * light[0] + g * light[1] + b * light[2]))
    }

    /// The luma in sRGB of every grey.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "samples are from 0 to 255"
    )]
    pub(crate) fn grey_table(&self) -> [u8; 256] {
        let mut table = [0; 256];
        for (grey, meant) in (0..=255).zip(&mut table) {
            *meant = luma(self.srgb([grey; 3])).round() as u8;
        }
        table
    }

    /// Does it make of each of these colors what sRGB makes of them: less than a level of
    /// grey off, and a few of color, which nobody sees?
    pub(crate) fn is_srgb(&self, mut colors: impl Iterator<Item = [u8; 3]>) -> bool {
        const LEVEL: f64 = 1.0;
        const LEVELS_OF_COLOR: f64 = 3.0;
        colors.all(|color| {
            let (meant, plain) = (self.srgb(color), color.map(f64::from));
            let off = meant.iter().zip(plain).map(|(meant, plain)| (meant - plain).abs());
            // Written so that a number that is none is not near.
            (luma(meant) - luma(plain)).abs() < LEVEL && off.fold(0.0, f64::max) < LEVELS_OF_COLOR
        })
    }
}

/// The weights of grey: ITU-R BT.601's.
fn luma([red, green, blue]: [f64; 3]) -> f64 {
    0.299 * red + 0.587 * green + 0.114 * blue
}

/// sRGB's curve, from light to samples (IEC 61966-2-1).
fn encoded(light: f64) -> f64 {
    let light = light.clamp(0.0, 1.0);
    if light <= 0.003_130_8 { 12.92 * light } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 }
}
