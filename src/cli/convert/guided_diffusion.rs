//! openai/guided-diffusion: its state dicts have the names of our networks already, so only the arguments are read.

use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::checkpoint::{self, Checkpoint};
use super::{Converted, arguments};
use crate::diffusion::{Prediction, ProcessConfig, ScheduleKind, Variance};
use crate::models::NetworkConfig;
use crate::weights::{Architecture, ModelKind};
use crate::{Error, Result};

/// Arguments without which a UNetModel or EncoderUNetModel cannot be made.
const REQUIRED: [&str; 5] = ["image_size", "model_channels", "out_channels", "num_res_blocks", "attention_resolutions"];

/// Arguments about memory and speed: the network is the same.
const NO_DIFFERENCE: [&str; 2] = ["use_checkpoint", "use_fp16"];

/// Arguments of `create_gaussian_diffusion`, with its defaults.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Diffusion {
    steps: usize,
    learn_sigma: bool,
    sigma_small: bool,
    noise_schedule: NoiseSchedule,
    predict_xstart: bool,
    rescale_timesteps: bool,
    /// What a loss is; nothing to a trained network.
    #[serde(rename = "use_kl")]
    _use_kl: bool,
    #[serde(rename = "rescale_learned_sigmas")]
    _rescale_learned_sigmas: bool,
    /// A run chooses its own steps.
    #[serde(rename = "timestep_respacing")]
    _timestep_respacing: Value,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum NoiseSchedule {
    Linear,
    Cosine,
}

impl Default for Diffusion {
    fn default() -> Self {
        Self {
            steps: 1000,
            learn_sigma: false,
            sigma_small: false,
            noise_schedule: NoiseSchedule::Linear,
            predict_xstart: false,
            rescale_timesteps: false,
            _use_kl: false,
            _rescale_learned_sigmas: false,
            _timestep_respacing: Value::Null,
        }
    }
}

/// Reads a checkpoint whose arguments are in the file `config`.
pub(super) fn read(path: &Path, config: &Path) -> Result<Converted> {
    let mut sections = sections(config)?;
    let Checkpoint { tensors, sha256 } = checkpoint::read(path)?;
    let has = |prefix: &str| tensors.keys().any(|name| name.starts_with(prefix));
    let kind = match (has("input_blocks."), has("output_blocks.")) {
        (true, true) => ModelKind::Unet,
        (true, false) => ModelKind::Classifier,
        (false, _) => {
            let expected = "tensors of a UNetModel or EncoderUNetModel, `input_blocks.0.0.weight` among them";
            let first = tensors.keys().next().map_or("none".into(), |name| format!("`{name}` and others"));
            return Err(Error::invalid("checkpoint", expected, first).in_file(path));
        }
    };
    let network = section(&mut sections, &kind.to_string()).and_then(|section| network(section, kind));
    let network = network.map_err(|error| error.in_file(config))?;
    let process = process(&mut sections).map_err(|error| error.in_file(config))?;
    let classes = match kind {
        ModelKind::Unet => network.num_classes.unwrap_or(0),
        ModelKind::Classifier => network.out_channels,
    };
    let network = serde_json::to_value(network).map_err(|error| Error::Device(error.to_string()))?;
    Ok(Converted { kind, architecture: Architecture::GuidedDiffusion, network, process, classes, tensors, sha256 })
}

/// The sections of a config file.
pub(super) fn sections(config: &Path) -> Result<Map<String, Value>> {
    let sections = arguments::read(config)?;
    match sections.keys().find(|name| !["unet", "classifier", "diffusion"].contains(&name.as_str())) {
        None => Ok(sections),
        Some(other) => {
            let expected = "the sections `unet`, `classifier` and `diffusion`";
            Err(Error::invalid("config", expected, format!("`{other}`")).in_file(config))
        }
    }
}

fn section(sections: &mut Map<String, Value>, name: &str) -> Result<Map<String, Value>> {
    let found = sections.remove(name);
    let got = found.as_ref().map_or("none".into(), Value::to_string);
    match found {
        Some(Value::Object(section)) => Ok(section),
        _ => Err(Error::invalid(format!("section `{name}`"), "an object with the arguments", got)),
    }
}

/// The noise process of the section `diffusion`.
pub(super) fn process(sections: &mut Map<String, Value>) -> Result<ProcessConfig> {
    let diffusion: Diffusion = arguments::parse(section(sections, "diffusion")?)?;
    Ok(ProcessConfig {
        schedule: match diffusion.noise_schedule {
            NoiseSchedule::Linear => ScheduleKind::Linear,
            NoiseSchedule::Cosine => ScheduleKind::Cosine,
        },
        timesteps: diffusion.steps,
        prediction: if diffusion.predict_xstart { Prediction::XStart } else { Prediction::Eps },
        variance: match (diffusion.learn_sigma, diffusion.sigma_small) {
            (true, _) => Variance::LearnedRange,
            (false, true) => Variance::FixedSmall,
            (false, false) => Variance::FixedLarge,
        },
        rescale_timesteps: diffusion.rescale_timesteps,
        ..ProcessConfig::default()
    })
}

/// Constructor arguments as we spell them.
fn network(mut section: Map<String, Value>, kind: ModelKind) -> Result<NetworkConfig> {
    for name in REQUIRED {
        if !section.contains_key(name) {
            return Err(Error::invalid(format!("section `{kind}`"), format!("the argument `{name}`"), "none"));
        }
    }
    section.retain(|name, _| !NO_DIFFERENCE.contains(&name.as_str()));
    if let Some(dims) = section.remove("dims").filter(|dims| *dims != json!(2)) {
        return Err(Error::invalid("option `dims`", "2", dims.to_string()));
    }
    for name in ["num_head_channels", "num_heads_upsample"] {
        // The published code says -1 for "not given".
        if section.get(name) == Some(&json!(-1)) {
            section.remove(name);
        }
    }
    if let Some(Value::String(list)) = section.get("channel_mult") {
        let multipliers = numbers("channel_mult", list)?;
        section.insert("channel_mult".into(), json!(multipliers));
    }
    if let Some(Value::String(list)) = section.get("attention_resolutions") {
        let resolutions = numbers("attention_resolutions", list)?;
        let factors = factors(&resolutions, section.get("image_size").and_then(Value::as_u64).unwrap_or(0))?;
        section.insert("attention_resolutions".into(), json!(factors));
    }
    if kind == ModelKind::Classifier {
        section.entry("pool").or_insert(json!("adaptive"));
    }
    let config: NetworkConfig = arguments::parse(section)?;
    config.validate()?;
    Ok(config)
}

/// A list as the scripts' flags spell it, `32,16,8`.
fn numbers(name: &str, list: &str) -> Result<Vec<u64>> {
    let parts = list.split(',').map(str::trim).filter(|part| !part.is_empty());
    let numbers = parts.map(|part| part.parse().ok().filter(|number| *number > 0)).collect::<Option<_>>();
    numbers.ok_or_else(|| Error::invalid(format!("option `{name}`"), "positive whole numbers such as 32,16,8", list))
}

/// The scripts' flags name resolutions, the constructor down-sampling factors.
fn factors(resolutions: &[u64], image_size: u64) -> Result<Vec<u64>> {
    let factor = |resolution: &u64| {
        let fits = image_size.is_multiple_of(*resolution);
        fits.then(|| image_size / resolution).ok_or_else(|| {
            let expected = format!("divisors of the image size {image_size}");
            Error::invalid("option `attention_resolutions`", expected, resolution.to_string())
        })
    };
    resolutions.iter().map(factor).collect()
}
