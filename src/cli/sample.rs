//! `guidelight sample`: runs of the sampler in batches, written as pictures, numbers and the settings that make them again.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Instant;

use clap::Args;

use super::draw::{draw, progress};
use super::labels::{LabelArgs, NamedLabels};
use super::link;
use super::model_files::{Loaded, ModelArgs, Shelf, require_classifier};
use super::noise_file::NoiseFile;
use super::outputs::{Files, Films, OutputArgs, Told};
use super::picture;
use super::pinned::{Pinned, Wanted};
use super::record::{PictureFiles, Record};
use super::settings_args::SettingsArgs;
use crate::models::Labels;
use crate::session::{Models, NONE, Options, Pictures, Session, Settings};
use crate::{Error, Result};

/// Images drawn and computed together when nothing is said.
const IMAGES: usize = 16;

/// Options of `sample`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct SampleArgs {
    /// The page's link, with its settings; flags change them
    #[arg(conflicts_with = "settings")]
    link: Option<String>,
    /// The settings.json of an earlier run, to make it again; flags change it
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    #[command(flatten)]
    models: ModelArgs,
    #[command(flatten)]
    labels: LabelArgs,
    /// Reference picture for ILVR, and for --init if that is not given
    #[arg(long, value_name = "FILE")]
    reference: Option<PathBuf>,
    /// Picture to start from or to keep a part of; the reference if it is not given
    #[arg(long, value_name = "FILE")]
    init: Option<PathBuf>,
    /// Picture of what inpainting keeps, of the model's size: white there, black where the model paints; grey counts
    /// as the nearer
    #[arg(long, value_name = "FILE")]
    mask: Option<PathBuf>,
    #[command(flatten)]
    changes: SettingsArgs,
    /// Noise instead of the seed's: safetensors with a tensor `noise`, [K, N, C, H, W] or, for one image, [K, C, H, W];
    /// row 0 is x_T, row k the draw of the k-th executed step
    #[arg(long, value_name = "FILE")]
    noise: Option<PathBuf>,
    /// Images computed together [default: 16]
    #[arg(long)]
    batch: Option<usize>,
    #[command(flatten)]
    outputs: OutputArgs,
}

const EXAMPLES: &str = "\
Examples:
  guidelight sample --class animal --scale 4 --count 16 --out samples/animal
  guidelight sample --labels face,food,7 --seed 3 --steps trailing10 --gif faces.gif --out samples/mixed
  guidelight sample --method ilvr --reference cat.png --down-n 4 --out samples/cat
  guidelight sample --method conditional,repaint --class heart --init cat.png --keep top --out samples/half-cat
  guidelight sample --start sdedit --strength 0.5 --init cat.png --class animal --out samples/like-cat
  guidelight sample --settings samples/animal/settings.json --out samples/again
  guidelight sample '?class=animal&method=classifier&scale=4&seed=7' --out samples/link
  guidelight sample --class animal --seed 7 --url https://example.org/";

/// A run that is ready to begin.
struct Run {
    models: Models,
    labels: Labels,
    pictures: Pictures,
    noise: Option<Rc<NoiseFile>>,
    /// Its settings, its batch, and what else is written about it.
    record: Record,
}

