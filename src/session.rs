//! A run: loaded models, settings and the state x_t. The one step loop of the crate.
//!
//! The caller pulls one step at a time and gets a [`Frame`] to show; to pause is to stop asking. Every state stays on
//! the device, so that a run can go back ([`Session::seek`]) and take another turn ([`Session::update`]).

mod frame;
mod measure;
mod models;
mod noised;
mod plane;
mod settings;
mod start;

use std::{cell::Cell, collections::BTreeMap, num::NonZeroUsize, ops::Range, rc::Rc};

use burn::tensor::{DType, Device, Tensor, TensorData};
use serde::Serialize;

use self::start::Beginning;
pub use self::{
    frame::{Frame, StepTensors, Timings},
    measure::{Case, Limits, MAX_BATCH, limits, measure},
    models::{LoadedClassifier, LoadedUnet},
    noised::Noised,
    plane::{Cloud, Field, POINTS_MAX},
    settings::{Catalogue, SEED_MAX, Settings, catalogue},
    start::Start,
};
pub use crate::models::NONE;
use crate::{
    device::read,
    diffusion::{
        ClipMode, CounterNoise, NoiseSource, Past, Process, ProcessConfig, Sampler, StepInput, Stream, Term,
        noise::draw_like,
        update::{self, Made, without},
        walk::{Resampling, Stop, walk},
    },
    error::{Error, Result},
    guidance::{
        Guidance, Ingredients, Method, StepContext, classifier, ilvr,
        predict::Networks,
        repaint,
        resize::LowPass,
        score::{Look, look},
    },
    models::{Denoiser, Labels, NoisyClassifier, label},
};

/// Milliseconds since some fixed moment. Passed in, because `std::time` panics in a browser.
pub type Clock = Rc<dyn Fn() -> f64>;

/// What is loaded, and where it runs.
#[derive(Clone)]
pub struct Models {
    /// The denoising network.
    pub denoiser: Rc<dyn Denoiser>,
    /// A weaker denoiser for [`autoguidance`](crate::guidance::autoguidance), if one is loaded. It predicts the same
    /// thing at the same noise levels.
    pub weak: Option<Rc<dyn Denoiser>>,
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

/// Pictures of a run.
#[derive(Clone, Default, PartialEq)]
pub struct Pictures {
    /// What ILVR follows: -1..1, planar `[C, H, W]`, for all images of a batch; or one each, `[N, C, H, W]`.
    pub reference: Option<Vec<f32>>,
    /// What a run starts from and inpainting keeps a part of, likewise; the reference if it is not given.
    pub init: Option<Vec<f32>>,
    /// What inpainting keeps: 1 there, 0 where the model paints, `[H, W]`. What lies between counts as the nearer.
    pub mask: Option<Vec<f32>>,
}

impl Pictures {
    /// These, and what they lack from `earlier` ones.
    fn or(self, earlier: &Self) -> Self {
        Self {
            reference: self.reference.or_else(|| earlier.reference.clone()),
            init: self.init.or_else(|| earlier.init.clone()),
            mask: self.mask.or_else(|| earlier.mask.clone()),
        }
    }
}

/// What a run may be given beside its settings.
#[derive(Clone, Default)]
pub struct Options {
    /// Pictures that methods ask for.
    pub pictures: Pictures,
    /// Number of images with the settings' class and style, one if it is not given.
    pub images: Option<NonZeroUsize>,
    /// Labels of a batch, one an image, instead of the settings' class and style.
    pub labels: Option<Labels>,
    /// Index of the batch's first image: image k has the same noise in every batch.
    pub first: u64,
    /// Noise instead of that of the settings' seed.
    pub noise: Option<Rc<dyn NoiseSource>>,
    /// Methods beside those of the catalogue.
    pub guidance: Vec<Rc<dyn Guidance>>,
    /// What timings are measured with.
    pub clock: Option<Clock>,
}

/// The way that is left to go.
#[derive(Clone)]
struct Course {
    /// The process over the chain: the plan's, unless the run took a turn between two of its timesteps.
    process: Rc<Process>,
    /// The process and the jumps of the plan that laid it.
    laid_by: (Rc<Process>, Resampling),
    stops: Rc<[Stop]>,
    /// Number of stops behind.
    at: usize,
}

impl Course {
    fn next(&self) -> Option<Stop> {
        self.stops.get(self.at).copied()
    }

