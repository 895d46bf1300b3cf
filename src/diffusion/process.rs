//! The diffusion process between its tables and its tensors: q(x_t | x_0), what a network's output means, and
//! p(x_{t-1} | x_t).
//!
//! Ho et al. 2020 (Eq. 4, 7, 11), Nichol and Dhariwal 2021 (Eq. 15, learned variance), Salimans and Ho 2022,
//! "Progressive Distillation" (appendix D, v-prediction). Indices follow [`super::schedule`].
//!
//! Every function takes one index an image, so that training batches with mixed `t` and sampling steps with a single
//! one run the same code. The tensors decide the precision: float64 and float32 take the same path.

use burn::tensor::{Tensor, TensorData};
use serde::{Deserialize, Serialize};

use super::{
    respacing::space,
    schedule::{Schedule, ScheduleKind},
    threshold::dynamic_threshold,
};
use crate::error::{Error, Result};

/// What a network's output estimates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Prediction {
    /// The noise eps in x_t.
    Eps,
    /// The clean image x_0.
    XStart,
    /// `v = sqrt(abar) eps - sqrt(1 - abar) x_0`.
    V,
}

/// Where the variance of p(x_{t-1} | x_t) comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Variance {
    /// The posterior variance. It is 0 at index 0, so classifier guidance has no effect there.
    FixedSmall,
    /// Beta, with the posterior variance of index 1 at index 0.
    FixedLarge,
    /// The second half of the output is the log-variance.
    Learned,
    /// The second half of the output interpolates between the two fixed log-variances.
    LearnedRange,
}

impl Variance {
    /// Whether the network has a second half of output channels for it.
    pub fn is_learned(self) -> bool {
        matches!(self, Self::Learned | Self::LearnedRange)
    }
}

/// What keeps the x_0 estimate in the range of images while sampling.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Clip {
    /// Nothing does.
    None,
    /// It is clipped to -1..1.
    Static,
    /// [`dynamic_threshold`].
    Dynamic {
        /// Share of the elements that are inside the threshold, 0..1.
        quantile: f64,
        /// The largest threshold, at least 1; infinite as published.
        max: f64,
    },
}

impl From<bool> for Clip {
    fn from(clip: bool) -> Self {
        if clip { Self::Static } else { Self::None }
    }
}

/// Dynamic thresholding as a model's own choice.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Threshold {
    /// Share of the elements that are inside the threshold, 0..1.
    pub quantile: f64,
    /// The largest threshold, at least 1.
    pub max: f64,
}

/// What a network was trained for; it travels in the metadata of its weights.
///
/// ```
/// use guidelight::diffusion::{ProcessConfig, ScheduleKind};
///
/// // What is left out has its default: guidelight's own models, Nichol and Dhariwal's cosine.
/// let config: ProcessConfig = serde_json::from_str(r#"{ "schedule": "linear", "rescale-timesteps": true }"#)?;
/// assert_eq!((config.schedule, config.timesteps), (ScheduleKind::Linear, 1000));
///
/// // The chain of 25 steps keeps the noise levels of the timesteps it visits.
/// let (full, short) = (config.full()?.schedule, config.respaced("25")?.schedule);
/// assert_eq!((short.len(), short.timestep_map[24]), (25, 999.0));
/// assert!((short.abar[24] - full.abar[999]).abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct ProcessConfig {
    /// Shape of the noise schedule.
    pub schedule: ScheduleKind,
    /// T, the number of training timesteps.
    pub timesteps: usize,
    /// What the output means.
    pub prediction: Prediction,
    /// Where the variance comes from.
    pub variance: Variance,
    /// Networks are told `t * 1000 / T` instead of `t`.
    pub rescale_timesteps: bool,
    /// The x_0 estimate is clipped to -1..1 while sampling.
    pub clip_denoised: bool,
    /// Instead of clipping, [`dynamic_threshold`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<Threshold>,
    /// The noisiest level holds nothing of the image: [`Schedule::with_zero_terminal_snr`]. Not for a network that
    /// predicts eps, whose x_0 would be divided by 0 there.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub zero_terminal_snr: bool,
    /// The last timestep at which classifier guidance acts; `None` for all, as published.
    ///
    /// A guided DDIM step moves x by about `sqrt(abar_prev / abar)` times the gradient (x_0 is not clipped again). At
    /// T-1 of the cosine schedule that is a factor of 10³ on the opinion of a classifier that sees nothing but noise:
    /// a chain that starts there is lost in its first step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guided_up_to: Option<usize>,
}

