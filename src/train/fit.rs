//! The training loop: warm-up and cosine decay, global-norm clipping, EMA, checkpoints, one log line a minute.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::{AdamWConfig, GradientsParams};
use burn::tensor::{DType, Device, Tensor};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::batch::Batches;
use super::checkpoint::{Checkpoint, State, numbered, tensors};
use super::config::TrainConfig;
use super::ema::Ema;
use super::task::{Example, Task};
use crate::data::Dataset;
use crate::models::params;
use crate::weights::{self, Architecture, ModelCard, Precision, Weights};
use crate::{Error, Result, files};

/// What one call of the trainer is asked to do.
pub struct Run {
    /// The configuration.
    pub config: TrainConfig,
    /// The training data.
    pub data: Dataset,
    /// SHA-256 of the data file.
    pub data_sha256: String,
    /// Folder of checkpoints, log and weights.
    pub out: PathBuf,
    /// Weights to start from, with fresh moments.
    pub init: Option<Weights>,
    /// Where to compute, without autodiff.
    pub device: Device,
    /// Its name, for the provenance.
    pub device_name: String,
    /// Version of the sources, for the provenance.
    pub commit: Option<String>,
    /// Time between checkpoints.
    pub checkpoint_every: Duration,
    /// Stop, with a checkpoint, after this time.
    pub stop_after: Option<Duration>,
}

/// Name of the averaged weights in the output folder: what is sampled, quantised and continued from.
pub const EMA_FILE: &str = "ema-f16.safetensors";

/// Name of the sheet of samples in the output folder, renewed with every checkpoint.
pub const SHEET_FILE: &str = "samples.png";

/// Trains to the end of the configuration or of the allowed time; continues the checkpoint in `out` if there is one.
pub fn fit<T: Task>(run: &Run) -> Result<()> {
    let config = &run.config;
    let process = config.diffusion.full()?;
    let batches = Batches::new(&run.data, config)?;
    let device = run.device.clone().autodiff();
    let checkpoint = Checkpoint::of(&run.out);
    std::fs::create_dir_all(&run.out).map_err(|error| Error::io(&run.out, error))?;
    device.seed(config.seed);

    let mut network = numbered(T::network(&config.network, &device)?);
    let mut optimizer = AdamWConfig::new()
        .with_beta_1(config.betas[0])
        .with_beta_2(config.betas[1])
        .with_weight_decay(config.weight_decay)
        .init();
    let (mut step, mut seconds) = (0, 0.0);
    let mut ema;
    if let Some(state) = checkpoint.state()? {
        if state.config != *config || state.data != run.data_sha256 {
            return Err(Error::invalid(
                format!("checkpoint in {}", run.out.display()),
                "this configuration and this data set",
                "another; choose another --out or remove the folder",
            ));
        }
        let average;
        (network, average, optimizer) = checkpoint.load(&network, optimizer, &device)?;
        ema = Ema::new(&average);
        (step, seconds) = (state.step, state.seconds);
    } else {
        if let Some(start) = &run.init {
            network = params::import(network, start.tensors.clone(), DType::F32, &device)?;
        }
        ema = Ema::new(&network);
    }

    let bar = progress(config.images, step * config.batch as u64);
    let mut log = Log::open(run)?;
    let begun = Instant::now();
    let mut saved = Instant::now();
    let mut recent = Recent::default();
    while step < config.steps() {
        // Dropout, too, is a function of the seed and the step.
        device.seed(config.seed.wrapping_add(step));
        let batch = batches.at(step);
        let example = Example::new(config, &process, &batch, step, &device);
        let loss = T::loss(&network, example);
        let mut gradients = loss.backward();
        let gradients = GradientsParams::from_module(&mut gradients, &network);
        let (gradients, norm) = clipped(&network, gradients, config.gradient_clip);
        let loss = scalar(loss.inner());
        if !loss.is_finite() || !norm.is_finite() {
            let got = format!("loss {loss}, gradient norm {norm}");
            return Err(Error::invalid(format!("step {step}"), "a finite loss", got));
        }
        network = optimizer.step(config.learning_rate_at(step), network, gradients);
        step += 1;
        ema.update(&network, config.ema, step);
        recent.push(loss, norm);
        bar.set_position((step * config.batch as u64).min(config.images));
        bar.set_message(format!("loss {:.4}", recent.loss()));

        let elapsed = seconds + begun.elapsed().as_secs_f64();
        let last = step == config.steps() || run.stop_after.is_some_and(|limit| begun.elapsed() >= limit);
        if last || recent.since.elapsed() >= LOG_EVERY {
            log.line(step * config.batch as u64, elapsed, config.learning_rate_at(step), &recent)?;
            recent = Recent::default();
        }
        if last || saved.elapsed() >= run.checkpoint_every {
            let state = State { step, config: config.clone(), data: run.data_sha256.clone(), seconds: elapsed };
            let average = ema.apply(&network);
            let card = card::<T>(run, &state)?;
            checkpoint.save(&state, &card, [&network.valid(), &average], &optimizer)?;
            write_ema(run, &card, &average)?;
            if let Some(sheet) = T::sheet(&average, config, &run.data, &run.device)? {
                files::write_png(&run.out.join(SHEET_FILE), &sheet)?;
            }
            saved = Instant::now();
        }
        if last {
            break;
        }
    }
    bar.finish();
    Ok(())
}

