//! The seam between the step loop and a sampler: one step from x_t to x_{t-1}.
//!
//! A sampler holds its settings and nothing else. What a multistep method looks back on is handed to it, so that a run
//! that goes back or forks finds its own past again.

use burn::tensor::Tensor;

use super::{
    catalogue::{Entry, Values},
    ddim, ddpm, dpmpp, dpmpp_sde, euler, euler_ancestral, heun,
    multistep::Reach,
    process::Process,
    schedule::Level,
    unipc,
    update::{self, Part},
};

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
    /// The steps before this one, the latest first: at most as many as [`Sampler::looks_back`] says.
    pub past: &'a [Past],
}

impl StepInput<'_> {
    /// The estimate of x_0 and its eps, with the guidance gradient as a shift of the score:
    /// `eps - sqrt(1 - abar) gradient`. Dhariwal and Nichol 2021, Algorithm 2.
    ///
    /// As in the published code, a guided x_0 is computed from the shifted eps and not clipped again. In pure noise
    /// (abar = 0) no shift of eps means a change of x_0, and there the gradient has no effect.
    pub fn estimate(&self) -> (Tensor<4>, Tensor<4>) {
        let Self { process, i, x_t, output, gradient, .. } = self;
        let (x0, eps) = process.estimate(*i, x_t.clone(), output.clone());
        match gradient {
            Some(gradient) if !self.level().is_pure_noise() => {
                let eps = eps - gradient.clone() * process.schedule.sqrt_one_minus_abar[*i];
                let images = vec![*i; x_t.dims()[0]];
                (process.x0_from_eps(x_t.clone(), eps.clone(), &images), eps)
            }
            _ => (x0, eps),
        }
    }

    /// Where it stands among other steps.
    pub(super) fn reach(&self) -> Reach<'_> {
        Reach { process: self.process, i: self.i, past: self.past }
    }

    /// The level the step starts from.
    pub fn level(&self) -> Level {
        self.process.schedule.level(self.i)
    }

    /// The level the step ends at.
    pub fn level_prev(&self) -> Level {
        self.process.schedule.level_prev(self.i)
    }
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
    /// The state the step really started from: the input's, unless a corrector moved it.
    pub x_t: Tensor<4>,
}

/// An earlier step, and the level it started from.
#[derive(Debug, Clone)]
pub struct Past {
    /// The level of the step's x_t.
    pub level: Level,
    /// The step.
    pub step: Step,
}

/// A way to go from x_t to x_{t-1}.
pub trait Sampler {
    /// Whether the step at index `i` adds noise.
    fn adds_noise(&self, process: &Process, i: usize) -> bool;

    /// How many earlier steps it wants to see.
    fn looks_back(&self) -> usize {
        0
    }

    /// One step. `noise` is a standard normal of x_t's shape, there when [`Sampler::adds_noise`] says so.
    fn step(&self, input: StepInput<'_>, noise: Option<Tensor<4>>) -> Step;

    /// The update of the step at index `i` as a sum, after steps of which the latest are `past`. Empty where it is none,
    /// or has parts that are not in [`Term`](super::Term).
    fn parts(&self, _process: &Process, _i: usize, _past: &[Past]) -> Vec<Part> {
        Vec::new()
    }

    /// Whether the step at index `i` asks the network once more, at the state it has led to.
    fn looks_ahead(&self, _process: &Process, _i: usize) -> bool {
        false
    }

    /// Takes the same step again, now that `ahead` says what the network finds at its end: at `step.x_prev` and index
    /// `i - 1`. Called when [`Sampler::looks_ahead`] says so.
    fn correct(&self, step: Step, _ahead: StepInput<'_>) -> Step {
        step
    }
}

/// The samplers that can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SamplerKind {
    /// [`ddim`].
    Ddim,
    /// [`ddpm`].
    Ddpm,
    /// [`dpmpp`].
    Dpmpp,
    /// [`dpmpp_sde`].
    DpmppSde,
    /// [`unipc`].
    Unipc,
    /// [`euler`].
    Euler,
    /// [`euler_ancestral`].
    EulerAncestral,
    /// [`heun`].
    Heun,
}

impl SamplerKind {
    /// Every sampler, the default first.
    pub const ALL: [Self; 8] = [
        Self::Ddim,
        Self::Ddpm,
        Self::Dpmpp,
        Self::DpmppSde,
        Self::Unipc,
        Self::Euler,
        Self::EulerAncestral,
        Self::Heun,
    ];

    /// Its name in the settings.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// The sampler itself.
    pub fn build(self, values: &Values) -> Box<dyn Sampler> {
        let order = || values.whole("order");
        match self {
            Self::Ddim => Box::new(ddim::Ddim::new(values.number("eta"))),
            Self::Ddpm => Box::new(ddpm::Ddpm),
            Self::Dpmpp => Box::new(dpmpp::DpmPp::new(order())),
            Self::DpmppSde => Box::new(dpmpp_sde::DpmPpSde),
            Self::Unipc => Box::new(unipc::UniPc::new(order())),
            Self::Euler => Box::new(euler::Euler),
            Self::EulerAncestral => Box::new(euler_ancestral::EulerAncestral),
            Self::Heun => Box::new(heun::Heun),
        }
    }

    /// What it says about itself. Every sampler has the settings of the clip, and the terms it leaves out, beside its own.
    pub fn entry(self) -> Entry {
        let mut entry = match self {
            Self::Ddim => ddim::entry(),
            Self::Ddpm => ddpm::entry(),
            Self::Dpmpp => dpmpp::entry(),
            Self::DpmppSde => dpmpp_sde::entry(),
            Self::Unipc => unipc::entry(),
            Self::Euler => euler::entry(),
            Self::EulerAncestral => euler_ancestral::entry(),
            Self::Heun => heun::entry(),
        };
        entry.params.extend(super::threshold::params());
        entry.params.push(update::param());
        entry
    }
}
