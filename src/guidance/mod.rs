//! Guidance: one method a file, behind one seam in the step loop, and any of them together.
//!
//! A new method is a file with its formula, its paper, an `entry()` and a `build()`, and a name in [`Method`]. A new
//! score to climb is a file that implements [`Score`], built into a [`ScoreGuidance`](score::ScoreGuidance).

pub mod autoguidance;
pub mod classifier;
pub mod classifier_free;
pub mod composed;
pub mod ilvr;
pub mod palette;
pub mod predict;
pub mod repaint;
pub mod resize;
pub mod score;
pub mod strength;
pub mod symmetry;

use std::rc::Rc;

use burn::tensor::Tensor;

pub use self::{
    predict::{Network, Question},
    score::{Opinion, Score, Seen, Where},
    strength::Strength,
};
use crate::{
    diffusion::{
        NoiseSource, Process,
        catalogue::{Entry, Needs, Values},
    },
    error::{Error, Result},
    models::{Labels, NoisyClassifier},
};

/// Where the chain stands when guidance is asked.
#[derive(Debug, Clone, Copy)]
pub struct StepContext<'a> {
    /// The process over the executed chain.
    pub process: &'a Process,
    /// Index of the step, see [`crate::diffusion::schedule`].
    pub i: usize,
    /// Number of steps executed before it: the step number of its noise.
    pub executed: usize,
    /// The asked-for labels, one an image.
    pub labels: &'a Labels,
}

/// A guidance method. What it does not do, it leaves as it is here.
pub trait Guidance {
    /// Changes the state before the step, which then starts from the changed one.
    fn prepare(&self, x_t: Tensor<4>, _context: &StepContext<'_>) -> Tensor<4> {
        x_t
    }

    /// What to ask networks beside the plain question.
    fn questions(&self, _context: &StepContext<'_>) -> Vec<Question> {
        Vec::new()
    }

    /// What the answers add to the plain prediction (of eps, x_0 or v, without a variance).
    ///
    /// # Shapes
    /// All are `[N, C, H, W]`; the answers are in the order of the questions.
    fn steer(&self, _plain: &Tensor<4>, _answers: &[Tensor<4>], _context: &StepContext<'_>) -> Option<Tensor<4>> {
        None
    }

    /// Where it looks for a gradient in this step, if it wants one. `None` leaves the step exactly as it would be
    /// without the method.
    fn looks_at(&self, _context: &StepContext<'_>) -> Option<Where> {
        None
    }

    /// The score whose gradient the sampler adds in its own way, scaled. Asked where [`Guidance::looks_at`] says so.
    fn score(&self, _seen: &Seen<'_>, _context: &StepContext<'_>) -> Option<Opinion> {
        None
    }

    /// How strongly it acts in this step, if that can be said in one number: its scale, its interval and its schedule.
    fn strength(&self, _context: &StepContext<'_>) -> Option<f64> {
        None
    }

    /// Corrects the state after the step.
    fn correct(&self, x_prev: Tensor<4>, _context: &StepContext<'_>) -> Tensor<4> {
        x_prev
    }
}

/// What methods are made from.
pub struct Ingredients<'a> {
    /// The settings of all methods.
    pub values: &'a Values,
    /// The classifier of noisy images, if one is loaded.
    pub classifier: Option<&'a Rc<dyn NoisyClassifier>>,
    /// Whether a weaker denoiser is loaded.
    pub has_weak: bool,
    /// The asked-for labels, one an image.
    pub labels: &'a Labels,
    /// What the denoiser's plain question names of them.
    pub told: &'a Labels,
    /// Class names, in index order.
    pub classes: &'a [String],
    /// The reference picture in -1..1, `[N, C, H, W]`.
    pub reference: Option<&'a Tensor<4>>,
    /// The picture of which a part is to be kept, likewise.
    pub init: Option<&'a Tensor<4>>,
    /// What is to be kept of it: 1 where it is, 0 where the model paints, `[1, 1, H, W]`.
    pub mask: Option<&'a Tensor<4>>,
    /// Where noise comes from.
    pub noise: &'a Rc<dyn NoiseSource>,
    /// [`guided_up_to`](crate::diffusion::ProcessConfig::guided_up_to) of the model.
    pub guided_up_to: Option<usize>,
    /// Number of steps of the chain.
    pub steps: usize,
    /// An image of the run, for its shape, device and precision, `[N, C, H, W]`.
    pub like: &'a Tensor<4>,
}

