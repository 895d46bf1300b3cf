//! `manifest.json`: what the site offers, with the size and hash of every file, so that a download can be checked.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{load_classifier, load_unet};
use crate::weights::{self, ModelKind};
use crate::{Error, Result};

/// Version of the manifest's layout.
pub const FORMAT: u32 = 1;

/// The models of a site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Manifest {
    /// Version of the layout, [`FORMAT`].
    pub format: u32,
    /// The models, the one to show first at the front.
    pub models: Vec<Entry>,
}

/// One model of the manifest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Entry {
    /// Name, as settings and links say it.
    pub name: String,
    /// What the network is for.
    pub kind: ModelKind,
    /// File beside the manifest.
    pub file: String,
    /// Size of the file.
    pub bytes: u64,
    /// SHA-256 of the file, hex.
    pub sha256: String,
    /// Number of parameters.
    pub parameters: usize,
    /// Multiply-adds of one forward pass for one image.
    pub multiply_adds: u64,
    /// Side of the images in pixels.
    pub size: usize,
    /// Class names by label.
    pub classes: Vec<String>,
    /// Style names by label.
    pub styles: Vec<String>,
    /// The classifier that guides this denoiser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classifier: Option<String>,
    /// The smaller denoiser that the page shows until this one has arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<String>,
    /// Licence of the weights.
    pub license: String,
    /// Settings that suit this model.
    #[serde(default)]
    pub defaults: Map<String, Value>,
}

impl Entry {
    /// Describes the file `file` with content `bytes`, by loading it.
    pub fn describe(file: &str, bytes: &[u8]) -> Result<Self> {
        let device = burn::tensor::Device::flex();
        let weights = weights::read(bytes, None)?;
        let (kind, license) = (weights.card.kind, weights.card.license.clone());
        let info = match kind {
            ModelKind::Unet => load_unet(weights, &device)?.1,
            ModelKind::Classifier => load_classifier(weights, &device)?.1,
        };
        Ok(Self {
            name: info.name,
            kind,
            file: file.to_owned(),
            bytes: bytes.len() as u64,
            sha256: weights::container::sha256(bytes),
            parameters: info.parameters,
            multiply_adds: info.multiply_adds,
            size: info.size,
            classes: info.classes,
            styles: info.styles,
            classifier: None,
            preview: None,
            license,
            defaults: Map::new(),
        })
    }
}

impl Manifest {
    /// Reads a manifest.
    pub fn parse(text: &str) -> Result<Self> {
        let manifest: Self = serde_json::from_str(text)
            .map_err(|error| Error::invalid("manifest.json", "the fields of format 1", error.to_string()))?;
        if manifest.format != FORMAT {
            return Err(Error::invalid("manifest.json", format!("format {FORMAT}"), manifest.format.to_string()));
        }
        Ok(manifest)
    }

    /// Describes the entry's file anew, keeping what people decided: classifier, preview and defaults.
    pub fn refresh(&mut self, entry: Entry) {
        match self.models.iter_mut().find(|old| old.name == entry.name) {
            Some(old) => {
                let (classifier, preview) = (old.classifier.take(), old.preview.take());
                let defaults = std::mem::take(&mut old.defaults);
                *old = Entry { classifier, preview, defaults, ..entry };
            }
            None => self.models.push(entry),
        }
    }
}
