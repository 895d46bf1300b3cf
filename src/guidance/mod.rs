//! Guidance: one method a file, behind one seam with three hooks in the step loop.
//!
//! A new method is a file with its formula, its paper and an `entry()`, a name in [`Method`], and a line in the
//! session that builds it from the settings.

pub mod classifier;
pub mod classifier_free;
pub mod ilvr;
pub mod resize;

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use crate::{
    diffusion::{
        Process,
        catalogue::{Entry, Needs},
    },
    models::{Denoiser, Labels},
};

/// Where the chain stands when guidance is asked.
#[derive(Debug, Clone, Copy)]
pub struct StepContext<'a> {
    /// The process over the executed chain.
    pub process: &'a Process,
    /// Index of the step, see [`crate::diffusion::schedule`].
    pub i: usize,
    /// Number of steps executed before it: the step number of its noise.
    pub executed: usize,
    /// The asked-for labels, one an image.
    pub labels: &'a Labels,
}

/// What a method found before the step.
#[derive(Debug, Clone, Default)]
pub struct Contribution {
    /// Scaled gradient at x_t, `[N, C, H, W]`, that the sampler adds in its own way. `None` leaves the step exactly
    /// as it would be without the method.
    pub gradient: Option<Tensor<4>>,
    /// Class probabilities at x_t, `[N, K]`, if the method asked a classifier.
    pub probabilities: Option<Tensor<2>>,
}

/// A guidance method.
pub trait Guidance {
    /// Asks the denoising network in its own way, instead of the one plain question. The first method that gives an
    /// answer decides.
    fn predict(&self, _network: &dyn Denoiser, _x_t: &Tensor<4>, _context: &StepContext<'_>) -> Option<Tensor<4>> {
        None
    }

    /// Looks at x_t before the step.
    fn contribute(&self, _x_t: &Tensor<4>, _context: &StepContext<'_>) -> Contribution {
        Contribution::default()
    }

    /// Corrects the state after the step.
    fn correct(&self, x_prev: Tensor<4>, _context: &StepContext<'_>) -> Tensor<4> {
        x_prev
    }
}

/// The methods that can be chosen; they combine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// The denoising network is told the class and style.
    Conditional,
    /// [`classifier_free`].
    ClassifierFree,
    /// [`classifier`].
    Classifier,
    /// [`ilvr`].
    Ilvr,
}

impl Method {
    /// Every method.
    pub const ALL: [Self; 4] = [Self::Conditional, Self::ClassifierFree, Self::Classifier, Self::Ilvr];

    /// Its name in the settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Conditional => "conditional",
            Self::ClassifierFree => "classifier-free",
            Self::Classifier => "classifier",
            Self::Ilvr => "ilvr",
        }
    }

    /// What it says about itself.
    pub fn entry(self) -> Entry {
        match self {
            Self::Conditional => Entry {
                name: "conditional",
                label: "Class-conditional model",
                help: "The denoising network is told the class and the style; without this it only knows emoji.",
                params: Vec::new(),
                needs: Needs::default(),
            },
            Self::ClassifierFree => classifier_free::entry(),
            Self::Classifier => classifier::entry(),
            Self::Ilvr => ilvr::entry(),
        }
    }
}
