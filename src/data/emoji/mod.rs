//! The emoji data set: seven permissively licensed styles of the same drawings, classed by Unicode subgroup.
//!
//! Drawings are matched to emoji by code point or by Unicode name, never by short code; classes come from
//! `classes.json`; the split goes by base entry, so that one emoji's styles and skin tones stay on one side.

mod classes;
mod duplicates;
mod fetch;
mod files;
mod iconify;
mod sources;
mod split;
mod table;

use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;

use super::dataset::{Concept, Dataset, Info, Labels};
use super::raster;
use crate::{Error, Result};
use classes::Classes;
use table::Table;

/// Height and width of the images in pixels.
const SIZE: usize = 32;

/// One drawing, matched to an emoji.
struct Drawing {
    /// Row in the table of emoji.
    emoji: usize,
    art: Art,
}

/// The drawing itself.
enum Art {
    /// A whole SVG document, mirrored left to right if the vendor says so.
    Svg { document: String, mirrored: bool },
    /// A WebP file.
    Webp(PathBuf),
}

/// Fetches the sources (once, into `cache` or the user's cache folder), draws them and puts the data set together.
pub fn build(cache: Option<&Path>) -> Result<Dataset> {
    let modules = fetch::modules("npm", cache)?;
    let classes = Classes::read()?;
    let table = Table::read(&modules)?;
    let class_of: Vec<Option<u8>> = table.emoji.iter().map(|e| classes.of(&e.subgroup, &e.base_label)).collect();
    let mut drawings = Vec::new();
    for (style, source) in sources::STYLES.iter().enumerate() {
        let found = source.drawings(&modules, &table)?;
        let wanted = |d: &Drawing| {
            class_of[d.emoji].is_some() && !classes.denies(source.style, &table.emoji[d.emoji].base_label)
        };
        drawings.extend(found.into_iter().filter(wanted).map(|d| (style as u8, d)));
    }
    // Plain drawings before skin tones, so that of two near-duplicates the plain one stays.
    drawings.sort_by_key(|(style, d)| (*style, table.emoji[d.emoji].toned, d.emoji));

    let bar = ProgressBar::new(drawings.len() as u64).with_message("drawing").with_style(bar_style()?);
    let pictures = drawings
        .par_iter()
        .map(|(style, d)| {
            let picture = d.art.draw().map_err(|e| {
                let label = &table.emoji[d.emoji].label;
                Error::invalid(
                    format!("{} of {}", label, sources::STYLES[*style as usize].style),
                    "a drawing",
                    e.to_string(),
                )
            });
            bar.inc(1);
            picture
        })
        .collect::<Result<Vec<_>>>()?;
    bar.finish_and_clear();

    let styles: Vec<u8> = drawings.iter().map(|(style, _)| *style).collect();
    let keep = duplicates::distinct(&pictures, &styles, SIZE);
    let mut info = Info {
        format: 0,
        name: "emoji".to_owned(),
        size: SIZE,
        classes: classes.names(),
        styles: sources::STYLES.iter().map(|s| s.style.to_owned()).collect(),
        concepts: Vec::new(),
        captions: Vec::new(),
        sources: sources::credits()?,
    };
    let mut concept_row = vec![None; table.emoji.len()];
    let mut caption_row = vec![None; table.emoji.len()];
    let mut images = Vec::with_capacity(keep.len() * 3 * SIZE * SIZE);
    let mut labels = Vec::with_capacity(keep.len());
    for i in keep {
        let (style, drawing) = &drawings[i];
        let emoji = &table.emoji[drawing.emoji];
        let Some(class) = class_of[drawing.emoji] else { continue };
        let concept = *concept_row[emoji.base_row].get_or_insert_with(|| {
            info.concepts.push(Concept { base: emoji.base.clone(), label: emoji.base_label.clone() });
            info.concepts.len() as i32 - 1
        });
        let caption = *caption_row[drawing.emoji].get_or_insert_with(|| {
            info.captions.push(emoji.caption());
            info.captions.len() as i32 - 1
        });
        images.extend_from_slice(&pictures[i]);
        let split = split::of(&emoji.base);
        labels.push(Labels { class, style: *style, tone: emoji.toned.into(), split, concept, caption });
    }
    Dataset::new(info, images, &labels)
}

impl Art {
    fn draw(&self) -> Result<Vec<u8>> {
        match self {
            Self::Svg { document, mirrored } => raster::svg(document, SIZE, *mirrored),
            Self::Webp(path) => raster::webp(&std::fs::read(path).map_err(|e| Error::io(path, e))?, SIZE),
        }
    }
}

fn bar_style() -> Result<ProgressStyle> {
    ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {per_sec} {eta}")
        .map_err(|e| Error::invalid("progress bar", "a template", e.to_string()))
}

/// Reads and parses a JSON file of a package.
fn json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T> {
    let text = std::fs::read_to_string(path).map_err(|e| Error::io(path, e))?;
    serde_json::from_str(&text)
        .map_err(|e| Error::invalid(path.display().to_string(), "the JSON of the package", e.to_string()))
}