impl SampleArgs {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let shelf = self.models.shelf()?;
        let run = self.prepare(&shelf)?;
        let link =
            self.outputs.url.as_deref().map(|base| link::write(base, &run.first_image()?, &shelf)).transpose()?;
        if link.is_some() && run.has_files() {
            eprintln!("guidelight: the link holds no noise or pictures from files: the page draws another image");
        }
        let Some(folder) = &self.outputs.out else {
            return self.outputs.tell(&Told::of(&run.record, link));
        };
        run.require_steps()?;
        let (n, [c, h, w]) = (run.record.count, run.models.shape);
        let files = Files::new(&self.outputs, folder, [n, h, w, c])?;
        let bar = progress("", n);
        let mut films = Films::new(&self.outputs, [n, c, h, w]);
        let started = Instant::now();
        let options = |images| run.options(images);
        let Record { settings, batch, .. } = &run.record;
        let samples =
            draw(&run.models, settings, &run.labels, *batch, options, &bar, |images, step| films.keep(images, step))?;
        let seconds = started.elapsed().as_secs_f64();
        bar.finish();
        let files = files.write(&samples, &run.record, &films)?;
        self.outputs.tell(&Told::of(&run.record, link).drawn(files, seconds))
    }

    /// Puts together what the link, an earlier run and the flags say, reads all files and checks them.
    fn prepare(&self, shelf: &Shelf) -> Result<Run> {
        self.labels.check()?;
        let earlier = self.settings.as_deref().map(Record::load).transpose()?;
        let earlier = earlier.as_ref();
        let batch = self.batch.or(earlier.map(|earlier| earlier.batch)).unwrap_or(IMAGES);
        if batch == 0 {
            return Err(Error::invalid("--batch", "at least one image", "0"));
        }
        let start = match &self.link {
            Some(link) => link::read(link, self.models.model.as_deref(), shelf)?,
            None => earlier.map_or_else(Settings::default, |earlier| earlier.settings.clone()),
        };
        let mut settings = start;
        self.changes.apply(&mut settings)?;
        self.labels.apply(&mut settings)?;

        let files = earlier.map(Record::files);
        let Loaded { models, unet, files, .. } = self.models.load(shelf, &settings, files.as_ref())?;
        settings.model = unet.name;
        // A link is one image: that of the page.
        let count = if self.link.is_some() { 1 } else { IMAGES };
        let labels = self.labels.resolve(&settings, earlier.map(|earlier| &earlier.labels), &models, count)?;
        let count = labels.class.len();
        require_classifier(&models, &settings, &labels)?;

        let [c, h, w] = models.shape;
        let read = |named: &Option<PathBuf>, earlier: Option<&Pinned>| {
            Wanted::file(named.as_deref(), earlier).map(Wanted::read).transpose()
        };
        let earlier_pictures = earlier.map(|earlier| earlier.pictures.clone()).unwrap_or_default();
        let reference = read(&self.reference, earlier_pictures.reference.as_ref())?;
        let init = read(&self.init, earlier_pictures.init.as_ref())?;
        let mask = read(&self.mask, earlier_pictures.mask.as_ref())?;
        let noise = Wanted::file(self.noise.as_deref(), earlier.and_then(|earlier| earlier.noise.as_ref()));
        let noise = noise.map(Wanted::read).transpose()?;
        let parse_noise = |(pinned, bytes): &(Pinned, Vec<u8>)| {
            NoiseFile::parse(bytes, [count, c, h, w]).map(Rc::new).map_err(|error| error.in_file(&pinned.file))
        };
        Ok(Run {
            pictures: Pictures {
                reference: parsed(&reference, picture::parse, h)?,
                init: parsed(&init, picture::parse, h)?,
                mask: parsed(&mask, picture::parse_mask, h)?,
            },
            noise: noise.as_ref().map(parse_noise).transpose()?,
            record: Record {
                guidelight: env!("CARGO_PKG_VERSION").into(),
                settings,
                model: files.model,
                classifier: files.classifier,
                weak: files.weak,
                pictures: PictureFiles {
                    reference: reference.map(|(pinned, _)| pinned),
                    init: init.map(|(pinned, _)| pinned),
                    mask: mask.map(|(pinned, _)| pinned),
                },
                noise: noise.map(|(pinned, _)| pinned),
                count,
                batch,
                labels: NamedLabels::new(&labels, &models),
            },
            models,
            labels,
        })
    }
}

/// What a picture that was read says.
fn parsed(
    read: &Option<(Pinned, Vec<u8>)>,
    parse: impl Fn(&[u8], &Path, usize) -> Result<Vec<f32>>,
    size: usize,
) -> Result<Option<Vec<f32>>> {
    read.as_ref().map(|(pinned, bytes)| parse(bytes, &pinned.file, size)).transpose()
}

impl Run {
    /// What a batch is given beside its labels.
    fn options(&self, images: Range<usize>) -> Options {
        let seed = self.record.settings.seed;
        Options {
            pictures: self.pictures.clone(),
            noise: self.noise.clone().map(|noise| noise.batch(seed, images.start as u64)),
            ..Options::default()
        }
    }

    /// Refuses what a run would stumble over, before anything is drawn.
    fn require_steps(&self) -> Result<()> {
        let options = Options { labels: Some(self.labels.slice(0..1)), ..self.options(0..1) };
        let steps = Session::new(self.models.clone(), self.record.settings.clone(), options)?.total();
        if let (Some(noise), Some(pinned)) = (&self.noise, &self.record.noise) {
            noise.require(steps).map_err(|error| error.in_file(&pinned.file))?;
        }
        Ok(())
    }

    /// Whether noise or pictures come from files.
    fn has_files(&self) -> bool {
        let PictureFiles { reference, init, mask } = &self.record.pictures;
        [reference, init, mask, &self.record.noise].into_iter().any(Option::is_some)
    }

    /// The settings with which the page draws the first image.
    fn first_image(&self) -> Result<Settings> {
        let mut settings = self.record.settings.clone();
        let NamedLabels { class, style } = &self.record.labels;
        for (key, labels) in [("class", class), ("style", style)] {
            settings.set(key, labels[0].as_deref().unwrap_or(NONE))?;
        }
        Ok(settings)
    }
}
