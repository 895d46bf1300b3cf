//! The settings of a run: one struct for the command line, the JS object, the page's URL and saved JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};

use crate::{
    diffusion::{ClipMode, SamplerKind, dpmpp::ORDER_MAX, threshold},
    error::{Error, Result},
    guidance::{Method, ilvr::ReferenceLevel, resize::Kernel},
};

/// Largest seed: the largest integer that JavaScript holds exactly.
pub const SEED_MAX: u64 = (1 << 53) - 1;

/// Largest guidance scale and weight: far beyond any use, and still far from where float32 ends.
const SCALE_MAX: f64 = 1000.0;

/// The word for "no class", "no style" and "no method".
pub const NONE: &str = "none";

/// Everything a person can set about a run, in kebab-case keys.
///
/// Any value may be given as text, as URLs and command lines have it, or as a JSON number. Unknown keys are refused.
///
/// ```
/// use guidelight::session::Settings;
///
/// let settings: Settings = serde_json::from_str(r#"{ "class": "animal", "scale": 2, "steps": 50 }"#)?;
/// assert_eq!((settings.scale, settings.steps.as_str(), settings.eta), (2.0, "50", 0.0));
/// assert!(serde_json::from_str::<Settings>(r#"{ "scale": "NaN" }"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", try_from = "BTreeMap<String, Option<Scalar>>")]
pub struct Settings {
    /// Name of a model in the manifest.
    pub model: String,
    /// Name or index of a class, or `none`.
    pub class: String,
    /// Name or index of a style, or `none`.
    pub style: String,
    /// The guidance methods, as a comma list of names, or `none`.
    #[serde(serialize_with = "method_list")]
    pub method: Vec<Method>,
    /// Weight w of classifier-free guidance, 0..1000; 1 is the plain conditional network.
    pub cfg_weight: f64,
    /// How far classifier-free guidance is scaled back to the contrast of the conditional prediction, 0..1.
    pub cfg_rescale: f64,
    /// Classifier guidance scale, 0..1000.
    pub scale: f64,
    /// The sampler.
    pub sampler: SamplerKind,
    /// Number of steps, or a respacing in the syntax of [`crate::diffusion::respacing::space`].
    pub steps: String,
    /// Fresh noise in DDIM steps, 0..1.
    pub eta: f64,
    /// Order of DPM-Solver++ and UniPC, 1..3.
    pub order: usize,
    /// What keeps the x_0 estimate in the range of images.
    pub clip: ClipMode,
    /// Share of the elements that are inside the dynamic threshold, 0..1.
    pub clip_quantile: f64,
    /// Seed of all noise, at most [`SEED_MAX`].
    pub seed: u64,
    /// ILVR's N; divides the image size.
    pub down_n: usize,
    /// ILVR's stop step: steps at indices of the executed chain up to this one run free; 0 frees only the last.
    pub range_t: usize,
    /// ILVR's filter.
    pub kernel: Kernel,
    /// The level ILVR noises its reference to.
    pub reference_level: ReferenceLevel,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            model: "emoji32".into(),
            class: NONE.into(),
            style: NONE.into(),
            method: vec![Method::Classifier],
            cfg_weight: 2.0,
            cfg_rescale: 0.0,
            scale: 4.0,
            sampler: SamplerKind::Ddim,
            steps: "25".into(),
            eta: 0.0,
            order: 2,
            clip: ClipMode::Model,
            clip_quantile: threshold::QUANTILE,
            seed: 0,
            down_n: 4,
            range_t: 0,
            kernel: Kernel::Cubic,
            reference_level: ReferenceLevel::Paper,
        }
    }
}

impl Settings {
    /// Every key, in the order of the fields.
    pub const KEYS: [&str; 18] = [
        "model",
        "class",
        "style",
        "method",
        "cfg-weight",
        "cfg-rescale",
        "scale",
        "sampler",
        "steps",
        "eta",
        "order",
        "clip",
        "clip-quantile",
        "seed",
        "down-n",
        "range-t",
        "kernel",
        "reference-level",
    ];

