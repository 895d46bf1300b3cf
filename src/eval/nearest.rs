//! Has a picture been learnt by heart? Its distance to the nearest training image.

use super::metrics::{Features, squared_distance};
use crate::pixels::RGB;

/// Pictures are compared as means over a grid of this side: alike to the eye counts, not to the pixel.
pub(super) const SIDE: usize = 8;

/// Box means of pictures in 0..1.
///
/// # Shapes
/// `images` are planes of u8, each `[3, size, size]` with a size divisible by 8; the result is `[n, 3 · 8 · 8]`.
pub fn thumbnails<'a>(images: impl IntoIterator<Item = &'a [u8]>, size: usize) -> Features {
    let cell = size / SIDE;
    assert!(cell > 0 && size.is_multiple_of(SIDE), "pictures: a side divisible by {SIDE}");
    let mut values = Vec::new();
    for image in images {
        for k in 0..RGB * SIDE * SIDE {
            let (c, y, x) = (k / (SIDE * SIDE), k / SIDE % SIDE, k % SIDE);
            let at = |row: usize, column: usize| image[(c * size + y * cell + row) * size + x * cell + column];
            let sum: f64 = (0..cell * cell).map(|p| f64::from(at(p / cell, p % cell))).sum();
            values.push(sum / (cell * cell) as f64 / 255.0);
        }
    }
    Features { width: RGB * SIDE * SIDE, values }
}

/// Root mean square distance of each thumbnail to the nearest of `known`, mirror images included.
pub fn distances(thumbnails: &Features, known: &Features) -> Vec<f64> {
    let distance = |row: &[f64]| {
        let mirror: Vec<f64> = row.chunks(SIDE).flat_map(|line| line.iter().rev().copied()).collect();
        let nearest = known
            .rows()
            .map(|other| squared_distance(row, other).min(squared_distance(&mirror, other)))
            .fold(f64::INFINITY, f64::min);
        (nearest / row.len() as f64).sqrt()
    };
    thumbnails.rows().map(distance).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mirrored_training_image_is_found_and_a_grey_one_is_as_far_as_it_is_grey() {
        let picture: Vec<u8> = (0..3 * 16 * 16).map(|i| (i % 16 * 16) as u8).collect();
        let mirror: Vec<u8> = picture.chunks(16).flat_map(|line| line.iter().rev().copied()).collect();
        let known = thumbnails([picture.as_slice(), &[0; 3 * 16 * 16]], 16);
        let got = distances(&thumbnails([mirror.as_slice(), &[51; 3 * 16 * 16]], 16), &known);
        assert!(got[0] < 1e-12, "{got:?}");
        assert!((got[1] - 0.2).abs() < 1e-12, "{got:?}");
    }
}
