//! `guidelight sample`: runs of the sampler in batches, written as a picture, an `.npz` and the settings.

use std::path::{Path, PathBuf};

use clap::Args;

use super::draw::{draw, labels_of, progress, require_same_labels, typical};
use super::npz::Samples;
use crate::data::{Dataset, TRAIN, grid};
use crate::guidance::Method;
use crate::models::Labels;
use crate::session::{LoadedClassifier, LoadedUnet, Models, Settings};
use crate::train::cli::ComputeDevice;
use crate::weights;
use crate::{Error, Result, files};

/// Options of `sample`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  guidelight sample --class animal --scale 4 --count 16 --out samples/animal")]
pub struct SampleArgs {
    /// Denoiser
    #[arg(long, default_value = "www/models/emoji32.safetensors")]
    model: PathBuf,
    /// Noise-aware classifier
    #[arg(long, default_value = "www/models/emoji32-classifier.safetensors")]
    classifier: PathBuf,
    /// Class name or index, `none`, or `each` to go through all classes
    #[arg(long, default_value = "none")]
    class: String,
    /// Style name or index, `none`, or `each` to go through all styles
    #[arg(long, default_value = "none")]
    style: String,
    /// Comma list of conditional, classifier-free, classifier, ilvr; or none
    #[arg(long)]
    method: Option<String>,
    /// Weight w of classifier-free guidance; 1 is the plain conditional network
    #[arg(long, allow_hyphen_values = true)]
    cfg_weight: Option<String>,
    /// How far classifier-free guidance is scaled back, 0 to 1
    #[arg(long, allow_hyphen_values = true)]
    cfg_rescale: Option<String>,
    /// Classifier guidance scale
    #[arg(long, allow_hyphen_values = true)]
    scale: Option<String>,
    /// ddim, ddpm, dpmpp, dpmpp-sde, unipc, euler, euler-ancestral or heun
    #[arg(long)]
    sampler: Option<String>,
    /// Number of steps, or a respacing such as ddim25, karras25 or 10,15
    #[arg(long)]
    steps: Option<String>,
    /// Fresh noise in DDIM steps, 0 to 1
    #[arg(long, allow_hyphen_values = true)]
    eta: Option<String>,
    /// Order of dpmpp and unipc: 1, 2 or 3
    #[arg(long, allow_hyphen_values = true)]
    order: Option<String>,
    /// What keeps x0 in range: model, none, static or dynamic
    #[arg(long)]
    clip: Option<String>,
    /// Share of the elements inside the dynamic threshold, 0 to 1
    #[arg(long, allow_hyphen_values = true)]
    clip_quantile: Option<String>,
    /// Seed of all noise
    #[arg(long, allow_hyphen_values = true)]
    seed: Option<String>,
    /// Reference picture for ILVR
    #[arg(long)]
    reference: Option<PathBuf>,
    /// ILVR's N
    #[arg(long, allow_hyphen_values = true)]
    down_n: Option<String>,
    /// ILVR's stop step
    #[arg(long, allow_hyphen_values = true)]
    range_t: Option<String>,
    /// ILVR's filter
    #[arg(long)]
    kernel: Option<String>,
    /// Level of ILVR's reference: paper or code
    #[arg(long)]
    reference_level: Option<String>,
    /// Data set whose training images decide the labels: class and style as often as they occur together there
    #[arg(long, conflicts_with_all = ["class", "style"])]
    labels_like: Option<PathBuf>,
    /// Number of images
    #[arg(long, default_value_t = 16)]
    count: usize,
    /// Images computed together
    #[arg(long, default_value_t = 16)]
    batch: usize,
    /// Where to compute
    #[arg(long, value_enum, default_value_t)]
    device: ComputeDevice,
    /// Folder for grid.png, samples_NxHxWxC.npz and settings.json
    #[arg(long)]
    out: PathBuf,
}

/// The word that goes through all labels in turn.
const EACH: &str = "each";

impl SampleArgs {
    fn settings(&self) -> Result<Settings> {
        let mut settings = Settings::default();
        let label = |value: &String| Some(value.clone()).filter(|value| value != EACH);
        for (key, value) in [
            ("class", &label(&self.class)),
            ("style", &label(&self.style)),
            ("method", &self.method),
            ("cfg-weight", &self.cfg_weight),
            ("cfg-rescale", &self.cfg_rescale),
            ("scale", &self.scale),
            ("sampler", &self.sampler),
            ("steps", &self.steps),
            ("eta", &self.eta),
            ("order", &self.order),
            ("clip", &self.clip),
            ("clip-quantile", &self.clip_quantile),
            ("seed", &self.seed),
            ("down-n", &self.down_n),
            ("range-t", &self.range_t),
            ("kernel", &self.kernel),
            ("reference-level", &self.reference_level),
        ] {
            if let Some(value) = value {
                settings.set(key, value)?;
            }
        }
        Ok(settings)
    }

