//! A model file → a network on a device.

use burn::tensor::{DType, Device};
use serde::Serialize;

use super::{EncoderUNet, NetworkConfig, UNet, params};
use crate::weights::{ModelCard, ModelKind, Weights};
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
    /// Class names by label.
    pub classes: Vec<String>,
    /// Style names by label.
    pub styles: Vec<String>,
    /// How the weights came to be.
    pub provenance: serde_json::Map<String, serde_json::Value>,
}

/// The network configuration that a card carries.
pub fn network_config(card: &ModelCard) -> Result<NetworkConfig> {
    let config: NetworkConfig = serde_json::from_value(card.network.clone())
        .map_err(|error| Error::invalid("model card, `network`", "constructor arguments", error.to_string()))?;
    config.validate()?;
    let labels = match card.kind {
        ModelKind::Unet => config.num_classes.unwrap_or(0),
        ModelKind::Classifier => config.out_channels,
    };
    let count = |what: &str, wanted: usize, got: usize| {
        let agree = wanted == got;
        agree.then_some(()).ok_or_else(|| Error::invalid(what, format!("{wanted} names"), got.to_string()))
    };
    count("model card, `classes`", labels, card.classes.len())?;
    count("model card, `styles`", config.num_styles.unwrap_or(0), card.styles.len())?;
    Ok(config)
}

fn config_of(weights: &Weights, kind: ModelKind) -> Result<NetworkConfig> {
    let card = &weights.card;
    if card.kind != kind {
        return Err(Error::invalid(format!("model `{}`", card.name), kind.to_string(), card.kind.to_string()));
    }
    network_config(card)
}

fn info(card: &ModelCard, config: &NetworkConfig, parameters: usize, multiply_adds: u64) -> ModelInfo {
    ModelInfo {
        name: card.name.clone(),
        kind: card.kind,
        parameters,
        multiply_adds,
        size: config.image_size,
        classes: card.classes.clone(),
        styles: card.styles.clone(),
        provenance: card.provenance.clone(),
    }
}

/// Builds the denoiser of a model file, ready for inference.
pub fn load_unet(weights: Weights, device: &Device) -> Result<(UNet, ModelInfo)> {
    let config = NetworkConfig { dropout: 0.0, ..config_of(&weights, ModelKind::Unet)? };
    let network = params::import(UNet::new(&config, device)?, weights.tensors, DType::F32, device)?;
    let parameters = burn::module::Module::num_params(&network);
    let info = info(&weights.card, &config, parameters, network.multiply_adds());
    Ok((network, info))
}

/// Builds the classifier of a model file, ready for inference.
pub fn load_classifier(weights: Weights, device: &Device) -> Result<(EncoderUNet, ModelInfo)> {
    let config = NetworkConfig { dropout: 0.0, ..config_of(&weights, ModelKind::Classifier)? };
    let network = params::import(EncoderUNet::new(&config, device)?, weights.tensors, DType::F32, device)?;
    let parameters = burn::module::Module::num_params(&network);
    let info = info(&weights.card, &config, parameters, network.multiply_adds());
    Ok((network, info))
}
