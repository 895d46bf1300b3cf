//! Numbers of a frame ↔ RGBA bytes that a canvas takes.

use crate::{Error, Result};

/// Channels of a picture in the networks.
pub const RGB: usize = 3;

/// Standard deviations of noise from black to white.
const NOISE_RANGE: f32 = 3.0;

/// A picture in −1..1; bytes that came from [`planes`] come back as they were.
///
/// # Shapes
/// `planes` is `[3, H, W]`, row by row; the result is `[H, W, 4]` with opaque pixels.
///
/// ```
/// use guidelight::pixels::{picture, planes};
///
/// // Two by two: red everywhere, green on the left, no blue.
/// let rgba = picture(&[1.0, 1.0, 1.0, 1.0, 1.0, -1.0, 1.0, -1.0, -1.0, -1.0, -1.0, -1.0]);
/// assert_eq!(rgba[..8], [255, 255, 0, 255, 255, 0, 0, 255]);
/// assert_eq!(picture(&planes("reference", &rgba, 2)?), rgba);
/// # Ok::<(), guidelight::Error>(())
/// ```
pub fn picture(planes: &[f32]) -> Vec<u8> {
    rgba(planes, |value| ((value + 1.0) * 127.5).round())
}

/// Values in −1..1 as guided-diffusion saves samples: `(value + 1) * 127.5`, rounded down. Any order of values.
pub fn sample_bytes(values: &[f32]) -> Vec<u8> {
    // `as` saturates, and NaN becomes 0.
    values.iter().map(|value| ((value + 1.0) * 127.5) as u8).collect()
}

/// Predicted noise: black at −3 standard deviations, white at 3. Shapes as in [`picture`].
pub fn noise(planes: &[f32]) -> Vec<u8> {
    picture(&planes.iter().map(|value| value / NOISE_RANGE).collect::<Vec<f32>>())
}

/// A gradient: 128 is zero, the largest magnitude reaches the end of the range. Shapes as in [`picture`].
pub fn gradient(planes: &[f32]) -> Vec<u8> {
    let largest = planes.iter().fold(0.0_f32, |max, value| max.max(value.abs()));
    let scale = if largest > 0.0 { 127.0 / largest } else { 0.0 };
    rgba(planes, |value| (value * scale).round() + 128.0)
}

fn rgba(planes: &[f32], level: impl Fn(f32) -> f32) -> Vec<u8> {
    let pixels = planes.len() / RGB;
    assert_eq!(planes.len(), pixels * RGB, "planes: three of the same size");
    // `as` saturates, and NaN becomes 0.
    let byte = |c: usize, pixel: usize| level(planes[c * pixels + pixel]) as u8;
    (0..pixels).flat_map(|pixel| [byte(0, pixel), byte(1, pixel), byte(2, pixel), u8::MAX]).collect()
}

/// The reverse of [`picture`], for `what`, a picture of side `size`. Alpha is ignored: the picture is on white already.
///
/// # Shapes
/// `rgba` is `[size, size, 4]`; the result is `[3, size, size]` in −1..1.
pub fn planes(what: &str, rgba: &[u8], size: usize) -> Result<Vec<f32>> {
    require_size(what, rgba, size)?;
    let plane = |c: usize| rgba.iter().skip(c).step_by(4).map(|byte| f32::from(*byte) / 127.5 - 1.0);
    Ok((0..RGB).flat_map(plane).collect())
}

/// A mask from its red channel: black is 0, white is 1.
///
/// # Shapes
/// `rgba` is `[size, size, 4]`; the result is `[size, size]` in 0..1.
pub fn mask(rgba: &[u8], size: usize) -> Result<Vec<f32>> {
    require_size("mask", rgba, size)?;
    Ok(rgba.iter().step_by(4).map(|byte| f32::from(*byte) / 255.0).collect())
}

fn require_size(what: &str, rgba: &[u8], size: usize) -> Result<()> {
    let expected = size * size * 4;
    if rgba.len() == expected {
        return Ok(());
    }
    let expected = format!("{expected} bytes of RGBA, {size}x{size} pixels");
    Err(Error::invalid(what, expected, format!("{} bytes", rgba.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_survive_the_way_through_planes() {
        let rgba: Vec<u8> = (0..=255).flat_map(|v: u8| [v, 255 - v, v / 2, 255]).collect();
        assert_eq!(picture(&planes("reference", &rgba, 16).unwrap()), rgba);
    }

    #[test]
    fn ranges_end_where_they_should() {
        assert_eq!(picture(&[-7.0, 0.0, 7.0]), [0, 128, 255, 255]);
        assert_eq!(noise(&[-3.0, 0.0, 3.0]), [0, 128, 255, 255]);
        assert_eq!(gradient(&[-0.5, 0.0, 0.25]), [1, 128, 192, 255]);
        assert_eq!(sample_bytes(&[-7.0, -1.0, -0.999, 0.0, 1.0, 7.0]), [0, 0, 0, 127, 255, 255]);
        assert_eq!(gradient(&[0.0; 3]), [128, 128, 128, 255]);
    }

    #[test]
    fn a_reference_of_another_size_is_refused() {
        let error = planes("reference", &[0; 15], 2).unwrap_err().to_string();
        assert_eq!(error, "reference: expected 16 bytes of RGBA, 2x2 pixels, got 15 bytes");
    }
}