/// A picture that `method` cannot do without.
pub fn needed<'a>(picture: Option<&'a Tensor<4>>, method: &str) -> Result<&'a Tensor<4>> {
    picture.ok_or_else(|| Error::invalid("reference", format!("an image for {method}"), "none"))
}

/// The methods that can be chosen; they combine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// The denoising network is told the class and style.
    Conditional,
    /// [`classifier_free`].
    ClassifierFree,
    /// [`classifier`].
    Classifier,
    /// [`autoguidance`].
    Autoguidance,
    /// [`composed`].
    Composed,
    /// [`ilvr`].
    Ilvr,
    /// [`repaint`].
    Repaint,
    /// [`palette`].
    Palette,
    /// [`symmetry`].
    Symmetry,
}

impl Method {
    /// Every method.
    pub const ALL: [Self; 9] = [
        Self::Conditional,
        Self::ClassifierFree,
        Self::Classifier,
        Self::Autoguidance,
        Self::Composed,
        Self::Ilvr,
        Self::Repaint,
        Self::Palette,
        Self::Symmetry,
    ];

    /// Its name in the settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Conditional => "conditional",
            Self::ClassifierFree => "classifier-free",
            Self::Classifier => "classifier",
            Self::Autoguidance => "autoguidance",
            Self::Composed => "composed",
            Self::Ilvr => "ilvr",
            Self::Repaint => "repaint",
            Self::Palette => "palette",
            Self::Symmetry => "symmetry",
        }
    }

    /// What it says about itself.
    pub fn entry(self) -> Entry {
        match self {
            Self::Conditional => Entry {
                name: "conditional",
                label: "Class-conditional model",
                help: "The denoising network is told the class and the style; without this it only knows emoji.",
                params: Vec::new(),
                needs: Needs::default(),
            },
            Self::ClassifierFree => classifier_free::entry(),
            Self::Classifier => classifier::entry(),
            Self::Autoguidance => autoguidance::entry(),
            Self::Composed => composed::entry(),
            Self::Ilvr => ilvr::entry(),
            Self::Repaint => repaint::entry(),
            Self::Palette => palette::entry(),
            Self::Symmetry => symmetry::entry(),
        }
    }

    /// The method itself; `None` where it would do nothing.
    pub fn build(self, ingredients: &Ingredients<'_>) -> Result<Option<Rc<dyn Guidance>>> {
        match self {
            Self::Conditional => Ok(None),
            Self::ClassifierFree => classifier_free::build(ingredients),
            Self::Classifier => classifier::build(ingredients),
            Self::Autoguidance => autoguidance::build(ingredients),
            Self::Composed => composed::build(ingredients),
            Self::Ilvr => ilvr::build(ingredients),
            Self::Repaint => repaint::build(ingredients),
            Self::Palette => palette::build(ingredients),
            Self::Symmetry => symmetry::build(ingredients),
        }
    }

    /// Whether it looks at pictures, and has nothing to say about points in the plane.
    pub fn is_about_pictures(self) -> bool {
        matches!(self, Self::Ilvr | Self::Repaint | Self::Palette | Self::Symmetry)
    }

    /// Whether the denoising network's plain question names the labels.
    pub fn tells(self, values: &Values) -> bool {
        match self {
            Self::Conditional => true,
            Self::ClassifierFree => classifier_free::tells(values),
            _ => false,
        }
    }
}
