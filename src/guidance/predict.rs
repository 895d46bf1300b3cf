//! One prediction from several questions: what methods ask beside the plain question goes through each network as one
//! batch, the same question only once.

use std::rc::Rc;

use burn::tensor::Tensor;

use super::{Guidance, StepContext};
use crate::models::{Denoiser, Labels};

/// Which network is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// The denoiser.
    Denoiser,
    /// The weaker one.
    Weak,
}

/// A question about x_t.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Who is asked.
    pub network: Network,
    /// What the network is told, one an image.
    pub labels: Labels,
}

impl Question {
    /// To the denoiser.
    pub fn denoiser(labels: Labels) -> Self {
        Self { network: Network::Denoiser, labels }
    }
}

/// The networks that can be asked.
#[derive(Clone, Copy)]
pub struct Networks<'a> {
    /// The denoiser.
    pub denoiser: &'a dyn Denoiser,
    /// The weaker one, if it is loaded.
    pub weak: Option<&'a dyn Denoiser>,
}

/// What [`predict`] finds.
pub struct Predicted {
    /// The denoiser's output.
    pub plain: Tensor<4>,
    /// The same with what the methods add to it.
    pub output: Tensor<4>,
    /// What they add, if any of them does, `[N, C, H, W]`.
    pub steered: Option<Tensor<4>>,
}

/// The denoiser's output for x_t when it is told `told`, with what the methods add to it. A learned variance is that
/// of the plain question.
///
/// # Shapes
/// `x_t` is `[N, C, H, W]`.
pub fn predict(
    networks: Networks<'_>,
    guidance: &[Rc<dyn Guidance>],
    x_t: &Tensor<4>,
    told: &Labels,
    context: &StepContext<'_>,
) -> Predicted {
    let mut asked = vec![Question::denoiser(told.clone())];
    let mut place = |question: Question| {
        let known = asked.iter().position(|other| *other == question);
        known.unwrap_or_else(|| {
            asked.push(question);
            asked.len() - 1
        })
    };
    let wanted: Vec<Vec<usize>> =
        guidance.iter().map(|method| method.questions(context).into_iter().map(&mut place).collect()).collect();

    let mut answers = vec![None; asked.len()];
    for network in [Network::Denoiser, Network::Weak] {
        let places: Vec<usize> = (0..asked.len()).filter(|&k| asked[k].network == network).collect();
        if places.is_empty() {
            continue;
        }
        let denoiser = match network {
            Network::Denoiser => networks.denoiser,
            Network::Weak => match networks.weak {
                Some(weak) => weak,
                None => panic!("a method asks a weak network that is not there"),
            },
        };
        let output = together(denoiser, x_t, places.iter().map(|&k| &asked[k].labels), context);
        let n = x_t.dims()[0];
        for (row, place) in places.into_iter().enumerate() {
            answers[place] = Some(output.clone().narrow(0, row * n, n));
        }
    }
    let answers: Vec<Tensor<4>> = answers.into_iter().flatten().collect();

    let [_, channels, ..] = x_t.dims();
    let prediction = |answer: &Tensor<4>| answer.clone().narrow(1, 0, channels);
    let plain = prediction(&answers[0]);
    let steered = guidance.iter().zip(wanted).filter_map(|(method, places)| {
        let answers: Vec<Tensor<4>> = places.into_iter().map(|k| prediction(&answers[k])).collect();
        method.steer(&plain, &answers, context)
    });
    match steered.reduce(|a, b| a + b) {
        // The network's own output, to the bit.
        None => Predicted { plain: answers[0].clone(), output: answers[0].clone(), steered: None },
        Some(delta) => {
            let rest = answers[0].dims()[1] - channels;
            let guided = plain.clone() + delta.clone();
            let output = match rest {
                0 => guided,
                _ => Tensor::cat(vec![guided, answers[0].clone().narrow(1, channels, rest)], 1),
            };
            Predicted { plain: answers[0].clone(), output, steered: Some(delta) }
        }
    }
}

/// The answers of one network, one after the other in one batch.
fn together<'a>(
    denoiser: &dyn Denoiser,
    x_t: &Tensor<4>,
    labels: impl ExactSizeIterator<Item = &'a Labels>,
    context: &StepContext<'_>,
) -> Tensor<4> {
    let questions = labels.len();
    let x = if questions == 1 { x_t.clone() } else { Tensor::cat(vec![x_t.clone(); questions], 0) };
    let t = vec![context.process.schedule.network_t(context.i); x.dims()[0]];
    let labels = labels.cloned().reduce(Labels::followed_by).unwrap_or_else(|| Labels::null(0));
    denoiser.forward(x, &t, &labels)
}
