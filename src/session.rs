//! A run: loaded models, settings and the state x_t. The one step loop of the crate.
//!
//! The caller pulls one step at a time and gets a [`Frame`] to show; to pause is to stop asking. Every state stays on
//! the device, so that a run can go back ([`Session::seek`]) and take another turn ([`Session::update`]).

mod frame;
mod models;
mod settings;

use std::rc::Rc;

use burn::tensor::{DType, Device, Tensor, TensorData};
use serde::Serialize;

pub use self::{
    frame::{Frame, StepTensors, Timings},
    models::{LoadedClassifier, LoadedUnet},
    settings::{NONE, SEED_MAX, Settings},
};
use crate::{
    device::read,
    diffusion::{
        CounterNoise, NoiseSource, Past, Process, ProcessConfig, Sampler, SamplerKind, StepInput, Stream,
        catalogue::Entry, noise::draw_like,
    },
    error::{Error, Result},
    guidance::{
        Guidance, Method, StepContext,
        classifier::{self, ClassifierGuidance},
        classifier_free::ClassifierFree,
        ilvr::Ilvr,
        resize::LowPass,
    },
    models::{Denoiser, Labels, NoisyClassifier},
};

/// Milliseconds since some fixed moment. Passed in, because `std::time` panics in a browser.
pub type Clock = Rc<dyn Fn() -> f64>;

/// What is loaded, and where it runs.
#[derive(Clone)]
pub struct Models {
    /// The denoising network.
    pub denoiser: Rc<dyn Denoiser>,
    /// The classifier of noisy images, if one is loaded. Its probabilities are in every frame.
    pub classifier: Option<Rc<dyn NoisyClassifier>>,
    /// What the networks were trained for.
    pub process: ProcessConfig,
    /// C, H and W of an image.
    pub shape: [usize; 3],
    /// Class names, in index order.
    pub classes: Vec<String>,
    /// Style names, in index order.
    pub styles: Vec<String>,
    /// The device of the weights.
    pub device: Device,
    /// The precision of x_t and of the step's arithmetic.
    pub dtype: DType,
}

/// What a run may be given beside its settings.
#[derive(Clone, Default)]
pub struct Options {
    /// A reference image in -1..1, planar `[C, H, W]`, for all images of a batch; or one each, `[N, C, H, W]`.
    pub reference: Option<Vec<f32>>,
    /// Labels of a batch, one an image, instead of a single image with the settings' class and style.
    pub labels: Option<Labels>,
    /// Index of the batch's first image: image k has the same noise in every batch.
    pub first: u64,
    /// Noise instead of that of the settings' seed.
    pub noise: Option<Rc<dyn NoiseSource>>,
    /// What timings are measured with.
    pub clock: Option<Clock>,
}

/// Every sampler and guidance method with its settings, for a page to draw its controls from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Catalogue {
    /// The samplers, the default first.
    pub samplers: Vec<Entry>,
    /// The guidance methods.
    pub guidance: Vec<Entry>,
}

/// The catalogue.
pub fn catalogue() -> Catalogue {
    Catalogue {
        samplers: SamplerKind::ALL.map(SamplerKind::entry).to_vec(),
        guidance: Method::ALL.map(Method::entry).to_vec(),
    }
}

/// A state that is kept, and the timestep its next step denoises; `None` when the image is done.
#[derive(Clone)]
struct Snapshot {
    x_t: Tensor<4>,
    next: Option<f64>,
    /// What a multistep sampler looks back on here, the latest step first.
    past: Vec<Past>,
    /// What those steps were made with. Under anything else they are no part of the trajectory that goes on from here,
    /// and the sampler starts afresh.
    made_with: Rc<MadeWith>,
}

/// What decides a run beside its models.
#[derive(PartialEq)]
struct MadeWith {
    settings: Settings,
    reference: Option<Vec<f32>>,
}

/// A reference image on the device, with its filter.
struct Reference {
    image: Tensor<4>,
    low_pass: LowPass,
    lowpassed: Tensor<4>,
}

