//! The seam between the step loop and a sampler: one step from x_t to x_{t-1}.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::{catalogue::Entry, ddim, ddpm, process::Process};

/// What a step starts from.
#[derive(Debug, Clone)]
pub struct StepInput<'a> {
    /// The process over the executed chain.
    pub process: &'a Process,
    /// Index of the step, the same for every image.
    pub i: usize,
    /// The state, `[N, C, H, W]`.
    pub x_t: Tensor<4>,
    /// The network's output at x_t, `[N, C, H, W]` or `[N, 2C, H, W]`.
    pub output: Tensor<4>,
    /// Scaled gradient that guidance adds, taken at x_t; same shape as x_t.
    pub gradient: Option<Tensor<4>>,
}

/// What a step ends with, each `[N, C, H, W]`.
#[derive(Debug, Clone)]
pub struct Step {
    /// x_{t-1}.
    pub x_prev: Tensor<4>,
    /// The estimate of the clean image the step used.
    pub x0: Tensor<4>,
    /// The noise in x_t that goes with it.
    pub eps: Tensor<4>,
}

/// A way to go from x_t to x_{t-1}. It may keep what earlier steps of its chain left.
pub trait Sampler {
    /// Whether the step at index `i` adds noise.
    fn adds_noise(&self, process: &Process, i: usize) -> bool;

    /// One step. `noise` is a standard normal of x_t's shape, there when [`Sampler::adds_noise`] says so.
    fn step(&mut self, input: StepInput<'_>, noise: Option<Tensor<4>>) -> Step;
}

/// The samplers that can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SamplerKind {
    /// [`ddim`].
    Ddim,
    /// [`ddpm`].
    Ddpm,
}

impl SamplerKind {
    /// Every sampler, the default first.
    pub const ALL: [Self; 2] = [Self::Ddim, Self::Ddpm];

    /// The sampler itself; `eta` is used by DDIM alone.
    pub fn build(self, eta: f64) -> Box<dyn Sampler> {
        match self {
            Self::Ddim => Box::new(ddim::Ddim { eta }),
            Self::Ddpm => Box::new(ddpm::Ddpm),
        }
    }

    /// What it says about itself.
    pub fn entry(self) -> Entry {
        match self {
            Self::Ddim => ddim::entry(),
            Self::Ddpm => ddpm::entry(),
        }
    }
}
