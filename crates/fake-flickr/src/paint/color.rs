//! Colors as three numbers from 0 to 1, in the tones the eye sees.

pub(super) type Color = [f32; 3];

/// A color from its hexadecimal notation.
pub(super) fn hex(rgb: u32) -> Color {
    [rgb >> 16, rgb >> 8, rgb].map(|channel| (channel & 255) as f32 / 255.0)
}

/// From one color to another.
pub(super) fn blend(from: Color, to: Color, amount: f32) -> Color {
    let amount = amount.clamp(0.0, 1.0);
    [0, 1, 2].map(|n| from[n] + (to[n] - from[n]) * amount)
}

/// Brighter or darker.
pub(super) fn lit(color: Color, amount: f32) -> Color {
    color.map(|channel| channel * amount)
}

/// Both lights together.
pub(super) fn add(a: Color, b: Color) -> Color {
    [0, 1, 2].map(|n| a[n] + b[n])
}

/// How bright a color looks.
pub(super) fn luma(color: Color) -> f32 {
    0.3 * color[0] + 0.59 * color[1] + 0.11 * color[2]
}

/// 0 below `low`, 1 above `high`, smooth between.
pub(super) fn smooth(low: f32, high: f32, at: f32) -> f32 {
    let t = ((at - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// A gradient through several colors, evenly spaced.
pub(super) fn ramp(colors: &[Color], at: f32) -> Color {
    let last = colors.len() - 1;
    let place = at.clamp(0.0, 1.0) * last as f32;
    let step = (place as usize).min(last.saturating_sub(1));
    blend(colors[step], colors[(step + 1).min(last)], place - step as f32)
}
