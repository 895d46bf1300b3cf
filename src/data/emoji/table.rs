//! The list of emoji (emojibase): code points, labels, tags, subgroups, and every name a vendor may use for one.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use serde::Deserialize;

use super::iconify::{self, Set};
use super::json;
use crate::{Error, Result};

/// One emoji; a skin-tone variant is one too.
pub(super) struct Emoji {
    /// Code points as [`key`] writes them.
    key: String,
    /// CLDR label.
    pub(super) label: String,
    tags: Vec<String>,
    /// Unicode subgroup of the base entry.
    pub(super) subgroup: String,
    /// Whether this is a skin-tone variant.
    pub(super) toned: bool,
    /// Row of the entry without skin tone.
    pub(super) base_row: usize,
    /// Key of the entry without skin tone.
    pub(super) base: String,
    /// CLDR label of the entry without skin tone.
    pub(super) base_label: String,
}

impl Emoji {
    /// Label, then tags.
    pub(super) fn caption(&self) -> String {
        let tags = self.tags.iter().filter(|t| **t != self.label);
        std::iter::once(&self.label).chain(tags).map(String::as_str).collect::<Vec<_>>().join(", ")
    }
}

/// All emoji in Unicode order, each base entry before its skin tones, and their names.
pub(super) struct Table {
    pub(super) emoji: Vec<Emoji>,
    keys: HashMap<String, usize>,
    slugs: HashMap<String, usize>,
    squeezed: HashMap<String, usize>,
}

#[derive(Deserialize)]
struct Entry {
    label: String,
    hexcode: String,
    #[serde(default)]
    tags: Vec<String>,
    subgroup: Option<u32>,
    order: Option<u32>,
    #[serde(default)]
    skins: Vec<Entry>,
}

#[derive(Deserialize)]
struct Groups {
    subgroups: HashMap<u32, String>,
}

impl Table {
    /// Reads emojibase and the two sets whose name lists help to understand the others.
    pub(super) fn read(modules: &Path) -> Result<Self> {
        let folder = modules.join("emojibase-data");
        let mut entries: Vec<Entry> = json(&folder.join("en/data.json"))?;
        let groups: Groups = json(&folder.join("meta/groups.json"))?;
        let unicode: BTreeMap<String, String> = json(&folder.join("meta/unicode-names.json"))?;
        // Entries that are no emoji of their own (regional indicators) have no order.
        entries.retain(|e| e.order.is_some());
        entries.sort_by_key(|e| e.order);
        let mut table =
            Self { emoji: Vec::new(), keys: HashMap::new(), slugs: HashMap::new(), squeezed: HashMap::new() };
        for entry in entries {
            table.push(entry, &groups)?;
        }
        table.name(modules, &unicode)?;
        Ok(table)
    }

    fn push(&mut self, entry: Entry, groups: &Groups) -> Result<()> {
        let subgroup = entry.subgroup.and_then(|s| groups.subgroups.get(&s)).ok_or_else(|| {
            Error::invalid(
                format!("emojibase entry `{}`", entry.label),
                "a known subgroup",
                format!("{:?}", entry.subgroup),
            )
        })?;
        let base_row = self.emoji.len();
        let base = key(&entry.hexcode);
        let variants = std::iter::once((false, entry.hexcode, entry.label.clone()))
            .chain(entry.skins.into_iter().map(|skin| (true, skin.hexcode, skin.label)));
        for (toned, hexcode, label) in variants {
            self.keys.insert(key(&hexcode), self.emoji.len());
            self.emoji.push(Emoji {
                key: key(&hexcode),
                label,
                tags: entry.tags.clone(),
                subgroup: subgroup.clone(),
                toned,
                base_row,
                base: base.clone(),
                base_label: entry.label.clone(),
            });
        }
        Ok(())
    }

