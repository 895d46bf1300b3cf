//! What one execution costs: a network or a whole step, timed until its result has been read back.
//!
//! On a GPU only a read waits for the work, so every measurement ends with one. The first execution of a case also pays
//! for making its kernels: leave it out.

use std::str::FromStr;

use burn::tensor::{DType, Device, Distribution, Tensor};
use serde::Serialize;

use super::{Clock, Models, Options, Session, Settings};
use crate::{
    device::read,
    diffusion::{CounterNoise, Stream, noise::draw_like},
    error::{Error, Result},
    guidance::{Method, classifier::LogProbability, score::gradient},
    models::Labels,
};

/// Largest batch that is measured.
pub const MAX_BATCH: usize = 1024;

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// One pass through the denoiser.
    Unet,
    /// One pass through the classifier.
    Classifier,
    /// The gradient of the classifier's log probability with respect to its input: there and back.
    Gradient,
    /// A whole step of DDIM with classifier guidance, as a session executes it.
    Guided,
    /// A whole step of DDIM with classifier-free guidance, likewise.
    Cfg,
}

impl Case {
    /// Every case.
    pub const ALL: [Self; 5] = [Self::Unet, Self::Classifier, Self::Gradient, Self::Guided, Self::Cfg];

    /// Its name for people and scripts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unet => "unet",
            Self::Classifier => "classifier",
            Self::Gradient => "gradient",
            Self::Guided => "guided",
            Self::Cfg => "cfg",
        }
    }

    /// Whether it needs a classifier.
    pub fn needs_classifier(self) -> bool {
        matches!(self, Self::Classifier | Self::Gradient | Self::Guided)
    }

    /// Multiply-adds for one image, from those of one forward pass of the two networks. A gradient with respect to the
    /// input costs a second pass.
    pub fn multiply_adds(self, unet: u64, classifier: u64) -> u64 {
        match self {
            Self::Unet => unet,
            Self::Classifier => classifier,
            Self::Gradient => 2 * classifier,
            Self::Guided => unet + 2 * classifier,
            Self::Cfg => 2 * unet,
        }
    }
}

impl FromStr for Case {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|case| case.name() == name).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            Error::invalid("case", format!("one of {names}"), name)
        })
    }
}

/// Milliseconds of one execution of `case` with `batch` images, in the middle of the chain.
///
/// # Errors
/// A batch out of range, a case that asks a classifier where none is loaded, or a device that fails.
pub async fn measure(models: &Models, case: Case, batch: usize, clock: &Clock) -> Result<f64> {
    if !(1..=MAX_BATCH).contains(&batch) {
        return Err(Error::invalid("batch", format!("1 to {MAX_BATCH}"), batch.to_string()));
    }
    if matches!(case, Case::Guided | Case::Cfg) {
        return step(models, case, batch, clock).await;
    }
    let x = draw_like(&CounterNoise { seed: 0, first: 0 }, Stream::Start, 0, &models.like(batch));
    let t = vec![models.process.timesteps as f64 / 2.0; batch];
    let labels = labels(models, batch);
    // What is still on its way to the device would be counted otherwise.
    read(x.clone()).await?;
    let started = clock();
    match (case, &models.classifier) {
        (Case::Unet, _) => drop(read(models.denoiser.forward(x, &t, &labels)).await?),
        (_, None) => return Err(no_classifier(case)),
        (Case::Classifier, Some(classifier)) => {
            let (classes, styles) = classifier.both_logits(x, &t);
            let logits = [classes].into_iter().chain(styles).collect();
            read(Tensor::cat(logits, 1)).await?;
        }
        (_, Some(classifier)) => {
            let score = LogProbability { classifier: classifier.clone(), style: 0.0 };
            let (slope, _) = gradient(&score, &x, &t, &labels);
            read(slope).await?;
        }
    }
    Ok(clock() - started)
}

/// The same for a step of a session.
async fn step(models: &Models, case: Case, batch: usize, clock: &Clock) -> Result<f64> {
    let guided = case == Case::Guided;
    if guided && models.classifier.is_none() {
        return Err(no_classifier(case));
    }
    let method = if guided { Method::Classifier } else { Method::ClassifierFree };
    let settings = Settings { method: vec![method], ..Settings::default() };
    let mut models = models.clone();
    if !guided {
        // It would be asked for its probabilities, to be shown.
        models.classifier = None;
    }
    let options = Options { labels: Some(labels(&models, batch)), ..Options::default() };
    let mut session = Session::new(models, settings, options)?;
    // Methods may be off at the ends of the chain.
    session.snapshots[0].course.at = session.total() / 2;
    read(session.x_t().clone()).await?;
    let started = clock();
    session.step().await?;
    Ok(clock() - started)
}

/// The first class and style for every image, where there are any.
fn labels(models: &Models, batch: usize) -> Labels {
    let first = |names: &[String]| vec![(!names.is_empty()).then_some(0); batch];
    Labels { class: first(&models.classes), style: first(&models.styles) }
}

fn no_classifier(case: Case) -> Error {
    Error::invalid(format!("case {}", case.name()), "a loaded classifier", "none")
}

/// What a device reaches on large tensors, to hold measurements against.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// Multiply-adds a second of a product of two square matrices in f32.
    pub multiply_adds: f64,
    /// Bytes a second that a sum of two tensors reads and writes.
    pub bytes: f64,
}

/// Measures the limits of `device`: work grows until one execution takes long enough to be timed, and the best of a few
/// counts.
pub async fn limits(device: &Device, clock: &Clock) -> Result<Limits> {
    const SIDES: [usize; 5] = [256, 512, 1024, 2048, 4096];
    const ROWS: [usize; 3] = [1 << 11, 1 << 13, 1 << 15];
    const WIDTH: usize = 1 << 11;
    let (mut multiply_adds, mut bytes) = (0.0, 0.0);
    for side in SIDES {
        let ms = fastest([side, side], Tensor::matmul, device, clock).await?;
        multiply_adds = (side as f64).powi(3) / ms * 1e3;
        if ms > LONG_ENOUGH {
            break;
        }
    }
    for rows in ROWS {
        let ms = fastest([rows, WIDTH], |a, b| a + b, device, clock).await?;
        let moved = 3 * rows * WIDTH * size_of::<f32>();
        bytes = moved as f64 / ms * 1e3;
        if ms > LONG_ENOUGH {
            break;
        }
    }
    Ok(Limits { multiply_adds, bytes })
}

/// Milliseconds that browsers' coarse clocks and the way to the device are small against.
const LONG_ENOUGH: f64 = 20.0;

/// The shortest of a few executions, in milliseconds.
async fn fastest(
    shape: [usize; 2],
    operation: impl Fn(Tensor<2>, Tensor<2>) -> Tensor<2>,
    device: &Device,
    clock: &Clock,
) -> Result<f64> {
    const TRIES: usize = 4;
    let operand = || Tensor::<2>::random(shape, Distribution::Default, (device, DType::F32));
    let corner = |x: Tensor<2>| read(x.slice([0..1, 0..1]));
    let (a, b) = (operand(), operand());
    corner(a.clone() + b.clone()).await?;
    let mut best = f64::INFINITY;
    for _ in 0..TRIES {
        let started = clock();
        // A corner is enough to wait for, and takes no time of its own.
        corner(operation(a.clone(), b.clone())).await?;
        best = best.min(clock() - started);
    }
    Ok(best.max(f64::MIN_POSITIVE))
}
