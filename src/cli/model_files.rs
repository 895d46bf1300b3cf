//! Which model files a run takes: files, or names in the site's manifest.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum as _};

use super::pinned::{Pinned, Wanted};
use crate::guidance::{Method, classifier};
use crate::models::manifest::{Entry, Manifest};
use crate::models::{Labels, ModelInfo};
use crate::session::{LoadedClassifier, LoadedUnet, Models, Settings};
use crate::train::cli::ComputeDevice;
use crate::weights::{self, ModelKind, Weights};
use crate::{Error, Result};

/// The flags that name models, and the kind that each takes.
const MODEL: (&str, ModelKind) = ("--model", ModelKind::Unet);
const CLASSIFIER: (&str, ModelKind) = ("--classifier", ModelKind::Classifier);
const WEAK: (&str, ModelKind) = ("--weak", ModelKind::Unet);

/// Options that say which networks sample.
#[derive(Debug, Args)]
pub(super) struct ModelArgs {
    /// Denoiser: a name in the manifest or a file [default: emoji32]
    #[arg(long, value_name = "NAME|FILE")]
    pub(super) model: Option<String>,
    /// Noise-aware classifier, likewise [default: the one that the manifest names for the model, if it does]
    #[arg(long, value_name = "NAME|FILE")]
    classifier: Option<String>,
    /// Weaker denoiser for autoguidance, likewise [default: the preview that the manifest names for the model]
    #[arg(long, value_name = "NAME|FILE")]
    weak: Option<String>,
    /// Folder with manifest.json and its model files
    #[arg(long, value_name = "DIR", default_value = "www/models")]
    models: PathBuf,
    /// Where to compute
    #[arg(long, value_enum, default_value_t)]
    device: ComputeDevice,
}

/// The models of a folder, if it has a manifest.
pub(super) struct Shelf {
    folder: PathBuf,
    manifest: Option<Manifest>,
}

/// What was loaded.
pub(super) struct Loaded {
    /// The networks.
    pub(super) models: Models,
    /// What is known of the denoiser.
    pub(super) unet: ModelInfo,
    /// The same of the classifier, if one is loaded.
    pub(super) classifier: Option<ModelInfo>,
    /// Where they came from.
    pub(super) files: ModelFiles,
}

/// The files of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ModelFiles {
    /// The denoiser.
    pub(super) model: Pinned,
    /// The classifier that guides it, if one does.
    pub(super) classifier: Option<Pinned>,
    /// The weaker denoiser, if one is asked.
    pub(super) weak: Option<Pinned>,
}

impl ModelArgs {
    /// Opens the folder of models.
    pub(super) fn shelf(&self) -> Result<Shelf> {
        Shelf::open(&self.models)
    }

    /// Loads the denoiser, and the classifier and the weaker denoiser where the settings use them.
    ///
    /// What no flag names comes from an earlier run's files, and else is what the manifest names.
    pub(super) fn load(&self, shelf: &Shelf, settings: &Settings, earlier: Option<&ModelFiles>) -> Result<Loaded> {
        let device = self.device.open();
        let asked = |asked: Option<&str>, earlier: Option<&Pinned>, flag| match (asked, earlier) {
            (Some(asked), _) => shelf.find(asked, flag).map(Some),
            (None, earlier) => Ok(earlier.map(Wanted::from)),
        };
        let wanted = asked(self.model.as_deref(), earlier.map(|files| &files.model), MODEL)?;
        let (model, weights) = read(wanted.map_or_else(|| shelf.find(&settings.model, MODEL), Ok)?)?;
        let unet = LoadedUnet::new(weights, &device).map_err(|error| error.in_file(&model.file))?;
        let name = unet.info().name.clone();

        // Those of another model would be the wrong ones.
        let earlier = earlier.filter(|_| self.model.is_none());
        let classifier = if settings.uses(Method::Classifier) {
            let earlier = earlier.and_then(|files| files.classifier.as_ref());
            let wanted = asked(self.classifier.as_deref(), earlier, CLASSIFIER)?;
            let wanted = wanted.map_or_else(|| shelf.classifier_of(&name), |wanted| Ok(Some(wanted)))?;
            let load = |wanted| {
                let (file, weights) = read(wanted)?;
                let loaded = LoadedClassifier::new(weights, &device).map_err(|error| error.in_file(&file.file))?;
                Ok((file, loaded))
            };
            wanted.map(load).transpose()?
        } else {
            None
        };
        let mut models = Models::new(&unet, classifier.as_ref().map(|(_, loaded)| loaded), &device)?;
        let (classifier, known) = classifier.map(|(file, loaded)| (file, loaded.info().clone())).unzip();
        let mut files = ModelFiles { model, classifier, weak: None };
        if settings.uses(Method::Autoguidance) {
            let earlier = earlier.and_then(|files| files.weak.as_ref());
            let wanted = asked(self.weak.as_deref(), earlier, WEAK)?;
            let (file, weights) = read(wanted.map_or_else(|| shelf.preview_of(&name), Ok)?)?;
            let weak = LoadedUnet::new(weights, &device).map_err(|error| error.in_file(&file.file))?;
            models = models.with_weak(&weak)?;
            files.weak = Some(file);
        }
        Ok(Loaded { models, unet: unet.info().clone(), classifier: known, files })
    }

