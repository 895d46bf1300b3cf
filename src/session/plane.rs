//! Points in the plane instead of images: densities whose score is known, under the same settings, samplers and guidance.

use std::{num::NonZeroUsize, rc::Rc};

use burn::tensor::{DType, Device, Tensor, TensorData};

use super::{Models, Options, Session, Settings, Start};
use crate::{
    device::read,
    diffusion::{CounterNoise, NoiseSource, ProcessConfig, Stream, Variance},
    error::{Error, Result},
    guidance::classifier,
    models::{
        Denoiser, Density, Labels,
        mixture::{Levels, PLANE},
    },
};

/// Most points at once: enough for a map, and no more than a browser's memory holds.
pub const POINTS_MAX: usize = 1 << 15;

/// How much wider than the density what the weaker denoiser takes for it is, for
/// [`autoguidance`](crate::guidance::autoguidance).
const WEAK: f64 = 3.0;

/// A density under noise, at some points.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The gradient of the logarithm of the density, `[N, 2]` row by row.
    pub score: Vec<f32>,
    /// The logarithm of the density, `[N]`.
    pub log_density: Vec<f32>,
    /// p(class | x_t), `[N, K]` row by row, whatever class the rest is about.
    pub probabilities: Vec<f32>,
}

/// Draws from a density.
#[derive(Debug, Clone, PartialEq)]
pub struct Cloud {
    /// The points, `[N, 2]` row by row.
    pub points: Vec<f32>,
    /// The class of each.
    pub classes: Vec<usize>,
}

impl Density {
    /// What the networks of runs on it know of the noise: the default process, with a variance that none has to learn.
    pub fn process(self) -> ProcessConfig {
        ProcessConfig { variance: Variance::FixedSmall, ..ProcessConfig::default() }
    }

    /// Starts a run of many points, each with noise of its own and the class of the settings.
    ///
    /// # Errors
    /// No points or too many, a class that the density has not, or a method that is about pictures.
    pub fn start(self, settings: Settings, points: usize, device: &Device) -> Result<Session> {
        require_points("points", points)?;
        let options = Options { images: NonZeroUsize::new(points), ..Options::default() };
        Session::new(Models::of_density(self, device)?, settings, options)
    }

    /// Its score, its logarithm and its classes under the noise of timestep `t`, of the whole density or of a class.
    ///
    /// # Shapes
    /// `at` is `[N, 2]` row by row.
    ///
    /// # Errors
    /// Numbers that are no points, a timestep outside the chain, or a class that it has not.
    pub async fn field(self, t: f64, class: Option<usize>, at: Vec<f32>, device: &Device) -> Result<Field> {
        let n = at.len() / PLANE;
        require_points("at", n)?;
        if at.len() != n * PLANE || at.iter().any(|value| !value.is_finite()) {
            let got = format!("{} numbers, {} of them finite", at.len(), at.iter().filter(|v| v.is_finite()).count());
            return Err(Error::invalid("at", "two finite numbers for each point", got));
        }
        let models = Models::of_density(self, device)?;
        models.require_timestep("t", t)?;
        let labels = Labels { class: vec![class; n], ..Labels::null(n) };
        models.require_labels(&labels)?;
        let (mixture, abar) = (self.mixture(1.0, self.levels()?), self.levels()?(t));
        let t = vec![t; n];
        let x = Tensor::<4>::from_data(TensorData::new(at, [n, PLANE, 1, 1]), (device, DType::F32));
        let score = mixture.forward(x.clone(), &t, &labels) * (-1.0 / libm::sqrt(1.0 - abar));
        let log_density = mixture.log_density(&x, &t, class);
        let probabilities = classifier::probabilities(&mixture, &x, &t);
        let all = vec![score.flatten(0, 3), log_density, probabilities.flatten(0, 1)];
        let mut score = read(Tensor::<1>::cat(all, 0)).await?;
        let mut log_density = score.split_off(PLANE * n);
        let probabilities = log_density.split_off(n);
        Ok(Field { score, log_density, probabilities })
    }

    /// Draws from it: point k of a seed is the same however many are drawn.
    ///
    /// # Errors
    /// No points or too many.
    pub fn sample(self, points: usize, seed: u64) -> Result<Cloud> {
        require_points("points", points)?;
        let classes = self.centres();
        let components: Vec<(usize, [f64; PLANE])> = classes
            .iter()
            .enumerate()
            .flat_map(|(class, centres)| centres.iter().map(move |at| (class, *at)))
            .collect();
        let draws = CounterNoise { seed, first: 0 }.draw(Stream::Data, 0, [points, PLANE + 1, 1, 1]);
        let mut cloud = Cloud { points: Vec::with_capacity(PLANE * points), classes: Vec::with_capacity(points) };
        for draw in draws.chunks(PLANE + 1) {
            // A standard normal's own distribution function makes it uniform.
            let uniform = 0.5 * libm::erfc(-f64::from(draw[PLANE]) / std::f64::consts::SQRT_2);
            let component = (uniform * components.len() as f64) as usize;
            let (class, centre) = components[component.min(components.len() - 1)];
            let point = centre.iter().zip(draw).map(|(at, z)| (at + self.spread() * f64::from(*z)) as f32);
            cloud.points.extend(point);
            cloud.classes.push(class);
        }
        Ok(cloud)
    }

    fn levels(self) -> Result<Levels> {
        let schedule = self.process().full()?.schedule;
        Ok(Box::new(move |t| schedule.abar_at(t)))
    }
}

impl Models {
    /// What is exactly right about a density: its denoiser and its classifier, and a weaker denoiser that knows a
    /// blurred one.
    pub fn of_density(density: Density, device: &Device) -> Result<Self> {
        let exact = Rc::new(density.mixture(1.0, density.levels()?));
        Ok(Self {
            denoiser: exact.clone(),
            weak: Some(Rc::new(density.mixture(WEAK, density.levels()?))),
            classifier: Some(exact),
            process: density.process(),
            shape: [PLANE, 1, 1],
            classes: density.classes().iter().map(|class| (*class).into()).collect(),
            styles: Vec::new(),
            device: device.clone(),
            dtype: DType::F32,
        })
    }

    /// Refuses what is about pictures where there are none, only points.
    pub(super) fn require_pictures(&self, settings: &Settings) -> Result<()> {
        let [_, h, w] = self.shape;
        if [h, w] != [1, 1] {
            return Ok(());
        }
        let refuse = |key, name| Err(Error::invalid(key, "what needs no picture, for a run of points", name));
        if settings.start != Start::Noise {
            return refuse("start", settings.start.name());
        }
        settings.method.iter().find(|method| method.is_about_pictures()).map_or(Ok(()), |m| refuse("method", m.name()))
    }
}

fn require_points(what: &str, points: usize) -> Result<()> {
    if (1..=POINTS_MAX).contains(&points) {
        return Ok(());
    }
    Err(Error::invalid(what, format!("1 to {POINTS_MAX} points"), points.to_string()))
}
