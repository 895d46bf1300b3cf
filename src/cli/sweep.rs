//! `guidelight eval sweep`: the same samples with one thing changed, measured and written as a table and a plot.
//!
//! Samples and numbers of every point are kept under a name that follows from all files and settings they depend on: a
//! run that was stopped goes on, and sweeps share the points that are the same. The program itself is no part of the
//! name: after a change in how it samples or measures, start with an empty folder.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use burn::tensor::Device;
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::draw::{draw, labels_of, progress, require_same_labels, typical};
use super::eval::{Judges, as_pictures};
use super::npz::Samples;
use crate::data::{Dataset, TEST, TRAIN};
use crate::eval::bootstrap::Ratio;
use crate::eval::likeness::{Likeness, distance, diversity, low_pass_psnr};
use crate::eval::report::{Evaluator, Pictures};
use crate::eval::sweep::catalogue::{SWEEPS, Subject, Sweep};
use crate::eval::sweep::kept::Kept;
use crate::eval::sweep::{Finished, Measured, plot, table};
use crate::guidance::Method;
use crate::session::{self, LoadedClassifier, LoadedUnet, Models, Options, Settings};
use crate::train::cli::ComputeDevice;
use crate::weights::{self, Precision, Weights, container::sha256};
use crate::{Error, Result, files};

/// The word for every sweep of the catalogue.
const ALL: &str = "all";

/// Samples of each reference.
const SAMPLES_A_REFERENCE: usize = 4;

/// Fewer images cannot be measured: precision and recall look at the third neighbour.
const IMAGES_MIN: usize = 8;

/// What is kept of earlier measurements holds for this way of measuring.
const PROTOCOL: u32 = 1;

/// The page that shows all sweeps.
const PAGE: &str = "README.md";

/// Options of `eval sweep`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  guidelight eval sweep classifier-scale precision --classifier training/weights/emoji32-clean.safetensors \\\n    --efficientnet efficientnet-lite0-57934424.pth"
)]
pub struct SweepArgs {
    /// Names of sweeps, or all
    #[arg(required = true, value_parser = names())]
    sweeps: Vec<String>,
    /// Denoiser
    #[arg(long, default_value = "www/models/emoji32.safetensors")]
    model: PathBuf,
    /// The denoiser as it was trained, for the sweep of precisions
    #[arg(long, default_value = "training/weights/emoji32.safetensors")]
    full: PathBuf,
    /// Noise-aware classifier that guides
    #[arg(long, default_value = "www/models/emoji32-classifier.safetensors")]
    guide: PathBuf,
    #[command(flatten)]
    judges: Judges,
    /// Folder that keeps samples and numbers of every point: what is there is not done again. Empty it when the program
    /// has learnt to sample or to measure in another way
    #[arg(long, default_value = "data/sweeps")]
    work: PathBuf,
    /// Folder for README.md, NAME.svg and NAME.json
    #[arg(long, default_value = "docs/results/sweeps")]
    out: PathBuf,
    /// Images a point
    #[arg(long, default_value_t = 384)]
    count: usize,
    /// Images computed together
    #[arg(long, default_value_t = 32)]
    batch: usize,
    /// Where to compute
    #[arg(long, value_enum, default_value_t)]
    device: ComputeDevice,
}

fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(SWEEPS.iter().map(|sweep| sweep.name).chain([ALL]))
}