/// What is derived from models, settings and options.
struct Plan {
    /// The process over all timesteps that the settings keep.
    process: Process,
    sampler: Box<dyn Sampler>,
    guidance: Vec<Box<dyn Guidance>>,
    labels: Labels,
    /// What the denoising network is told.
    fed: Labels,
    reference: Option<Reference>,
    noise: Rc<dyn NoiseSource>,
}

/// A run.
pub struct Session {
    models: Models,
    options: Options,
    made_with: Rc<MadeWith>,
    plan: Plan,
    /// The process over the chain that leads on from the current state: the plan's, unless the run took a turn
    /// between two of its timesteps.
    process: Process,
    snapshots: Vec<Snapshot>,
    position: usize,
    /// States up to this one were reached under earlier settings: another step from before it leads elsewhere.
    inherited: usize,
}

impl Session {
    /// Starts a run: checks everything and draws x_T.
    pub fn new(models: Models, settings: Settings, options: Options) -> Result<Self> {
        let plan = Plan::new(&models, &settings, &options)?;
        let [c, h, w] = models.shape;
        let like = Tensor::<4>::zeros([plan.labels.class.len(), c, h, w], (&models.device, models.dtype));
        let x_t = draw_like(&*plan.noise, Stream::Start, 0, &like);
        let next = plan.process.schedule.timestep_map.last().copied();
        let process = plan.process.clone();
        let made_with = Rc::new(MadeWith { settings, reference: options.reference.clone() });
        let start = Snapshot { x_t, next, past: Vec::new(), made_with: made_with.clone() };
        Ok(Self { models, options, made_with, plan, process, snapshots: vec![start], position: 0, inherited: 0 })
    }

    /// Number of executed steps.
    pub fn position(&self) -> usize {
        self.position
    }

    /// Number of steps of the whole run.
    pub fn total(&self) -> usize {
        self.position + self.index().map_or(0, |i| i + 1)
    }

    /// The settings of the run from here on.
    pub fn settings(&self) -> &Settings {
        &self.made_with.settings
    }

    /// The current state, `[N, C, H, W]`.
    pub fn x_t(&self) -> &Tensor<4> {
        &self.snapshots[self.position].x_t
    }

    /// The current state and phi_N of the reference, if there is one, read back.
    ///
    /// # Shapes
    /// Both are planar, `[N, C, H, W]` row by row.
    pub async fn state(&self) -> Result<(Vec<f32>, Option<Vec<f32>>)> {
        let lowpass = match &self.plan.reference {
            Some(reference) => Some(read(reference.lowpassed.clone()).await?),
            None => None,
        };
        Ok((read(self.x_t().clone()).await?, lowpass))
    }

    /// Executes one step and reads it back; `None` when the run is done.
    pub async fn step(&mut self) -> Result<Option<Frame>> {
        let started = self.now();
        let Some((step, mut ms)) = self.advance_timed() else {
            return Ok(None);
        };
        let lowpassed = self.plan.reference.as_ref().map(|reference| frame::LowPassed {
            reference: reference.lowpassed.clone(),
            x_t: reference.low_pass.apply(step.x_t.clone()),
        });
        let number = step.step;
        let mut frame = Frame::read(step, self.total(), lowpassed).await?;
        require_finite(&frame.x_t, || format!("step {number}"))?;
        ms.total = self.now() - started;
        frame.ms = ms;
        Ok(Some(frame))
    }

    /// Executes one step and leaves it on the device; `None` when the run is done.
    pub fn advance(&mut self) -> Option<StepTensors> {
        self.advance_timed().map(|(step, _)| step)
    }

