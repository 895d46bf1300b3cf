//! `guidelight sample`: runs of the sampler in batches, written as a picture, an `.npz` and the settings.

use std::path::{Path, PathBuf};

use clap::Args;

use super::draw::{draw, labels_of, progress, require_same_labels, typical};
use super::npz::Samples;
use super::settings_args::SettingsArgs;
use crate::data::{Dataset, TRAIN, grid};
use crate::guidance::Method;
use crate::models::Labels;
use crate::session::{LoadedClassifier, LoadedUnet, Models, Pictures, Settings};
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
    /// Reference picture for ILVR
    #[arg(long)]
    reference: Option<PathBuf>,
    /// Picture to start from or to keep a part of; the reference if it is not given
    #[arg(long)]
    init: Option<PathBuf>,
    /// Picture of what inpainting keeps, of the model's size: white there, black where the model paints
    #[arg(long)]
    mask: Option<PathBuf>,
    /// Weaker denoiser for autoguidance
    #[arg(long, default_value = "www/models/emoji32-nano.safetensors")]
    weak: PathBuf,
    #[command(flatten)]
    settings: SettingsArgs,
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
        for (key, value) in [("class", &self.class), ("style", &self.style)] {
            if value != EACH {
                settings.set(key, value)?;
            }
        }
        self.settings.apply(&mut settings)?;
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
        let models = Models::new(&unet, classifier.as_ref(), &device)?;
        if settings.uses(Method::Autoguidance) {
            return models.with_weak(&LoadedUnet::new(read(&self.weak)?, &device)?);
        }
        Ok(models)
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
        let read = |path: &Option<PathBuf>| path.as_deref().map(|path| read_picture(path, size)).transpose();
        let mask = self.mask.as_deref().map(|path| read_mask(path, size)).transpose()?;
        let pictures = Pictures { reference: read(&self.reference)?, init: read(&self.init)?, mask };
        let label = |key: &str, asked: &str, names: &[String], k: usize| match asked {
            EACH => Ok((!names.is_empty()).then(|| k % names.len())),
            _ => crate::models::label(key, asked, names),
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
        let samples = draw(&models, &settings, &labels, self.batch, |_| pictures.clone(), &bar)?;
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

/// A picture: on white, the middle square, at the model's size, in −1..1 planes.
fn read_picture(path: &Path, size: usize) -> Result<Vec<f32>> {
    let picture = open(path)?.to_rgba8();
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

/// A mask of the model's size. Another size is refused: where its edges would come to lie is for its painter to say.
fn read_mask(path: &Path, size: usize) -> Result<Vec<f32>> {
    let mask = open(path)?.to_luma8();
    if (mask.width() as usize, mask.height() as usize) != (size, size) {
        let got = format!("{}x{}", mask.width(), mask.height());
        return Err(Error::invalid(path.display().to_string(), format!("a mask of {size}x{size} pixels"), got));
    }
    Ok(mask.pixels().map(|pixel| f32::from(pixel[0]) / 255.0).collect())
}

fn open(path: &Path) -> Result<image::DynamicImage> {
    let reader = image::ImageReader::open(path).map_err(|error| Error::io(path, error))?;
    let picture = reader.with_guessed_format().map_err(|error| Error::io(path, error))?.decode();
    picture.map_err(|error| Error::invalid(path.display().to_string(), "a PNG or WebP picture", error.to_string()))
}
