//! ILVR: after each step the low frequencies of the sample are replaced with those of a reference.
//!
//! Choi et al. 2021, "ILVR: Conditioning Method for Denoising Diffusion Probabilistic Models", Eq. 7 and Algorithm 1:
//! `x' := x' - phi(x') + phi(y)`, where y is the reference noised to the level of x'.
//!
//! The published code noises the reference to the level the step *started* from, one step too noisy; its author calls
//! that a slip. Both are here, the paper's by default.

use std::rc::Rc;

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::{
    Guidance, StepContext,
    resize::{Kernel, LowPass},
};
use crate::diffusion::{
    NoiseSource, Stream,
    catalogue::{Entry, Needs, Param, ParamKind},
    noise::draw_like,
};

/// The level the reference is noised to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReferenceLevel {
    /// t - 1: the level of the sample it is merged into, as in the paper.
    Paper,
    /// t: the level the step started from, as in the published code.
    Code,
}

/// ILVR.
pub struct Ilvr {
    /// The reference in -1..1, `[N, C, H, W]`.
    pub reference: Tensor<4>,
    /// phi_N.
    pub low_pass: LowPass,
    /// The last steps, those at indices up to this one, run free. It counts indices of the executed chain.
    pub range_t: usize,
    /// The level the reference is noised to.
    pub level: ReferenceLevel,
    /// Where the reference's noise comes from.
    pub noise: Rc<dyn NoiseSource>,
}

impl Guidance for Ilvr {
    fn correct(&self, x_prev: Tensor<4>, context: &StepContext<'_>) -> Tensor<4> {
        let StepContext { process, i, executed, .. } = *context;
        if i <= self.range_t {
            return x_prev;
        }
        // i is above 0 here, so the paper's level exists.
        let level = match self.level {
            ReferenceLevel::Paper => i - 1,
            ReferenceLevel::Code => i,
        };
        let noise = draw_like(&*self.noise, Stream::Reference, executed, &x_prev);
        let levels = vec![level; x_prev.dims()[0]];
        let y = process.q_sample(self.reference.clone(), &levels, noise);
        // Choi et al. 2021, Eq. 7; phi is linear, so one filtering of the difference does for both.
        x_prev.clone() + self.low_pass.apply(y - x_prev)
    }
}

/// What ILVR says about itself.
pub fn entry() -> Entry {
    Entry {
        name: "ilvr",
        label: "ILVR",
        help: "Takes the coarse shape and colours from a reference image and lets the model invent the rest.",
        params: vec![
            Param {
                key: "down-n",
                label: "Coarseness (N)",
                kind: ParamKind::Number { min: 1.0, max: 32.0, step: 1.0, default: 4.0 },
            },
            Param {
                key: "range-t",
                label: "Free steps at the end",
                kind: ParamKind::Number { min: 0.0, max: 100.0, step: 1.0, default: 0.0 },
            },
            Param {
                key: "kernel",
                label: "Filter",
                kind: ParamKind::Choice { choices: Kernel::ALL.map(Kernel::name).to_vec(), default: "cubic" },
            },
            Param {
                key: "reference-level",
                label: "Noise on the reference",
                kind: ParamKind::Choice { choices: vec!["paper", "code"], default: "paper" },
            },
        ],
        needs: Needs { reference: true, ..Needs::default() },
    }
}