    /// Whether a classifier goes with the denoiser, which without a flag is `default`.
    pub(super) fn has_classifier(&self, shelf: &Shelf, default: &str) -> bool {
        let entry = shelf.entry(self.model.as_deref().unwrap_or(default));
        self.classifier.is_some() || entry.is_some_and(|entry| entry.classifier.is_some())
    }

    /// Where it computes, in the words of the flag.
    pub(super) fn device_name(&self) -> String {
        self.device.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// Refuses labels that only a classifier can steer towards if there is none. A run without labels does without one.
pub(super) fn require_classifier(models: &Models, settings: &Settings, labels: &Labels) -> Result<()> {
    let needed = settings.uses(Method::Classifier) && classifier::needs_classifier(&settings.values, labels);
    if needed && models.classifier.is_none() {
        let expected = format!(
            "a file, since the manifest has no classifier for model `{}` (or another --method than classifier)",
            settings.model
        );
        return Err(Error::invalid(CLASSIFIER.0, expected, "none"));
    }
    Ok(())
}

fn read(wanted: Wanted) -> Result<(Pinned, Weights)> {
    let (file, bytes) = wanted.read()?;
    let weights = weights::read(&bytes, None).map_err(|error| error.in_file(&file.file))?;
    Ok((file, weights))
}

impl Shelf {
    fn open(folder: &Path) -> Result<Self> {
        let path = folder.join("manifest.json");
        let manifest = match std::fs::read_to_string(&path) {
            Ok(text) => Some(Manifest::parse(&text).map_err(|error| error.in_file(folder))?),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(Error::io(&path, error)),
        };
        Ok(Self { folder: folder.to_owned(), manifest })
    }

    /// The manifest's entry of a model.
    pub(super) fn entry(&self, name: &str) -> Option<&Entry> {
        self.manifest.iter().flat_map(|manifest| &manifest.models).find(|entry| entry.name == name)
    }

    /// A model of the manifest, or else a file.
    fn find(&self, asked: &str, (flag, kind): (&str, ModelKind)) -> Result<Wanted> {
        if let Some(entry) = self.entry(asked) {
            let pinned = Pinned { file: self.folder.join(&entry.file), sha256: entry.sha256.clone() };
            return Ok(Wanted::from(&pinned));
        }
        let path = Path::new(asked);
        if path.is_file() {
            return Ok(Wanted::from(path));
        }
        let manifest = self.folder.join("manifest.json").display().to_string();
        let expected = match &self.manifest {
            Some(known) => {
                let names = known.models.iter().filter(|entry| entry.kind == kind).map(|entry| entry.name.as_str());
                format!("a file, or {} of {manifest}", names.collect::<Vec<_>>().join(", "))
            }
            None => format!("a file, since there is no {manifest}"),
        };
        Err(Error::invalid(flag, expected, format!("`{asked}`")))
    }

    fn preview_of(&self, name: &str) -> Result<Wanted> {
        let Some(preview) = self.entry(name).and_then(|entry| entry.preview.as_deref()) else {
            let expected = format!("a file, since the manifest has no preview for model `{name}`");
            return Err(Error::invalid(WEAK.0, expected, "none"));
        };
        self.find(preview, WEAK)
    }

    /// The classifier that the manifest names for a model, if it does.
    fn classifier_of(&self, name: &str) -> Result<Option<Wanted>> {
        let classifier = self.entry(name).and_then(|entry| entry.classifier.as_deref());
        classifier.map(|classifier| self.find(classifier, CLASSIFIER)).transpose()
    }
}
