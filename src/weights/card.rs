//! What a model file says about itself, as JSON in its metadata.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Version of the layout this code writes, and the only one it reads.
pub const FORMAT: u32 = 1;

/// What a network is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModelKind {
    /// Predicts the noise.
    Unet,
    /// Names the class of a noised image.
    Classifier,
}

impl std::fmt::Display for ModelKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unet => "unet",
            Self::Classifier => "classifier",
        })
    }
}

/// The family of networks that a card's `network` are the constructor arguments of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Architecture {
    /// guided-diffusion's `UNetModel` and `EncoderUNetModel` ([`NetworkConfig`](crate::models::NetworkConfig)).
    #[default]
    GuidedDiffusion,
    /// diffusers' `UNet2DModel` ([`UNet2DConfig`](crate::models::UNet2DConfig)).
    #[serde(rename = "unet2d")]
    UNet2D,
}

impl Architecture {
    /// Whether cards leave it out, as those do that are older than the choice.
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl std::fmt::Display for Architecture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::GuidedDiffusion => "guided-diffusion",
            Self::UNet2D => "unet2d",
        })
    }
}

/// Everything about a model but its tensors.
///
/// `network` and `diffusion` are read by the modules that own those configs; here they only travel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ModelCard {
    /// Version of the layout, [`FORMAT`].
    pub format: u32,
    /// Name in the manifest, e.g. `emoji32`.
    pub name: String,
    /// What the network is for.
    pub kind: ModelKind,
    /// Which family of networks it is.
    #[serde(default, skip_serializing_if = "Architecture::is_default")]
    pub architecture: Architecture,
    /// Constructor arguments of that family.
    pub network: Value,
    /// Schedule and meaning of the output ([`ProcessConfig`](crate::diffusion::ProcessConfig)).
    pub diffusion: Value,
    /// Class names; the index is the label.
    pub classes: Vec<String>,
    /// Style names; the index is the label. Empty without style.
    pub styles: Vec<String>,
    /// Licence of the weights.
    pub license: String,
    /// How the weights came to be: data, its hash, images seen, device, configuration.
    pub provenance: Map<String, Value>,
    /// True shapes of the tensors that are stored two weights a byte.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub packed: BTreeMap<String, Vec<usize>>,
}
