//! The page's address ↔ settings: `?class=animal&seed=7` is the same run there and here.

use std::collections::BTreeMap;

use serde_json::Value;
use url::{ParseError, Url, form_urlencoded};

use super::model_files::Shelf;
use crate::models::manifest::Entry;
use crate::session::Settings;
use crate::{Error, Result};

/// Parameters that say how the page computes and looks, not what.
const PAGE_ONLY: [&str; 8] = ["autoplay", "backend", "embed", "hide", "lanes", "lang", "lock", "pause"];

/// Keys that every link has, for people who read it.
const ALWAYS: [&str; 2] = ["model", "class"];

/// Where a link without a host stands.
const NOWHERE: &str = "http://localhost/";

/// The settings of a link, with the page's defaults, for `model` if that is given, in place of what it leaves out. What
/// is no setting is told to people and left out, as on the page.
pub(super) fn read(link: &str, model: Option<&str>, shelf: &Shelf) -> Result<Settings> {
    let wrong =
        || Error::invalid("link", "an address of the page, such as '?class=animal&seed=7'", format!("`{link}`"));
    let url = match Url::parse(link) {
        Ok(url) => Some(url),
        Err(ParseError::RelativeUrlWithoutBase) if link.contains('?') => {
            Url::parse(NOWHERE).and_then(|base| base.join(link)).ok()
        }
        Err(_) => None,
    };
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https" | "file")).ok_or_else(wrong)?;
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let named = || pairs.iter().rev().find(|(key, _)| key == "model").map(|(_, name)| name.as_str());
    let default = Settings::default();
    let mut settings = page_defaults(shelf.entry(model.or_else(named).unwrap_or(&default.model)))?;
    let known = values(&default)?;
    for (key, text) in pairs {
        if known.contains_key(&key) {
            settings.set(&key, &text).map_err(|error| error.in_file("link"))?;
        } else if !PAGE_ONLY.contains(&key.as_str()) {
            eprintln!("guidelight: `{key}` in the link is no setting of a run and is left out");
        }
    }
    Ok(settings)
}

/// The link that makes the page run `settings`: after `base`, the page's address, or from the query on.
///
/// It names whatever the page or this program would otherwise take to be something else.
pub(super) fn write(base: &str, settings: &Settings, shelf: &Shelf) -> Result<String> {
    let defaults = [values(&Settings::default())?, values(&page_defaults(shelf.entry(&settings.model))?)?];
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (key, value) in values(settings)? {
        let said_already = defaults.iter().all(|defaults| defaults.get(&key) == Some(&value));
        if ALWAYS.contains(&key.as_str()) || !said_already {
            query.append_pair(&key, &value);
        }
    }
    // Commas are legal in a query and keep the address readable.
    let query = query.finish().replace("%2C", ",");
    if base.is_empty() {
        return Ok(format!("?{query}"));
    }
    let url = Url::parse(base).ok().filter(|url| url.query().is_none() && !url.cannot_be_a_base());
    let mut url = url.ok_or_else(|| {
        Error::invalid("--url", "the page's address without settings, such as https://host/", format!("`{base}`"))
    })?;
    url.set_query(Some(&query));
    Ok(url.into())
}

/// What the page runs when its address says nothing but the model: settings that suit it, and a class, so that guidance
/// is seen at once.
fn page_defaults(entry: Option<&Entry>) -> Result<Settings> {
    let mut settings = Settings::default();
    let Some(entry) = entry else { return Ok(settings) };
    settings.set("model", &entry.name)?;
    if let Some(class) = entry.classes.first() {
        settings.set("class", class)?;
    }
    for (key, value) in &entry.defaults {
        settings.set(key, &text(value)).map_err(|error| error.in_file("manifest.json"))?;
    }
    Ok(settings)
}

/// Every setting as text.
fn values(settings: &Settings) -> Result<BTreeMap<String, String>> {
    let json = serde_json::to_value(settings).map_err(|error| Error::Device(error.to_string()))?;
    Ok(json.as_object().into_iter().flatten().map(|(key, value)| (key.clone(), text(value))).collect())
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        // 4 rather than 4.0.
        Value::Number(number) if number.is_f64() => number.as_f64().unwrap_or_default().to_string(),
        other => other.to_string(),
    }
}
