//! Contact sheets: the quickest way to see what is in a data set.

use image::{Rgb, RgbImage};

use super::Dataset;
use crate::{Error, Result};

/// Grey between the images, so that white edges show.
const GAP_COLOUR: Rgb<u8> = Rgb([200, 200, 200]);
const GAP: usize = 2;

/// Which images go on a sheet.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Class name; `None` for all.
    pub class: Option<String>,
    /// Style name; `None` for all.
    pub style: Option<String>,
    /// Split value; `None` for both.
    pub split: Option<u8>,
    /// Whether skin-tone variants are shown.
    pub tones: bool,
    /// At most this many images, spread evenly over what is selected.
    pub count: usize,
}

/// Draws the selected images in class, then file order, each pixel `zoom` pixels wide.
pub fn sheet(data: &Dataset, selection: &Selection, columns: usize, zoom: usize) -> Result<RgbImage> {
    let class = selection.class.as_deref().map(|name| position("class", data.classes(), name)).transpose()?;
    let style = selection.style.as_deref().map(|name| position("style", data.styles(), name)).transpose()?;
    let mut chosen: Vec<usize> = (0..data.len())
        .filter(|&i| class.is_none_or(|c| usize::from(data.class()[i]) == c))
        .filter(|&i| style.is_none_or(|s| usize::from(data.style()[i]) == s))
        .filter(|&i| selection.split.is_none_or(|s| data.split()[i] == s))
        .filter(|&i| selection.tones || data.tone()[i] == 0)
        .collect();
    chosen.sort_by_key(|&i| data.class()[i]);
    let count = chosen.len().min(selection.count);
    if count == 0 {
        return Err(Error::invalid("contact sheet", "at least one image", "a selection without any"));
    }
    let shown: Vec<usize> = (0..count).map(|k| chosen[k * chosen.len() / count]).collect();
    let images: Vec<&[u8]> = shown.iter().map(|&i| data.image(i)).collect();
    Ok(grid(&images, data.size(), columns.clamp(1, count), zoom.max(1)))
}

/// Draws images, each `[3, size, size]`, in rows of `columns`.
pub fn grid(images: &[&[u8]], size: usize, columns: usize, zoom: usize) -> RgbImage {
    let cell = size * zoom + GAP;
    let rows = images.len().div_ceil(columns);
    let mut picture = RgbImage::from_pixel((columns * cell + GAP) as u32, (rows * cell + GAP) as u32, GAP_COLOUR);
    for (k, image) in images.iter().enumerate() {
        let (left, top) = (GAP + k % columns * cell, GAP + k / columns * cell);
        for y in 0..size * zoom {
            for x in 0..size * zoom {
                let at = y / zoom * size + x / zoom;
                let colour = Rgb([0, 1, 2].map(|channel| image[channel * size * size + at]));
                picture.put_pixel((left + x) as u32, (top + y) as u32, colour);
            }
        }
    }
    picture
}

fn position(what: &str, names: &[String], name: &str) -> Result<usize> {
    let known = || Error::invalid(what, format!("one of {}", names.join(", ")), format!("`{name}`"));
    names.iter().position(|n| n == name).ok_or_else(known)
}