    fn advance_timed(&mut self) -> Option<(StepTensors, Timings)> {
        let i = self.index()?;
        let Executed { step, past, ms } =
            self.execute(i, self.position, self.x_t().clone(), self.known_past().to_vec(), true);
        self.position += 1;
        let next = i.checked_sub(1).map(|i| self.process.schedule.timestep_map[i]);
        if self.position <= self.inherited {
            self.snapshots.truncate(self.position);
            self.inherited = self.position - 1;
        }
        // Going over known ground again gives the same states, so later ones stay.
        let snapshot = Snapshot { x_t: step.x_t.clone(), next, past, made_with: self.made_with.clone() };
        match self.snapshots.get_mut(self.position) {
            Some(known) => *known = snapshot,
            None => self.snapshots.push(snapshot),
        }
        Some((step, ms))
    }

    /// Runs to the end without frames, and without keeping what was on the way: for many images at once.
    ///
    /// # Shapes
    /// The result is x_0, `[N, C, H, W]`.
    pub fn finish(mut self) -> Tensor<4> {
        let (mut x_t, mut past) = (self.x_t().clone(), self.known_past().to_vec());
        let remaining = self.index().map_or(0, |i| i + 1);
        let position = self.position;
        self.snapshots.clear();
        for i in (0..remaining).rev() {
            let executed = self.execute(i, position + remaining - 1 - i, x_t, past, false);
            (x_t, past) = (executed.step.x_t, executed.past);
        }
        x_t
    }

    /// Goes to the state after `position` executed steps, any that has been reached.
    pub fn seek(&mut self, position: usize) -> Result<()> {
        let Some(snapshot) = self.snapshots.get(position) else {
            let reached = self.snapshots.len() - 1;
            return Err(Error::invalid(
                "position",
                format!("at most {reached}, the last step reached"),
                position.to_string(),
            ));
        };
        self.process = self.plan.leading_on(&self.models.process, snapshot.next)?;
        self.position = position;
        Ok(())
    }

    /// Changes the settings from here on: x_t stays, later states are dropped. Before the first step the run starts
    /// anew. Without a reference the earlier one stays. On an error nothing has changed.
    ///
    /// A multistep sampler does not look back on what other settings led to: it starts afresh from x_t.
    ///
    /// Where the new steps do not visit the timestep the run stands at, the chain is that timestep followed by the
    /// new ones below it.
    pub fn update(&mut self, settings: Settings, reference: Option<Vec<f32>>) -> Result<()> {
        let mut options = self.options.clone();
        options.reference = reference.or(options.reference);
        if self.position == 0 {
            *self = Self::new(self.models.clone(), settings, options)?;
            return Ok(());
        }
        let plan = Plan::new(&self.models, &settings, &options)?;
        self.process = plan.leading_on(&self.models.process, self.snapshots[self.position].next)?;
        self.snapshots.truncate(self.position + 1);
        self.inherited = self.position;
        self.made_with = Rc::new(MadeWith { settings, reference: options.reference.clone() });
        (self.plan, self.options) = (plan, options);
        Ok(())
    }

    /// Index of the next step.
    fn index(&self) -> Option<usize> {
        let next = self.snapshots[self.position].next?;
        self.process.schedule.timestep_map.binary_search_by(|t| t.total_cmp(&next)).ok()
    }

    /// What a multistep sampler looks back on at the current state.
    fn known_past(&self) -> &[Past] {
        let Snapshot { past, made_with, .. } = &self.snapshots[self.position];
        let same = Rc::ptr_eq(made_with, &self.made_with) || *made_with == self.made_with;
        if same { past } else { &[] }
    }

    fn now(&self) -> f64 {
        self.options.clock.as_ref().map_or(0.0, |clock| clock())
    }

