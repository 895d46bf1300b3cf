//! Training losses, one number an image.
//!
//! Ho et al. 2020, Eq. 5 and 14; Nichol and Dhariwal 2021, Eq. 4-7 and 16: with a learned variance the simple loss
//! trains the prediction and the variational term trains the variance alone, so the prediction is held constant
//! inside it. x_0 is never clipped here.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::process::{Prediction, Process, column, column_of};

/// Half the distance between two of the 256 grey levels of an image in -1..1.
const HALF_BIN: f64 = 1.0 / 255.0;

/// Beyond this the outermost grey level takes the whole tail of the Gaussian.
const EDGE: f64 = 0.999;

/// Smallest probability, so that its logarithm stays finite.
const MIN_PROBABILITY: f64 = 1e-12;

/// The part of the variational term in the rescaled hybrid loss: Nichol and Dhariwal's lambda = 0.001, times T.
const VB_WEIGHT: f64 = 1e-3;

/// Which loss is trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// Squared error of the prediction, plus the variational term when the variance is learned.
    Mse,
    /// The same, the variational term weighted with T / 1000 (L_hybrid).
    RescaledMse,
    /// The variational term alone, in bits per dimension.
    Kl,
    /// The same times T: an estimate of the whole bound.
    RescaledKl,
}

/// A loss and its parts, each `[N]`.
#[derive(Debug, Clone)]
pub struct LossTerms {
    /// What is minimised.
    pub loss: Tensor<1>,
    /// Squared error of the prediction, where the loss has it.
    pub mse: Option<Tensor<1>>,
    /// The weighted variational term, where the loss has it.
    pub vb: Option<Tensor<1>>,
}

/// One training example a row: what was mixed, and where.
#[derive(Debug, Clone)]
pub struct Example<'a> {
    /// Clean images, `[N, C, H, W]`.
    pub x0: Tensor<4>,
    /// The noise that was mixed in, same shape.
    pub noise: Tensor<4>,
    /// `q_sample(x0, i, noise)`, what the network saw.
    pub x_t: Tensor<4>,
    /// One index an image.
    pub i: &'a [usize],
}

/// The training loss of a network's output.
///
/// # Shapes
/// `output` is `[N, C, H, W]`, or `[N, 2C, H, W]` when the variance is learned.
pub fn training_losses(process: &Process, loss: Loss, output: Tensor<4>, example: Example<'_>) -> LossTerms {
    let timesteps = process.schedule.timesteps() as f64;
    let (prediction, variance) = process.split(output);
    match loss {
        Loss::Kl | Loss::RescaledKl => {
            let vb = vb_terms(process, prediction, variance, &example);
            let loss = if loss == Loss::RescaledKl { vb * timesteps } else { vb };
            LossTerms { loss, mse: None, vb: None }
        }
        Loss::Mse | Loss::RescaledMse => {
            let vb = variance.map(|variance| {
                let vb = vb_terms(process, prediction.clone().detach(), Some(variance), &example);
                if loss == Loss::RescaledMse { vb * (timesteps * VB_WEIGHT) } else { vb }
            });
            let target = process.target(example.x0, example.i, example.noise);
            let mse = mean_per_image((target - prediction).square());
            let total = match &vb {
                Some(vb) => mse.clone() + vb.clone(),
                None => mse.clone(),
            };
            LossTerms { loss: total, mse: Some(mse), vb }
        }
    }
}

/// One term of the variational bound in bits per dimension, `[N]`: the KL divergence between the posterior and the
/// model, or at index 0 the negative log-likelihood of the 8-bit image.
fn vb_terms(process: &Process, prediction: Tensor<4>, variance: Option<Tensor<4>>, example: &Example<'_>) -> Tensor<1> {
    let Example { x0, x_t, i, .. } = example;
    let true_mean = process.q_posterior_mean(x0.clone(), x_t.clone(), i);
    let true_log_variance = column(&process.schedule.posterior_log_variance_clipped, i, x_t);
    let predicted_x0 = process.predicted_x0(prediction, x_t.clone(), i);
    let p = process.p_mean_variance(predicted_x0, variance, x_t.clone(), i);
    let log_variance = p.log_variance.expand(x_t.dims());

    let kl = mean_per_image(normal_kl(true_mean, true_log_variance, p.mean.clone(), log_variance.clone()));
    let first: Vec<f64> = i.iter().map(|&i| f64::from(u8::from(i == 0))).collect();
    if first.iter().all(|first| *first == 0.0) {
        return kl / std::f64::consts::LN_2;
    }
    let nll = mean_per_image(discretized_log_likelihood(x0.clone(), p.mean, log_variance * 0.5)).neg();
    let first = column_of(&first, x_t).bool().reshape([i.len()]);
    kl.mask_where(first, nll) / std::f64::consts::LN_2
}

