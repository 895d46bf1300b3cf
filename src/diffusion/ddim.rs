//! DDIM sampling at any eta, with classifier guidance on eps, and its inversion.
//!
//! Song et al. 2021, "Denoising Diffusion Implicit Models", Eq. 12 and 16; Dhariwal and Nichol 2021, Algorithm 2.
//!
//! Two things follow the published code where it is easy to do otherwise: eps is derived again from the *clipped*
//! x_0, and after guidance x_0 is computed from the new eps and *not* clipped again.
//!
//! So a guided step from level abar to abar_prev moves the state by about `sqrt(abar_prev / abar)` times the gradient.
//! That is harmless within a chain, but at T - 1 of the cosine schedule, where abar is 2e-9, it is thousands: prefer a
//! spacing such as `ddim25`, which leaves T - 1 out.

use burn::tensor::Tensor;

use super::{
    catalogue::{Entry, Needs, Param, ParamKind},
    process::Process,
    sampler::{Sampler, Step, StepInput},
};

/// DDIM.
#[derive(Debug, Clone, Copy)]
pub struct Ddim {
    /// 0 is deterministic, 1 adds as much noise as DDPM.
    pub eta: f64,
}

impl Ddim {
    /// Standard deviation of the noise the step at `i` adds. Song et al. 2021, Eq. 16.
    fn sigma(&self, process: &Process, i: usize) -> f64 {
        let (abar, abar_prev) = (process.schedule.abar[i], process.schedule.abar_prev[i]);
        self.eta * libm::sqrt((1.0 - abar_prev) / (1.0 - abar)) * libm::sqrt(1.0 - abar / abar_prev)
    }
}

impl Sampler for Ddim {
    fn adds_noise(&self, process: &Process, i: usize) -> bool {
        i > 0 && self.sigma(process, i) > 0.0
    }

    fn step(&mut self, input: StepInput<'_>, noise: Option<Tensor<4>>) -> Step {
        let StepInput { process, i, x_t, output, gradient } = input;
        let sigma = self.sigma(process, i);
        let abar_prev = process.schedule.abar_prev[i];
        let (x0, eps) = clipped_estimate(process, i, x_t.clone(), output);
        let (x0, eps) = match gradient {
            // Dhariwal and Nichol 2021, Algorithm 2.
            Some(gradient) => {
                let eps = eps - gradient * process.schedule.sqrt_one_minus_abar[i];
                let images = vec![i; x_t.dims()[0]];
                (process.x0_from_eps(x_t, eps.clone(), &images), eps)
            }
            None => (x0, eps),
        };
        // Song et al. 2021, Eq. 12. At eta 1 the noisiest cosine step can round below zero under the root.
        let direction = libm::sqrt((1.0 - abar_prev - sigma * sigma).max(0.0));
        let mean = x0.clone() * libm::sqrt(abar_prev) + eps.clone() * direction;
        let x_prev = match noise {
            Some(noise) => mean + noise * sigma,
            None => mean,
        };
        Step { x_prev, x0, eps }
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
    let (x0, eps) = clipped_estimate(process, i, x, output);
    let x_next = x0.clone() * libm::sqrt(abar_next) + eps.clone() * libm::sqrt(1.0 - abar_next);
    Step { x_prev: x_next, x0, eps }
}

/// The clipped x_0 and the eps that goes with it.
fn clipped_estimate(process: &Process, i: usize, x: Tensor<4>, output: Tensor<4>) -> (Tensor<4>, Tensor<4>) {
    let i = vec![i; x.dims()[0]];
    let (prediction, _) = process.split(output);
    let x0 = process.clipped(process.predicted_x0(prediction, x.clone(), &i));
    let eps = process.eps_from_x0(x, x0.clone(), &i);
    (x0, eps)
}

/// What DDIM says about itself.
pub fn entry() -> Entry {
    Entry {
        name: "ddim",
        label: "DDIM",
        help: "Few, large steps. With eta 0 the starting noise alone decides the image.",
        params: vec![Param {
            key: "eta",
            label: "Fresh noise (eta)",
            kind: ParamKind::Number { min: 0.0, max: 1.0, step: 0.05, default: 0.0 },
        }],
        needs: Needs::default(),
    }
}