    /// The timestep that the next step denoises; `None` when the image is done.
    fn next_t(&self) -> Option<f64> {
        self.next().map(|stop| self.process.schedule.timestep_map[stop.i])
    }

    fn left(&self) -> usize {
        self.stops.len() - self.at
    }

    fn advanced(&self) -> Self {
        Self { at: self.at + 1, ..self.clone() }
    }
}

/// A state that is kept.
#[derive(Clone)]
struct Snapshot {
    x_t: Tensor<4>,
    /// The way on under the settings that led here.
    course: Course,
    /// Number of levels that the run has been noised back up so far.
    climbed: usize,
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
    pictures: Pictures,
}

/// A reference image's low frequencies, for people to compare with.
struct Reference {
    low_pass: LowPass,
    lowpassed: Tensor<4>,
}

/// What is derived from models, settings and options.
struct Plan {
    /// The process over all timesteps that the settings keep.
    process: Rc<Process>,
    resampling: Resampling,
    sampler: Box<dyn Sampler>,
    guidance: Vec<Rc<dyn Guidance>>,
    /// Those of the catalogue among them.
    methods: Vec<(Method, Rc<dyn Guidance>)>,
    labels: Labels,
    /// What the denoising network is told.
    told: Labels,
    reference: Option<Reference>,
    init: Option<Tensor<4>>,
    noise: Rc<dyn NoiseSource>,
    /// What is left out of every update.
    without: Vec<Term>,
}

/// What lies ahead of a run, from noise to image.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outlook {
    /// abar of every timestep of the model, ascending in t.
    pub abar: Vec<f64>,
    /// The timesteps that the chain visits.
    pub timesteps: Vec<f64>,
    /// How strongly a method acts at each of them, for those that can say so in one number.
    pub strengths: BTreeMap<&'static str, Vec<f64>>,
}

/// A run.
pub struct Session {
    models: Models,
    options: Options,
    made_with: Rc<MadeWith>,
    plan: Plan,
    snapshots: Vec<Snapshot>,
    position: usize,
    /// Levels that the start has yet to be led up before it is one.
    to_invert: Range<usize>,
    /// The way on from there under the settings of the run.
    course: Course,
    /// States up to this one were reached under earlier settings: another step from before it leads elsewhere.
    inherited: usize,
}

impl Session {
    /// Starts a run: checks everything and finds the state it starts from, but for an inversion, which takes
    /// [`Session::invert`].
    pub fn new(models: Models, settings: Settings, options: Options) -> Result<Self> {
        let plan = Plan::new(&models, &settings, &options)?;
        let like = models.like(plan.labels.class.len());
        let Beginning { x_t, steps, to_invert } =
            settings.start.begin(&plan, &settings.values, options.first, &like)?;
        let course = plan.course(plan.process.clone(), steps);
        let made_with = Rc::new(MadeWith { settings, pictures: options.pictures.clone() });
        let start =
            Snapshot { x_t, course: course.clone(), climbed: 0, past: Vec::new(), made_with: made_with.clone() };
        let snapshots = vec![start];
        Ok(Self { models, options, made_with, plan, snapshots, position: 0, to_invert, course, inherited: 0 })
    }

    /// Number of executed steps.
    pub fn position(&self) -> usize {
        self.position
    }

    /// Number of steps of the whole run.
    pub fn total(&self) -> usize {
        self.position + self.course.left()
    }

    /// The settings of the run from here on.
    pub fn settings(&self) -> &Settings {
        &self.made_with.settings
    }