impl Default for ProcessConfig {
    fn default() -> Self {
        Self {
            schedule: ScheduleKind::Cosine,
            timesteps: 1000,
            prediction: Prediction::Eps,
            variance: Variance::LearnedRange,
            rescale_timesteps: false,
            clip_denoised: true,
            threshold: None,
            zero_terminal_snr: false,
            guided_up_to: None,
        }
    }
}

impl ProcessConfig {
    /// The process over all T timesteps, as training uses it.
    pub fn full(&self) -> Result<Process> {
        let mut schedule = Schedule::new(self.schedule, self.timesteps)?;
        if self.zero_terminal_snr {
            if self.prediction == Prediction::Eps {
                return Err(Error::invalid("zero-terminal-snr", "a network that predicts v or x-start", "eps"));
            }
            schedule = schedule.with_zero_terminal_snr()?;
        }
        if self.rescale_timesteps {
            schedule = schedule.with_rescaled_timesteps();
        }
        let clip = match self.threshold {
            Some(Threshold { quantile, max }) if (0.0..=1.0).contains(&quantile) && max >= 1.0 => {
                Clip::Dynamic { quantile, max }
            }
            Some(Threshold { quantile, max }) => {
                let got = format!("quantile {quantile}, max {max}");
                return Err(Error::invalid("threshold", "a quantile in 0..1 and a max of at least 1", got));
            }
            None => self.clip_denoised.into(),
        };
        Ok(Process { schedule, prediction: self.prediction, variance: self.variance, clip })
    }

    /// The process over the timesteps that `steps` keeps, in the syntax of [`space`].
    pub fn respaced(&self, steps: &str) -> Result<Process> {
        let full = self.full()?;
        Ok(Process { schedule: full.schedule.at(&space(&full.schedule, steps)?)?, ..full })
    }

    /// The process over exactly these timesteps, ascending; they may lie between two.
    pub fn over(&self, timesteps: &[f64]) -> Result<Process> {
        let full = self.full()?;
        Ok(Process { schedule: full.schedule.at(timesteps)?, ..full })
    }
}

/// A schedule together with what the network's output means.
#[derive(Debug, Clone)]
pub struct Process {
    /// The tables.
    pub schedule: Schedule,
    /// What the output means.
    pub prediction: Prediction,
    /// Where the variance comes from.
    pub variance: Variance,
    /// What keeps the x_0 estimate in range while sampling. Losses never clip.
    pub clip: Clip,
}

/// A variance that is the same in every pixel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FixedVariance {
    /// The variance, which may be 0.
    pub value: f64,
    /// Its logarithm, clipped where it is 0.
    pub log: f64,
}

/// p(x_{t-1} | x_t) as a Gaussian with a diagonal covariance.
#[derive(Debug, Clone)]
pub struct PMeanVariance {
    /// `[N, C, H, W]`.
    pub mean: Tensor<4>,
    /// `[N, C, H, W]` where it is learned, else `[N, 1, 1, 1]`.
    pub variance: Tensor<4>,
    /// Logarithm of the variance, same shape. With [`Variance::FixedSmall`] it is clipped at index 0, where the
    /// variance itself is 0.
    pub log_variance: Tensor<4>,
}

impl Process {
    /// q(x_t | x_0): mixes clean images with noise. Ho et al. 2020, Eq. 4.
    ///
    /// # Shapes
    /// `x0` and `noise` are `[N, C, H, W]`, `i` has N indices.
    pub fn q_sample(&self, x0: Tensor<4>, i: &[usize], noise: Tensor<4>) -> Tensor<4> {
        let s = &self.schedule;
        scale(x0, &s.sqrt_abar, i) + scale(noise, &s.sqrt_one_minus_abar, i)
    }

    /// Mean of q(x_{t-1} | x_t, x_0). Ho et al. 2020, Eq. 7.
    pub fn q_posterior_mean(&self, x0: Tensor<4>, x_t: Tensor<4>, i: &[usize]) -> Tensor<4> {
        let s = &self.schedule;
        scale(x0, &s.posterior_mean_coef1, i) + scale(x_t, &s.posterior_mean_coef2, i)
    }

