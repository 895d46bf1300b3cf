//! A `scheduler_config.json` of diffusers (DDPMScheduler, DDIMScheduler) → the noise process.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::arguments;
use crate::diffusion::{Prediction, ProcessConfig, ScheduleKind, Variance, process::Threshold};
use crate::{Error, Result};

/// Constructor arguments of both, with their defaults.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Scheduler {
    num_train_timesteps: usize,
    beta_start: f64,
    beta_end: f64,
    beta_schedule: BetaSchedule,
    trained_betas: Option<Value>,
    variance_type: VarianceType,
    clip_sample: bool,
    clip_sample_range: f64,
    prediction_type: PredictionType,
    thresholding: bool,
    dynamic_thresholding_ratio: f64,
    sample_max_value: f64,
    set_alpha_to_one: bool,
    rescale_betas_zero_snr: bool,
    /// A run chooses its own steps.
    #[serde(rename = "timestep_spacing")]
    _timestep_spacing: Value,
    #[serde(rename = "steps_offset")]
    _steps_offset: Value,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum BetaSchedule {
    Linear,
    ScaledLinear,
    #[serde(rename = "squaredcos_cap_v2")]
    Cosine,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum VarianceType {
    /// The `_log` forms give the same noise by way of a logarithm.
    #[serde(alias = "fixed_small_log")]
    FixedSmall,
    FixedLarge,
    Learned,
    LearnedRange,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum PredictionType {
    Epsilon,
    Sample,
    VPrediction,
}

impl Default for Scheduler {
    fn default() -> Self {
        Self {
            num_train_timesteps: 1000,
            beta_start: 0.0001,
            beta_end: 0.02,
            beta_schedule: BetaSchedule::Linear,
            trained_betas: None,
            variance_type: VarianceType::FixedSmall,
            clip_sample: true,
            clip_sample_range: 1.0,
            prediction_type: PredictionType::Epsilon,
            thresholding: false,
            dynamic_thresholding_ratio: 0.995,
            sample_max_value: 1.0,
            set_alpha_to_one: true,
            rescale_betas_zero_snr: false,
            _timestep_spacing: Value::Null,
            _steps_offset: Value::Null,
        }
    }
}

/// The noise process that a scheduler's arguments describe.
pub(super) fn process(mut config: Map<String, Value>) -> Result<ProcessConfig> {
    let class = config.get("_class_name").and_then(Value::as_str).unwrap_or("none").to_owned();
    if !["DDPMScheduler", "DDIMScheduler"].contains(&class.as_str()) {
        return Err(Error::invalid("option `_class_name`", "DDPMScheduler or DDIMScheduler (or a --config)", class));
    }
    config.retain(|name, _| !name.starts_with('_'));
    let scheduler: Scheduler = arguments::parse(config)?;
    let refuse =
        |name: &str, expected: &str, got: String| Err(Error::invalid(format!("option `{name}`"), expected, got));
    if let Some(betas) = scheduler.trained_betas {
        return refuse("trained_betas", "none, but a beta_schedule", betas.to_string());
    }
    if scheduler.clip_sample && !scheduler.thresholding && scheduler.clip_sample_range != 1.0 {
        return refuse("clip_sample_range", "1", scheduler.clip_sample_range.to_string());
    }
    if !scheduler.set_alpha_to_one {
        return refuse("set_alpha_to_one", "true: the last step ends at a clean image", "false".into());
    }
    let (first, last) = (scheduler.beta_start, scheduler.beta_end);
    Ok(ProcessConfig {
        schedule: match scheduler.beta_schedule {
            BetaSchedule::Linear => ScheduleKind::LinearBetween { first, last },
            BetaSchedule::ScaledLinear => ScheduleKind::ScaledLinear { first, last },
            BetaSchedule::Cosine => ScheduleKind::Cosine,
        },
        timesteps: scheduler.num_train_timesteps,
        prediction: match scheduler.prediction_type {
            PredictionType::Epsilon => Prediction::Eps,
            PredictionType::Sample => Prediction::XStart,
            PredictionType::VPrediction => Prediction::V,
        },
        variance: match scheduler.variance_type {
            VarianceType::FixedSmall => Variance::FixedSmall,
            VarianceType::FixedLarge => Variance::FixedLarge,
            VarianceType::Learned => Variance::Learned,
            VarianceType::LearnedRange => Variance::LearnedRange,
        },
        clip_denoised: scheduler.clip_sample,
        threshold: scheduler
            .thresholding
            .then_some(Threshold { quantile: scheduler.dynamic_thresholding_ratio, max: scheduler.sample_max_value }),
        zero_terminal_snr: scheduler.rescale_betas_zero_snr,
        ..ProcessConfig::default()
    })
}