    /// The step at index `i`, after `executed` others and the latest of them, `past`. `watched` also asks a classifier
    /// that guides nothing.
    fn execute(&self, i: usize, executed: usize, x_t: Tensor<4>, mut past: Vec<Past>, watched: bool) -> Executed {
        let (process, schedule) = (&self.process, &self.process.schedule);
        let started = self.now();
        let mut ms = Timings::default();
        let context = StepContext { process, i, executed, labels: &self.plan.labels };
        let Seen { output, gradient, probabilities } = self.look(&x_t, &context, watched, &mut ms);

        let sampler = &self.plan.sampler;
        let noise = sampler.adds_noise(process, i).then(|| draw_like(&*self.plan.noise, Stream::Step, executed, &x_t));
        let input = StepInput { process, i, x_t, output, gradient: gradient.clone(), past: &past };
        let mut step = sampler.step(input, noise);
        if sampler.looks_ahead(process, i) {
            let i = i - 1;
            let x_t = step.x_prev.clone();
            let Seen { output, gradient, .. } = self.look(&x_t, &StepContext { i, ..context }, false, &mut ms);
            step = sampler.correct(step, StepInput { process, i, x_t, output, gradient, past: &past });
        }
        let x_prev = step.x_prev.clone();
        let x_prev = self.plan.guidance.iter().fold(x_prev, |x_prev, guidance| guidance.correct(x_prev, &context));

        let tensors = StepTensors {
            step: executed + 1,
            i,
            t: schedule.timestep_map[i],
            abar: schedule.abar[i],
            x_t: x_prev,
            x0: step.x0.clone(),
            eps: step.eps.clone(),
            gradient,
            probabilities,
        };
        past.insert(0, Past { level: schedule.level(i), step });
        past.truncate(sampler.looks_back());
        ms.total = self.now() - started;
        Executed { step: tensors, past, ms }
    }

    /// Asks the networks about a state.
    fn look(&self, x_t: &Tensor<4>, context: &StepContext<'_>, watched: bool, ms: &mut Timings) -> Seen {
        let t = vec![context.process.schedule.network_t(context.i); x_t.dims()[0]];
        let started = self.now();
        let denoiser = &*self.models.denoiser;
        let asked = self.plan.guidance.iter().find_map(|guidance| guidance.predict(denoiser, x_t, context));
        let output = asked.unwrap_or_else(|| denoiser.forward(x_t.clone(), &t, &self.plan.fed));
        let denoised = self.now();

        let (mut gradient, mut probabilities) = (None::<Tensor<4>>, None);
        for contribution in self.plan.guidance.iter().map(|guidance| guidance.contribute(x_t, context)) {
            gradient = match (gradient, contribution.gradient) {
                (Some(a), Some(b)) => Some(a + b),
                (a, b) => a.or(b),
            };
            probabilities = probabilities.or(contribution.probabilities);
        }
        if let (None, true, Some(network)) = (&probabilities, watched, &self.models.classifier) {
            probabilities = Some(classifier::probabilities(&**network, x_t, &t));
        }
        ms.unet += denoised - started;
        ms.classifier += self.now() - denoised;
        Seen { output, gradient, probabilities }
    }
}

/// A step that was executed, and what the next one looks back on.
struct Executed {
    step: StepTensors,
    past: Vec<Past>,
    ms: Timings,
}

/// What the networks say about a state.
struct Seen {
    output: Tensor<4>,
    gradient: Option<Tensor<4>>,
    probabilities: Option<Tensor<2>>,
}

