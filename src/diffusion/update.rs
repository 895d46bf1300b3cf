//! The update of a step as a sum that can be read and taken apart: `x_{t-1} = Σ weight · term`.
//!
//! Every update here is linear in what it is made of, with weights that depend on the levels alone. Samplers that say
//! their [parts](super::Sampler::parts) can have some of them left out, to see what each is for.

use burn::tensor::Tensor;
use serde::Serialize;

use super::{Past, Step, catalogue::Param};
use crate::error::{Error, Result};

/// What an update weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Term {
    /// The state x_t.
    Xt,
    /// The estimate of the clean image.
    X0,
    /// The estimate of the step before.
    EarlierX0,
    /// The noise that goes with the estimate.
    Eps,
    /// The scaled gradient of guidance, of the update itself or of the noise that goes with the estimate.
    Gradient,
    /// What guidance adds to the prediction, as a change of the noise. No update weighs it: it is part of the noise.
    Steered,
    /// Fresh noise, a standard normal.
    Noise,
}

impl Term {
    /// Every term.
    pub const ALL: [Self; 7] =
        [Self::Xt, Self::X0, Self::EarlierX0, Self::Eps, Self::Gradient, Self::Steered, Self::Noise];

    /// Its name in the settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Xt => "xt",
            Self::X0 => "x0",
            Self::EarlierX0 => "earlier-x0",
            Self::Eps => "eps",
            Self::Gradient => "gradient",
            Self::Steered => "steered",
            Self::Noise => "noise",
        }
    }

    /// Its tensor, `[N, C, H, W]`.
    pub fn of(self, made: &Made<'_>) -> Option<Tensor<4>> {
        match self {
            Self::Xt => Some(made.step.x_t.clone()),
            Self::X0 => Some(made.step.x0.clone()),
            Self::EarlierX0 => made.past.first().map(|past| past.step.x0.clone()),
            Self::Eps => Some(made.step.eps.clone()),
            Self::Gradient => made.gradient.cloned(),
            Self::Steered => None,
            Self::Noise => made.noise.cloned(),
        }
    }
}

/// One summand.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Part {
    /// What is weighed.
    pub term: Term,
    /// By how much.
    pub weight: f64,
}

impl Part {
    /// `weight · term`
    pub fn new(term: Term, weight: f64) -> Self {
        Self { term, weight }
    }
}

/// A step that was made, and what it was made of.
#[derive(Debug, Clone, Copy)]
pub struct Made<'a> {
    /// The step.
    pub step: &'a Step,
    /// The gradient that it was given.
    pub gradient: Option<&'a Tensor<4>>,
    /// The noise that it was given.
    pub noise: Option<&'a Tensor<4>>,
    /// The steps before it, the latest first.
    pub past: &'a [Past],
}

/// The state after the step, without the parts that weigh one of `terms`.
///
/// # Shapes
/// `[N, C, H, W]`
pub fn without(made: &Made<'_>, parts: &[Part], terms: &[Term]) -> Tensor<4> {
    let left_out = parts.iter().filter(|part| terms.contains(&part.term));
    left_out.fold(made.step.x_prev.clone(), |x_prev, part| match part.term.of(made) {
        Some(term) => x_prev - term * part.weight,
        None => x_prev,
    })
}

/// The setting that names terms to leave out.
pub fn param() -> Param {
    Param::text("without", "Terms of the update left out", "noise").advanced()
}

/// The terms that its text names, separated by commas.
pub fn read(text: &str) -> Result<Vec<Term>> {
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    let term = |name: &str| {
        Term::ALL.into_iter().find(|term| term.name() == name).ok_or_else(|| {
            let known = Term::ALL.map(Term::name).join(", ");
            Error::invalid("without", format!("a list of {known}"), name)
        })
    };
    names.map(term).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_read_and_refused_in_a_sentence() {
        assert_eq!(read("").unwrap(), []);
        assert_eq!(read(" noise, earlier-x0 ").unwrap(), [Term::Noise, Term::EarlierX0]);
        let error = read("eps,z").unwrap_err().to_string();
        assert_eq!(error, "without: expected a list of xt, x0, earlier-x0, eps, gradient, steered, noise, got z");
    }
}
