//! `settings.json`: everything that makes a run again.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::labels::NamedLabels;
use super::model_files::ModelFiles;
use super::pinned::Pinned;
use crate::session::Settings;
use crate::{Error, Result};

/// The picture files of a run.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct PictureFiles {
    /// What ILVR follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reference: Option<Pinned>,
    /// What the run starts from and inpainting keeps a part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) init: Option<Pinned>,
    /// What inpainting keeps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) mask: Option<Pinned>,
}

/// A run of `sample`. The same program makes the same bytes of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Record {
    /// Version of the program that wrote it.
    pub(super) guidelight: String,
    /// The settings; class and style where they are the same for all images.
    pub(super) settings: Settings,
    /// The denoiser.
    pub(super) model: Pinned,
    /// The classifier that guides, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) classifier: Option<Pinned>,
    /// The weaker denoiser of autoguidance, if it is on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) weak: Option<Pinned>,
    /// The pictures that it was given.
    #[serde(default)]
    pub(super) pictures: PictureFiles,
    /// The file that noise was read from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) noise: Option<Pinned>,
    /// Number of images.
    pub(super) count: usize,
    /// Images computed together: rounding depends on it.
    pub(super) batch: usize,
    /// What each image was asked to show.
    pub(super) labels: NamedLabels,
}

impl Record {
    /// Reads a file.
    pub(super) fn load(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| Error::io(path, error))?;
        let wrong = |got: String| Error::invalid(path.display().to_string(), "the settings of a run of `sample`", got);
        let record: Self = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        if [record.labels.class.len(), record.labels.style.len()] != [record.count; 2] {
            return Err(wrong(format!("labels of another number of images than {}", record.count)));
        }
        Ok(record)
    }

    /// The text of a file.
    pub(super) fn to_json(&self) -> Result<String> {
        let json = serde_json::to_string_pretty(self).map_err(|error| Error::Device(error.to_string()))?;
        Ok(json + "\n")
    }

    /// The model files.
    pub(super) fn files(&self) -> ModelFiles {
        ModelFiles { model: self.model.clone(), classifier: self.classifier.clone(), weak: self.weak.clone() }
    }
}