    /// The chain that the settings lay, and how strongly each method acts along it.
    pub fn outlook(&self) -> Result<Outlook> {
        let Plan { process, methods, labels, .. } = &self.plan;
        let chain = (0..process.schedule.len()).rev();
        let strengths = methods.iter().filter_map(|(method, guidance)| {
            let at = |i| guidance.strength(&StepContext { process, i, executed: 0, labels });
            Some((method.name(), chain.clone().map(at).collect::<Option<Vec<f64>>>()?))
        });
        Ok(Outlook {
            abar: self.models.process.full()?.schedule.abar,
            timesteps: process.schedule.timestep_map.iter().rev().copied().collect(),
            strengths: strengths.collect(),
        })
    }

    /// Number of inversion steps that are left before the run is at the state it starts from.
    pub fn to_invert(&self) -> usize {
        self.to_invert.len()
    }

    /// Makes one of them; false when none is left. The first step of a run makes all that are left, so this is for
    /// those who want to see it come, or to stop on the way.
    pub fn invert(&mut self) -> bool {
        let Some(i) = self.to_invert.next() else {
            return false;
        };
        let x_t = start::invert(&self.plan, &*self.models.denoiser, i, self.x_t().clone());
        self.snapshots[self.position].x_t = x_t;
        true
    }

