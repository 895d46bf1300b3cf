//! `guidelight eval`: how often a classifier sees in samples what was asked for, and how good that judge is itself.

use std::path::{Path, PathBuf};

use burn::tensor::{Device, Tensor, TensorData};
use clap::{Args, Subcommand};

use super::npz::Samples;
use crate::data::{Dataset, TEST};
use crate::diffusion::noise::{CounterNoise, NoiseSource, Stream};
use crate::diffusion::process::ProcessConfig;
use crate::models::{EncoderUNet, ModelInfo, NoisyClassifier, load_classifier};
use crate::weights;
use crate::{Error, Result};

/// What to measure.
#[derive(Debug, Subcommand)]
pub enum EvalCommand {
    /// Share of samples in which a clean classifier sees the asked class
    Accuracy(AccuracyArgs),
    /// Accuracy of a classifier on held-out images, by timestep
    HeldOut(HeldOutArgs),
}

/// Options of `eval accuracy`.
#[derive(Debug, Args)]
pub struct AccuracyArgs {
    /// Samples with labels, as `guidelight sample` writes them
    samples: PathBuf,
    /// Classifier trained on clean images
    #[arg(long)]
    classifier: PathBuf,
}

/// Options of `eval held-out`.
#[derive(Debug, Args)]
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
}

impl EvalCommand {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        match self {
            Self::Accuracy(args) => args.run(),
            Self::HeldOut(args) => args.run(),
        }
    }
}

/// Images judged together.
const BATCH: usize = 64;

impl AccuracyArgs {
    fn run(self) -> Result<()> {
        let samples = Samples::load(&self.samples)?;
        let (classifier, info, _) = load(&self.classifier)?;
        let known = 0..info.classes.len() as i64;
        let labels = samples.labels.iter().map(|label| usize::try_from(*label).ok().filter(|_| known.contains(label)));
        let labels = labels
            .collect::<Option<Vec<usize>>>()
            .ok_or_else(|| Error::invalid("labels", format!("0 to {}", known.end - 1), "a label outside of that"))?;
        let images = samples.planar();
        let images: Vec<&[u8]> = images.iter().map(Vec::as_slice).collect();
        report(&info.classes, &labels, &judge(&classifier, &images, info.size, |x, _| (x, 0.0)));
        Ok(())
    }
}

impl HeldOutArgs {
    fn run(self) -> Result<()> {
        let data = Dataset::load(&self.data)?;
        let (classifier, info, process) = load(&self.classifier)?;
        let process = process.full()?;
        let held_out: Vec<usize> = data.indices(TEST).into_iter().filter(|&i| data.tone()[i] == 0).collect();
        let images: Vec<&[u8]> = held_out.iter().map(|&i| data.image(i)).collect();
        let labels: Vec<usize> = held_out.iter().map(|&i| usize::from(data.class()[i])).collect();
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
            println!("t = {t}");
            let predictions = judge(&classifier, &images, info.size, |x, batch| match index {
                None => (x, 0.0),
                Some(i) => {
                    let shape = x.dims();
                    let noise = CounterNoise { seed: 0, first: (batch * BATCH) as u64 };
                    let values = noise.draw(Stream::Start, 0, shape);
                    let values = Tensor::from_data(TensorData::new(values, shape), &x.device());
                    (process.q_sample(x, &vec![i; shape[0]], values), process.schedule.network_t(i))
                }
            });
            report(&info.classes, &labels, &predictions);
        }
        Ok(())
    }
}

fn load(path: &Path) -> Result<(EncoderUNet, ModelInfo, ProcessConfig)> {
    let bytes = std::fs::read(path).map_err(|error| Error::io(path, error))?;
    let weights = weights::read(&bytes, None)?;
    let process = serde_json::from_value(weights.card.diffusion.clone())
        .map_err(|error| Error::invalid("model card, `diffusion`", "a noise process", error.to_string()))?;
    let (classifier, info) = load_classifier(weights, &Device::flex())?;
    Ok((classifier, info, process))
}

/// The most probable class of each image; `noised` gives what the classifier sees, from image and batch number.
fn judge(
    classifier: &EncoderUNet,
    images: &[&[u8]],
    size: usize,
    noised: impl Fn(Tensor<4>, usize) -> (Tensor<4>, f64),
) -> Vec<usize> {
    let mut predictions = Vec::with_capacity(images.len());
    for (number, batch) in images.chunks(BATCH).enumerate() {
        let pixels: Vec<f32> =
            batch.iter().flat_map(|image| image.iter().map(|&v| f32::from(v) / 127.5 - 1.0)).collect();
        let x = Tensor::from_data(TensorData::new(pixels, [batch.len(), 3, size, size]), &Device::flex());
        let (x, t) = noised(x, number);
        let logits = classifier.logits(x, &vec![t; batch.len()]);
        let [_, classes] = logits.dims();
        let logits: Vec<f32> = logits.into_data().iter::<f32>().collect();
        predictions.extend(
            logits.chunks(classes).map(|row| (0..classes).max_by(|&a, &b| row[a].total_cmp(&row[b])).unwrap_or(0)),
        );
    }
    predictions
}

fn report(classes: &[String], labels: &[usize], predictions: &[usize]) {
    for (class, name) in classes.iter().enumerate() {
        let of_class = labels.iter().zip(predictions).filter(|(label, _)| **label == class);
        let (right, all) =
            of_class.fold((0, 0), |(right, all), (_, got)| (right + usize::from(*got == class), all + 1));
        if all > 0 {
            println!("  {name:<10} {right:>4} of {all:>4}  {:5.1} %", 100.0 * right as f64 / all as f64);
        }
    }
    let right = labels.iter().zip(predictions).filter(|(label, got)| label == got).count();
    println!("  {:<10} {right:>4} of {:>4}  {:5.1} %", "all", labels.len(), 100.0 * right as f64 / labels.len() as f64);
}
