//! DDIM sampling at any eta, with classifier guidance on eps, and its inversion.
//!
//! Song et al. 2021, "Denoising Diffusion Implicit Models", Eq. 12 and 16; Dhariwal and Nichol 2021, Algorithm 2.
//!
//! Two things follow the published code where it is easy to do otherwise: eps is derived again from the *clipped*
//! x_0, and after guidance x_0 is computed from the new eps and *not* clipped again ([`StepInput::estimate`]).
//!
//! So a guided step from level abar to abar_prev moves the state by about `sqrt(abar_prev / abar)` times the gradient.
//! That is harmless within a chain, but at T - 1 of the cosine schedule, where abar is 2e-9, it is thousands: prefer a
//! spacing such as `ddim25`, which leaves T - 1 out.

use burn::tensor::Tensor;

use super::{
    catalogue::{Entry, Needs, Param},
    process::{Clip, Process},
    sampler::{Past, Sampler, Step, StepInput},
    update::{Part, Term},
};

/// DDIM.
#[derive(Debug, Clone, Copy)]
pub struct Ddim {
    /// 0 is deterministic, 1 adds as much noise as DDPM.
    pub eta: f64,
    /// eps stays as the network said it where x_0 is clipped, as some codes have it. They differ where it is clipped.
    pub keeps_eps: bool,
}

impl Ddim {
    /// DDIM as published.
    pub fn new(eta: f64) -> Self {
        Self { eta, keeps_eps: false }
    }

    /// Standard deviation of the noise the step at `i` adds. Song et al. 2021, Eq. 16.
    fn sigma(&self, process: &Process, i: usize) -> f64 {
        let (abar, abar_prev) = (process.schedule.abar[i], process.schedule.abar_prev[i]);
        self.eta * libm::sqrt((1.0 - abar_prev) / (1.0 - abar)) * libm::sqrt(1.0 - abar / abar_prev)
    }

    /// Of x_0, eps and fresh noise. Song et al. 2021, Eq. 12.
    fn weights(&self, process: &Process, i: usize) -> [f64; 3] {
        let sigma = self.sigma(process, i);
        let abar_prev = process.schedule.abar_prev[i];
        // At eta 1 the noisiest cosine step can round below zero under the root.
        let direction = libm::sqrt((1.0 - abar_prev - sigma * sigma).max(0.0));
        [libm::sqrt(abar_prev), direction, sigma]
    }
}

impl Sampler for Ddim {
    fn adds_noise(&self, process: &Process, i: usize) -> bool {
        i > 0 && self.sigma(process, i) > 0.0
    }

    fn step(&self, input: StepInput<'_>, noise: Option<Tensor<4>>) -> Step {
        let (x0, mut eps) = input.estimate();
        let StepInput { process, i, x_t, output, .. } = input;
        if self.keeps_eps {
            let unclipped = Process { clip: Clip::None, ..process.clone() };
            eps = unclipped.estimate(i, x_t.clone(), output).1;
        }
        let [along_x0, along_eps, sigma] = self.weights(process, i);
        let mean = x0.clone() * along_x0 + eps.clone() * along_eps;
        let x_prev = match noise {
            Some(noise) => mean + noise * sigma,
            None => mean,
        };
        Step { x_prev, x0, eps, x_t }
    }

    fn parts(&self, process: &Process, i: usize, _past: &[Past]) -> Vec<Part> {
        let [x0, eps, sigma] = self.weights(process, i);
        let noise = self.adds_noise(process, i).then_some(Part::new(Term::Noise, sigma));
        [Part::new(Term::X0, x0), Part::new(Term::Eps, eps)].into_iter().chain(noise).collect()
    }
}

/// One step of inversion, from level `i` up to `i + 1`: DDIM at eta 0 run backwards.
///
/// The step from the last index aims at abar = 0 and returns eps itself, so a usable latent is the state before it:
/// run `i = 0, …, n - 2`.
///
/// # Shapes
/// `x` is `[N, C, H, W]`, `output` the network's output at `x` and `i`.
pub fn reverse_step(process: &Process, i: usize, x: Tensor<4>, output: Tensor<4>) -> Step {
    let abar_next = process.schedule.abar.get(i + 1).copied().unwrap_or(0.0);
    let (x0, eps) = process.estimate(i, x.clone(), output);
    let x_next = x0.clone() * libm::sqrt(abar_next) + eps.clone() * libm::sqrt(1.0 - abar_next);
    Step { x_prev: x_next, x0, eps, x_t: x }
}

/// What DDIM says about itself.
pub fn entry() -> Entry {
    Entry {
        name: "ddim",
        label: "DDIM",
        help: "Few, large steps. With eta 0 the starting noise alone decides the image.",
        params: vec![Param::number("eta", "Fresh noise (eta)", [0.0, 1.0], 0.05, 0.0)],
        needs: Needs::default(),
    }
}
