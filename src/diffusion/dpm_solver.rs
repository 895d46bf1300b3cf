//! DPM-Solver-2, multistep, on eps: the forerunner of DPM-Solver++, for comparison; it cannot be chosen.
//!
//! Lu et al. 2022, "DPM-Solver: A Fast ODE Solver for Diffusion Probabilistic Model Sampling in Around 10 Steps",
//! Eq. 3.4 (the exact solution in eps), with the two-point rule of DPM-Solver++'s 2M. Under strong guidance eps leaves
//! the range it was trained in, which is why the later method extrapolates x_0.

use burn::tensor::Tensor;

use super::{
    multistep::{earlier_stride, order_of, stride},
    process::Process,
    sampler::{Sampler, Step, StepInput},
};

/// DPM-Solver-2, multistep.
#[derive(Debug, Clone, Copy)]
pub struct DpmSolver;

impl Sampler for DpmSolver {
    fn adds_noise(&self, _process: &Process, _i: usize) -> bool {
        false
    }

    fn looks_back(&self) -> usize {
        1
    }

    fn step(&self, input: StepInput<'_>, _noise: Option<Tensor<4>>) -> Step {
        let (x0, eps) = input.estimate();
        let (at, to, h) = (input.level(), input.level_prev(), stride(input.reach()));
        let target = match order_of(input.reach(), 2) {
            1 => eps.clone(),
            _ => {
                let slope = (eps.clone() - input.past[0].step.eps.clone()) * (h / earlier_stride(input.reach(), 1));
                eps.clone() + slope * 0.5
            }
        };
        // sigma' (e^h - 1), written so that it holds at a clean image, too.
        let weight = to.alpha * at.noise() - to.sigma;
        let x_prev = input.x_t.clone() * (to.alpha / at.alpha) - target * weight;
        Step { x_prev, x0, eps, x_t: input.x_t }
    }
}