    fn models(&self, settings: &mut Settings) -> Result<Models> {
        let device = self.device.open();
        let read = |path: &Path| {
            let bytes = std::fs::read(path).map_err(|error| Error::io(path, error))?;
            weights::read(&bytes, None).map_err(|error| error.in_file(path))
        };
        let unet = LoadedUnet::new(read(&self.model)?, &device)?;
        let classifier = if settings.method.contains(&Method::Classifier) {
            Some(LoadedClassifier::new(read(&self.classifier)?, &device)?)
        } else {
            None
        };
        settings.model = unet.info().name.clone();
        Models::new(&unet, classifier.as_ref(), &device)
    }

    /// Runs the command.
    pub fn run(self) -> Result<()> {
        if self.count == 0 || self.batch == 0 {
            let got = format!("--count {} --batch {}", self.count, self.batch);
            return Err(Error::invalid("sample", "at least one image", got));
        }
        let mut settings = self.settings()?;
        let models = self.models(&mut settings)?;
        let size = models.shape[1];
        let reference = self.reference.as_deref().map(|path| read_reference(path, size)).transpose()?;
        let label = |key: &str, asked: &str, names: &[String], k: usize| match asked {
            EACH => Ok((!names.is_empty()).then(|| k % names.len())),
            _ => crate::session::label(key, asked, names),
        };
        let labels = match self.labels_like.as_deref() {
            Some(path) => frequent_labels(path, &models, self.count)?,
            None => Labels {
                class: (0..self.count)
                    .map(|k| label("class", &self.class, &models.classes, k))
                    .collect::<Result<_>>()?,
                style: (0..self.count)
                    .map(|k| label("style", &self.style, &models.styles, k))
                    .collect::<Result<_>>()?,
            },
        };
        let bar = progress("", self.count);
        let samples = draw(&models, &settings, &labels, self.batch, |_| reference.clone(), &bar)?;
        bar.finish();
        self.write(&settings, &samples)
    }

    fn write(&self, settings: &Settings, samples: &Samples) -> Result<()> {
        let planar = samples.planar();
        let images: Vec<&[u8]> = planar.iter().map(Vec::as_slice).collect();
        let columns = (samples.len() as f64).sqrt().ceil() as usize;
        files::write_png(&self.out.join("grid.png"), &grid(&images, samples.size, columns, 3))?;
        let (n, size) = (samples.len(), samples.size);
        samples.save(&self.out.join(format!("samples_{n}x{size}x{size}x3.npz")))?;
        let json = serde_json::to_string_pretty(settings).map_err(|error| Error::Device(error.to_string()))?;
        files::write(&self.out.join("settings.json"), json.as_bytes())
    }
}

/// Labels of `count` images that show what the training images without skin tones show, as often as they do.
fn frequent_labels(path: &Path, models: &Models, count: usize) -> Result<Labels> {
    let data = Dataset::load(path)?;
    let labels =
        require_same_labels(&data, models).and_then(|()| Ok(labels_of(&data, &typical(&data, TRAIN, count)?, models)));
    labels.map_err(|error| error.in_file(path))
}

/// A picture as a reference: on white, the middle square, at the model's size, in −1..1 planes.
fn read_reference(path: &Path, size: usize) -> Result<Vec<f32>> {
    let unreadable = |got: String| Error::invalid(path.display().to_string(), "a PNG or WebP picture", got);
    let reader = image::ImageReader::open(path).map_err(|error| Error::io(path, error))?;
    let picture = reader.with_guessed_format().map_err(|error| Error::io(path, error))?.decode();
    let picture = picture.map_err(|error| unreadable(error.to_string()))?.to_rgba8();
    let side = picture.width().min(picture.height());
    let (left, top) = ((picture.width() - side) / 2, (picture.height() - side) / 2);
    let mut square = image::imageops::crop_imm(&picture, left, top, side, side).to_image();
    for pixel in square.pixels_mut() {
        let alpha = u16::from(pixel[3]);
        for c in 0..3 {
            pixel[c] = ((u16::from(pixel[c]) * alpha + 255 * (255 - alpha)) / 255) as u8;
        }
    }
    let target = u32::try_from(size).unwrap_or(u32::MAX);
    let small = image::imageops::resize(&square, target, target, image::imageops::FilterType::CatmullRom);
    Ok((0..3).flat_map(|c| small.pixels().map(move |p| f32::from(p[c]) / 127.5 - 1.0).collect::<Vec<_>>()).collect())
}