const LOG_EVERY: Duration = Duration::from_mins(1);

fn scalar(value: Tensor<1>) -> f64 {
    f64::from(value.into_scalar::<f32>())
}

/// Scales all gradients by one factor so that their joint norm is at most `limit`; returns the norm before.
fn clipped<M: Module>(network: &M, mut gradients: GradientsParams, limit: f64) -> (GradientsParams, f64) {
    struct Squares<'a>(&'a GradientsParams, Option<Tensor<1>>);
    impl ModuleVisitor for Squares<'_> {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            if let Some(gradient) = self.0.get::<D>(param.id) {
                let square = gradient.square().sum();
                self.1 = Some(match self.1.take() {
                    Some(sum) => sum + square,
                    None => square,
                });
            }
        }
    }
    struct Scale<'a>(&'a mut GradientsParams, f64);
    impl ModuleVisitor for Scale<'_> {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            if let Some(gradient) = self.0.remove::<D>(param.id) {
                self.0.register(param.id, gradient * self.1);
            }
        }
    }
    let mut squares = Squares(&gradients, None);
    network.visit(&mut squares);
    let norm = squares.1.map_or(0.0, |sum| scalar(sum).sqrt());
    if norm > limit {
        network.visit(&mut Scale(&mut gradients, limit / norm));
    }
    (gradients, norm)
}

fn card<T: Task>(run: &Run, state: &State) -> Result<ModelCard> {
    let json = |value: serde_json::Result<serde_json::Value>| value.map_err(|error| Error::Device(error.to_string()));
    let config = &run.config;
    let provenance = json!({
        "data": run.data.info().name,
        "data-sha256": state.data,
        "images-seen": state.step * config.batch as u64,
        "training-seconds": state.seconds.round(),
        "device": run.device_name,
        "commit": run.commit,
        "started-from": run.init.as_ref().map(|start| &start.card.provenance),
        "config": config,
    });
    Ok(ModelCard {
        format: weights::card::FORMAT,
        name: config.name.clone(),
        kind: T::KIND,
        architecture: Architecture::GuidedDiffusion,
        network: json(serde_json::to_value(&config.network))?,
        diffusion: json(serde_json::to_value(&config.diffusion))?,
        classes: run.data.classes().to_vec(),
        styles: if config.network.num_styles.is_some() { run.data.styles().to_vec() } else { Vec::new() },
        license: "MIT OR Apache-2.0".into(),
        provenance: provenance.as_object().cloned().unwrap_or_default(),
        packed: std::collections::BTreeMap::new(),
    })
}

fn write_ema<M: Module>(run: &Run, card: &ModelCard, average: &M) -> Result<()> {
    files::write(&run.out.join(EMA_FILE), &weights::write(card, &tensors(average), Precision::F16)?)
}

/// Means since the last log line.
struct Recent {
    since: Instant,
    steps: u64,
    loss: f64,
    norm: f64,
}

impl Default for Recent {
    fn default() -> Self {
        Self { since: Instant::now(), steps: 0, loss: 0.0, norm: 0.0 }
    }
}

impl Recent {
    fn push(&mut self, loss: f64, norm: f64) {
        self.steps += 1;
        self.loss += loss;
        self.norm += norm;
    }

    fn loss(&self) -> f64 {
        self.loss / self.steps.max(1) as f64
    }
}

/// `log.jsonl` in the output folder.
struct Log(std::fs::File, PathBuf);

impl Log {
    fn open(run: &Run) -> Result<Self> {
        let path = run.out.join("log.jsonl");
        let file = std::fs::File::options().create(true).append(true).open(&path);
        Ok(Self(file.map_err(|error| Error::io(&path, error))?, path))
    }

    fn line(&mut self, images: u64, seconds: f64, learning_rate: f64, recent: &Recent) -> Result<()> {
        let norm = recent.norm / recent.steps.max(1) as f64;
        let line = json!({
            "images": images, "seconds": seconds.round(), "loss": recent.loss(), "gradient-norm": norm,
            "learning-rate": learning_rate,
        });
        writeln!(self.0, "{line}").map_err(|error| Error::io(&self.1, error))
    }
}

fn progress(images: u64, done: u64) -> ProgressBar {
    let template = "{bar:32} {pos}/{len} images · {per_sec} · {msg} · {elapsed} gone, {eta} left";
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::new(images).with_style(style);
    bar.set_position(done);
    bar.reset_eta();
    bar
}
