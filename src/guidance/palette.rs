//! Palette guidance: the estimate x̂₀ is pulled towards a few colours.
//!
//! A score for [`ScoreGuidance`] after Bansal et al. 2023, "Universal Guidance for Diffusion Models": with p running over
//! pixels and k over colours, `sum_p tau log sum_k exp(-|x_p - c_k|^2 / tau)`, a soft minimum, so that every pixel moves
//! to the colour that is near already, and none is caught between two.

use std::rc::Rc;

use burn::tensor::{Tensor, TensorData};

use super::{
    Guidance, Ingredients, Score, Strength, Where,
    score::{Opinion, ScoreGuidance, constant_device},
    strength::Keys,
};
use crate::{
    diffusion::catalogue::{Entry, Needs, Param},
    error::{Error, Result},
    models::Labels,
};

const WHEN: Keys = ["palette-from", "palette-to", "palette-curve"];

/// How soft the minimum is, in squared distances between colours of -1..1.
const TAU: f64 = 0.1;

/// Most colours of a palette.
const COLOURS_MAX: usize = 16;

/// A palette.
#[derive(Debug, Clone, PartialEq)]
pub struct Palette {
    /// Red, green and blue in -1..1.
    pub colours: Vec<[f64; 3]>,
}

impl Palette {
    /// Reads hexadecimal colours such as `ffcc00, 224488`.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong =
            |got: &str| Error::invalid("palette", format!("1 to {COLOURS_MAX} colours such as ffcc00, 224488"), got);
        let words = text.split([',', ' ']).map(|word| word.trim().trim_start_matches('#')).filter(|w| !w.is_empty());
        let colours = words
            .map(|word| {
                let hexadecimal = word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
                let value = u32::from_str_radix(word, 16).ok().filter(|_| hexadecimal).ok_or_else(|| wrong(word))?;
                Ok([16, 8, 0].map(|shift| f64::from(value >> shift & 0xff) / 127.5 - 1.0))
            })
            .collect::<Result<Vec<_>>>()?;
        let good = (1..=COLOURS_MAX).contains(&colours.len());
        good.then_some(Self { colours }).ok_or_else(|| wrong(if text.trim().is_empty() { "none" } else { text }))
    }
}

impl Score for Palette {
    fn of(&self, x: Tensor<4>, _t: &[f64], _labels: &Labels) -> Opinion {
        let device = constant_device(&x);
        let far = self.colours.iter().map(|colour| {
            let data = TensorData::new(colour.to_vec(), [1, 3, 1, 1]);
            let colour = Tensor::<4>::from_data(data, (&device, x.dtype()));
            (x.clone() - colour).square().sum_dim(1) * (-1.0 / TAU)
        });
        // The largest exponent is taken out, so that no exponential is lost.
        let exponents = Tensor::cat(far.collect(), 1);
        let largest = exponents.clone().detach().max_dim(1);
        let soft = (exponents - largest.clone()).exp().sum_dim(1).log() + largest;
        Opinion { score: soft.flatten::<2>(1, 3).sum_dim(1).squeeze_dim(1) * TAU, probabilities: None }
    }
}

/// What palette guidance says about itself.
pub fn entry() -> Entry {
    let mut params = vec![
        Param::text("palette", "Colours", "ffcc00, 224488, ffffff"),
        Param::number("palette-scale", "Strength", [0.0, 1.0], 0.05, 0.05).accepting(0.0, 1000.0),
    ];
    params.extend(Strength::params(WHEN));
    Entry {
        name: "palette",
        label: "Palette",
        help: "Pulls every pixel of the predicted image towards the nearest of a few colours; the gradient flows through \
               the denoising network.",
        params,
        needs: Needs::default(),
    }
}

/// Palette guidance as the settings have it.
pub fn build(ingredients: &Ingredients<'_>) -> Result<Option<Rc<dyn Guidance>>> {
    let values = ingredients.values;
    if values.text("palette").is_empty() {
        return Ok(None);
    }
    let strength =
        Strength { up_to: ingredients.guided_up_to, ..Strength::of(values, values.number("palette-scale"), WHEN)? };
    let score = Rc::new(Palette::parse(values.text("palette"))?);
    Ok(Some(Rc::new(ScoreGuidance { score, strength, at: Where::XStart })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_and_refused_in_a_sentence() {
        assert_eq!(Palette::parse("#ff0000, 00ff00").unwrap().colours, [[1.0, -1.0, -1.0], [-1.0, 1.0, -1.0]]);
        for text in ["", "red", "ff00", "+f0000", "ff0000,", &"ffffff,".repeat(17)] {
            let read = Palette::parse(text);
            if text == "ff0000," {
                assert!(read.is_ok());
            } else {
                assert!(read.unwrap_err().to_string().starts_with("palette: expected 1 to 16 colours"), "{text}");
            }
        }
    }
}
