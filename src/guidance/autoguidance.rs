//! Autoguidance: the step leads away from what a weaker network would do.
//!
//! Karras et al. 2024, "Guiding a Diffusion Model with a Bad Version of Itself", Eq. 3: `D = D_0 + w (D_1 - D_0)`, where
//! D_1 is the denoiser and D_0 a smaller or less trained one that is told the same. What both get wrong, but the weaker
//! one more, is taken back, without the loss of diversity of classifier-free guidance. w = 1 is the denoiser itself.

use std::rc::Rc;

use burn::tensor::Tensor;

use super::{Guidance, Ingredients, Network, Question, StepContext, Strength, strength::Keys};
use crate::{
    diffusion::catalogue::{Entry, Needs, Param},
    error::{Error, Result},
    models::{Labels, NONE},
};

const WHEN: Keys = ["auto-from", "auto-to", "auto-curve"];

/// Autoguidance.
#[derive(Debug, Clone)]
pub struct Autoguidance {
    /// w - 1.
    pub strength: Strength,
    /// What the weaker network is told: the same as the denoiser.
    pub told: Labels,
}

impl Guidance for Autoguidance {
    fn questions(&self, context: &StepContext<'_>) -> Vec<Question> {
        if self.strength.at(context) == 0.0 {
            return Vec::new();
        }
        vec![Question { network: Network::Weak, labels: self.told.clone() }]
    }

    fn steer(&self, plain: &Tensor<4>, answers: &[Tensor<4>], context: &StepContext<'_>) -> Option<Tensor<4>> {
        let [weak] = answers else {
            return None;
        };
        Some((plain.clone() - weak.clone()) * self.strength.at(context))
    }

    fn strength(&self, context: &StepContext<'_>) -> Option<f64> {
        Some(self.strength.at(context))
    }
}

/// What autoguidance says about itself.
pub fn entry() -> Entry {
    let mut params = vec![Param::number("auto-weight", "Weight w", [0.0, 5.0], 0.25, 2.0).accepting(0.0, 1000.0)];
    params.extend(Strength::params(WHEN));
    Entry {
        name: "autoguidance",
        label: "Autoguidance",
        help: "Asks a smaller network as well, and goes away from what it would do.",
        params,
        needs: Needs { weak: true, ..Needs::default() },
    }
}

/// Autoguidance as the settings have it.
pub fn build(ingredients: &Ingredients<'_>) -> Result<Option<Rc<dyn Guidance>>> {
    if !ingredients.has_weak {
        return Err(Error::invalid("method", "a loaded weaker model for autoguidance", NONE));
    }
    let values = ingredients.values;
    let strength = Strength::of(values, values.number("auto-weight") - 1.0, WHEN)?;
    Ok(Some(Rc::new(Autoguidance { strength, told: ingredients.told.clone() })))
}
