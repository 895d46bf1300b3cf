//! The settings of a run: one struct for the command line, the JS object, the page's URL and saved JSON.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap};

use super::start::Start;
use crate::{
    diffusion::{
        SamplerKind,
        catalogue::{Entry, Param, Value, Values},
    },
    error::{Error, Result},
    guidance::Method,
    models::{Density, NONE},
};

/// Largest seed: the largest integer that JavaScript holds exactly.
pub const SEED_MAX: u64 = (1 << 53) - 1;

/// Every sampler, guidance method and start with its settings, for a page to draw its controls from; and what there is
/// beside pictures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Catalogue {
    /// The samplers, the default first.
    pub samplers: Vec<Entry>,
    /// The guidance methods.
    pub guidance: Vec<Entry>,
    /// What a run can start from, the default first.
    pub starts: Vec<Entry>,
    /// The densities in the plane.
    pub densities: Vec<Density>,
}

impl Catalogue {
    /// Every setting of a method; one that several methods share comes once.
    pub fn params(&self) -> Vec<&Param> {
        let mut params: Vec<&Param> = Vec::new();
        for param in self.guidance.iter().chain(&self.starts).chain(&self.samplers).flat_map(|entry| &entry.params) {
            if params.iter().all(|known| known.key != param.key) {
                params.push(param);
            }
        }
        params
    }
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue {
    samplers: SamplerKind::ALL.map(SamplerKind::entry).to_vec(),
    guidance: Method::ALL.map(Method::entry).to_vec(),
    starts: Start::ALL.map(Start::entry).to_vec(),
    densities: Density::ALL.to_vec(),
});

/// The catalogue.
pub fn catalogue() -> &'static Catalogue {
    &CATALOGUE
}

/// Everything a person can set about a run, in kebab-case keys: those here, and those that the methods of the
/// [`Catalogue`] have.
///
/// Any value may be given as text, as URLs and command lines have it, or as a JSON number. Unknown keys are refused.
///
/// ```
/// use guidelight::session::Settings;
///
/// let settings: Settings = serde_json::from_str(r#"{ "class": "animal", "scale": 2, "steps": 50 }"#)?;
/// assert_eq!((settings.values.number("scale"), settings.steps.as_str()), (2.0, "50"));
/// assert_eq!(settings.values.number("eta"), 0.0);
/// assert!(serde_json::from_str::<Settings>(r#"{ "scale": "NaN" }"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "BTreeMap<String, Option<Scalar>>")]
pub struct Settings {
    /// Name of a model in the manifest.
    pub model: String,
    /// Name or index of a class, or `none`.
    pub class: String,
    /// Name or index of a style, or `none`.
    pub style: String,
    /// The guidance methods, as a comma list of names, or `none`.
    pub method: Vec<Method>,
    /// What the run starts from.
    pub start: Start,
    /// The sampler.
    pub sampler: SamplerKind,
    /// Number of steps, or a respacing in the syntax of [`crate::diffusion::respacing::space`].
    pub steps: String,
    /// Seed of all noise, at most [`SEED_MAX`].
    pub seed: u64,
    /// The settings of all methods.
    pub values: Values,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            model: "emoji32".into(),
            class: NONE.into(),
            style: NONE.into(),
            method: vec![Method::Classifier],
            start: Start::Noise,
            sampler: SamplerKind::Ddim,
            steps: "25".into(),
            seed: 0,
            values: Values::defaults(catalogue().params()),
        }
    }
}

impl Settings {
    /// Keys that belong to no method.
    const OWN: [&str; 8] = ["model", "class", "style", "method", "start", "sampler", "steps", "seed"];

    /// Every key.
    pub fn keys() -> Vec<&'static str> {
        let params = catalogue().params();
        Self::OWN.into_iter().chain(params.into_iter().map(|param| param.key)).collect()
    }

    /// Sets one value from its text. On an error nothing has changed.
    pub fn set(&mut self, key: &str, value: &str) -> Result<()> {
        let value = value.trim();
        match key {
            "model" if value.is_empty() => return Err(Error::invalid(key, "the name of a model", "nothing")),
            "model" => self.model = value.into(),
            "class" => self.class = value.into(),
            "style" => self.style = value.into(),
            "method" => self.method = methods(value)?,
            "start" => self.start = choice(key, &Start::ALL.map(|start| (start.name(), start)), value)?,
            "sampler" => self.sampler = choice(key, &SamplerKind::ALL.map(|kind| (kind.name(), kind)), value)?,
            "steps" => self.steps = value.into(),
            "seed" => {
                let seed = value.parse().ok().filter(|seed| *seed <= SEED_MAX);
                self.seed = seed.ok_or_else(|| Error::invalid(key, "a whole number from 0 to 2^53 - 1", value))?;
            }
            _ => {
                let param = catalogue().params().into_iter().find(|param| param.key == key);
                let unknown = || Error::invalid("settings", format!("one of {}", Self::keys().join(", ")), key);
                let param = param.ok_or_else(unknown)?;
                self.values.set(param.key, param.read(value)?);
            }
        }
        Ok(())
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<Value> {
        let methods = || self.method.iter().map(|method| method.name()).collect::<Vec<_>>();
        Some(match key {
            "model" => Value::Text(self.model.clone()),
            "class" => Value::Text(self.class.clone()),
            "style" => Value::Text(self.style.clone()),
            "method" if self.method.is_empty() => Value::Text(NONE.into()),
            "method" => Value::Text(methods().join(",")),
            "start" => Value::Text(self.start.name().into()),
            "sampler" => Value::Text(self.sampler.name().into()),
            "steps" => Value::Text(self.steps.clone()),
            "seed" => Value::Number(self.seed as f64),
            _ => self.values.get(key)?.clone(),
        })
    }

    /// Whether a method is on.
    pub fn uses(&self, method: Method) -> bool {
        self.method.contains(&method)
    }
}