impl Plan {
    fn new(models: &Models, settings: &Settings, options: &Options) -> Result<Self> {
        settings.validate()?;
        let mut process = models.process.respaced(&settings.steps)?;
        process.clip = settings.clip.of(process.clip, settings.clip_quantile);
        let steps = process.schedule.len();
        if settings.range_t > steps {
            let expected = format!("at most {steps}, the number of steps");
            return Err(Error::invalid("range-t", expected, settings.range_t.to_string()));
        }
        let labels = match &options.labels {
            Some(labels) => labels.clone(),
            None => Labels {
                class: vec![label("class", &settings.class, &models.classes)?],
                style: vec![label("style", &settings.style, &models.styles)?],
            },
        };
        let images = labels.class.len();
        assert_eq!(labels.style.len(), images, "labels: one style an image");
        let fed = if settings.uses(Method::Conditional) { labels.clone() } else { Labels::null(images) };
        let noise = options
            .noise
            .clone()
            .unwrap_or_else(|| Rc::new(CounterNoise { seed: settings.seed, first: options.first }));
        let reference = match &options.reference {
            Some(values) => Some(Reference::new(models, settings, values, images)?),
            None => None,
        };

        let mut guidance: Vec<Box<dyn Guidance>> = Vec::new();
        if settings.uses(Method::ClassifierFree) {
            guidance.push(Box::new(ClassifierFree { weight: settings.cfg_weight, rescale: settings.cfg_rescale }));
        }
        // Without a class there is nothing to steer towards, so nothing is needed to do it.
        if settings.uses(Method::Classifier) && labels.class.iter().any(Option::is_some) {
            let Some(classifier) = &models.classifier else {
                return Err(Error::invalid("method", "a loaded classifier for classifier guidance", NONE));
            };
            guidance.push(Box::new(ClassifierGuidance::new(
                classifier.clone(),
                settings.scale,
                models.process.guided_up_to,
            )));
        }
        if settings.uses(Method::Ilvr) {
            let Some(Reference { image, low_pass, .. }) = &reference else {
                return Err(Error::invalid("reference", "an image for ILVR", NONE));
            };
            guidance.push(Box::new(Ilvr {
                reference: image.clone(),
                low_pass: low_pass.clone(),
                range_t: settings.range_t,
                level: settings.reference_level,
                noise: noise.clone(),
            }));
        }
        let sampler = settings.sampler.build(settings.eta, settings.order);
        Ok(Self { process, sampler, guidance, labels, fed, reference, noise })
    }

    /// The process over the chain that starts with timestep `next`.
    fn leading_on(&self, config: &ProcessConfig, next: Option<f64>) -> Result<Process> {
        let kept = &self.process.schedule.timestep_map;
        match next {
            Some(next) if !kept.contains(&next) => {
                let mut chain: Vec<f64> = kept.iter().copied().filter(|t| *t < next).collect();
                chain.push(next);
                Ok(Process { clip: self.process.clip, ..config.over(&chain)? })
            }
            _ => Ok(self.process.clone()),
        }
    }
}

impl Reference {
    fn new(models: &Models, settings: &Settings, values: &[f32], images: usize) -> Result<Self> {
        let [c, h, w] = models.shape;
        let given = values.len() / (c * h * w);
        if values.len() != given * c * h * w || ![1, images].contains(&given) || values.iter().any(|v| !v.is_finite()) {
            let got =
                format!("{} numbers, {} of them finite", values.len(), values.iter().filter(|v| v.is_finite()).count());
            return Err(Error::invalid(
                "reference",
                format!("{c} planes of {h}x{w} finite numbers, once or for each image"),
                got,
            ));
        }
        let data = TensorData::new(values.to_vec(), [given, c, h, w]);
        let image = Tensor::<4>::from_data(data, (&models.device, models.dtype)).repeat_dim(0, images / given);
        let low_pass = LowPass::new([h, w], settings.down_n, settings.kernel, &models.device, models.dtype)?;
        Ok(Self { lowpassed: low_pass.apply(image.clone()), image, low_pass })
    }
}

/// Refuses a state that has left the range of its numbers.
pub(crate) fn require_finite(x: &[f32], what: impl FnOnce() -> String) -> Result<()> {
    match x.iter().find(|value| !value.is_finite()) {
        None => Ok(()),
        Some(value) => {
            let expected = "finite numbers: use a smaller guidance scale or more steps";
            Err(Error::invalid(what(), expected, value.to_string()))
        }
    }
}

/// The index that a setting means: a name, an index or `none`.
pub(crate) fn label(key: &str, value: &str, names: &[String]) -> Result<Option<usize>> {
    if value == NONE || value.is_empty() {
        return Ok(None);
    }
    let by_name = names.iter().position(|name| name == value);
    let index = by_name.or_else(|| value.parse().ok().filter(|index| *index < names.len()));
    index.map(Some).ok_or_else(|| {
        let known = if names.is_empty() { String::new() } else { format!("one of {} or ", names.join(", ")) };
        Error::invalid(key, format!("{known}{NONE}"), value)
    })
}