impl SweepArgs {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        if self.count < IMAGES_MIN || self.batch == 0 {
            let got = format!("--count {} --batch {}", self.count, self.batch);
            return Err(Error::invalid("sweep", format!("at least {IMAGES_MIN} images in batches of 1 or more"), got));
        }
        let chosen: Vec<&Sweep> = if self.sweeps.iter().any(|name| name == ALL) {
            SWEEPS.iter().collect()
        } else {
            self.sweeps.iter().map(|name| Sweep::named(name)).collect::<Result<Vec<_>>>()?
        };
        let bench = Bench::new(&self, chosen.iter().any(|sweep| sweep.stores()))?;
        for sweep in chosen {
            let finished = bench.sweep(sweep)?;
            let json = serde_json::to_string_pretty(&finished).map_err(|error| Error::Device(error.to_string()))?;
            files::write(&self.file(sweep, "json"), (json + "\n").as_bytes())?;
            files::write(&self.file(sweep, "svg"), plot::svg(sweep, &finished)?.as_bytes())?;
            files::write(&self.out.join(PAGE), table::page(&self.finished()?).as_bytes())?;
        }
        println!("written: {}", self.out.join(PAGE).display());
        Ok(())
    }

    fn file(&self, sweep: &Sweep, extension: &str) -> PathBuf {
        self.out.join(sweep.name).with_extension(extension)
    }

    /// Every sweep that was ever written to the folder.
    fn finished(&self) -> Result<Vec<(&'static Sweep, Finished)>> {
        let mut all = Vec::new();
        for sweep in SWEEPS.iter().filter(|sweep| self.file(sweep, "json").exists()) {
            let path = self.file(sweep, "json");
            let bytes = std::fs::read(&path).map_err(|error| Error::io(&path, error))?;
            let finished = serde_json::from_slice(&bytes).map_err(|error| {
                Error::invalid(path.display().to_string(), "the numbers of a sweep", error.to_string())
            })?;
            all.push((sweep, finished));
        }
        Ok(all)
    }
}

/// A denoiser with the hash of its values, however they were stored.
struct Denoiser {
    unet: LoadedUnet,
    sha256: String,
}

impl Denoiser {
    fn new(weights: Weights, device: &Device) -> Result<Self> {
        let sha256 = sha256(&weights::write(&weights.card, &weights.tensors, Precision::F32)?);
        Ok(Self { unet: LoadedUnet::new(weights, device)?, sha256 })
    }
}

/// Samples with all that they follow from.
struct Drawn {
    of: Value,
    samples: Pictures,
    /// Seconds a sample.
    seconds: f64,
}

/// Everything that is loaded once.
struct Bench<'a> {
    args: &'a SweepArgs,
    kept: Kept,
    device: Device,
    device_name: String,
    data: Dataset,
    denoiser: Denoiser,
    guide: LoadedClassifier,
    /// SHA-256 of the files that take part.
    files: BTreeMap<String, String>,
    /// Not needed where everything was measured before.
    evaluator: OnceCell<Evaluator>,
}

impl<'a> Bench<'a> {
    /// Reads all files; the trained denoiser if something is to be stored.
    fn new(args: &'a SweepArgs, stores: bool) -> Result<Self> {
        let device = args.device.open();
        let mut files = BTreeMap::new();
        let mut read = |what: &str, path: &Path| -> Result<Vec<u8>> {
            let bytes = std::fs::read(path).map_err(|error| Error::io(path, error))?;
            files.insert(what.to_owned(), sha256(&bytes));
            Ok(bytes)
        };
        let data =
            Dataset::from_bytes(&read("data", &args.judges.data)?).map_err(|error| error.in_file(&args.judges.data))?;
        let denoiser = weights::read(&read("model", &args.model)?, None);
        let denoiser = denoiser.and_then(|weights| Denoiser::new(weights, &device));
        let denoiser = denoiser.map_err(|error| error.in_file(&args.model))?;
        let guide = weights::read(&read("guide", &args.guide)?, None);
        let guide = guide.and_then(|weights| LoadedClassifier::new(weights, &device));
        let guide = guide.map_err(|error| error.in_file(&args.guide))?;
        read("classifier", &args.judges.classifier)?;
        read("efficientnet", &args.judges.efficientnet)?;
        if stores {
            read("full", &args.full)?;
        }
        let models = Models::new(&denoiser.unet, Some(&guide), &device)?;
        require_same_labels(&data, &models).map_err(|error| error.in_file(&args.judges.data))?;
        if data.size() != models.shape[1] {
            let expected = format!("images of side {}, as the model's", models.shape[1]);
            return Err(Error::invalid(args.judges.data.display().to_string(), expected, data.size().to_string()));
        }
        let device_name = args.device.to_possible_value().map_or_else(String::new, |value| value.get_name().into());
        let kept = Kept::new(&args.work);
        Ok(Self { args, kept, device, device_name, data, denoiser, guide, files, evaluator: OnceCell::new() })
    }