    /// Sets one value from its text. On an error nothing has changed.
    pub fn set(&mut self, key: &str, value: &str) -> Result<()> {
        let value = value.trim();
        let mut changed = self.clone();
        match key {
            "model" => changed.model = value.into(),
            "class" => changed.class = value.into(),
            "style" => changed.style = value.into(),
            "method" => changed.method = methods(value)?,
            "cfg-weight" => changed.cfg_weight = number(key, "a number", value)?,
            "cfg-rescale" => changed.cfg_rescale = number(key, "a number", value)?,
            "scale" => changed.scale = number(key, "a number", value)?,
            "sampler" => changed.sampler = choice(key, &SamplerKind::ALL.map(|kind| (kind.entry().name, kind)), value)?,
            "steps" => changed.steps = value.into(),
            "eta" => changed.eta = number(key, "a number", value)?,
            "order" => changed.order = number(key, "a whole number", value)?,
            "clip" => changed.clip = choice(key, &ClipMode::ALL.map(|mode| (mode.name(), mode)), value)?,
            "clip-quantile" => changed.clip_quantile = number(key, "a number", value)?,
            "seed" => changed.seed = number(key, "a whole number", value)?,
            "down-n" => changed.down_n = number(key, "a whole number", value)?,
            "range-t" => changed.range_t = number(key, "a whole number", value)?,
            "kernel" => changed.kernel = choice(key, &Kernel::ALL.map(|kernel| (kernel.name(), kernel)), value)?,
            "reference-level" => {
                let levels = [("paper", ReferenceLevel::Paper), ("code", ReferenceLevel::Code)];
                changed.reference_level = choice(key, &levels, value)?;
            }
            _ => return Err(Error::invalid("settings", format!("one of {}", Self::KEYS.join(", ")), key)),
        }
        changed.validate()?;
        *self = changed;
        Ok(())
    }

    /// Checks what can be checked without a model.
    pub fn validate(&self) -> Result<()> {
        let check = |ok: bool, key: &str, expected: &str, got: String| {
            if ok { Ok(()) } else { Err(Error::invalid(key, expected, got)) }
        };
        check(!self.model.is_empty(), "model", "the name of a model", "nothing".into())?;
        for (key, value) in [("cfg-weight", self.cfg_weight), ("scale", self.scale)] {
            check((0.0..=SCALE_MAX).contains(&value), key, "a number from 0 to 1000", value.to_string())?;
        }
        for (key, value) in
            [("cfg-rescale", self.cfg_rescale), ("eta", self.eta), ("clip-quantile", self.clip_quantile)]
        {
            check((0.0..=1.0).contains(&value), key, "a number from 0 to 1", value.to_string())?;
        }
        check((1..=ORDER_MAX).contains(&self.order), "order", "1, 2 or 3", self.order.to_string())?;
        check(self.seed <= SEED_MAX, "seed", "a whole number from 0 to 2^53 - 1", self.seed.to_string())?;
        check(self.down_n > 0, "down-n", "a whole number that divides the image size", self.down_n.to_string())
    }

    /// Whether a method is on.
    pub fn uses(&self, method: Method) -> bool {
        self.method.contains(&method)
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

fn number<T: std::str::FromStr>(key: &str, expected: &str, value: &str) -> Result<T> {
    value.parse().map_err(|_| Error::invalid(key, expected, value))
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

fn method_list<S: Serializer>(methods: &[Method], serializer: S) -> Result<S::Ok, S::Error> {
    if methods.is_empty() {
        return serializer.serialize_str(NONE);
    }
    let names: Vec<&str> = methods.iter().map(|method| method.name()).collect();
    serializer.serialize_str(&names.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saved_settings_read_back() {
        let mut settings = Settings::default();
        for (key, value) in [("method", "conditional,ilvr"), ("eta", "0.5"), ("steps", "ddim10"), ("kernel", "box")] {
            settings.set(key, value).unwrap();
        }
        let json = serde_json::to_value(&settings).unwrap();
        assert_eq!(json["method"], "conditional,ilvr");
        assert_eq!(serde_json::from_value::<Settings>(json.clone()).unwrap(), settings);
        let mut keys: Vec<&String> = json.as_object().unwrap().keys().collect();
        keys.sort_by_key(|key| Settings::KEYS.iter().position(|known| known == key));
        assert_eq!(keys, Settings::KEYS);
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
            ("sampler", "magic"),
            ("method", "classifier,magic"),
            ("kernel", ""),
            ("colour", "red"),
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
}
