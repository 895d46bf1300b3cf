//! `guidelight init`: a model file with random weights, to measure an architecture that nobody has trained.

use std::collections::BTreeMap;
use std::path::PathBuf;

use burn::tensor::TensorData;
use clap::Args;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use serde_json::Value;

use super::outputs::print;
use crate::models::load::shapes;
use crate::models::manifest::Entry;
use crate::train::config::replace;
use crate::weights::{self, ModelCard, Precision};
use crate::{Error, Result, device, files};

/// Options of `init`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  guidelight init bench/frozen.json frozen.safetensors --set network.model_channels=128"
)]
pub struct InitArgs {
    /// Model card (JSON)
    card: PathBuf,
    /// File to write
    output: PathBuf,
    /// Change one value of the card, e.g. `network.patch_size=2`; may be repeated
    #[arg(long = "set", value_name = "KEY=JSON")]
    changes: Vec<String>,
    /// Seed of the weights
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

impl InitArgs {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let text = std::fs::read_to_string(&self.card).map_err(|error| Error::io(&self.card, error))?;
        let wrong = |error: serde_json::Error| {
            Error::invalid(self.card.display().to_string(), "a model card", error.to_string())
        };
        let mut json: Value = serde_json::from_str(&text).map_err(wrong)?;
        self.changes.iter().try_for_each(|change| replace(&mut json, change))?;
        let card: ModelCard = serde_json::from_value(json).map_err(wrong)?;
        let shapes = shapes(&card, &device::cpu()).map_err(|error| error.in_file(&self.card))?;
        let bytes = weights::write(&card, &random(shapes, self.seed), Precision::F32)?;
        let file = self.output.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let Entry { parameters, multiply_adds, .. } = Entry::describe(file, &bytes)?;
        files::write(&self.output, &bytes)?;
        let output = self.output.display();
        print(&format!("{output}: {} bytes, {parameters} parameters, {multiply_adds} multiply-adds", bytes.len()))
    }
}

/// Kernels uniform with PyTorch's default bound, those that training starts at zero too; norms near the identity.
fn random(shapes: Vec<(String, Vec<usize>)>, seed: u64) -> BTreeMap<String, TensorData> {
    const NORM_SPREAD: f32 = 0.1;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut tensor = |name: &str, shape: Vec<usize>| {
        let (centre, spread) = match shape.get(1..).unwrap_or_default() {
            [] => (if name.ends_with("weight") { 1.0 } else { 0.0 }, NORM_SPREAD),
            inputs => (0.0, (1.0 / inputs.iter().product::<usize>() as f32).sqrt()),
        };
        let mut unit = || rng.next_u32() as f32 / u32::MAX as f32 * 2.0 - 1.0;
        let values: Vec<f32> = (0..shape.iter().product()).map(|_| centre + spread * unit()).collect();
        TensorData::new(values, shape)
    };
    shapes.into_iter().map(|(name, shape)| (name.clone(), tensor(&name, shape))).collect()
}
