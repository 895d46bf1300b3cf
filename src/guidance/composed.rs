//! Composed labels: several classes at once, each with its own weight, and negative ones.
//!
//! Liu et al. 2022, "Compositional Visual Generation with Composable Diffusion Models", Eq. 11 (AND) and Eq. 13 (NOT):
//! `eps = eps_u + sum_k w_k (eps_k - eps_u)`; a negative weight leads away from its label. A chosen style is in every
//! term, `eps_u` too, so no weight leads away from it. Where the plain question names labels already, the sum comes on
//! top of them.

use std::rc::Rc;

use burn::tensor::Tensor;

use super::{Guidance, Ingredients, Question, StepContext, Strength, strength::Keys};
use crate::{
    diffusion::catalogue::{Entry, Needs, Param},
    error::{Error, Result},
    models::{Labels, label},
};

const WHEN: Keys = ["compose-from", "compose-to", "compose-curve"];

/// Largest magnitude of a weight.
const WEIGHT_MAX: f64 = 100.0;

/// Composed labels.
#[derive(Debug, Clone)]
pub struct Composed {
    /// Classes and their weights.
    pub terms: Vec<(usize, f64)>,
    /// A factor of all weights.
    pub strength: Strength,
    /// What the plain question names: if the style is not among it, it is brought in here, once.
    pub told: Labels,
}

impl Guidance for Composed {
    fn questions(&self, context: &StepContext<'_>) -> Vec<Question> {
        if self.strength.at(context) == 0.0 {
            return Vec::new();
        }
        let n = context.labels.class.len();
        let about = |class, style: &Vec<_>| Question::denoiser(Labels { class: vec![class; n], style: style.clone() });
        let asked = &context.labels.style;
        // First no class: with the style that is told already, and with the one that every term is measured with.
        let unclassed = [&self.told.style, asked].map(|style| about(None, style));
        unclassed.into_iter().chain(self.terms.iter().map(|(class, _)| about(Some(*class), asked))).collect()
    }

    fn steer(&self, _plain: &Tensor<4>, answers: &[Tensor<4>], context: &StepContext<'_>) -> Option<Tensor<4>> {
        let [unstyled, unclassed, classed @ ..] = answers else {
            return None;
        };
        let factor = self.strength.at(context);
        let terms = classed.iter().zip(&self.terms);
        let terms = terms.map(|(classed, (_, weight))| (classed.clone() - unclassed.clone()) * (weight * factor));
        let styled = self.told.style != context.labels.style;
        let style = styled.then(|| (unclassed.clone() - unstyled.clone()) * factor);
        style.into_iter().chain(terms).reduce(|a, b| a + b)
    }

    fn strength(&self, context: &StepContext<'_>) -> Option<f64> {
        Some(self.strength.at(context))
    }
}

/// Reads `animal:2, heart, sign:-1`; a weight that is left out is 1.
fn terms(text: &str, classes: &[String]) -> Result<Vec<(usize, f64)>> {
    let mut terms = Vec::new();
    for term in text.split(',').map(str::trim).filter(|term| !term.is_empty()) {
        let (name, weight) = term.split_once(':').unwrap_or((term, "1"));
        let weight = weight.trim().parse().ok().filter(|weight: &f64| weight.abs() <= WEIGHT_MAX);
        let wrong =
            || Error::invalid("compose", "classes with weights from -100 to 100 such as animal:2,sign:-1", term);
        let weight = weight.ok_or_else(wrong)?;
        let class = label("compose", name.trim(), classes)?.ok_or_else(wrong)?;
        terms.push((class, weight));
    }
    Ok(terms)
}

/// What composing says about itself.
pub fn entry() -> Entry {
    let mut params = vec![Param::text("compose", "Classes", "animal:2, sign:-1")];
    params.extend(Strength::params(WHEN));
    Entry {
        name: "composed",
        label: "Composed classes",
        help: "Asks about several classes in each step and adds up where they lead; a negative weight leads away.",
        params,
        needs: Needs::default(),
    }
}

/// Composed labels as the settings have them.
pub fn build(ingredients: &Ingredients<'_>) -> Result<Option<Rc<dyn Guidance>>> {
    let values = ingredients.values;
    let terms = terms(values.text("compose"), ingredients.classes)?;
    if terms.is_empty() {
        return Ok(None);
    }
    let strength = Strength::of(values, 1.0, WHEN)?;
    Ok(Some(Rc::new(Composed { terms, strength, told: ingredients.told.clone() })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_composition_is_read_and_refused_in_a_sentence() {
        let classes = ["animal", "sign"].map(String::from);
        assert_eq!(terms("animal:2, sign:-1.5,0", &classes).unwrap(), [(0, 2.0), (1, -1.5), (0, 1.0)]);
        assert!(terms("", &classes).unwrap().is_empty());
        for text in ["cat", "animal:much", "animal:nan", "animal:1000", "none:1", ":2"] {
            let error = terms(text, &classes).unwrap_err().to_string();
            assert!(error.starts_with("compose: expected") && !error.contains('\n'), "{error}");
        }
    }
}
