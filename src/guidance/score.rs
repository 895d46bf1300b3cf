//! Gradient guidance: steps are pulled up the slope of any differentiable score.
//!
//! Dhariwal and Nichol 2021, "Diffusion Models Beat GANs on Image Synthesis", section 4: a score of the noisy x_t, for
//! example log p(y | x_t). Bansal et al. 2023, "Universal Guidance for Diffusion Models", Eq. 6: a score of the
//! estimate x̂₀, for things that know clean images only; its gradient flows through the denoising network, too.
//!
//! Scores are summed over the batch, which gives every image its own gradient, because nothing in a score mixes images.

use std::rc::Rc;

use burn::tensor::{Device, Tensor};

use super::{
    Guidance, StepContext, Strength,
    predict::{Networks, Predicted, predict},
};
use crate::{
    diffusion::catalogue::{Param, Values, named},
    models::Labels,
};

/// What a score is computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// The noisy state.
    XT,
    /// The estimate of the clean image, before it is clipped.
    XStart,
}

impl Where {
    /// Every place, the default first.
    pub const ALL: [Self; 2] = [Self::XT, Self::XStart];

    /// Its name in the settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::XT => "x-t",
            Self::XStart => "x-start",
        }
    }

    /// The setting of this key.
    pub fn of(values: &Values, key: &str) -> Self {
        named(&Self::ALL, Self::name, values.text(key))
    }

    /// The setting that chooses.
    pub fn param(key: &'static str) -> Param {
        Param::choice(key, "Gradient at", Self::ALL.map(Self::name).to_vec(), Self::XT.name()).advanced()
    }
}

/// What can be scored, tracked for differentiation.
#[derive(Debug)]
pub struct Seen<'a> {
    /// The state, `[N, C, H, W]`.
    pub x_t: &'a Tensor<4>,
    /// The estimate of the clean image, where a method looks at it, same shape.
    pub x0: Option<&'a Tensor<4>>,
}

/// What a score says.
#[derive(Debug, Clone)]
pub struct Opinion {
    /// The score of each image, `[N]`: the more, the better.
    pub score: Tensor<1>,
    /// Class probabilities, `[N, K]`, not tracked, if they came about on the way.
    pub probabilities: Option<Tensor<2>>,
}

/// A differentiable score of images. Implement this for a new goal; everything else is there.
pub trait Score {
    /// Judges images.
    ///
    /// # Shapes
    /// `x` is `[N, C, H, W]`, in -1..1 where it is clean; `t` has N entries in units of the T timesteps, 0 for clean
    /// images; `labels` are the asked-for ones.
    fn of(&self, x: Tensor<4>, t: &[f64], labels: &Labels) -> Opinion;

    /// Whether there is anything to strive for with these labels.
    fn applies(&self, _labels: &Labels) -> bool {
        true
    }
}

/// Climbs a score.
///
/// A goal of one's own is a [`Score`]; a run takes it in its `Options::guidance`. Here it is the dark, and the network
/// takes everything for a picture without noise:
///
/// ```
/// use std::rc::Rc;
///
/// use burn::tensor::{DType, Device, Tensor};
/// use guidelight::diffusion::{ProcessConfig, Variance};
/// use guidelight::guidance::score::{Opinion, Score, ScoreGuidance, Where};
/// use guidelight::guidance::{Guidance, Strength};
/// use guidelight::models::{Denoiser, Labels};
/// use guidelight::session::{Models, Options, Session, Settings};
///
/// struct Darkness;
///
/// impl Score for Darkness {
///     fn of(&self, x: Tensor<4>, _t: &[f64], _labels: &Labels) -> Opinion {
///         Opinion { score: x.flatten::<2>(1, 3).sum_dim(1).squeeze_dim(1) * -1.0, probabilities: None }
///     }
/// }
///
/// struct NoNoise;
///
/// impl Denoiser for NoNoise {
///     fn forward(&self, x: Tensor<4>, _t: &[f64], _labels: &Labels) -> Tensor<4> {
///         x * 0.0
///     }
/// }
///
/// let models = Models {
///     denoiser: Rc::new(NoNoise),
///     weak: None,
///     classifier: None,
///     process: ProcessConfig { variance: Variance::FixedSmall, ..ProcessConfig::default() },
///     shape: [3, 8, 8],
///     classes: vec![],
///     styles: vec![],
///     device: Device::flex(),
///     dtype: DType::F32,
/// };
/// let brightness = |strength: f64| -> guidelight::Result<f32> {
///     let (score, strength) = (Rc::new(Darkness), Strength::constant(strength));
///     let guidance: Vec<Rc<dyn Guidance>> = vec![Rc::new(ScoreGuidance { score, strength, at: Where::XStart })];
///     let options = Options { guidance, ..Options::default() };
///     let x_0 = Session::new(models.clone(), Settings::default(), options)?.finish();
///     Ok(x_0.into_data().iter::<f32>().sum::<f32>() / (3.0 * 8.0 * 8.0))
/// };
/// assert!(brightness(0.1)? < brightness(0.0)? - 0.1);
/// # Ok::<(), guidelight::Error>(())
/// ```
pub struct ScoreGuidance {
    /// The score.
    pub score: Rc<dyn Score>,
    /// How strongly. At 0 the step is the same to the bit as without it.
    pub strength: Strength,
    /// What is scored.
    pub at: Where,
}

