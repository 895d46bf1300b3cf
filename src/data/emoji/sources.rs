//! The packages the images come from: name, reader and credit. The order is the style index.

use std::collections::HashMap;
use std::path::Path;

use serde::Deserialize;

use super::table::Table;
use super::{Drawing, fetch, files, iconify};
use crate::data::Source;
use crate::{Error, Result};

/// One style and how to read it.
pub(super) struct Style {
    pub(super) style: &'static str,
    package: &'static str,
    folder: &'static str,
    read: fn(&Path, &Table) -> Result<Vec<Drawing>>,
    licence: &'static str,
    credit: &'static str,
    link: &'static str,
}

/// Permissive licences only.
pub(super) const STYLES: [Style; 7] = [
    Style {
        style: "noto",
        package: "@iconify-json/noto",
        folder: "",
        read: iconify::by_code_point,
        licence: "Apache-2.0",
        credit: "Noto Emoji, Google",
        link: "https://github.com/googlefonts/noto-emoji",
    },
    Style {
        style: "noto-v1",
        package: "@iconify-json/noto-v1",
        folder: "",
        read: iconify::by_name,
        licence: "Apache-2.0",
        credit: "Noto Emoji version 1, Google",
        link: "https://github.com/googlefonts/noto-emoji",
    },
    Style {
        style: "twemoji",
        package: "@discordapp/twemoji",
        folder: "dist/svg",
        read: files::svg,
        licence: "CC-BY-4.0",
        credit: "Twemoji, Twitter and contributors; Discord's continuation",
        link: "https://github.com/discord/twemoji",
    },
    Style {
        style: "fluent-flat",
        package: "@iconify-json/fluent-emoji-flat",
        folder: "",
        read: iconify::by_code_point,
        licence: "MIT",
        credit: "Fluent Emoji, Microsoft",
        link: "https://github.com/microsoft/fluentui-emoji",
    },
    Style {
        style: "fluent-3d",
        package: "@lobehub/fluent-emoji-3d",
        folder: "assets",
        read: files::webp,
        licence: "MIT",
        credit: "Fluent Emoji, Microsoft; packaged by LobeHub",
        link: "https://github.com/lobehub/fluent-emoji",
    },
    Style {
        style: "emojione",
        package: "@iconify-json/emojione",
        folder: "",
        read: iconify::by_name,
        licence: "CC-BY-4.0",
        credit: "EmojiOne 2.3, Emoji One",
        link: "https://github.com/EmojiTwo/emojitwo",
    },
    Style {
        style: "fxemoji",
        package: "@iconify-json/fxemoji",
        folder: "",
        read: iconify::by_squeezed_name,
        licence: "Apache-2.0",
        credit: "Firefox OS Emoji, Mozilla",
        link: "https://github.com/mozilla/fxemoji",
    },
];

impl Style {
    /// Every drawing of the style that is an emoji of the table.
    pub(super) fn drawings(&self, modules: &Path, table: &Table) -> Result<Vec<Drawing>> {
        (self.read)(&modules.join(self.package).join(self.folder), table)
    }
}

/// The credits of all sources, versions as pinned.
pub(super) fn credits() -> Result<Vec<Source>> {
    #[derive(Deserialize)]
    struct Package {
        dependencies: HashMap<String, String>,
    }
    let pinned: Package = serde_json::from_str(fetch::PACKAGE)
        .map_err(|e| Error::invalid("package list", "package.json", e.to_string()))?;
    let source = |style: &str, package: &str, licence: &str, credit: &str, link: &str| {
        let version = pinned
            .dependencies
            .get(package)
            .ok_or_else(|| Error::invalid("package list", format!("`{package}` with a version"), "none"))?;
        Ok(Source {
            style: style.to_owned(),
            package: package.to_owned(),
            version: version.clone(),
            licence: licence.to_owned(),
            credit: credit.to_owned(),
            link: link.to_owned(),
        })
    };
    let labels = source("", "emojibase-data", "MIT", "Emojibase, Miles Johnson", "https://emojibase.dev");
    STYLES.iter().map(|s| source(s.style, s.package, s.licence, s.credit, s.link)).chain([labels]).collect()
}
