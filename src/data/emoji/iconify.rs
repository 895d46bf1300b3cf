//! Iconify packages: all drawings of a set in one `icons.json`, some with their code points in `chars.json`.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use serde::Deserialize;

use super::table::{Table, key};
use super::{Art, Drawing, json};
use crate::Result;

/// `icons.json`: drawings and second names for them.
#[derive(Deserialize)]
pub(super) struct Set {
    icons: BTreeMap<String, Icon>,
    #[serde(default)]
    pub(super) aliases: BTreeMap<String, Alias>,
    width: f64,
    height: f64,
}

#[derive(Deserialize)]
struct Icon {
    body: String,
    width: Option<f64>,
    height: Option<f64>,
    #[serde(default)]
    left: f64,
    #[serde(default)]
    top: f64,
}

/// A second name for a drawing, at times mirrored.
#[derive(Deserialize)]
pub(super) struct Alias {
    pub(super) parent: String,
    #[serde(default, rename = "hFlip")]
    mirrored: bool,
}

impl Set {
    /// Reads the set of the package in `folder`.
    pub(super) fn read(folder: &Path) -> Result<Self> {
        json(&folder.join("icons.json"))
    }

    /// The drawing behind a name as a whole SVG document.
    fn art(&self, name: &str) -> Option<Art> {
        let alias = self.aliases.get(name);
        let icon = self.icons.get(alias.map_or(name, |a| &a.parent))?;
        let (width, height) = (icon.width.unwrap_or(self.width), icon.height.unwrap_or(self.height));
        let document = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="{} {} {width} {height}" width="{width}" height="{height}">{}</svg>"#,
            icon.left, icon.top, icon.body
        );
        Some(Art::Svg { document, mirrored: alias.is_some_and(|a| a.mirrored) })
    }

    /// Matches drawings to emoji with `find`: by their own name, and only where that says nothing by a second one.
    /// A second name is often an older label that now means another emoji ("cricket", the bat and the insect).
    fn matched(&self, find: impl Fn(&str) -> Option<usize>) -> Vec<Drawing> {
        let mut found = BTreeMap::new();
        let second = self.aliases.iter().filter(|(_, alias)| alias.mirrored || find(&alias.parent).is_none());
        for name in self.icons.keys().chain(second.map(|(name, _)| name)) {
            if let Some(emoji) = find(name)
                && let Some(art) = self.art(name)
            {
                found.entry(emoji).or_insert(art);
            }
        }
        found.into_iter().map(|(emoji, art)| Drawing { emoji, art }).collect()
    }
}

/// `chars.json`: code points to names, keys as in [`key`].
pub(super) fn characters(folder: &Path) -> Result<BTreeMap<String, String>> {
    let list: HashMap<String, String> = json(&folder.join("chars.json"))?;
    Ok(list.into_iter().map(|(code_points, name)| (key(&code_points), name)).collect())
}

/// Drawings of a set that lists its code points.
pub(super) fn by_code_point(folder: &Path, table: &Table) -> Result<Vec<Drawing>> {
    let set = Set::read(folder)?;
    let found = characters(folder)?
        .into_iter()
        .filter_map(|(code_points, name)| Some(Drawing { emoji: table.by_key(&code_points)?, art: set.art(&name)? }));
    Ok(found.collect())
}

/// Drawings of a set that has names only: CLDR labels and Unicode names in `kebab-case`.
pub(super) fn by_name(folder: &Path, table: &Table) -> Result<Vec<Drawing>> {
    Ok(Set::read(folder)?.matched(|name| table.by_slug(name)))
}

/// Drawings of a set whose names are Unicode names without anything between the words.
pub(super) fn by_squeezed_name(folder: &Path, table: &Table) -> Result<Vec<Drawing>> {
    Ok(Set::read(folder)?.matched(|name| table.by_squeezed_name(name)))
}
