//! Symmetry guidance: the estimate x̂₀ is pulled towards its own mirror image.
//!
//! A score for [`ScoreGuidance`] after Bansal et al. 2023, "Universal Guidance for Diffusion Models":
//! `-1/4 |x - mirror(x)|^2`, whose gradient is `-(x - mirror(x))`, since every pixel is in two of the differences.

use std::rc::Rc;

use burn::tensor::Tensor;

use super::{
    Guidance, Ingredients, Score, Strength, Where,
    score::{Opinion, ScoreGuidance},
    strength::Keys,
};
use crate::{
    diffusion::catalogue::{Entry, Needs, Param, named},
    error::Result,
    models::Labels,
};

const WHEN: Keys = ["symmetry-from", "symmetry-to", "symmetry-curve"];

/// A mirror.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mirror {
    /// Left becomes right.
    LeftRight,
    /// Top becomes bottom.
    TopBottom,
}

impl Mirror {
    /// Every mirror, the default first.
    pub const ALL: [Self; 2] = [Self::LeftRight, Self::TopBottom];

    /// Its name in the settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::LeftRight => "left-right",
            Self::TopBottom => "top-bottom",
        }
    }
}

impl Score for Mirror {
    fn of(&self, x: Tensor<4>, _t: &[f64], _labels: &Labels) -> Opinion {
        let axis = match self {
            Self::LeftRight => 3,
            Self::TopBottom => 2,
        };
        let difference = x.clone() - x.flip([axis]);
        let score = difference.square().flatten::<2>(1, 3).sum_dim(1).squeeze_dim(1) * -0.25;
        Opinion { score, probabilities: None }
    }
}

/// What symmetry guidance says about itself.
pub fn entry() -> Entry {
    let mut params = vec![
        Param::number("symmetry-scale", "Strength", [0.0, 1.0], 0.05, 0.1).accepting(0.0, 1000.0),
        Param::choice("mirror", "Mirror", Mirror::ALL.map(Mirror::name).to_vec(), "left-right"),
    ];
    params.extend(Strength::params(WHEN));
    Entry {
        name: "symmetry",
        label: "Symmetry",
        help: "Pulls the predicted image towards its mirror image; the gradient flows through the denoising network.",
        params,
        needs: Needs::default(),
    }
}

/// Symmetry guidance as the settings have it.
pub fn build(ingredients: &Ingredients<'_>) -> Result<Option<Rc<dyn Guidance>>> {
    let values = ingredients.values;
    let strength =
        Strength { up_to: ingredients.guided_up_to, ..Strength::of(values, values.number("symmetry-scale"), WHEN)? };
    let score = Rc::new(named(&Mirror::ALL, Mirror::name, values.text("mirror")));
    Ok(Some(Rc::new(ScoreGuidance { score, strength, at: Where::XStart })))
}