impl Serialize for Settings {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for key in Self::keys() {
            map.serialize_entry(key, &self.get(key))?;
        }
        map.end()
    }
}

/// A JSON or JavaScript value with an obvious text.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Scalar {
    Whole(u64),
    Number(f64),
    Text(String),
}

impl TryFrom<BTreeMap<String, Option<Scalar>>> for Settings {
    type Error = Error;

    fn try_from(values: BTreeMap<String, Option<Scalar>>) -> Result<Self> {
        let mut settings = Self::default();
        for (key, value) in values {
            match value {
                Some(Scalar::Whole(value)) => settings.set(&key, &value.to_string())?,
                Some(Scalar::Number(value)) => settings.set(&key, &value.to_string())?,
                Some(Scalar::Text(value)) => settings.set(&key, &value)?,
                None => {}
            }
        }
        Ok(settings)
    }
}

fn choice<T: Copy>(key: &str, options: &[(&str, T)], value: &str) -> Result<T> {
    options.iter().find(|(name, _)| *name == value).map(|(_, option)| *option).ok_or_else(|| {
        let names: Vec<&str> = options.iter().map(|(name, _)| *name).collect();
        Error::invalid(key, format!("one of {}", names.join(", ")), value)
    })
}

/// Parses a comma list; a repeated name counts once.
fn methods(value: &str) -> Result<Vec<Method>> {
    if value.is_empty() || value == NONE {
        return Ok(Vec::new());
    }
    let options = Method::ALL.map(|method| (method.name(), method));
    let mut methods = Vec::new();
    for name in value.split(',') {
        let method = choice("method", &options, name.trim())?;
        if !methods.contains(&method) {
            methods.push(method);
        }
    }
    Ok(methods)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saved_settings_read_back() {
        let mut settings = Settings::default();
        for (key, value) in [
            ("method", "conditional,ilvr"),
            ("eta", "0.5"),
            ("steps", "ddim10"),
            ("kernel", "box"),
            ("start", "sdedit"),
            ("palette", "ff0000"),
            ("seed", "9007199254740991"),
        ] {
            settings.set(key, value).unwrap();
        }
        let json = serde_json::to_value(&settings).unwrap();
        assert_eq!(json["method"], "conditional,ilvr");
        assert_eq!(json["seed"], SEED_MAX);
        assert_eq!(json["order"], 2);
        assert_eq!(serde_json::from_value::<Settings>(json.clone()).unwrap(), settings);
        let keys: std::collections::BTreeSet<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, Settings::keys().into_iter().collect());
        assert_eq!(keys.len(), Settings::keys().len());
    }

    #[test]
    fn a_bad_value_is_refused_in_one_sentence_and_changes_nothing() {
        let mut settings = Settings::default();
        for (key, value) in [
            ("scale", "NaN"),
            ("scale", "inf"),
            ("scale", "-1"),
            ("scale", "much"),
            ("scale", "1001"),
            ("scale-from", "1.1"),
            ("scale-curve", "straight"),
            ("cfg-weight", "-0.5"),
            ("cfg-rescale", "1.5"),
            ("eta", "1.5"),
            ("order", "0"),
            ("order", "4"),
            ("clip", "hard"),
            ("clip-quantile", "-0.1"),
            ("seed", "9007199254740992"),
            ("seed", "-1"),
            ("seed", "0.5"),
            ("down-n", "0"),
            ("jump-length", "0"),
            ("start", "image"),
            ("strength", "2"),
            ("sampler", "magic"),
            ("method", "classifier,magic"),
            ("kernel", ""),
            ("colour", "red"),
            ("model", ""),
        ] {
            let error = settings.set(key, value).unwrap_err().to_string();
            assert!(error.contains("expected") && !error.contains('\n'), "{error}");
        }
        assert_eq!(settings, Settings::default());
    }

    #[test]
    fn numbers_and_texts_mean_the_same() {
        let text: Settings =
            serde_json::from_str(r#"{ "seed": "7", "scale": "2.5", "steps": "10", "class": "3" }"#).unwrap();
        let number: Settings =
            serde_json::from_str(r#"{ "seed": 7.0, "scale": 2.5, "steps": 10, "class": 3 }"#).unwrap();
        assert_eq!(text, number);
        assert_eq!(serde_json::from_str::<Settings>(r#"{ "class": null }"#).unwrap(), Settings::default());
    }

    /// A key that means two things would be set by one of them alone.
    #[test]
    fn methods_that_share_a_key_mean_the_same_by_it() {
        let Catalogue { samplers, guidance, starts, .. } = catalogue();
        for param in samplers.iter().chain(guidance).chain(starts).flat_map(|entry| &entry.params) {
            let first = catalogue().params().into_iter().find(|known| known.key == param.key).unwrap();
            assert_eq!(first, param);
            assert!(!Settings::OWN.contains(&param.key), "{}", param.key);
        }
    }
}