    /// Collects the names. Earlier lists win: CLDR labels, Unicode names, then what noto, which lists its code points,
    /// calls a drawing, then second names of both noto sets (older CLDR labels).
    fn name(&mut self, modules: &Path, unicode: &BTreeMap<String, String>) -> Result<()> {
        let unicode: HashMap<String, &String> = unicode.iter().map(|(code, name)| (key(code), name)).collect();
        let formal = |e: &Emoji| unicode.get(&e.key).map(|name| slug(name));
        for (row, emoji) in self.emoji.iter().enumerate() {
            self.slugs.entry(slug(&emoji.label)).or_insert(row);
        }
        for (row, emoji) in self.emoji.iter().enumerate() {
            if let Some(name) = formal(emoji) {
                self.squeezed.entry(name.replace('-', "")).or_insert(row);
                self.slugs.entry(name).or_insert(row);
            }
        }
        // Squeezed names are the oldest set's: there the Unicode name comes first.
        for (row, emoji) in self.emoji.iter().enumerate() {
            self.squeezed.entry(slug(&emoji.label).replace('-', "")).or_insert(row);
        }
        let noto = modules.join("@iconify-json/noto");
        for (code_points, name) in iconify::characters(&noto)? {
            if let Some(row) = self.by_key(&code_points) {
                self.slugs.entry(name).or_insert(row);
            }
        }
        for folder in [noto, modules.join("@iconify-json/noto-v1")] {
            for (name, alias) in Set::read(&folder)?.aliases {
                if let Some(row) = self.by_slug(&alias.parent) {
                    self.slugs.entry(name).or_insert(row);
                }
            }
        }
        Ok(())
    }

    /// The emoji with these code points, written by [`key`].
    pub(super) fn by_key(&self, key: &str) -> Option<usize> {
        self.keys.get(key).copied()
    }

    /// The emoji with this name in `kebab-case`.
    pub(super) fn by_slug(&self, name: &str) -> Option<usize> {
        self.slugs.get(name).copied()
    }

    /// The emoji with this name in lower case without anything between the words.
    pub(super) fn by_squeezed_name(&self, name: &str) -> Option<usize> {
        self.squeezed.get(name).copied()
    }
}

/// Code points as one key: lower-case hex without leading zeros, joined by `-`, U+FE0F (a wish for colour) left out.
pub(super) fn key(code_points: &str) -> String {
    let lower = code_points.to_ascii_lowercase();
    let parts = lower.split('-').map(|c| c.trim_start_matches('0')).filter(|c| *c != "fe0f");
    parts.collect::<Vec<_>>().join("-")
}

/// A name in `kebab-case` as icon sets write it: no quotes or full stops; `!`, `#` and `*` as words.
fn slug(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    let spoken = name.to_lowercase().replace('!', " exclamation").replace('#', "pound").replace('*', "asterisk");
    for c in spoken.chars() {
        match c {
            '\'' | '’' | '‘' | '“' | '”' | '.' => {}
            c if c.is_alphanumeric() => slug.push(c),
            _ if slug.is_empty() || slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
    }
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_drop_leading_zeros_and_the_variation_selector() {
        assert_eq!(key("1F600"), "1f600");
        assert_eq!(key("0023-FE0F-20E3"), "23-20e3");
        assert_eq!(key("1F575-FE0F-200D-2642-FE0F"), "1f575-200d-2642");
    }

    #[test]
    fn slugs_are_what_icon_sets_write() {
        assert_eq!(slug("man: medium-dark skin tone, red hair"), "man-medium-dark-skin-tone-red-hair");
        assert_eq!(slug("woman’s hat"), "womans-hat");
        assert_eq!(slug("Japanese “reserved” button"), "japanese-reserved-button");
        assert_eq!(slug("A button (blood type)"), "a-button-blood-type");
        assert_eq!(slug("keycap: #"), "keycap-pound", "`keycap` is an empty one");
        assert_eq!(slug("UP! button"), "up-exclamation-button", "`up-button` is the upwards button");
    }
}
