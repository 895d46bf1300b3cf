//! ILVR: after each step the low frequencies of the sample are replaced with those of a reference.
//!
//! Choi et al. 2021, "ILVR: Conditioning Method for Denoising Diffusion Probabilistic Models", Eq. 7 and Algorithm 1:
//! `x' := x' - phi(x') + phi(y)`, where y is the reference noised to the level of x'.
//!
//! The published code noises the reference to the level the step *started* from, one step too noisy; its author calls
//! that a slip. Both are here, the paper's by default.

use std::rc::Rc;

use burn::tensor::Tensor;

use super::{
    Guidance, Ingredients, StepContext, needed,
    resize::{Kernel, LowPass},
};
use crate::{
    diffusion::{
        NoiseSource, Stream,
        catalogue::{Entry, Needs, Param, Values, named},
        noise::draw_like,
    },
    error::{Error, Result},
};

/// The level the reference is noised to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferenceLevel {
    /// t - 1: the level of the sample it is merged into, as in the paper.
    Paper,
    /// t: the level the step started from, as in the published code.
    Code,
}

impl ReferenceLevel {
    /// Both, the default first.
    pub const ALL: [Self; 2] = [Self::Paper, Self::Code];

    /// Its name in the settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Paper => "paper",
            Self::Code => "code",
        }
    }
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
            Param::number("down-n", "Coarseness (N)", [1.0, 32.0], 1.0, 4.0).accepting(1.0, 1024.0),
            Param::number("range-t", "Free steps at the end", [0.0, 100.0], 1.0, 0.0).accepting(0.0, 1e6),
            Param::choice("kernel", "Filter", Kernel::ALL.map(Kernel::name).to_vec(), "cubic"),
            Param::choice(
                "reference-level",
                "Noise on the reference",
                ReferenceLevel::ALL.map(ReferenceLevel::name).to_vec(),
                "paper",
            ),
        ],
        needs: Needs { reference: true, ..Needs::default() },
    }
}

/// phi_N of the settings, for images like `like`.
pub fn low_pass(values: &Values, like: &Tensor<4>) -> Result<LowPass> {
    let [_, _, h, w] = like.dims();
    let kernel = named(&Kernel::ALL, Kernel::name, values.text("kernel"));
    LowPass::new([h, w], values.whole("down-n"), kernel, &like.device(), like.dtype())
}

/// ILVR as the settings have it.
pub fn build(ingredients: &Ingredients<'_>) -> Result<Option<Rc<dyn Guidance>>> {
    let Ingredients { values, like, steps, noise, .. } = *ingredients;
    let range_t = values.whole("range-t");
    if range_t > steps {
        return Err(Error::invalid("range-t", format!("at most {steps}, the number of steps"), range_t.to_string()));
    }
    Ok(Some(Rc::new(Ilvr {
        reference: needed(ingredients.reference, "ILVR")?.clone(),
        low_pass: low_pass(values, like)?,
        range_t,
        level: named(&ReferenceLevel::ALL, ReferenceLevel::name, values.text("reference-level")),
        noise: noise.clone(),
    })))
}