impl Guidance for ScoreGuidance {
    fn looks_at(&self, context: &StepContext<'_>) -> Option<Where> {
        (self.strength.at(context) != 0.0 && self.score.applies(context.labels)).then_some(self.at)
    }

    fn score(&self, seen: &Seen<'_>, context: &StepContext<'_>) -> Option<Opinion> {
        let n = seen.x_t.dims()[0];
        let opinion = match (self.at, seen.x0) {
            (Where::XStart, Some(x0)) => {
                // Probabilities of an estimate are not those of x_t.
                let opinion = self.score.of(x0.clone(), &vec![0.0; n], context.labels);
                Opinion { probabilities: None, ..opinion }
            }
            _ => {
                let t = context.process.schedule.network_t(context.i);
                self.score.of(seen.x_t.clone(), &vec![t; n], context.labels)
            }
        };
        Some(Opinion { score: opinion.score * self.strength.at(context), ..opinion })
    }

    fn strength(&self, context: &StepContext<'_>) -> Option<f64> {
        Some(self.strength.at(context))
    }
}

/// What networks and scores say about a state.
pub struct Look {
    /// The denoiser's output.
    pub plain: Tensor<4>,
    /// The same with what methods add to it.
    pub output: Tensor<4>,
    /// What methods add to the denoiser's prediction, if any of them does, `[N, C, H, W]`.
    pub steered: Option<Tensor<4>>,
    /// The gradient of all scores, scaled, `[N, C, H, W]`; `None` when no method pulls.
    pub gradient: Option<Tensor<4>>,
    /// Class probabilities at x_t, `[N, K]`, if a score knows them.
    pub probabilities: Option<Tensor<2>>,
}

/// Asks the denoiser about x_t, told `told`, and climbs the scores: one prediction and one backward pass, whatever is
/// on. Only x_t is tracked, so no gradient of a weight is computed.
///
/// `asked` is called between the two, for those who measure time.
pub fn look(
    networks: Networks<'_>,
    guidance: &[Rc<dyn Guidance>],
    x_t: &Tensor<4>,
    told: &Labels,
    context: &StepContext<'_>,
    asked: impl FnOnce(),
) -> Look {
    let pulling: Vec<(&Rc<dyn Guidance>, Where)> =
        guidance.iter().filter_map(|method| Some((method, method.looks_at(context)?))).collect();
    if pulling.is_empty() {
        let Predicted { plain, output, steered } = predict(networks, guidance, x_t, told, context);
        asked();
        return Look { plain, output, steered, gradient: None, probabilities: None };
    }
    let x = x_t.clone().autodiff().require_grad();
    let through = pulling.iter().any(|(_, at)| *at == Where::XStart);
    let (Predicted { plain, output, steered }, x0) = if through {
        let Predicted { plain, output, steered } = predict(networks, guidance, &x, told, context);
        let (prediction, _) = context.process.split(output.clone());
        let x0 = context.process.predicted_x0(prediction, x.clone(), &vec![context.i; x.dims()[0]]);
        let untracked = Predicted { plain: plain.inner(), output: output.inner(), steered: steered.map(Tensor::inner) };
        (untracked, Some(x0))
    } else {
        (predict(networks, guidance, x_t, told, context), None)
    };
    asked();

    let seen = Seen { x_t: &x, x0: x0.as_ref() };
    let mut probabilities = None;
    let scores = pulling.iter().filter_map(|(method, _)| {
        let opinion = method.score(&seen, context)?;
        probabilities = probabilities.take().or(opinion.probabilities);
        Some(opinion.score.sum())
    });
    let gradient = scores.reduce(|a, b| a + b).map(|total| {
        let mut gradients = total.backward();
        // A score that ignores x_t altogether leaves no gradient behind.
        x.grad_remove(&mut gradients).unwrap_or_else(|| x_t.zeros_like())
    });
    Look { plain, output, steered, gradient, probabilities }
}

/// The gradient of a score at x_t alone, and the probabilities that came about on the way.
///
/// # Shapes
/// `x_t` is `[N, C, H, W]`, `t` has N entries; the results are `[N, C, H, W]` and `[N, K]`.
pub fn gradient(score: &dyn Score, x_t: &Tensor<4>, t: &[f64], labels: &Labels) -> (Tensor<4>, Option<Tensor<2>>) {
    let x = x_t.clone().autodiff().require_grad();
    let opinion = score.of(x.clone(), t, labels);
    let mut gradients = opinion.score.sum().backward();
    (x.grad_remove(&mut gradients).unwrap_or_else(|| x_t.zeros_like()), opinion.probabilities)
}

/// A device for constants of a score of `x`: constants are not tracked.
pub(crate) fn constant_device(x: &Tensor<4>) -> Device {
    x.device().without_autodiff()
}
