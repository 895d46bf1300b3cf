//! The pictures of the command line.

use std::io::Cursor;
use std::path::Path;

use crate::{Error, Result};

/// A picture: on white, the middle square, at the model's size, in −1..1 planes.
pub(super) fn parse(bytes: &[u8], path: &Path, size: usize) -> Result<Vec<f32>> {
    let picture = decoded(bytes, path)?.to_rgba8();
    let side = picture.width().min(picture.height());
    let (left, top) = ((picture.width() - side) / 2, (picture.height() - side) / 2);
    let mut square = image::imageops::crop_imm(&picture, left, top, side, side).to_image();
    for pixel in square.pixels_mut() {
        let alpha = u16::from(pixel[3]);
        for c in 0..3 {
            pixel[c] = ((u16::from(pixel[c]) * alpha + 255 * (255 - alpha)) / 255) as u8;
        }
    }
    let target = u32::try_from(size).unwrap_or(u32::MAX);
    let small = image::imageops::resize(&square, target, target, image::imageops::FilterType::CatmullRom);
    Ok((0..3).flat_map(|c| small.pixels().map(move |p| f32::from(p[c]) / 127.5 - 1.0).collect::<Vec<_>>()).collect())
}

/// A mask of the model's size. Another size is refused: where its edges would come to lie is for its painter to say.
pub(super) fn parse_mask(bytes: &[u8], path: &Path, size: usize) -> Result<Vec<f32>> {
    let mask = decoded(bytes, path)?.to_luma8();
    if (mask.width() as usize, mask.height() as usize) != (size, size) {
        let got = format!("{}x{}", mask.width(), mask.height());
        return Err(Error::invalid(path.display().to_string(), format!("a mask of {size}x{size} pixels"), got));
    }
    Ok(mask.pixels().map(|pixel| f32::from(pixel[0]) / 255.0).collect())
}

fn decoded(bytes: &[u8], path: &Path) -> Result<image::DynamicImage> {
    let reader = image::ImageReader::new(Cursor::new(bytes)).with_guessed_format();
    let picture = reader.map_err(|error| Error::io(path, error))?.decode();
    picture.map_err(|error| Error::invalid(path.display().to_string(), "a PNG, WebP or GIF picture", error.to_string()))
}