    /// Measures all points.
    fn sweep(&self, sweep: &Sweep) -> Result<Finished> {
        let mut points = Vec::new();
        for (label, mut settings, precision) in sweep.points()? {
            let stored = precision.map(|precision| self.stored(precision)).transpose()?;
            settings.model = self.denoiser.unet.info().name.clone();
            points.push((label, settings, stored));
        }
        // Weights that were in f16 before are the same in f32.
        points.dedup_by(|(_, _, later), (label, _, earlier)| match (later, earlier) {
            (Some(later), Some(earlier)) if later.sha256 == earlier.sha256 => {
                *label = "f32 = f16";
                true
            }
            _ => false,
        });
        let real = self.real(sweep)?;
        let mut measured: Vec<Measured> = Vec::new();
        let mut baseline: Option<Drawn> = None;
        for (number, (label, settings, stored)) in points.iter().enumerate() {
            let place = format!("{} {}/{}, {} {label}", sweep.name, number + 1, points.len(), sweep.axis);
            let drawn = self.drawn(sweep, settings, stored.as_ref().unwrap_or(&self.denoiser), &place)?;
            let mut point = self.measured(sweep, settings, &drawn, label)?;
            match &baseline {
                Some(baseline) => point.ratio = Some(self.ratio(baseline, &drawn)?),
                None if stored.is_some() => baseline = Some(drawn),
                None => {}
            }
            println!("{place}: {}", table::line(&point));
            measured.push(point);
        }
        let settings = sweep.settings()?;
        let takes_part = |what: &str| match what {
            "model" => !sweep.stores(),
            "full" => sweep.stores(),
            "guide" => settings.uses(Method::Classifier),
            _ => true,
        };
        let files = self.files.iter().filter(|(what, _)| takes_part(what));
        let SweepArgs { count, batch, .. } = self.args;
        let options = format!("--count {count} --batch {batch} --device {}", self.device_name);
        Ok(Finished {
            sweep: sweep.name.into(),
            command: format!("guidelight eval sweep {} {options}", sweep.name),
            count: *count,
            files: files.map(|(what, hash)| (what.clone(), hash.clone())).collect(),
            settings,
            device: self.device_name.clone(),
            real,
            points: measured,
        })
    }

    /// The trained denoiser after it was stored and read back.
    fn stored(&self, precision: Precision) -> Result<Denoiser> {
        let path = &self.args.full;
        let bytes = std::fs::read(path).map_err(|error| Error::io(path, error))?;
        let trained = weights::read(&bytes, None).map_err(|error| error.in_file(path))?;
        let bytes = weights::write(&trained.card, &trained.tensors, precision)?;
        let denoiser = weights::read(&bytes, None).and_then(|weights| Denoiser::new(weights, &self.device));
        denoiser.map_err(|error| error.in_file(path))
    }

    /// The samples of a point.
    fn drawn(&self, sweep: &Sweep, settings: &Settings, denoiser: &Denoiser, place: &str) -> Result<Drawn> {
        let SweepArgs { count, batch, .. } = *self.args;
        let guided = settings.uses(Method::Classifier);
        let of = json!({
            "settings": settings,
            "denoiser": denoiser.sha256,
            "guide": guided.then(|| self.files.get("guide")),
            "data": self.files.get("data"),
            "references": sweep.subject == Subject::References,
            "count": count,
            "batch": batch,
            "device": self.device_name,
        });
        let path = self.kept.path("samples", &of, "npz");
        let seconds = self.kept.or_make("samples", &of, || {
            let models = Models::new(&denoiser.unet, guided.then_some(&self.guide), &self.device)?;
            let labels = labels_of(&self.data, &self.subjects(sweep.subject)?, &models);
            let references = match sweep.subject {
                Subject::Labels => None,
                Subject::References => Some(self.references()?.images),
            };
            let options = |images: std::ops::Range<usize>| {
                let images = references.as_ref().map(|references| references[images].concat());
                let reference = images.map(|bytes| bytes.into_iter().map(|v| f32::from(v) / 127.5 - 1.0).collect());
                let pictures = session::Pictures { reference, ..Default::default() };
                Options { pictures, ..Options::default() }
            };
            let bar = progress(format!("{place} · "), count);
            let started = Instant::now();
            let samples = draw(&models, settings, &labels, batch, options, &bar, |_, _| Ok(()))?;
            let seconds = started.elapsed().as_secs_f64() / count as f64;
            bar.finish_and_clear();
            samples.save(&path)?;
            Ok(seconds)
        })?;
        let samples = Samples::load(&path).map_err(|error| match error {
            Error::Io { .. } => Error::invalid(
                path.display().to_string(),
                "the samples of a point",
                "none; remove the file of that name that ends in .json, too",
            ),
            other => other,
        })?;
        Ok(Drawn { of, samples: as_pictures(place.into(), &samples), seconds })
    }

