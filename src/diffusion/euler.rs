//! Euler's rule for the probability-flow ODE in sigma, and the churn that can go before a step.
//!
//! Karras et al. 2022, "Elucidating the Design Space of Diffusion-Based Generative Models", Algorithm 1 without its
//! correction and Algorithm 2, lines 4 to 6. Their state is `x / alpha` and their sigma [`Level::noise`]; there the
//! slope is eps itself, so a step is `x / alpha + (sigma' - sigma) eps`. It is DDIM at eta 0 in other letters.

use burn::tensor::Tensor;

use super::{
    catalogue::{Entry, Needs},
    process::Process,
    sampler::{Past, Sampler, Step, StepInput},
    schedule::Level,
    update::{Part, Term},
};

/// Euler's rule.
#[derive(Debug, Clone, Copy)]
pub struct Euler;

impl Sampler for Euler {
    fn adds_noise(&self, _process: &Process, _i: usize) -> bool {
        false
    }

    fn step(&self, input: StepInput<'_>, _noise: Option<Tensor<4>>) -> Step {
        let (x0, eps) = input.estimate();
        let x_prev = towards(&x0, &eps, input.level_prev(), input.level_prev().noise());
        Step { x_prev, x0, eps, x_t: input.x_t }
    }

    fn parts(&self, process: &Process, i: usize, _past: &[Past]) -> Vec<Part> {
        let to = process.schedule.level_prev(i);
        parts_towards(to, to.noise())
    }
}

/// `alpha' (x_0 + sigma eps)`: where the line from x_0 along eps stands at `sigma`. It is
/// `alpha' (x / alpha + (sigma - sigma_t) eps)`, which pure noise cannot be put into.
pub(super) fn towards(x0: &Tensor<4>, eps: &Tensor<4>, to: Level, sigma: f64) -> Tensor<4> {
    x0.clone() * to.alpha + eps.clone() * (to.alpha * sigma)
}

/// The parts of [`towards`].
pub(super) fn parts_towards(to: Level, sigma: f64) -> Vec<Part> {
    vec![Part::new(Term::X0, to.alpha), Part::new(Term::Eps, to.alpha * sigma)]
}

/// Adds noise to x until it is as noisy as `sigma (1 + gamma)`: the state and the level that the network is asked at.
///
/// Karras et al. 2022, Algorithm 2, lines 4 to 6; `noise` is already multiplied with their S_noise. The chain's own
/// samplers do without it: it asks the network at a level between two of theirs.
///
/// # Shapes
/// `x`, `noise` and the state are `[N, C, H, W]`.
pub fn churn(x: Tensor<4>, at: Level, gamma: f64, noise: Tensor<4>) -> (Tensor<4>, Level) {
    let (sigma, raised) = (at.noise(), at.noise() * (1.0 + gamma));
    let level = Level::new(1.0 / (1.0 + raised * raised));
    let added = libm::sqrt(raised * raised - sigma * sigma);
    (x * (level.alpha / at.alpha) + noise * (level.alpha * added), level)
}

/// What Euler's rule says about itself.
pub fn entry() -> Entry {
    Entry {
        name: "euler",
        label: "Euler",
        help: "Follows the slope of the ODE from step to step: the simplest solver, and the same as DDIM with eta 0.",
        params: Vec::new(),
        needs: Needs::default(),
    }
}