    /// The current state, `[N, C, H, W]`.
    pub fn x_t(&self) -> &Tensor<4> {
        &self.here().x_t
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
        while self.invert() {}
        let stop = self.course.next()?;
        let Snapshot { x_t, climbed, .. } = self.here();
        let climbed = *climbed;
        let at = At { process: &self.course.process, stop, executed: self.position, climbed };
        let Executed { step, past, ms } = self.execute(&at, x_t.clone(), self.known_past().to_vec(), true);
        self.course = self.course.advanced();
        let snapshot = Snapshot {
            x_t: step.x_t.clone(),
            course: self.course.clone(),
            climbed: climbed + stop.up,
            past,
            made_with: self.made_with.clone(),
        };
        self.position += 1;
        if self.position <= self.inherited {
            self.snapshots.truncate(self.position);
            self.inherited = self.position - 1;
        }
        // Going over known ground again gives the same states, so later ones stay.
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
    pub fn finish(self) -> Tensor<4> {
        match self.run(|_| Ok(())) {
            Ok(x_0) => x_0,
            Err(never) => unreachable!("nothing here refuses: {never}"),
        }
    }

    /// The same, with a look at each step. What `watch` refuses ends the run.
    pub fn run(mut self, mut watch: impl FnMut(&StepTensors) -> Result<()>) -> Result<Tensor<4>> {
        while self.invert() {}
        let Snapshot { mut x_t, mut climbed, .. } = self.here().clone();
        let mut course = self.course.clone();
        let mut past = self.known_past().to_vec();
        let mut executed = self.position;
        self.snapshots.clear();
        while let Some(stop) = course.next() {
            let at = At { process: &course.process, stop, executed, climbed };
            let done = self.execute(&at, x_t, past, false);
            watch(&done.step)?;
            (x_t, past) = (done.step.x_t, done.past);
            (executed, climbed, course) = (executed + 1, climbed + stop.up, course.advanced());
        }
        Ok(x_t)
    }

    /// Goes to the state after `position` executed steps, any that has been reached.
    pub fn seek(&mut self, position: usize) -> Result<()> {
        let reached = self.snapshots.len() - 1;
        let Some(snapshot) = self.snapshots.get(position) else {
            let expected = format!("at most {reached}, the last step reached");
            return Err(Error::invalid("position", expected, position.to_string()));
        };
        self.course = self.plan.leading_on(&self.models.process, &snapshot.course)?;
        self.position = position;
        Ok(())
    }

    /// Changes the settings from here on: x_t stays, later states are dropped. Before the first step the run starts
    /// anew. Pictures that are not given stay the earlier ones. On an error nothing has changed.
    ///
    /// A multistep sampler does not look back on what other settings led to: it starts afresh from x_t.
    ///
    /// With the same steps and jumps the way on is the same, wherever in a jump the run stands. Where the new steps do
    /// not visit the timestep the run stands at, the chain is that timestep followed by the new ones below it.
    pub fn update(&mut self, settings: Settings, pictures: Pictures) -> Result<()> {
        let mut options = self.options.clone();
        options.pictures = pictures.or(&self.options.pictures);
        if self.position == 0 {
            *self = Self::new(self.models.clone(), settings, options)?;
            return Ok(());
        }
        let plan = Plan::new(&self.models, &settings, &options)?;
        let course = plan.leading_on(&self.models.process, &self.here().course)?;
        self.snapshots.truncate(self.position + 1);
        self.inherited = self.position;
        self.made_with = Rc::new(MadeWith { settings, pictures: options.pictures.clone() });
        (self.plan, self.options, self.course) = (plan, options, course);
        Ok(())
    }

    /// Gives the run a weaker denoiser for [`autoguidance`](crate::guidance::autoguidance), which
    /// [`Session::update`] can then turn on; a run that has one keeps it. Refused as by [`Models::with_weak`], and
    /// nothing has changed then.
    pub fn add_weak(&mut self, weak: &LoadedUnet) -> Result<()> {
        if self.models.weak.is_none() {
            self.models = self.models.clone().with_weak(weak)?;
        }
        Ok(())
    }

    fn here(&self) -> &Snapshot {
        &self.snapshots[self.position]
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

    /// A step from x_t, after others of which the latest are `past`, and the jump that follows it. `watched` also asks a
    /// classifier that guides nothing.
    fn execute(&self, at: &At<'_>, x_t: Tensor<4>, mut past: Vec<Past>, watched: bool) -> Executed {
        let At { process, stop: Stop { i, up }, executed, climbed } = *at;
        let schedule = &process.schedule;
        let started = self.now();
        let mut ms = Timings::default();
        let context = StepContext { process, i, executed, labels: &self.plan.labels };
        let guidance = &self.plan.guidance;
        let x_t = guidance.iter().fold(x_t, |x_t, method| method.prepare(x_t, &context));
        let seen = self.look(&x_t, &context, watched, &mut ms);
        let (output, pull) = self.heeded(&seen);
        let Look { steered, gradient, probabilities, .. } = seen;

        let sampler = &self.plan.sampler;
        let noise = sampler.adds_noise(process, i).then(|| draw_like(&*self.plan.noise, Stream::Step, executed, &x_t));
        let parts = sampler.parts(process, i, &past);
        let input = StepInput { process, i, x_t, output, gradient: pull.clone(), past: &past };
        let mut step = sampler.step(input, noise.clone());
        let made = Made { step: &step, gradient: pull.as_ref(), noise: noise.as_ref(), past: &past };
        step.x_prev = without(&made, &parts, &self.plan.without);
        if sampler.looks_ahead(process, i) {
            let i = i - 1;
            let x_t = step.x_prev.clone();
            let (output, gradient) = self.heeded(&self.look(&x_t, &StepContext { i, ..context }, false, &mut ms));
            step = sampler.correct(step, StepInput { process, i, x_t, output, gradient, past: &past });
        }
        let mut x_prev = guidance.iter().fold(step.x_prev.clone(), |x_prev, method| method.correct(x_prev, &context));
        for k in 0..up {
            let beta = schedule.betas[i + k];
            let noise = draw_like(&*self.plan.noise, Stream::Jump, climbed + k, &x_prev);
            x_prev = x_prev * libm::sqrt(1.0 - beta) + noise * libm::sqrt(beta);
        }

        let tensors = StepTensors {
            step: executed + 1,
            i,
            t: schedule.timestep_map[i],
            abar: schedule.abar[i],
            x_t: x_prev,
            before: step.x_t.clone(),
            x0: step.x0.clone(),
            earlier_x0: past.first().map(|past| past.step.x0.clone()),
            eps: step.eps.clone(),
            noise,
            steered: steered.map(|steered| steered * process.eps_per_prediction(i)),
            gradient,
            parts,
            probabilities,
        };
        if up > 0 {
            // What was before the jump is no part of the way down from where it led.
            past.clear();
        } else {
            past.insert(0, Past { level: schedule.level(i), step });
            past.truncate(sampler.looks_back());
        }
        ms.total = self.now() - started;
        Executed { step: tensors, past, ms }
    }

    /// What a step goes by of what was seen: guidance that is left out was looked at for the eye alone.
    fn heeded(&self, seen: &Look) -> (Tensor<4>, Option<Tensor<4>>) {
        let off = |term| self.plan.without.contains(&term);
        let output = if off(Term::Steered) { &seen.plain } else { &seen.output };
        (output.clone(), seen.gradient.clone().filter(|_| !off(Term::Gradient)))
    }

    /// Asks networks and scores about a state.
    fn look(&self, x_t: &Tensor<4>, context: &StepContext<'_>, watched: bool, ms: &mut Timings) -> Look {
        let Models { denoiser, weak, classifier, .. } = &self.models;
        let networks = Networks { denoiser: &**denoiser, weak: weak.as_deref() };
        let started = self.now();
        let denoised = Cell::new(started);
        let asked = || denoised.set(self.now());
        let mut seen = look(networks, &self.plan.guidance, x_t, &self.plan.told, context, asked);
        if let (None, true, Some(network)) = (&seen.probabilities, watched, classifier) {
            let t = vec![context.process.schedule.network_t(context.i); x_t.dims()[0]];
            seen.probabilities = Some(classifier::probabilities(&**network, x_t, &t));
        }
        ms.unet += denoised.get() - started;
        ms.classifier += self.now() - denoised.get();
        seen
    }
}

/// Where a step stands in its run.
struct At<'a> {
    process: &'a Process,
    stop: Stop,
    /// Number of steps before it.
    executed: usize,
    /// Number of levels the run has been noised back up before it.
    climbed: usize,
}

/// A step that was executed, and what the next one looks back on.
struct Executed {
    step: StepTensors,
    past: Vec<Past>,
    ms: Timings,
}

impl Models {
    /// `n` images of zeros, with the shape, device and precision of a run's.
    fn like(&self, n: usize) -> Tensor<4> {
        let [c, h, w] = self.shape;
        Tensor::zeros([n, c, h, w], (&self.device, self.dtype))
    }
}

impl Plan {
    fn new(models: &Models, settings: &Settings, options: &Options) -> Result<Self> {
        models.require_pictures(settings)?;
        let values = &settings.values;
        let mut process = models.process.respaced(&settings.steps)?;
        process.clip = ClipMode::of(values, process.clip);
        let labels = match &options.labels {
            Some(labels) => labels.clone(),
            None => {
                let images = options.images.map_or(1, NonZeroUsize::get);
                Labels {
                    class: vec![label("class", &settings.class, &models.classes)?; images],
                    style: vec![label("style", &settings.style, &models.styles)?; images],
                }
            }
        };
        let images = labels.class.len();
        assert_eq!(labels.style.len(), images, "labels: one style an image");
        let tells = settings.method.iter().any(|method| method.tells(values));
        let told = if tells { labels.clone() } else { Labels::null(images) };
        let noise = options
            .noise
            .clone()
            .unwrap_or_else(|| Rc::new(CounterNoise { seed: settings.seed, first: options.first }));

        let like = models.like(images);
        let Pictures { reference, init, mask } = &options.pictures;
        let reference = reference.as_ref().map(|values| picture("reference", values, &like)).transpose()?;
        let init = init.as_ref().map(|values| picture("init", values, &like)).transpose()?.or(reference.clone());
        let mask = mask.as_ref().map(|values| mask_of(values, &like)).transpose()?;
        let ingredients = Ingredients {
            values,
            classifier: models.classifier.as_ref(),
            has_weak: models.weak.is_some(),
            labels: &labels,
            told: &told,
            classes: &models.classes,
            reference: reference.as_ref(),
            init: init.as_ref(),
            mask: mask.as_ref(),
            noise: &noise,
            guided_up_to: models.process.guided_up_to,
            steps: process.schedule.len(),
            like: &like,
        };
        let (mut guidance, mut methods) = (options.guidance.clone(), Vec::new());
        // In the order of the catalogue, so that the order in which a person names them changes nothing.
        for method in Method::ALL.into_iter().filter(|method| settings.uses(*method)) {
            if let Some(built) = method.build(&ingredients)? {
                methods.push((method, built.clone()));
                guidance.push(built);
            }
        }
        // ILVR has refused what it cannot filter with; without it this is something to look at, and nothing to fail over.
        let reference = reference.and_then(|image| {
            let low_pass = ilvr::low_pass(values, &like).ok()?;
            Some(Reference { lowpassed: low_pass.apply(image), low_pass })
        });
        let resampling =
            if settings.uses(Method::Repaint) { repaint::resampling(values) } else { Resampling::default() };
        let sampler = settings.sampler.build(values);
        let without = update::read(values.text("without"))?;
        let process = Rc::new(process);
        Ok(Self { process, resampling, sampler, guidance, methods, labels, told, reference, init, noise, without })
    }