    /// What is known of a set of samples.
    fn measured(&self, sweep: &Sweep, settings: &Settings, drawn: &Drawn, label: &str) -> Result<Measured> {
        let mut measured = self.kept.or_make("point", &self.judged(&drawn.of), || {
            let likeness = match sweep.subject {
                Subject::Labels => None,
                Subject::References => {
                    let samples = &drawn.samples;
                    Some(self.likeness(
                        samples,
                        &self.references()?,
                        Some(settings.values.whole("down-n")),
                        SAMPLES_A_REFERENCE,
                    )?)
                }
            };
            let report = self.evaluator()?.report(&drawn.samples)?;
            Ok(Measured { label: label.into(), seconds: Some(drawn.seconds), report, likeness, ratio: None })
        })?;
        // Another sweep may have measured it under another name, and with another N beside it.
        label.clone_into(&mut measured.label);
        drawn.samples.name.clone_into(&mut measured.report.name);
        if let (Some(likeness), false) = (&mut measured.likeness, sweep.varies("down-n")) {
            likeness.low_pass_own = None;
        }
        Ok(measured)
    }

    /// Held-out pictures, as many as there are samples: what a perfect model would get.
    fn real(&self, sweep: &Sweep) -> Result<Measured> {
        let references = sweep.subject == Subject::References;
        let of = json!({ "real": self.args.count, "references": references });
        let label = format!("held-out {}", self.data.info().name);
        self.kept.or_make("real", &self.judged(&of), || {
            let mut indices = typical(&self.data, TEST, self.args.count)?;
            // Where fewer are held out than samples are drawn, none counts twice.
            indices.dedup();
            let pictures = Pictures::of(&label, &self.data, &indices);
            let report = self.evaluator()?.report(&pictures)?;
            let likeness = references.then(|| {
                // Each beside one from the other half: sorted by class, its neighbours are too much alike.
                let mut others = pictures.images.clone();
                others.rotate_left(indices.len() / 2);
                let others = Pictures { images: others, ..pictures.clone() };
                self.likeness(&pictures, &others, None, indices.len())
            });
            let likeness = likeness.transpose()?;
            Ok(Measured { label: label.clone(), seconds: None, report, likeness, ratio: None })
        })
    }

    fn ratio(&self, baseline: &Drawn, drawn: &Drawn) -> Result<[Ratio; 2]> {
        let of = self.judged(&json!({ "baseline": baseline.of, "other": drawn.of }));
        self.kept.or_make("ratio", &of, || self.evaluator()?.paired(&baseline.samples, &drawn.samples))
    }

    fn likeness(&self, samples: &Pictures, references: &Pictures, n: Option<usize>, group: usize) -> Result<Likeness> {
        let low_pass = |n| low_pass_psnr(&samples.images, &references.images, self.data.size(), n);
        let evaluator = self.evaluator()?;
        let features = evaluator.neutral(samples)?;
        Ok(Likeness {
            low_pass: low_pass(Settings::default().values.whole("down-n"))?,
            low_pass_own: n.map(low_pass).transpose()?,
            perceptual: distance(&features, &evaluator.neutral(references)?),
            diversity: diversity(&features, group),
        })
    }

