//! Sampling from a latent consistency model: the network's x_0 is the answer, and noise leads back to the next level.
//!
//! Luo et al. 2023, "Latent Consistency Models", Algorithm 3, with the boundary conditions of Song et al. 2023,
//! "Consistency Models", Eq. 5. It wants a network that was distilled for it, so it cannot be chosen.

use burn::tensor::Tensor;

use super::{
    process::Process,
    sampler::{Sampler, Step, StepInput},
};

/// Standard deviation of the data in the boundary conditions.
const SIGMA_DATA: f64 = 0.5;

/// What timesteps are multiplied with in the boundary conditions.
const TIMESTEP_SCALING: f64 = 10.0;

/// Multistep consistency sampling.
#[derive(Debug, Clone, Copy)]
pub struct Lcm;

impl Sampler for Lcm {
    fn adds_noise(&self, _process: &Process, i: usize) -> bool {
        i > 0
    }

    fn step(&self, input: StepInput<'_>, noise: Option<Tensor<4>>) -> Step {
        let (x0, eps) = input.estimate();
        let t = TIMESTEP_SCALING * input.process.schedule.timestep_map[input.i];
        let square = t * t + SIGMA_DATA * SIGMA_DATA;
        let (skip, out) = (SIGMA_DATA * SIGMA_DATA / square, t / libm::sqrt(square));
        let answer = x0.clone() * out + input.x_t.clone() * skip;
        let to = input.level_prev();
        let x_prev = match noise {
            Some(noise) => answer * to.alpha + noise * to.sigma,
            None => answer,
        };
        Step { x_prev, x0, eps, x_t: input.x_t }
    }
}
