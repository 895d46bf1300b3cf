//! Classifier guidance: steps are pulled along `s * grad log p(y | x_t)` of a classifier of noisy images.
//!
//! Dhariwal and Nichol 2021, "Diffusion Models Beat GANs on Image Synthesis", section 4 and Algorithms 1 and 2. The
//! gradient is the true one, by automatic differentiation through the classifier, taken at x_t with the timestep of
//! x_t. The log-probabilities are summed over the batch, which gives every image its own gradient because nothing in
//! the classifier mixes images.

use std::rc::Rc;

use burn::tensor::{Tensor, TensorData, activation::log_softmax};

use super::{Contribution, Guidance, StepContext};
use crate::{
    diffusion::catalogue::{Entry, Needs, Param, ParamKind},
    models::NoisyClassifier,
};

/// Classifier guidance.
pub struct ClassifierGuidance {
    classifier: Rc<dyn NoisyClassifier>,
    scale: f64,
    up_to: Option<usize>,
}

impl ClassifierGuidance {
    /// `scale` is at least 0; 0 only reads the probabilities. `up_to` is
    /// [`guided_up_to`](crate::diffusion::ProcessConfig::guided_up_to) of the model.
    pub fn new(classifier: Rc<dyn NoisyClassifier>, scale: f64, up_to: Option<usize>) -> Self {
        Self { classifier, scale, up_to }
    }
}

impl Guidance for ClassifierGuidance {
    fn contribute(&self, x_t: &Tensor<4>, context: &StepContext<'_>) -> Contribution {
        let t = vec![context.process.schedule.network_t(context.i); x_t.dims()[0]];
        let classes = &context.labels.class;
        let noise_only =
            self.up_to.is_some_and(|up_to| context.process.schedule.timestep_map[context.i] > up_to as f64);
        if self.scale == 0.0 || noise_only || classes.iter().all(Option::is_none) {
            // No gradient at all, rather than one of zeros: the step stays the same to the bit.
            return Contribution { gradient: None, probabilities: Some(probabilities(&*self.classifier, x_t, &t)) };
        }
        let (gradient, probabilities) = log_probability_gradient(&*self.classifier, x_t, &t, classes);
        Contribution { gradient: Some(gradient * self.scale), probabilities: Some(probabilities) }
    }
}

/// Class probabilities at x_t, `[N, K]`.
pub fn probabilities(classifier: &dyn NoisyClassifier, x_t: &Tensor<4>, t: &[f64]) -> Tensor<2> {
    log_softmax(classifier.logits(x_t.clone(), t), 1).exp()
}

/// The gradient of each image's `log p(class | x_t)` and, from the same forward pass, its class probabilities.
///
/// Only x_t is tracked, so no gradient of a weight is computed. An image without a class gets a gradient of zeros.
///
/// # Shapes
/// `x_t` is `[N, C, H, W]`, `t` and `classes` have N entries; the results are `[N, C, H, W]` and `[N, K]`.
pub fn log_probability_gradient(
    classifier: &dyn NoisyClassifier,
    x_t: &Tensor<4>,
    t: &[f64],
    classes: &[Option<usize>],
) -> (Tensor<4>, Tensor<2>) {
    let x = x_t.clone().autodiff().require_grad();
    let log_p = log_softmax(classifier.logits(x.clone(), t), 1);
    let probabilities = log_p.clone().inner().exp();
    let [n, k] = log_p.dims();
    assert_eq!(classes.len(), n, "classes: one an image");

    let mut chosen = vec![0.0; n * k];
    for (row, class) in classes.iter().enumerate() {
        if let Some(class) = class {
            assert!(*class < k, "class: {class} is not below the classifier's {k}");
            chosen[row * k + class] = 1.0;
        }
    }
    let chosen = Tensor::<2>::from_data(TensorData::new(chosen, [n, k]), (&x_t.device(), x_t.dtype()));
    let mut gradients = (log_p * chosen).sum().backward();
    // A classifier that ignores x_t altogether leaves no gradient behind.
    let gradient = x.grad_remove(&mut gradients).unwrap_or_else(|| x_t.zeros_like());
    (gradient, probabilities)
}

/// What classifier guidance says about itself.
pub fn entry() -> Entry {
    Entry {
        name: "classifier",
        label: "Classifier guidance",
        help: "A classifier of noisy images pulls every step towards the chosen class.",
        params: vec![Param {
            key: "scale",
            label: "Guidance scale",
            kind: ParamKind::Number { min: 0.0, max: 20.0, step: 0.5, default: 4.0 },
        }],
        needs: Needs { class: true, ..Needs::default() },
    }
}
