//! What `sample` writes and says.

use std::io::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::film::Film;
use super::npz::Samples;
use super::record::Record;
use crate::data::grid;
use crate::session::{Settings, StepTensors};
use crate::{Error, Result, files};

/// Size of a pixel in the grid.
const ZOOM: usize = 3;

/// Options that say what is written.
#[derive(Debug, Args)]
pub(super) struct OutputArgs {
    /// Folder for grid.png, samples_NxHxWxC.npz and settings.json, which makes the run again
    #[arg(long, value_name = "DIR", required_unless_present = "url")]
    pub(super) out: Option<PathBuf>,
    /// Also an animated GIF of all steps
    #[arg(long, value_name = "FILE", requires = "out")]
    gif: Option<PathBuf>,
    /// What the animation shows
    #[arg(long, value_enum, default_value_t, requires = "gif")]
    show: Show,
    /// Also the state after every executed step: safetensors with tensor `sample`, f32 [K, N, C, H, W]
    #[arg(long, value_name = "FILE", requires = "out")]
    trajectory: Option<PathBuf>,
    /// Print the page's link for the first image, after BASE, the page's address, if that is given; without --out
    /// nothing is drawn
    #[arg(long, value_name = "BASE", num_args = 0..=1, default_missing_value = "")]
    pub(super) url: Option<String>,
    /// Print one JSON object about the run
    #[arg(long)]
    json: bool,
}

/// What an animation shows of a step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Show {
    /// The state
    #[default]
    Xt,
    /// The clean image that the step expects
    X0,
}

/// The steps that are kept while they are made.
pub(super) struct Films {
    states: Option<Film>,
    estimates: Option<Film>,
}

impl Films {
    /// Films of `[N, C, H, W]`, as far as something is to be written of them.
    pub(super) fn new(args: &OutputArgs, shape: [usize; 4]) -> Self {
        let shown = |show: Show| args.gif.is_some() && args.show == show;
        let film = |wanted: bool| wanted.then(|| Film::new(shape));
        Self { states: film(args.trajectory.is_some() || shown(Show::Xt)), estimates: film(shown(Show::X0)) }
    }

    /// Keeps a step of some of the images.
    pub(super) fn keep(&mut self, images: Range<usize>, step: &StepTensors) -> Result<()> {
        for (film, x) in [(&mut self.states, &step.x_t), (&mut self.estimates, &step.x0)] {
            if let Some(film) = film {
                film.keep(images.clone(), step.step, x)?;
            }
        }
        Ok(())
    }
}

/// The files of a run.
pub(super) struct Files {
    grid: PathBuf,
    samples: PathBuf,
    settings: PathBuf,
    gif: Option<PathBuf>,
    trajectory: Option<PathBuf>,
}

impl Files {
    /// The files for samples of `[N, H, W, C]`, once it is known that they can be written.
    pub(super) fn new(args: &OutputArgs, folder: &Path, [n, h, w, c]: [usize; 4]) -> Result<Self> {
        let files = Self {
            grid: folder.join("grid.png"),
            samples: folder.join(format!("samples_{n}x{h}x{w}x{c}.npz")),
            settings: folder.join("settings.json"),
            gif: args.gif.clone(),
            trajectory: args.trajectory.clone(),
        };
        let mut places = Vec::new();
        for path in files.all() {
            let place = files::require_writable(path)?;
            if places.contains(&place) {
                let expected = "another file for each output";
                return Err(Error::invalid(path.display().to_string(), expected, "the same for two of them"));
            }
            places.push(place);
        }
        Ok(files)
    }

    fn all(&self) -> impl Iterator<Item = &PathBuf> {
        [&self.grid, &self.samples, &self.settings].into_iter().chain(&self.gif).chain(&self.trajectory)
    }

    /// Writes all of them, or none, and says which.
    pub(super) fn write(self, samples: &Samples, record: &Record, films: &Films) -> Result<Vec<PathBuf>> {
        let planar = samples.planar();
        let images: Vec<&[u8]> = planar.iter().map(Vec::as_slice).collect();
        let columns = (samples.len() as f64).sqrt().ceil() as usize;
        let mut written = vec![
            (self.grid, files::png(&grid(&images, samples.size, columns, ZOOM))?),
            (self.samples, samples.to_bytes()?),
            (self.settings, record.to_json()?.into_bytes()),
        ];
        if let (Some(path), Some(film)) = (self.gif, films.estimates.as_ref().or(films.states.as_ref())) {
            written.push((path, film.gif(columns)?));
        }
        if let (Some(path), Some(film)) = (self.trajectory, &films.states) {
            written.push((path, film.tensor()?));
        }
        files::write_together(&written)?;
        Ok(written.into_iter().map(|(path, _)| path).collect())
    }
}

/// What is said about a run.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Told<'a> {
    /// The files that were written.
    files: Vec<PathBuf>,
    count: usize,
    /// How long drawing took, without loading and writing; `None` if nothing was drawn.
    seconds: Option<f64>,
    seconds_a_sample: Option<f64>,
    /// The page's link.
    #[serde(rename = "url", skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    settings: &'a Settings,
}

impl<'a> Told<'a> {
    /// What is known of a run before anything is drawn.
    pub(super) fn of(record: &'a Record, link: Option<String>) -> Self {
        let Record { count, settings, .. } = record;
        Self { files: Vec::new(), count: *count, seconds: None, seconds_a_sample: None, link, settings }
    }

    /// With what was written and how long drawing took.
    pub(super) fn drawn(self, files: Vec<PathBuf>, seconds: f64) -> Self {
        Self { files, seconds: Some(seconds), seconds_a_sample: Some(seconds / self.count as f64), ..self }
    }
}

impl OutputArgs {
    /// Says what has been done: what programs want to read on the standard output, the rest on the other.
    pub(super) fn tell(&self, told: &Told<'_>) -> Result<()> {
        if self.json {
            return print_json(told);
        }
        for path in &told.files {
            eprintln!("wrote {}", path.display());
        }
        told.link.as_deref().map_or(Ok(()), print)
    }
}

/// One JSON object on one line of the standard output.
pub(super) fn print_json(value: &impl Serialize) -> Result<()> {
    print(&serde_json::to_string(value).map_err(|error| Error::Device(error.to_string()))?)
}

/// One line on the standard output. Whoever has stopped reading has what was wanted.
pub(super) fn print(line: &str) -> Result<()> {
    match writeln!(std::io::stdout(), "{line}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Error::io("the standard output", error)),
        _ => Ok(()),
    }
}
