//! What one step leaves behind: as tensors for code that goes on computing, and read back for people to look at.

use burn::tensor::Tensor;
use serde::Serialize;

use crate::device::read;
use crate::diffusion::Part;
use crate::error::Result;

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
    /// The state before the step, as the sampler was given it, same shape.
    pub before: Tensor<4>,
    /// The estimate of the clean image the step used, same shape.
    pub x0: Tensor<4>,
    /// That of the step before, if the sampler looks back on it.
    pub earlier_x0: Option<Tensor<4>>,
    /// The noise that goes with it, same shape.
    pub eps: Tensor<4>,
    /// The fresh noise that was added, a standard normal of the same shape.
    pub noise: Option<Tensor<4>>,
    /// What guidance added to the denoiser's prediction, as a change of eps; same shape.
    pub steered: Option<Tensor<4>>,
    /// The scaled guidance gradient at the state before the step, same shape.
    pub gradient: Option<Tensor<4>>,
    /// The update as a sum, before anything is left out of it; empty where the sampler does not say.
    pub parts: Vec<Part>,
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
    /// The state before the step, as the sampler was given it.
    pub before: Vec<f32>,
    /// The estimate of the clean image the step used.
    pub x0: Vec<f32>,
    /// That of the step before, if the sampler looks back on it.
    pub earlier_x0: Option<Vec<f32>>,
    /// The noise that goes with it.
    pub eps: Vec<f32>,
    /// The fresh noise that was added.
    pub noise: Option<Vec<f32>>,
    /// What guidance added to the denoiser's prediction, as a change of eps.
    pub steered: Option<Vec<f32>>,
    /// The scaled guidance gradient at the state before the step.
    pub gradient: Option<Vec<f32>>,
    /// The update as a sum, before anything is left out of it; empty where the sampler does not say.
    pub parts: Vec<Part>,
    /// Its Euclidean norm, one an image; 0 without a gradient.
    pub gradient_norm: Vec<f32>,
    /// Class probabilities of the state before the step, `[N, K]`, if a classifier is loaded.
    pub probabilities: Option<Vec<f32>>,
    /// phi_N of the reference, if there is one.
    pub lowpass: Option<Vec<f32>>,
    /// phi_N of the state after the step, likewise.
    pub lowpassed: Option<Vec<f32>>,
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
        let (lowpass, lowpassed) = lowpassed.map(|both| (both.reference, both.x_t)).unzip();
        let pictures = [
            Some(step.x_t),
            Some(step.before),
            Some(step.x0),
            step.earlier_x0,
            Some(step.eps),
            step.noise,
            step.steered,
            step.gradient,
            lowpass,
            lowpassed,
        ];
        let flat = pictures.map(|picture| picture.map(|picture| picture.flatten::<1>(0, 3)));
        let probabilities = step.probabilities.map(|p| p.flatten::<1>(0, 1));
        let [x_t, before, x0, earlier_x0, eps, noise, steered, gradient, lowpass, lowpassed, probabilities] =
            read_back(flat.into_iter().chain([probabilities])).await?;
        let per_image = shape.iter().product::<usize>() / images;
        let lowpass_distance = lowpass.as_ref().zip(lowpassed.as_ref()).map(|(reference, x_t)| {
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
            before: before.unwrap_or_default(),
            x0: x0.unwrap_or_default(),
            earlier_x0,
            eps: eps.unwrap_or_default(),
            noise,
            steered,
            parts: step.parts,
            gradient_norm: match &gradient {
                Some(gradient) => gradient.chunks(per_image).map(|image| norm(image.iter().copied())).collect(),
                None => vec![0.0; images],
            },
            gradient,
            probabilities,
            lowpass,
            lowpassed,
            lowpass_distance,
            ms: Timings::default(),
        })
    }
}

impl Frame {
    /// What the low-pass of the reference's size leaves of the state after the step: x_t - phi_N(x_t).
    pub fn detail(&self) -> Option<Vec<f32>> {
        let lowpassed = self.lowpassed.as_ref()?;
        Some(self.x_t.iter().zip(lowpassed).map(|(x, low)| x - low).collect())
    }
}

/// The values of the tensors that are there, in one transfer.
async fn read_back<const N: usize>(tensors: impl Iterator<Item = Option<Tensor<1>>>) -> Result<[Option<Vec<f32>>; N]> {
    let tensors: Vec<Option<Tensor<1>>> = tensors.collect();
    let sizes: Vec<Option<usize>> =
        tensors.iter().map(|tensor| tensor.as_ref().map(|tensor| tensor.dims()[0])).collect();
    let values = read(Tensor::cat(tensors.into_iter().flatten().collect(), 0)).await?;
    let mut rest = values.into_iter();
    Ok(std::array::from_fn(|k| sizes[k].map(|size| rest.by_ref().take(size).collect())))
}

fn norm(values: impl Iterator<Item = f32>) -> f32 {
    values.map(|v| f64::from(v) * f64::from(v)).sum::<f64>().sqrt() as f32
}