    /// What the network should have said: eps, x_0 or v, by [`Process::prediction`].
    pub fn target(&self, x0: Tensor<4>, i: &[usize], noise: Tensor<4>) -> Tensor<4> {
        match self.prediction {
            Prediction::Eps => noise,
            Prediction::XStart => x0,
            Prediction::V => self.v_from(x0, noise, i),
        }
    }

    /// `x_0 = x_t / sqrt(abar) - sqrt(1 / abar - 1) eps`.
    pub fn x0_from_eps(&self, x_t: Tensor<4>, eps: Tensor<4>, i: &[usize]) -> Tensor<4> {
        let s = &self.schedule;
        scale(x_t, &s.sqrt_recip_abar, i) - scale(eps, &s.sqrt_recipm1_abar, i)
    }

    /// `eps = (x_t - sqrt(abar) x_0) / sqrt(1 - abar)`.
    pub fn eps_from_x0(&self, x_t: Tensor<4>, x0: Tensor<4>, i: &[usize]) -> Tensor<4> {
        let s = &self.schedule;
        let recip: Vec<f64> = i.iter().map(|&i| 1.0 / s.sqrt_one_minus_abar[i]).collect();
        scale_by(x_t - scale(x0, &s.sqrt_abar, i), &recip)
    }

    /// `x_0 = sqrt(abar) x_t - sqrt(1 - abar) v`.
    pub fn x0_from_v(&self, x_t: Tensor<4>, v: Tensor<4>, i: &[usize]) -> Tensor<4> {
        let s = &self.schedule;
        scale(x_t, &s.sqrt_abar, i) - scale(v, &s.sqrt_one_minus_abar, i)
    }

    /// `eps = sqrt(abar) v + sqrt(1 - abar) x_t`.
    pub fn eps_from_v(&self, x_t: Tensor<4>, v: Tensor<4>, i: &[usize]) -> Tensor<4> {
        let s = &self.schedule;
        scale(v, &s.sqrt_abar, i) + scale(x_t, &s.sqrt_one_minus_abar, i)
    }

    /// `v = sqrt(abar) eps - sqrt(1 - abar) x_0`.
    pub fn v_from(&self, x0: Tensor<4>, eps: Tensor<4>, i: &[usize]) -> Tensor<4> {
        let s = &self.schedule;
        scale(eps, &s.sqrt_abar, i) - scale(x0, &s.sqrt_one_minus_abar, i)
    }

    /// Splits a network's output into its prediction and, where the variance is learned, the variance's half.
    ///
    /// # Shapes
    /// `[N, 2C, H, W]` → two of `[N, C, H, W]`, or `[N, C, H, W]` → itself.
    pub fn split(&self, output: Tensor<4>) -> (Tensor<4>, Option<Tensor<4>>) {
        if !self.variance.is_learned() {
            return (output, None);
        }
        let channels = output.dims()[1];
        assert!(channels.is_multiple_of(2), "output: a learned variance needs 2C channels, got {channels}");
        let half = channels / 2;
        (output.clone().narrow(1, 0, half), Some(output.narrow(1, half, half)))
    }

    /// The x_0 a prediction (without the variance's half) stands for, not clipped.
    pub fn predicted_x0(&self, prediction: Tensor<4>, x_t: Tensor<4>, i: &[usize]) -> Tensor<4> {
        match self.prediction {
            Prediction::Eps => self.x0_from_eps(x_t, prediction, i),
            Prediction::XStart => prediction,
            Prediction::V => self.x0_from_v(x_t, prediction, i),
        }
    }

    /// Brings an x_0 estimate into the range of images, as far as the process asks for it.
    pub fn clipped(&self, x0: Tensor<4>) -> Tensor<4> {
        match self.clip {
            Clip::None => x0,
            Clip::Static => x0.clamp(-1.0, 1.0),
            Clip::Dynamic { quantile, max } => dynamic_threshold(x0, quantile, max),
        }
    }

    /// The clipped x_0 that a network's output stands for, and the eps that goes with it: derived again from the
    /// *clipped* x_0, as in the published code.
    ///
    /// # Shapes
    /// `x` is `[N, C, H, W]`, `output` the network's output at `x` and `i`.
    pub fn estimate(&self, i: usize, x: Tensor<4>, output: Tensor<4>) -> (Tensor<4>, Tensor<4>) {
        let i = vec![i; x.dims()[0]];
        let (prediction, _) = self.split(output);
        let x0 = self.clipped(self.predicted_x0(prediction, x.clone(), &i));
        let eps = self.eps_from_x0(x, x0.clone(), &i);
        (x0, eps)
    }

