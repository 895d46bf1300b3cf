//! Classifier-free guidance: the step follows what the labels add to the network's own prediction, times a weight.
//!
//! Ho and Salimans 2021, "Classifier-Free Diffusion Guidance", Eq. 6, in the convention of GLIDE (Nichol et al. 2021,
//! section 2.3): `eps = eps_u + w (eps_c - eps_u)`. w = 1 is the plain conditional network, w = 0 the unconditional
//! one; the first paper's own weight is w - 1. A learned variance is that of the conditional half.
//!
//! The weights of the two halves sum to 1, so the formula means the same for a network that predicts eps, x_0 or v.
//!
//! The rescaling is Lin et al. 2024, "Common Diffusion Noise Schedules and Sample Steps are Flawed", Eq. 15 and 16:
//! `phi g std(c) / std(g) + (1 - phi) g`, which takes back the contrast that a large w adds.

use burn::tensor::Tensor;

use super::{Guidance, StepContext};
use crate::{
    diffusion::catalogue::{Entry, Needs, Param, ParamKind},
    models::{Denoiser, Labels},
};

/// Classifier-free guidance.
#[derive(Debug, Clone, Copy)]
pub struct ClassifierFree {
    /// w, at least 0.
    pub weight: f64,
    /// phi of the rescaling, 0..1; 0 leaves the prediction as it is.
    pub rescale: f64,
}

impl Guidance for ClassifierFree {
    fn predict(&self, network: &dyn Denoiser, x_t: &Tensor<4>, context: &StepContext<'_>) -> Option<Tensor<4>> {
        let [n, ..] = x_t.dims();
        let t = context.process.schedule.network_t(context.i);
        let labels = context.labels;
        // A single question where the other half has no weight: half the cost, and exactly the network itself.
        if self.weight == 1.0 {
            return Some(network.forward(x_t.clone(), &vec![t; n], labels));
        }
        if self.weight == 0.0 || *labels == Labels::null(n) {
            return Some(network.forward(x_t.clone(), &vec![t; n], &Labels::null(n)));
        }
        let both = Tensor::cat(vec![x_t.clone(), x_t.clone()], 0);
        let output = network.forward(both, &vec![t; 2 * n], &labels.clone().followed_by(Labels::null(n)));
        let (prediction, variance) = context.process.split(output);
        let conditional = prediction.clone().narrow(0, 0, n);
        let unconditional = prediction.narrow(0, n, n);
        // Nichol et al. 2021, section 2.3.
        let guided = unconditional.clone() + (conditional.clone() - unconditional) * self.weight;
        let guided = if self.rescale == 0.0 { guided } else { rescaled(guided, conditional, self.rescale) };
        Some(match variance {
            Some(variance) => Tensor::cat(vec![guided, variance.narrow(0, 0, n)], 1),
            None => guided,
        })
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
    Entry {
        name: "classifier-free",
        label: "Classifier-free guidance",
        help: "Asks the network with and without the labels, and goes further along the difference. Costs two questions a step.",
        params: vec![
            Param {
                key: "cfg-weight",
                label: "Weight w",
                kind: ParamKind::Number { min: 0.0, max: 10.0, step: 0.25, default: 2.0 },
            },
            Param {
                key: "cfg-rescale",
                label: "Rescale",
                kind: ParamKind::Number { min: 0.0, max: 1.0, step: 0.05, default: 0.0 },
            },
        ],
        needs: Needs { class: true, ..Needs::default() },
    }
}
