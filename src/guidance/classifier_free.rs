//! Classifier-free guidance: the step follows what the labels add to the network's own prediction, times a weight.
//!
//! Ho and Salimans 2021, "Classifier-Free Diffusion Guidance", Eq. 6, in the convention of GLIDE (Nichol et al. 2021,
//! section 2.3): `eps = eps_u + w (eps_c - eps_u)`. w = 1 is the plain conditional network, w = 0 the unconditional
//! one; the first paper's own weight is w - 1, and that is what an interval and a schedule act on. A learned variance
//! is that of the conditional half. With a negative label the other half is told that instead of nothing, so that the
//! step leads away from it where w > 1; at w = 0 the other half is all there is, and the step leads there.
//!
//! The weights of the two halves sum to 1, so the formula means the same for a network that predicts eps, x_0 or v.
//!
//! The rescaling is Lin et al. 2024, "Common Diffusion Noise Schedules and Sample Steps are Flawed", Eq. 15 and 16:
//! `phi g std(c) / std(g) + (1 - phi) g`, which takes back the contrast that a large w adds.

use std::rc::Rc;

use burn::tensor::Tensor;

use super::{Guidance, Ingredients, Question, StepContext, Strength, strength::Keys};
use crate::{
    diffusion::catalogue::{Entry, Needs, Param, Values},
    error::Result,
    models::{Labels, label},
};

const WHEN: Keys = ["cfg-from", "cfg-to", "cfg-curve"];

/// Classifier-free guidance.
#[derive(Debug, Clone, Copy)]
pub struct ClassifierFree {
    /// w - 1.
    pub strength: Strength,
    /// phi of the rescaling, 0..1; 0 leaves the prediction as it is.
    pub rescale: f64,
    /// The class to lead away from.
    pub negative: Option<usize>,
}

impl ClassifierFree {
    /// The same weight w at every timestep, and nothing else.
    pub fn new(weight: f64) -> Self {
        Self { strength: Strength::constant(weight - 1.0), rescale: 0.0, negative: None }
    }
}

impl Guidance for ClassifierFree {
    fn questions(&self, context: &StepContext<'_>) -> Vec<Question> {
        let n = context.labels.class.len();
        // No question where the other half has no weight: half the cost, and exactly the network itself.
        if self.strength.at(context) == 0.0 {
            return Vec::new();
        }
        vec![Question::denoiser(Labels { class: vec![self.negative; n], ..Labels::null(n) })]
    }

    fn steer(&self, plain: &Tensor<4>, answers: &[Tensor<4>], context: &StepContext<'_>) -> Option<Tensor<4>> {
        let [unconditional] = answers else {
            return None;
        };
        // Nichol et al. 2021, section 2.3, less the conditional half.
        let delta = (plain.clone() - unconditional.clone()) * self.strength.at(context);
        if self.rescale == 0.0 {
            return Some(delta);
        }
        Some(rescaled(plain.clone() + delta, plain.clone(), self.rescale) - plain.clone())
    }

    fn strength(&self, context: &StepContext<'_>) -> Option<f64> {
        Some(self.strength.at(context))
    }
}

/// Lin et al. 2024, Eq. 15 and 16, with the standard deviation (n - 1) of each image.
///
/// # Shapes
/// `guided`, `conditional` and the output are `[N, C, H, W]`.
pub fn rescaled(guided: Tensor<4>, conditional: Tensor<4>, phi: f64) -> Tensor<4> {
    let deviation = |x: Tensor<4>| {
        let [n, c, h, w] = x.dims();
        x.reshape([n, c * h * w]).var(1).sqrt().reshape([n, 1, 1, 1])
    };
    let factor = deviation(conditional) / deviation(guided.clone());
    guided * (factor * phi + (1.0 - phi))
}

/// What classifier-free guidance says about itself.
pub fn entry() -> Entry {
    let mut params = vec![
        Param::number("cfg-weight", "Weight w", [0.0, 10.0], 0.25, 2.0).accepting(0.0, 1000.0),
        Param::number("cfg-rescale", "Rescale", [0.0, 1.0], 0.05, 0.0),
        Param::class("cfg-negative", "Away from (weights above 1; 0 leads there)").advanced(),
    ];
    params.extend(Strength::params(WHEN));
    Entry {
        name: "classifier-free",
        label: "Classifier-free guidance",
        help: "Asks the network with and without the labels, and goes further along the difference. Costs two questions a step.",
        params,
        needs: Needs { class: true, ..Needs::default() },
    }
}

fn strength(values: &Values) -> Result<Strength> {
    Strength::of(values, values.number("cfg-weight") - 1.0, WHEN)
}

/// Whether the plain question names the labels: not at a constant w = 0, which is the other half alone, so the
/// unconditional network itself, to the bit, where there is no negative label.
pub fn tells(values: &Values) -> bool {
    strength(values).ok() != Some(Strength::constant(-1.0))
}

/// Classifier-free guidance as the settings have it.
pub fn build(ingredients: &Ingredients<'_>) -> Result<Option<Rc<dyn Guidance>>> {
    let values = ingredients.values;
    let negative = label("cfg-negative", values.text("cfg-negative"), ingredients.classes)?;
    Ok(Some(Rc::new(ClassifierFree { strength: strength(values)?, rescale: values.number("cfg-rescale"), negative })))
}
