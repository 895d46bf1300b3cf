//! Heun's rule for the probability-flow ODE in sigma: an Euler step, and the same step again with the mean of the slopes
//! at its two ends. Two questions to the network a step, and second order.
//!
//! Karras et al. 2022, "Elucidating the Design Space of Diffusion-Based Generative Models", Algorithm 1. The step into
//! a clean image is Euler's, as there.

use burn::tensor::Tensor;

use super::{
    catalogue::{Entry, Needs},
    euler::Euler,
    process::Process,
    sampler::{Sampler, Step, StepInput},
};

/// Above this sigma a step is Euler's. The correction weighs the change of x_0 with `sigma / sigma'`, and an even chain
/// over the cosine schedule begins with a step from 20,000 to about 20; Karras et al. start at 80.
const SIGMA_MAX: f64 = 1000.0;

/// Heun's rule.
#[derive(Debug, Clone, Copy)]
pub struct Heun;

impl Sampler for Heun {
    fn adds_noise(&self, _process: &Process, _i: usize) -> bool {
        false
    }

    fn step(&self, input: StepInput<'_>, noise: Option<Tensor<4>>) -> Step {
        Euler.step(input, noise)
    }

    fn looks_ahead(&self, process: &Process, i: usize) -> bool {
        i > 0 && process.schedule.level(i).noise() <= SIGMA_MAX
    }

    fn correct(&self, step: Step, ahead: StepInput<'_>) -> Step {
        let (_, eps) = ahead.estimate();
        let (from, to) = (ahead.process.schedule.level(ahead.i + 1), ahead.level());
        // Algorithm 1, line 8, as a change of the Euler step: half the difference of the slopes.
        let weight = 0.5 * to.alpha * (to.noise() - from.noise());
        let x_prev = step.x_prev + (eps - step.eps.clone()) * weight;
        Step { x_prev, ..step }
    }
}

/// What Heun's rule says about itself.
pub fn entry() -> Entry {
    Entry {
        name: "heun",
        label: "Heun",
        help: "Takes every Euler step twice, the second time with the slope at its end as well. Two network calls a step; \
               at its best with Karras steps such as karras15.",
        params: Vec::new(),
        needs: Needs::default(),
    }
}
