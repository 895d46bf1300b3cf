//! DPM-Solver++(2M) for the reverse SDE: the same extrapolation, and as much fresh noise as the SDE asks for.
//!
//! Lu et al. 2022, "DPM-Solver++", section 5 and Algorithm 4 (SDE-DPM-Solver++(2M)).

use burn::tensor::Tensor;

use super::{
    catalogue::{Entry, Needs},
    multistep::{earlier_stride, order_of, stride},
    process::Process,
    sampler::{Sampler, Step, StepInput},
};

/// The order of the paper's 2M.
const ORDER: usize = 2;

/// SDE-DPM-Solver++(2M).
#[derive(Debug, Clone, Copy)]
pub struct DpmPpSde;

impl Sampler for DpmPpSde {
    fn adds_noise(&self, process: &Process, i: usize) -> bool {
        process.schedule.level_prev(i).sigma > 0.0
    }

    fn looks_back(&self) -> usize {
        ORDER - 1
    }

    fn step(&self, input: StepInput<'_>, noise: Option<Tensor<4>>) -> Step {
        let (x0, eps) = input.estimate();
        let (at, to, h) = (input.level(), input.level_prev(), stride(input.reach()));
        let target = match order_of(input.reach(), ORDER) {
            1 => x0.clone(),
            _ => {
                let slope = (x0.clone() - input.past[0].step.x0.clone()) * (h / earlier_stride(input.reach(), 1));
                x0.clone() + slope * 0.5
            }
        };
        // 1 - e^-2h, the share of the variance that is new.
        let renewed = -libm::expm1(-2.0 * h);
        let kept = input.x_t.clone() * (to.sigma / at.sigma * libm::exp(-h)) + target * (to.alpha * renewed);
        let x_prev = match noise {
            Some(noise) => kept + noise * (to.sigma * libm::sqrt(renewed)),
            None => kept,
        };
        Step { x_prev, x0, eps, x_t: input.x_t }
    }
}

/// What the SDE solver says about itself.
pub fn entry() -> Entry {
    Entry {
        name: "dpmpp-sde",
        label: "DPM-Solver++ SDE",
        help: "DPM-Solver++(2M) with fresh noise in every step, which repairs what earlier steps got wrong.",
        params: Vec::new(),
        needs: Needs::default(),
    }
}
