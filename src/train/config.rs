//! The training configuration: one JSON file that reproduces a run.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::diffusion::process::ProcessConfig;
use crate::models::NetworkConfig;
use crate::{Error, Result};

/// Everything that decides a training run but the data and the device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TrainConfig {
    /// Name of the model that comes out.
    pub name: String,
    /// Constructor arguments; label counts and output channels are checked against the data set.
    pub network: NetworkConfig,
    /// The noise process.
    #[serde(default)]
    pub diffusion: ProcessConfig,
    /// Images in one step.
    pub batch: usize,
    /// Images to see in all; the learning rate reaches its floor there.
    pub images: u64,
    /// Peak learning rate of AdamW.
    pub learning_rate: f64,
    /// Share of the peak that is left at the end of the cosine decay.
    #[serde(default = "five_percent")]
    pub final_learning_rate: f64,
    /// Steps over which the learning rate rises from zero.
    #[serde(default)]
    pub warmup: u64,
    /// AdamW's decay of the moments.
    #[serde(default = "betas")]
    pub betas: [f32; 2],
    /// AdamW's weight decay.
    #[serde(default)]
    pub weight_decay: f32,
    /// Gradients are scaled down to this global norm.
    #[serde(default = "one")]
    pub gradient_clip: f64,
    /// Decay of the exponential moving average of the weights.
    pub ema: f64,
    /// Probability of dropping the class label, and, separately, the style label (UNet only).
    #[serde(default)]
    pub label_dropout: f64,
    /// Share of timestep-0, noise-free images: 0 for a noise-aware classifier, 1 for a clean one.
    #[serde(default)]
    pub clean: f64,
    /// Weight each timestep by min(SNR, this) in terms of x_0 (UNet only); without it, by the plain error of what is
    /// predicted.
    #[serde(default)]
    pub min_snr: Option<f64>,
    /// Weight of the style head's loss beside the class head's (classifier only): class comes first.
    #[serde(default = "half")]
    pub style_weight: f64,
    /// What is done to the images.
    #[serde(default)]
    pub augment: Augment,
    /// Draw every class as often as any other; otherwise as often as it has images.
    #[serde(default = "yes")]
    pub uniform_classes: bool,
    /// How often each class is drawn, relative to 1.
    #[serde(default)]
    pub class_weights: std::collections::BTreeMap<String, f64>,
    /// How often a skin-tone variant is drawn, relative to a plain image.
    #[serde(default = "one")]
    pub tone_weight: f64,
    /// Seed of initial weights, batches and noise.
    #[serde(default)]
    pub seed: u64,
}

fn five_percent() -> f64 {
    0.05
}

fn yes() -> bool {
    true
}

fn half() -> f64 {
    0.5
}

fn one() -> f64 {
    1.0
}

fn betas() -> [f32; 2] {
    [0.9, 0.99]
}

/// Changes that leave the label true.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct Augment {
    /// Largest shift in pixels, each way.
    pub shift: usize,
    /// Mirror half of the images.
    pub flip: bool,
    /// Classes that are never mirrored: what they show can be read.
    pub no_flip: Vec<String>,
    /// Smallest side of a random crop, as a share of the image; 1 for none (guided-diffusion's classifier: 0.8).
    pub crop: f64,
    /// Largest turn in degrees, each way.
    pub rotate: f64,
    /// Largest share by which the darkness of each colour is scaled, up or down; white stays white.
    pub colour: f64,
    /// Largest side of a square that is painted over with background, as a share of the image; half of the images have
    /// one (DeVries & Taylor 2017).
    pub erase: f64,
    /// Grey level of what comes in from outside: 255 (white) for emoji, 0 for pictures on black.
    pub background: u8,
}

impl Default for Augment {
    fn default() -> Self {
        Self {
            shift: 2,
            flip: true,
            no_flip: vec!["sign".into()],
            crop: 1.0,
            rotate: 0.0,
            colour: 0.0,
            erase: 0.0,
            background: 255,
        }
    }
}

/// Applies `key.key=JSON`. A word that is no JSON is a text, so that `diffusion.prediction=eps` needs no quotes; whether
/// the key means anything is seen when the configuration is read.
pub(crate) fn replace(json: &mut Value, change: &str) -> Result<()> {
    let bad = || Error::invalid("--set", "key=value or key.key=value", change);
    let (path, value) = change.split_once('=').ok_or_else(bad)?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
    let mut place = json;
    for key in path.split('.') {
        let inner = place.as_object_mut();
        let inner =
            inner.ok_or_else(|| Error::invalid("--set", format!("a value without the part `{key}`"), change))?;
        place = inner.entry(key).or_insert_with(|| Value::Object(Map::new()));
    }
    *place = value;
    Ok(())
}

impl TrainConfig {
    /// Reads and checks a configuration; each of `changes`, `key.key=JSON`, replaces a value of it.
    pub fn load(path: &std::path::Path, changes: &[String]) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| Error::io(path, error))?;
        let broken = |error: serde_json::Error| {
            Error::invalid(path.display().to_string(), "a training configuration", error.to_string())
        };
        let mut json: Value = serde_json::from_str(&text).map_err(broken)?;
        changes.iter().try_for_each(|change| replace(&mut json, change))?;
        let config: Self = serde_json::from_value(json).map_err(|error| match changes {
            [] => broken(error),
            changes => Error::invalid(
                "--set",
                "values of a training configuration",
                format!("{error} ({})", changes.join(", ")),
            ),
        })?;
        config.validate()?;
        Ok(config)
    }

    fn validate(&self) -> Result<()> {
        self.network.validate()?;
        let positive = |what: &str, value: f64| {
            let good = value.is_finite() && value > 0.0;
            good.then_some(()).ok_or_else(|| Error::invalid(what, "a positive number", value.to_string()))
        };
        let share = |what: &str, value: f64| {
            let good = (0.0..=1.0).contains(&value);
            good.then_some(()).ok_or_else(|| Error::invalid(what, "0 to 1", value.to_string()))
        };
        positive("batch", self.batch as f64)?;
        positive("learning-rate", self.learning_rate)?;
        positive("gradient-clip", self.gradient_clip)?;
        positive("augment.crop", self.augment.crop)?;
        positive("tone-weight", self.tone_weight)?;
        share("final-learning-rate", self.final_learning_rate)?;
        share("ema", self.ema)?;
        share("label-dropout", self.label_dropout)?;
        share("clean", self.clean)?;
        self.min_snr.map_or(Ok(()), |gamma| positive("min-snr", gamma))?;
        share("style-weight", self.style_weight)?;
        share("augment.crop", self.augment.crop)?;
        share("augment.colour", self.augment.colour)?;
        share("augment.erase", self.augment.erase)?;
        let turn = self.augment.rotate;
        let good = (0.0..=180.0).contains(&turn);
        good.then_some(()).ok_or_else(|| Error::invalid("augment.rotate", "0 to 180 degrees", turn.to_string()))
    }

    /// Steps of the whole run.
    pub fn steps(&self) -> u64 {
        self.images.div_ceil(self.batch as u64)
    }

    /// Learning rate of a step counted from 0: linear warm-up, then cosine decay.
    pub fn learning_rate_at(&self, step: u64) -> f64 {
        let warmup = (step + 1) as f64 / self.warmup.max(1) as f64;
        let progress = (step as f64 / self.steps().max(1) as f64).min(1.0);
        let cosine = 0.5 * (1.0 + (std::f64::consts::PI * progress).cos());
        let decayed = self.final_learning_rate + (1.0 - self.final_learning_rate) * cosine;
        self.learning_rate * decayed * warmup.min(1.0)
    }
}