/// KL divergence of two diagonal Gaussians, element by element, in nats.
fn normal_kl(mean1: Tensor<4>, log_var1: Tensor<4>, mean2: Tensor<4>, log_var2: Tensor<4>) -> Tensor<4> {
    let ratio = (log_var1.clone() - log_var2.clone()).exp();
    let distance = (mean1 - mean2).square() * (log_var2.clone().neg()).exp();
    (log_var2 - log_var1 - 1.0 + ratio + distance) * 0.5
}

/// Log-likelihood of an 8-bit image in -1..1 under a Gaussian cut into 256 bins, element by element, in nats.
fn discretized_log_likelihood(x: Tensor<4>, mean: Tensor<4>, log_scale: Tensor<4>) -> Tensor<4> {
    let centred = x.clone() - mean;
    let inverse = log_scale.neg().exp();
    let cdf_above = normal_cdf(inverse.clone() * (centred.clone() + HALF_BIN));
    let cdf_below = normal_cdf(inverse * (centred - HALF_BIN));
    let log_above = cdf_above.clone().clamp_min(MIN_PROBABILITY).log();
    let log_beyond = (cdf_below.clone().neg() + 1.0).clamp_min(MIN_PROBABILITY).log();
    let log_inside = (cdf_above - cdf_below).clamp_min(MIN_PROBABILITY).log();
    log_inside.mask_where(x.clone().greater_elem(EDGE), log_beyond).mask_where(x.lower_elem(-EDGE), log_above)
}

/// The usual tanh approximation of the standard normal distribution function, as the reference uses it.
fn normal_cdf(x: Tensor<4>) -> Tensor<4> {
    let cubic = x.clone() * x.clone().square() * 0.044715;
    let inner = (x + cubic) * libm::sqrt(2.0 / std::f64::consts::PI);
    (inner.tanh() + 1.0) * 0.5
}

/// What each image's squared error counts under min-SNR-γ weighting: min(SNR, γ) in terms of x_0, whatever the network
/// predicts (Hang et al. 2023, section 3.4), with SNR = abar / (1 - abar).
pub fn min_snr_weights(process: &Process, gamma: f64, i: &[usize]) -> Vec<f64> {
    let weight = |&i: &usize| {
        let abar = process.schedule.abar[i];
        let snr = abar / (1.0 - abar);
        match process.prediction {
            Prediction::Eps => snr.min(gamma) / snr,
            Prediction::XStart => snr.min(gamma),
            Prediction::V => snr.min(gamma) / (snr + 1.0),
        }
    };
    i.iter().map(weight).collect()
}

/// KL divergence between q(x_T | x_0) and the standard normal in bits per dimension, `[N]`: the part of the bound
/// that no network can change.
pub fn prior_bpd(process: &Process, x0: Tensor<4>) -> Tensor<1> {
    let [n, ..] = x0.dims();
    let last = vec![process.schedule.len() - 1; n];
    let mean = super::process::scale(x0.clone(), &process.schedule.sqrt_abar, &last);
    let log_variance = column(&process.schedule.log_one_minus_abar, &last, &x0);
    let (zero_mean, zero_log_variance) = (mean.zeros_like(), log_variance.zeros_like());
    mean_per_image(normal_kl(mean, log_variance, zero_mean, zero_log_variance)) / std::f64::consts::LN_2
}

/// `[N, C, H, W]` → `[N]`.
fn mean_per_image(x: Tensor<4>) -> Tensor<1> {
    x.flatten::<2>(1, 3).mean_dim(1).squeeze_dim(1)
}
