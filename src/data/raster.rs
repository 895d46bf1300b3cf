//! Drawings to small RGB images on white: scaled by the longer side, centred.
//!
//! Both ways average over the area of a pixel: the SVG renderer's anti-aliasing does, and [`webp`] does it for bitmaps
//! in premultiplied alpha, so that no style is sharper than another by accident.

use image::RgbaImage;
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use crate::{Error, Result};

/// Draws an SVG document; `mirrored` flips it left to right.
///
/// # Shapes
/// Returns [3, size, size], RGB planes.
pub(super) fn svg(document: &str, size: usize, mirrored: bool) -> Result<Vec<u8>> {
    let tree = Tree::from_str(document, &Options::default())
        .map_err(|e| Error::invalid("drawing", "an SVG document", e.to_string()))?;
    let (width, height) = (tree.size().width(), tree.size().height());
    let side = size as f32;
    let scale = side / width.max(height);
    let mut place =
        Transform::from_scale(scale, scale).post_translate((side - width * scale) / 2.0, (side - height * scale) / 2.0);
    if mirrored {
        place = place.post_concat(Transform::from_row(-1.0, 0.0, 0.0, 1.0, side, 0.0));
    }
    let mut canvas = Pixmap::new(size as u32, size as u32)
        .ok_or_else(|| Error::invalid("image size", "a size above 0", size.to_string()))?;
    canvas.fill(Color::WHITE);
    resvg::render(&tree, place, &mut canvas.as_mut());
    // White below, so every pixel is opaque and premultiplied equals plain.
    let mut planes = Vec::with_capacity(3 * size * size);
    for channel in 0..3 {
        planes.extend(canvas.data().iter().skip(channel).step_by(4));
    }
    Ok(planes)
}

/// Decodes a WebP picture and scales it down onto white.
///
/// # Shapes
/// Returns [3, size, size], RGB planes.
pub(super) fn webp(bytes: &[u8], size: usize) -> Result<Vec<u8>> {
    let picture = image::load_from_memory_with_format(bytes, image::ImageFormat::WebP)
        .map_err(|e| Error::invalid("picture", "a WebP file", e.to_string()))?;
    Ok(shrink(&picture.to_rgba8(), size))
}

/// Area average of a picture over white, scaled by the longer side and centred.
fn shrink(picture: &RgbaImage, size: usize) -> Vec<u8> {
    let (width, height) = picture.dimensions();
    let scale = f64::from(width.max(height)) / size as f64;
    // The picture's own edges in output pixels: what lies outside is white.
    let columns = coverage(size, scale, width);
    let rows = coverage(size, scale, height);
    let mut planes = vec![0; 3 * size * size];
    for (y, row) in rows.iter().enumerate() {
        for (x, column) in columns.iter().enumerate() {
            let mut sum = [0.0; 3];
            let mut alpha_sum = 0.0;
            for &(sy, wy) in row {
                for &(sx, wx) in column {
                    let [r, g, b, a] = picture.get_pixel(sx, sy).0.map(f64::from);
                    let alpha = a / 255.0 * wx * wy;
                    alpha_sum += alpha;
                    for (total, value) in sum.iter_mut().zip([r, g, b]) {
                        *total += alpha * value;
                    }
                }
            }
            for (channel, total) in sum.iter().enumerate() {
                let value = total + (1.0 - alpha_sum) * 255.0;
                planes[(channel * size + y) * size + x] = value.round().clamp(0.0, 255.0) as u8;
            }
        }
    }
    planes
}

/// For each output pixel along one axis: the source pixels under it and the share of the output pixel each covers.
fn coverage(size: usize, scale: f64, length: u32) -> Vec<Vec<(u32, f64)>> {
    let offset = (f64::from(length) - size as f64 * scale) / 2.0;
    (0..size)
        .map(|i| {
            let (from, to) = (offset + i as f64 * scale, offset + (i + 1) as f64 * scale);
            let first = from.floor().max(0.0) as u32;
            let last = (to.ceil().max(0.0) as u32).min(length);
            (first..last)
                .map(|s| (s, (to.min(f64::from(s) + 1.0) - from.max(f64::from(s))) / scale))
                .filter(|&(_, share)| share > 0.0)
                .collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pixel(planes: &[u8], size: usize, x: usize, y: usize) -> [u8; 3] {
        [0, 1, 2].map(|c| planes[(c * size + y) * size + x])
    }

    #[test]
    fn a_wide_drawing_is_centred_on_white() {
        let wide = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10" width="20" height="10">
            <path fill="#f00" d="M0 0h10v10H0z"/><path fill="#00f" d="M10 0h10v10H10z"/></svg>"##;
        let image = svg(wide, 8, false).unwrap();
        assert_eq!(image.len(), 3 * 8 * 8);
        assert_eq!([1, 2, 5, 6].map(|y| pixel(&image, 8, 1, y)), [[255; 3], [255, 0, 0], [255, 0, 0], [255; 3]]);
        assert_eq!(pixel(&image, 8, 6, 4), [0, 0, 255]);
        let mirrored = svg(wide, 8, true).unwrap();
        assert_eq!((pixel(&mirrored, 8, 1, 4), pixel(&mirrored, 8, 6, 4)), ([0, 0, 255], [255, 0, 0]));
    }

    #[test]
    fn a_bitmap_is_averaged_in_premultiplied_alpha() {
        // Left half opaque black, right half transparent pure green: the green must not bleed into the result.
        let picture =
            RgbaImage::from_fn(16, 8, |x, _| image::Rgba(if x < 8 { [0, 0, 0, 255] } else { [0, 255, 0, 0] }));
        let image = shrink(&picture, 4);
        assert_eq!([0, 1, 2, 3].map(|y| pixel(&image, 4, 0, y)), [[255; 3], [0; 3], [0; 3], [255; 3]]);
        assert_eq!(pixel(&image, 4, 3, 1), [255; 3]);
        let half = shrink(&picture, 1);
        assert_eq!(pixel(&half, 1, 0, 0), [191; 3], "a quarter of the square is black");
    }

    #[test]
    fn rubbish_is_refused() {
        assert!(svg("<svg", 8, false).is_err());
        assert!(webp(b"RIFF", 8).is_err());
    }
}
