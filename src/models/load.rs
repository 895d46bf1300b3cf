//! A model file → a network on a device.

use std::rc::Rc;

use burn::module::Module;
use burn::tensor::{DType, Device};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Denoiser, EncoderUNet, NetworkConfig, UNet, UNet2D, UNet2DConfig, params};
use crate::weights::{Architecture, ModelCard, ModelKind, Weights};
use crate::{Error, Result};

/// What people and pages want to know about a loaded model.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ModelInfo {
    /// Name in the manifest.
    pub name: String,
    /// What the network is for.
    pub kind: ModelKind,
    /// Number of parameters.
    pub parameters: usize,
    /// Multiply-adds of one forward pass for one image.
    pub multiply_adds: u64,
    /// Side of the images in pixels.
    pub size: usize,
    /// Channels in and out; of a classifier, its classes are out. Not for pages, whose images have three.
    #[serde(skip)]
    pub channels: [usize; 2],
    /// Class names by label.
    pub classes: Vec<String>,
    /// Style names by label.
    pub styles: Vec<String>,
    /// How the weights came to be.
    pub provenance: serde_json::Map<String, serde_json::Value>,
}

/// The constructor arguments that a card carries, after checks that `labels` (classes and styles) are as many as its
/// names.
fn arguments<C: DeserializeOwned>(card: &ModelCard, labels: impl Fn(&C) -> Result<[usize; 2]>) -> Result<C> {
    let config: C = serde_json::from_value(card.network.clone())
        .map_err(|error| Error::invalid("model card, `network`", "constructor arguments", error.to_string()))?;
    let [classes, styles] = labels(&config)?;
    for (what, wanted, got) in [("classes", classes, card.classes.len()), ("styles", styles, card.styles.len())] {
        if wanted != got {
            return Err(Error::invalid(format!("model card, `{what}`"), format!("{wanted} names"), got.to_string()));
        }
    }
    Ok(config)
}

fn require_kind(card: &ModelCard, kind: ModelKind) -> Result<()> {
    let model = || format!("model `{}`", card.name);
    let agree = card.kind == kind;
    agree.then_some(()).ok_or_else(|| Error::invalid(model(), kind.to_string(), card.kind.to_string()))
}

/// Gives a network the file's tensors, and says what is known of it.
fn filled<M: Module>(
    network: M,
    weights: Weights,
    [size, inputs, outputs]: [usize; 3],
    multiply_adds: impl Fn(&M) -> u64,
    prepare: impl Fn(&mut M),
    device: &Device,
) -> Result<(M, ModelInfo)> {
    let Weights { card, tensors } = weights;
    let mut network = params::import(network, tensors, DType::F32, device)?;
    prepare(&mut network);
    let info = ModelInfo {
        name: card.name,
        kind: card.kind,
        parameters: network.num_params(),
        multiply_adds: multiply_adds(&network),
        size,
        channels: [inputs, outputs],
        classes: card.classes,
        styles: card.styles,
        provenance: card.provenance,
    };
    Ok((network, info))
}

/// Name and shape of every tensor in the file of a model with this card, which is made on `device` to be asked.
pub fn shapes(card: &ModelCard, device: &Device) -> Result<Vec<(String, Vec<usize>)>> {
    match (card.kind, card.architecture) {
        (ModelKind::Unet, Architecture::GuidedDiffusion) => {
            Ok(params::shapes(&UNet::new(&unet_config(card)?, device)?))
        }
        (ModelKind::Unet, Architecture::UNet2D) => Ok(params::shapes(&UNet2D::new(&unet2d_config(card)?, device)?)),
        (ModelKind::Classifier, _) => Ok(params::shapes(&EncoderUNet::new(&classifier_config(card)?, device)?)),
    }
}

fn unet_config(card: &ModelCard) -> Result<NetworkConfig> {
    arguments(card, |config: &NetworkConfig| {
        config.validate()?;
        Ok([config.num_classes.unwrap_or(0), config.num_styles.unwrap_or(0)])
    })
}

fn unet2d_config(card: &ModelCard) -> Result<UNet2DConfig> {
    arguments(card, |config: &UNet2DConfig| {
        config.validate()?;
        Ok([config.num_class_embeds.unwrap_or(0), 0])
    })
}

fn classifier_config(card: &ModelCard) -> Result<NetworkConfig> {
    if card.architecture != Architecture::GuidedDiffusion {
        let expected = format!("a classifier of architecture {}", Architecture::GuidedDiffusion);
        return Err(Error::invalid(format!("model `{}`", card.name), expected, card.architecture.to_string()));
    }
    arguments(card, |config: &NetworkConfig| {
        config.validate()?;
        Ok([config.out_channels, config.num_styles.unwrap_or(0)])
    })
}

/// Builds the denoiser of a model file, ready for inference.
pub fn load_unet(weights: Weights, device: &Device) -> Result<(Rc<dyn Denoiser>, ModelInfo)> {
    require_kind(&weights.card, ModelKind::Unet)?;
    match weights.card.architecture {
        Architecture::GuidedDiffusion => {
            let config = unet_config(&weights.card)?;
            let form = [config.image_size, config.in_channels, config.out_channels];
            let network = UNet::new(&NetworkConfig { dropout: 0.0, ..config }, device)?;
            let (network, info) = filled(network, weights, form, UNet::multiply_adds, UNet::prepare, device)?;
            Ok((Rc::new(network), info))
        }
        Architecture::UNet2D => {
            let config = unet2d_config(&weights.card)?;
            let form = [config.sample_size, config.in_channels, config.out_channels];
            let network = UNet2D::new(&config, device)?;
            let (network, info) = filled(network, weights, form, UNet2D::multiply_adds, UNet2D::prepare, device)?;
            Ok((Rc::new(network), info))
        }
    }
}

/// Builds the classifier of a model file, ready for inference.
pub fn load_classifier(weights: Weights, device: &Device) -> Result<(EncoderUNet, ModelInfo)> {
    require_kind(&weights.card, ModelKind::Classifier)?;
    let config = classifier_config(&weights.card)?;
    let form = [config.image_size, config.in_channels, config.out_channels];
    let network = EncoderUNet::new(&NetworkConfig { dropout: 0.0, ..config }, device)?;
    filled(network, weights, form, EncoderUNet::multiply_adds, EncoderUNet::prepare, device)
}