    /// What decides the numbers of `of`: that, the judges and the data.
    fn judged(&self, of: &Value) -> Value {
        let file = |what: &str| self.files.get(what);
        json!({
            "of": of,
            "classifier": file("classifier"),
            "efficientnet": file("efficientnet"),
            "data": file("data"),
            "protocol": PROTOCOL,
        })
    }

    /// Images of the data set whose labels, or whose looks, are asked for.
    fn subjects(&self, subject: Subject) -> Result<Vec<usize>> {
        let count = self.args.count;
        match subject {
            Subject::Labels => typical(&self.data, TRAIN, count),
            Subject::References => {
                let each = typical(&self.data, TEST, count.div_ceil(SAMPLES_A_REFERENCE))?;
                let repeated = each.into_iter().flat_map(|i| [i; SAMPLES_A_REFERENCE]);
                Ok(repeated.take(count).collect())
            }
        }
    }

    /// The reference of each sample.
    fn references(&self) -> Result<Pictures> {
        Ok(Pictures::of("references", &self.data, &self.subjects(Subject::References)?))
    }

    fn evaluator(&self) -> Result<&Evaluator> {
        if let Some(evaluator) = self.evaluator.get() {
            return Ok(evaluator);
        }
        let evaluator = self.args.judges.evaluator(&self.data, &self.device)?;
        Ok(self.evaluator.get_or_init(|| evaluator))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        sweep: SweepArgs,
    }

    fn args(work: &Path, model: &str) -> SweepArgs {
        let work = work.display().to_string();
        // Judges are only hashed here, so any file will do.
        let mut words = vec!["sweep", "steps-ddim", "--count", "8", "--batch", "8", "--work", &work, "--model", model];
        words.extend(["--data", "tests/fixtures/emoji-mini.safetensors"]);
        words.extend(["--classifier", "Cargo.toml", "--efficientnet", "Cargo.toml"]);
        Command::try_parse_from(words).unwrap().sweep
    }

    #[test]
    fn samples_are_drawn_once_and_again_for_another_model() {
        let folder = tempfile::tempdir().unwrap();
        let sweep = Sweep::named("steps-ddim").unwrap();
        let mut settings = sweep.settings().unwrap();
        for (key, value) in [("steps", "2"), ("method", "conditional")] {
            settings.set(key, value).unwrap();
        }
        let drawn = |model: &str| {
            let args = args(folder.path(), model);
            let bench = Bench::new(&args, false).unwrap();
            bench.drawn(sweep, &settings, &bench.denoiser, "here").unwrap()
        };
        let files = || std::fs::read_dir(folder.path()).unwrap().count();
        let nano = "training/weights/emoji32-nano.safetensors";
        let first = drawn(nano);
        assert_eq!((first.samples.images.len(), first.samples.class.len(), files()), (8, 8, 2));
        let again = drawn(nano);
        assert_eq!((again.seconds, &again.samples, files()), (first.seconds, &first.samples, 2));

        // The same network with one number changed, under the same name.
        let mut other = weights::read(&std::fs::read(nano).unwrap(), None).unwrap();
        let bias = other.tensors.get_mut("out.2.bias").unwrap();
        *bias = burn::tensor::TensorData::new(vec![0.5_f32; bias.num_elements()], bias.shape().to_vec());
        let path = folder.path().join("other.safetensors");
        std::fs::write(&path, weights::write(&other.card, &other.tensors, Precision::F32).unwrap()).unwrap();
        let changed = drawn(path.to_str().unwrap());
        assert_eq!(files(), 1 + 4);
        assert_ne!(changed.samples, first.samples);
    }

    #[test]
    fn what_cannot_be_measured_is_refused_before_anything_is_read() {
        let mut args = args(Path::new("nowhere"), "nowhere");
        args.count = 7;
        let error = args.run().unwrap_err().to_string();
        assert!(error.contains("at least 8") && error.contains("got --count 7"), "{error}");
        assert!(Command::try_parse_from(["sweep", "magic"]).is_err());
    }
}
