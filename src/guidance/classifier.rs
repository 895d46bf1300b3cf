//! Classifier guidance: steps are pulled along `s * grad log p(y | x_t)` of a classifier of noisy images.
//!
//! Dhariwal and Nichol 2021, "Diffusion Models Beat GANs on Image Synthesis", section 4 and Algorithms 1 and 2. The
//! gradient is the true one, by automatic differentiation through the classifier, taken at x_t with the timestep of
//! x_t, or at x̂₀ with timestep 0. A classifier with a second head can pull towards a style at the same time.

use std::rc::Rc;

use burn::tensor::{Tensor, TensorData, activation::log_softmax};

use super::{
    Guidance, Ingredients, Score, Strength, Where,
    score::{Opinion, ScoreGuidance, constant_device},
    strength::Keys,
};
use crate::{
    diffusion::catalogue::{Entry, Needs, Param, Values},
    error::{Error, Result},
    models::{Labels, NONE, NoisyClassifier},
};

const WHEN: Keys = ["scale-from", "scale-to", "scale-curve"];

/// log p(class | x) and, weighted, log p(style | x).
pub struct LogProbability {
    /// The classifier.
    pub classifier: Rc<dyn NoisyClassifier>,
    /// Weight of the style beside the class; 0 leaves it out.
    pub style: f64,
}

impl Score for LogProbability {
    /// An image without a label has a score of 0.
    fn of(&self, x: Tensor<4>, t: &[f64], labels: &Labels) -> Opinion {
        let device = constant_device(&x);
        let (classes, styles) = self.classifier.both_logits(x, t);
        let log_p = log_softmax(classes, 1);
        let probabilities = log_p.clone().inner().exp();
        let mut score = chosen(log_p, &labels.class, &device);
        if let (true, Some(styles)) = (self.style != 0.0, styles) {
            score = score + chosen(log_softmax(styles, 1), &labels.style, &device) * self.style;
        }
        Opinion { score, probabilities: Some(probabilities) }
    }

    fn applies(&self, labels: &Labels) -> bool {
        let any = |labels: &[Option<usize>]| labels.iter().any(Option::is_some);
        any(&labels.class) || self.style != 0.0 && any(&labels.style)
    }
}

/// The entry of each row that its label names, 0 without a label.
///
/// # Shapes
/// `[N, K]`, N labels → `[N]`
fn chosen(log_p: Tensor<2>, labels: &[Option<usize>], device: &burn::tensor::Device) -> Tensor<1> {
    let [n, k] = log_p.dims();
    assert_eq!(labels.len(), n, "labels: one an image");
    let mut picked = vec![0.0; n * k];
    for (row, label) in labels.iter().enumerate() {
        if let Some(label) = label {
            assert!(*label < k, "label: {label} is not below the classifier's {k}");
            picked[row * k + label] = 1.0;
        }
    }
    let picked = Tensor::<2>::from_data(TensorData::new(picked, [n, k]), (device, log_p.dtype()));
    (log_p * picked).sum_dim(1).squeeze_dim(1)
}

/// Class probabilities at x_t, `[N, K]`.
pub fn probabilities(classifier: &dyn NoisyClassifier, x_t: &Tensor<4>, t: &[f64]) -> Tensor<2> {
    log_softmax(classifier.logits(x_t.clone(), t), 1).exp()
}

/// What classifier guidance says about itself.
pub fn entry() -> Entry {
    let mut params = vec![
        Param::number("scale", "Guidance scale", [0.0, 20.0], 0.5, 4.0).accepting(0.0, 1000.0),
        Param::number("scale-style", "Share of the style", [0.0, 4.0], 0.25, 0.0).accepting(0.0, 1000.0).advanced(),
    ];
    params.extend(Strength::params(WHEN));
    params.push(Where::param("scale-at"));
    Entry {
        name: "classifier",
        label: "Classifier guidance",
        help: "A classifier of noisy images pulls every step towards the chosen class.",
        params,
        needs: Needs { class: true, classifier: true, ..Needs::default() },
    }
}

/// Whether a classifier is needed: without a label there is nothing to steer towards.
pub fn needs_classifier(values: &Values, labels: &Labels) -> bool {
    labels.class.iter().any(Option::is_some) || asks_style(values, labels)
}

fn asks_style(values: &Values, labels: &Labels) -> bool {
    values.number("scale-style") != 0.0 && labels.style.iter().any(Option::is_some)
}

/// Classifier guidance as the settings have it.
pub fn build(ingredients: &Ingredients<'_>) -> Result<Option<Rc<dyn Guidance>>> {
    let Ingredients { values, labels, .. } = ingredients;
    if !needs_classifier(values, labels) {
        return Ok(None);
    }
    let Some(classifier) = ingredients.classifier else {
        return Err(Error::invalid("method", "a loaded classifier for classifier guidance", NONE));
    };
    let style = values.number("scale-style");
    if asks_style(values, labels) && !classifier.knows_styles() {
        return Err(Error::invalid("scale-style", "0, since the classifier knows no styles", style.to_string()));
    }
    let score = Rc::new(LogProbability { classifier: classifier.clone(), style });
    let strength = Strength { up_to: ingredients.guided_up_to, ..Strength::of(values, values.number("scale"), WHEN)? };
    Ok(Some(Rc::new(ScoreGuidance { score, strength, at: Where::of(values, "scale-at") })))
}
