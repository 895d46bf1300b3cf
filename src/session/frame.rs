//! What one step leaves behind: as tensors for code that goes on computing, and read back for people to look at.

use burn::tensor::Tensor;
use serde::Serialize;

use crate::error::{Error, Result};

/// One executed step, on the device.
#[derive(Debug, Clone)]
pub struct StepTensors {
    /// Number of executed steps, this one included.
    pub step: usize,
    /// Index of the step in the executed chain.
    pub i: usize,
    /// Its original timestep, which may lie between two.
    pub t: f64,
    /// abar at the state before the step.
    pub abar: f64,
    /// The state after the step, `[N, C, H, W]`.
    pub x_t: Tensor<4>,
    /// The estimate of the clean image the step used, same shape.
    pub x0: Tensor<4>,
    /// The noise that goes with it, same shape.
    pub eps: Tensor<4>,
    /// The scaled guidance gradient at the state before the step, same shape.
    pub gradient: Option<Tensor<4>>,
    /// Class probabilities of the state before the step, `[N, K]`.
    pub probabilities: Option<Tensor<2>>,
}

/// Milliseconds that parts of a step took.
///
/// On a GPU `unet` and `classifier` are the time to hand the work over; only `total` waits for the result.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Timings {
    /// The denoising network.
    pub unet: f64,
    /// The classifier and its gradient, and whatever else guidance looked at.
    pub classifier: f64,
    /// The whole step, reading it back included.
    pub total: f64,
}

/// One executed step, read back. Images are planar, `[N, C, H, W]` row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Number of executed steps, this one included.
    pub step: usize,
    /// Number of steps of the whole run.
    pub total: usize,
    /// Original timestep of the step, which may lie between two.
    pub t: f64,
    /// abar at the state before the step.
    pub abar: f64,
    /// N, C, H and W.
    pub shape: [usize; 4],
    /// The state after the step.
    pub x_t: Vec<f32>,
    /// The estimate of the clean image the step used.
    pub x0: Vec<f32>,
    /// The noise that goes with it.
    pub eps: Vec<f32>,
    /// The scaled guidance gradient at the state before the step.
    pub gradient: Option<Vec<f32>>,
    /// Its Euclidean norm, one an image; 0 without a gradient.
    pub gradient_norm: Vec<f32>,
    /// Class probabilities of the state before the step, `[N, K]`, if a classifier is loaded.
    pub probabilities: Option<Vec<f32>>,
    /// phi_N of the reference, if there is one.
    pub lowpass: Option<Vec<f32>>,
    /// Root mean square of phi_N(x_t) - phi_N(reference) after the step, one an image.
    pub lowpass_distance: Option<Vec<f32>>,
    /// Milliseconds, all 0 without a clock.
    pub ms: Timings,
}

/// phi_N of the reference and of the state after the step.
pub(super) struct LowPassed {
    pub(super) reference: Tensor<4>,
    pub(super) x_t: Tensor<4>,
}

impl Frame {
    /// Reads a step back, all of it in one transfer.
    pub(super) async fn read(step: StepTensors, total: usize, lowpassed: Option<LowPassed>) -> Result<Self> {
        let shape = step.x_t.dims();
        let images = shape[0];
        let (gradient, probabilities) = (step.gradient.is_some(), step.probabilities.is_some());

        let mut parts = vec![step.x_t, step.x0, step.eps];
        parts.extend(step.gradient);
        let with_lowpass = lowpassed.is_some();
        parts.extend(lowpassed.into_iter().flat_map(|both| [both.reference, both.x_t]));
        let mut parts: Vec<Tensor<1>> = parts.into_iter().map(|part| part.flatten(0, 3)).collect();
        parts.extend(step.probabilities.map(|p| p.flatten::<1>(0, 1)));
        let sizes: Vec<usize> = parts.iter().map(|part| part.dims()[0]).collect();

        let data = Tensor::cat(parts, 0)
            .into_data_async()
            .await
            .map_err(|error| Error::Device(format!("the device could not return a step: {error:?}")))?;
        let mut values = data.iter::<f32>();
        let mut parts = sizes.into_iter().map(|size| values.by_ref().take(size).collect::<Vec<f32>>());
        let mut take = |present: bool| if present { parts.next() } else { None };

        let (x_t, x0, eps) = (take(true), take(true), take(true));
        let gradient = take(gradient);
        let (lowpass, lowpassed_x_t) = (take(with_lowpass), take(with_lowpass));
        let probabilities = take(probabilities);
        let per_image = shape.iter().product::<usize>() / images;
        let lowpass_distance = lowpass.as_ref().zip(lowpassed_x_t).map(|(reference, x_t)| {
            let pairs = reference.chunks(per_image).zip(x_t.chunks(per_image));
            pairs.map(|(a, b)| norm(a.iter().zip(b).map(|(a, b)| a - b)) / (per_image as f32).sqrt()).collect()
        });
        Ok(Self {
            step: step.step,
            total,
            t: step.t,
            abar: step.abar,
            shape,
            x_t: x_t.unwrap_or_default(),
            x0: x0.unwrap_or_default(),
            eps: eps.unwrap_or_default(),
            gradient_norm: match &gradient {
                Some(gradient) => gradient.chunks(per_image).map(|image| norm(image.iter().copied())).collect(),
                None => vec![0.0; images],
            },
            gradient,
            probabilities,
            lowpass,
            lowpass_distance,
            ms: Timings::default(),
        })
    }
}

fn norm(values: impl Iterator<Item = f32>) -> f32 {
    values.map(|v| f64::from(v) * f64::from(v)).sum::<f64>().sqrt() as f32
}
