//! Packages with one file an emoji, named by its code points.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::table::{Table, key};
use super::{Art, Drawing};
use crate::{Error, Result};

/// Every file of `folder` with the extension that names an emoji; other names (drafts, private code points) are left out.
/// Of two names for one emoji (with and without leading zeros) the first in the alphabet counts.
fn named(folder: &Path, extension: &str, table: &Table) -> Result<BTreeMap<usize, PathBuf>> {
    let trouble = |e| Error::io(folder, e);
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).map_err(trouble)? {
        let path = entry.map_err(trouble)?.path();
        let Some(name) = path.file_name().and_then(|n| n.to_str()) else { continue };
        let Some(code_points) = name.strip_suffix(extension) else { continue };
        if let Some(emoji) = table.by_key(&key(code_points)) {
            let first = found.entry(emoji).or_insert_with(|| path.clone());
            if path < *first {
                *first = path;
            }
        }
    }
    Ok(found)
}

/// SVG files.
pub(super) fn svg(folder: &Path, table: &Table) -> Result<Vec<Drawing>> {
    named(folder, ".svg", table)?
        .into_iter()
        .map(|(emoji, path)| {
            let document = std::fs::read_to_string(&path).map_err(|e| Error::io(&path, e))?;
            Ok(Drawing { emoji, art: Art::Svg { document, mirrored: false } })
        })
        .collect()
}

/// WebP files.
pub(super) fn webp(folder: &Path, table: &Table) -> Result<Vec<Drawing>> {
    let files = named(folder, ".webp", table)?;
    Ok(files.into_iter().map(|(emoji, path)| Drawing { emoji, art: Art::Webp(path) }).collect())
}
