//! Euler's rule with ancestral noise: every step goes further down than its level, and noise leads back up to it.
//!
//! Song et al. 2021, "Score-Based Generative Modeling through Stochastic Differential Equations", appendix F (ancestral
//! sampling of the variance-exploding process), in the sigma of Karras et al. 2022: with
//! `up^2 = sigma'^2 (sigma^2 - sigma'^2) / sigma^2` and `down^2 = sigma'^2 - up^2` a step is
//! `x / alpha + (down - sigma) eps + up z`. It is DDIM at eta 1 in other letters.

use burn::tensor::Tensor;

use super::{
    catalogue::{Entry, Needs},
    euler::{parts_towards, towards},
    process::Process,
    sampler::{Past, Sampler, Step, StepInput},
    schedule::Level,
    update::{Part, Term},
};

/// Euler's rule with ancestral noise.
#[derive(Debug, Clone, Copy)]
pub struct EulerAncestral;

impl Sampler for EulerAncestral {
    fn adds_noise(&self, process: &Process, i: usize) -> bool {
        process.schedule.level_prev(i).sigma > 0.0
    }

    fn step(&self, input: StepInput<'_>, noise: Option<Tensor<4>>) -> Step {
        let (x0, eps) = input.estimate();
        let to = input.level_prev();
        let (down, up) = sigmas(input.level(), to);
        let mean = towards(&x0, &eps, to, down);
        let x_prev = match noise {
            Some(noise) => mean + noise * (to.alpha * up),
            None => mean,
        };
        Step { x_prev, x0, eps, x_t: input.x_t }
    }

    fn parts(&self, process: &Process, i: usize, _past: &[Past]) -> Vec<Part> {
        let to = process.schedule.level_prev(i);
        let (down, up) = sigmas(process.schedule.level(i), to);
        let noise = self.adds_noise(process, i).then_some(Part::new(Term::Noise, to.alpha * up));
        parts_towards(to, down).into_iter().chain(noise).collect()
    }
}

/// Where the line ends, and how much noise is added there.
fn sigmas(at: Level, to: Level) -> (f64, f64) {
    // sigma' / sigma; 0 from pure noise, whose sigma is infinite.
    let ratio = to.noise() / at.noise();
    (to.noise() * ratio, to.noise() * libm::sqrt(1.0 - ratio * ratio))
}

/// What ancestral Euler says about itself.
pub fn entry() -> Entry {
    Entry {
        name: "euler-ancestral",
        label: "Euler ancestral",
        help: "Euler with fresh noise in every step: the image never settles with the number of steps. The same as DDIM \
               with eta 1.",
        params: Vec::new(),
        needs: Needs::default(),
    }
}