    /// The variance of p(x_{t-1} | x_t), unless it is learned.
    pub fn fixed_variance(&self, i: usize) -> Option<FixedVariance> {
        let s = &self.schedule;
        match self.variance {
            Variance::FixedSmall => {
                Some(FixedVariance { value: s.posterior_variance[i], log: s.posterior_log_variance_clipped[i] })
            }
            Variance::FixedLarge => {
                let value = if i == 0 { s.posterior_variance[1] } else { s.betas[i] };
                Some(FixedVariance { value, log: libm::log(value) })
            }
            Variance::Learned | Variance::LearnedRange => None,
        }
    }

    /// By how much eps grows where the network's prediction grows by one.
    pub fn eps_per_prediction(&self, i: usize) -> f64 {
        let abar = self.schedule.abar[i];
        match self.prediction {
            Prediction::Eps => 1.0,
            Prediction::XStart => -libm::sqrt(abar / (1.0 - abar)),
            Prediction::V => libm::sqrt(abar),
        }
    }

    /// p(x_{t-1} | x_t), given the x_0 estimate and the variance's half of the output.
    pub fn p_mean_variance(
        &self,
        x0: Tensor<4>,
        variance: Option<Tensor<4>>,
        x_t: Tensor<4>,
        i: &[usize],
    ) -> PMeanVariance {
        let s = &self.schedule;
        let (variance, log_variance) = match (self.variance, variance) {
            (Variance::FixedSmall | Variance::FixedLarge, None) => {
                let fixed: Vec<FixedVariance> = i.iter().filter_map(|&i| self.fixed_variance(i)).collect();
                let values: Vec<f64> = fixed.iter().map(|variance| variance.value).collect();
                let logs: Vec<f64> = fixed.iter().map(|variance| variance.log).collect();
                (column_of(&values, &x_t), column_of(&logs, &x_t))
            }
            (Variance::Learned, Some(v)) => (v.clone().exp(), v),
            (Variance::LearnedRange, Some(v)) => {
                // Nichol and Dhariwal 2021, Eq. 15, written as min + f (max - min) with f = (v + 1) / 2.
                let min: Vec<f64> = i.iter().map(|&i| s.posterior_log_variance_clipped[i]).collect();
                let span: Vec<f64> = i.iter().zip(&min).map(|(&i, min)| 0.5 * (libm::log(s.betas[i]) - min)).collect();
                let log_variance = scale_by(v + 1.0, &span) + column_of(&min, &x_t);
                (log_variance.clone().exp(), log_variance)
            }
            (kind, v) => panic!("output: {kind:?} does not go with a variance half that is {}", v.is_some()),
        };
        PMeanVariance { mean: self.q_posterior_mean(x0, x_t, i), variance, log_variance }
    }
}

/// Multiplies each image with its entry of a table.
pub(crate) fn scale(x: Tensor<4>, table: &[f64], i: &[usize]) -> Tensor<4> {
    let factors: Vec<f64> = i.iter().map(|&i| table[i]).collect();
    scale_by(x, &factors)
}

/// Multiplies each image with its own factor.
///
/// One factor for all, as in every sampling step, becomes a scalar: no upload, and nothing to broadcast.
pub(crate) fn scale_by(x: Tensor<4>, factors: &[f64]) -> Tensor<4> {
    let [n, ..] = x.dims();
    assert_eq!(factors.len(), n, "t: one index an image");
    if factors.iter().all(|factor| *factor == factors[0]) {
        return x * factors[0];
    }
    let factors = column_of(factors, &x);
    x * factors
}

/// Entries of a table as `[N, 1, 1, 1]`, on the device and in the precision of `like`.
pub(crate) fn column(table: &[f64], i: &[usize], like: &Tensor<4>) -> Tensor<4> {
    let values: Vec<f64> = i.iter().map(|&i| table[i]).collect();
    column_of(&values, like)
}

/// Values as `[N, 1, 1, 1]`, on the device and in the precision of `like`.
pub(crate) fn column_of(values: &[f64], like: &Tensor<4>) -> Tensor<4> {
    let device = like.device().without_autodiff();
    Tensor::from_data(TensorData::new(values.to_vec(), [values.len(), 1, 1, 1]), (&device, like.dtype()))
}
