//! Which Unicode subgroup belongs to which class: `classes.json`.

use std::collections::HashMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use crate::{Error, Result};

/// The class list; the order in the file is the class index.
#[derive(Deserialize)]
pub(super) struct Classes {
    #[serde(deserialize_with = "in_file_order")]
    classes: Vec<(String, Vec<String>)>,
    deny_labels: Vec<String>,
    deny_drawings: HashMap<String, Vec<String>>,
}

impl Classes {
    /// The list that comes with the program.
    pub(super) fn read() -> Result<Self> {
        serde_json::from_str(include_str!("classes.json"))
            .map_err(|e| Error::invalid("class list", "classes.json", e.to_string()))
    }

    /// Class names in index order.
    pub(super) fn names(&self) -> Vec<String> {
        self.classes.iter().map(|(name, _)| name.clone()).collect()
    }

    /// The class of an emoji, from its subgroup and the CLDR label of its base entry; `None` for emoji left out.
    pub(super) fn of(&self, subgroup: &str, base_label: &str) -> Option<u8> {
        if self.deny_labels.iter().any(|denied| denied == base_label) {
            return None;
        }
        let at = self.classes.iter().position(|(_, subgroups)| subgroups.iter().any(|s| s == subgroup))?;
        u8::try_from(at).ok()
    }

    /// Whether one style's drawing of an emoji is left out: broken in its package, or looks like another class.
    pub(super) fn denies(&self, style: &str, base_label: &str) -> bool {
        self.deny_drawings.get(style).is_some_and(|labels| labels.iter().any(|l| l == base_label))
    }
}

/// A JSON object as a list of pairs: a map type would forget the order, and the order is the class index.
fn in_file_order<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<(String, Vec<String>)>, D::Error> {
    struct Pairs;
    impl<'de> Visitor<'de> for Pairs {
        type Value = Vec<(String, Vec<String>)>;

        fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
            f.write_str("an object of class names and their subgroups")
        }

        fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
            let mut pairs = Vec::new();
            while let Some(pair) = map.next_entry()? {
                pairs.push(pair);
            }
            Ok(pairs)
        }
    }
    input.deserialize_map(Pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_the_file_is_the_class_index() {
        let names = Classes::read().unwrap().names();
        let want = "face person hand animal plant food vehicle building sky clothing heart sign";
        assert_eq!(names.join(" "), want);
    }

    #[test]
    fn subgroups_have_a_class_and_denied_labels_none() {
        let classes = Classes::read().unwrap();
        assert_eq!(classes.of("cat-face", "grinning cat"), Some(3));
        assert_eq!(classes.of("food-fruit", "red apple"), Some(4), "fruit is a plant");
        assert_eq!(classes.of("hand-single-finger", "index pointing up"), Some(2));
        assert_eq!(classes.of("hand-single-finger", "middle finger"), None);
        assert!(classes.denies("fxemoji", "fog") && !classes.denies("noto", "fog"));
        assert_eq!(classes.of("household", "door"), None, "objects are no class of this set");
    }
}