    /// The way down from index `steps - 1` of `process`.
    fn course(&self, process: Rc<Process>, steps: usize) -> Course {
        let stops = walk(steps, self.resampling).into();
        Course { process, laid_by: (self.process.clone(), self.resampling), stops, at: 0 }
    }

    /// The way on from where another one stands: the same one where the plan has its timesteps and jumps, for the
    /// timestep alone does not say which jumps are still to come.
    fn leading_on(&self, config: &ProcessConfig, course: &Course) -> Result<Course> {
        let kept = &self.process.schedule.timestep_map;
        let clip = self.process.clip;
        let (laid_over, resampling) = &course.laid_by;
        if laid_over.schedule.timestep_map == *kept && *resampling == self.resampling {
            let process = Rc::new(Process { clip, ..(*course.process).clone() });
            return Ok(Course { process, ..course.clone() });
        }
        let Some(next) = course.next_t() else {
            return Ok(self.course(self.process.clone(), 0));
        };
        let below = kept.iter().filter(|t| **t < next).count();
        if kept.get(below) == Some(&next) {
            return Ok(self.course(self.process.clone(), below + 1));
        }
        let mut chain = kept[..below].to_vec();
        chain.push(next);
        if below == 0 {
            // A chain has two timesteps or more: this one is above where the run stands and never visited.
            chain.extend(kept.first());
        }
        Ok(self.course(Rc::new(Process { clip, ..config.over(&chain)? }), below + 1))
    }
}

/// A picture, or one for each image, on the device.
fn picture(what: &str, values: &[f32], like: &Tensor<4>) -> Result<Tensor<4>> {
    let [images, c, h, w] = like.dims();
    let given = values.len() / (c * h * w);
    if values.len() != given * c * h * w || ![1, images].contains(&given) || values.iter().any(|v| !v.is_finite()) {
        let got =
            format!("{} numbers, {} of them finite", values.len(), values.iter().filter(|v| v.is_finite()).count());
        let expected = format!("{c} planes of {h}x{w} finite numbers, once or for each image");
        return Err(Error::invalid(what, expected, got));
    }
    let data = TensorData::new(values.to_vec(), [given, c, h, w]);
    Ok(Tensor::<4>::from_data(data, (&like.device(), like.dtype())).repeat_dim(0, images / given))
}

/// A mask on the device, of nothing but 0 and 1.
fn mask_of(values: &[f32], like: &Tensor<4>) -> Result<Tensor<4>> {
    let [_, _, h, w] = like.dims();
    if values.len() != h * w || values.iter().any(|v| !(0.0..=1.0).contains(v)) {
        let got = format!(
            "{} numbers, {} of them in range",
            values.len(),
            values.iter().filter(|v| (0.0..=1.0).contains(*v)).count()
        );
        return Err(Error::invalid("mask", format!("{h}x{w} numbers from 0 to 1"), got));
    }
    // Between the two, what is kept would be a mean of two states with noise of their own, less noisy than either.
    let kept: Vec<f32> = values.iter().map(|v| f32::from(u8::from(*v >= 0.5))).collect();
    Ok(Tensor::from_data(TensorData::new(kept, [1, 1, h, w]), (&like.device(), like.dtype())))
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
