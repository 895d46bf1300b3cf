//! `guidelight convert`: other people's checkpoints → our model file.

mod arguments;
mod checkpoint;
mod diffusers;
mod guided_diffusion;
mod scheduler;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use burn::tensor::{Device, TensorData};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::outputs::print;
use super::quantize::Stored;
use crate::diffusion::ProcessConfig;
use crate::models::ModelInfo;
use crate::session::{LoadedClassifier, LoadedUnet};
use crate::weights::container::{self, MAX_BYTES, sha256};
use crate::weights::{self, Architecture, ModelCard, ModelKind, card};
use crate::{Error, Result, files};

/// Options of `convert`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  guidelight convert --from guided-diffusion --config config.json 64x64_classifier.pt classifier.safetensors
  guidelight convert --from diffusers ddpm-cifar10-32 cifar10.safetensors

The config of guided-diffusion is a JSON object with the sections `unet` and `classifier`, the constructor arguments of \
UNetModel and EncoderUNetModel, and `diffusion`, the arguments of create_gaussian_diffusion. Which network is meant is \
seen from the tensors. A folder of diffusers needs a config only where no scheduler_config.json lies in it or in \
../scheduler: its section `diffusion` then says the noise process.")]
pub struct ConvertArgs {
    /// Whose checkpoint it is
    #[arg(long, value_enum)]
    from: Source,
    /// JSON with the constructor arguments
    #[arg(long, required_if_eq("from", "guided-diffusion"))]
    config: Option<PathBuf>,
    /// Checkpoint (.pt, .bin or .safetensors); of diffusers, the folder of a UNet2DModel or a file in it
    input: PathBuf,
    /// File to write
    output: PathBuf,
    /// How tensors are stored
    #[arg(long, value_enum, default_value_t = Stored::F32)]
    precision: Stored,
    /// Name of the model; that of the output file when absent
    #[arg(long)]
    name: Option<String>,
    /// Licence of the weights
    #[arg(long, default_value = "unknown")]
    license: String,
}

/// Projects whose checkpoints are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Source {
    /// openai/guided-diffusion: UNetModel and EncoderUNetModel
    GuidedDiffusion,
    /// huggingface/diffusers: UNet2DModel
    Diffusers,
}

impl Source {
    /// The project, as a card names it.
    fn name(self) -> &'static str {
        match self {
            Self::GuidedDiffusion => "guided-diffusion",
            Self::Diffusers => "diffusers",
        }
    }
}

/// A checkpoint in our terms.
struct Converted {
    kind: ModelKind,
    architecture: Architecture,
    network: Value,
    process: ProcessConfig,
    /// Number of class labels.
    classes: usize,
    /// Under the names of our networks.
    tensors: BTreeMap<String, TensorData>,
    /// SHA-256 of the file of the weights.
    sha256: String,
}

impl ConvertArgs {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        files::require_writable(&self.output)?;
        let config = self.config.as_deref();
        let converted = match (self.from, config) {
            (Source::GuidedDiffusion, Some(config)) => guided_diffusion::read(&self.input, config),
            (Source::GuidedDiffusion, None) => Err(Error::invalid("--config", "a JSON file", "none")),
            (Source::Diffusers, config) => diffusers::read(&self.input, config),
        }?;
        converted.process.full()?;
        let shapes = converted.tensors.iter().map(|(name, data)| (name.as_str(), data.shape().to_vec()));
        require_readable(&self.output, shapes, self.precision)?;
        let (card, tensors) = self.model(converted)?;
        let bytes = weights::write(&card, &tensors, self.precision.into())?;
        let info = load(&bytes).map_err(|error| error.in_file(&self.input))?;
        files::write(&self.output, &bytes)?;
        print(&format!(
            "{}: {} of side {}, {} parameters, {} multiply-adds, {} bytes, SHA-256 {}",
            self.output.display(),
            info.kind,
            info.size,
            info.parameters,
            info.multiply_adds,
            bytes.len(),
            sha256(&bytes)
        ))
    }

    fn model(&self, converted: Converted) -> Result<(ModelCard, BTreeMap<String, TensorData>)> {
        let Converted { kind, architecture, network, process, classes, tensors, sha256 } = converted;
        let stem = self.output.file_stem().and_then(|stem| stem.to_str()).unwrap_or("converted");
        let provenance = json!({
            "source-format": self.from.name(),
            "source-sha256": sha256,
            "converter": concat!("guidelight ", env!("CARGO_PKG_VERSION")),
        });
        let card = ModelCard {
            format: card::FORMAT,
            name: self.name.clone().unwrap_or_else(|| stem.to_owned()),
            kind,
            architecture,
            network,
            diffusion: serde_json::to_value(process).map_err(|error| Error::Device(error.to_string()))?,
            // Checkpoints name no classes.
            classes: (0..classes).map(|class| class.to_string()).collect(),
            styles: Vec::new(),
            license: self.license.clone(),
            provenance: provenance.as_object().cloned().unwrap_or_default(),
            packed: BTreeMap::new(),
        };
        Ok((card, tensors))
    }
}

/// Refuses tensors whose file no run would read, and says how they would fit.
fn require_readable<'a>(
    output: &Path,
    shapes: impl Iterator<Item = (&'a str, Vec<usize>)> + Clone,
    precision: Stored,
) -> Result<()> {
    let size = |precision: Stored| container::size(shapes.clone(), precision.into());
    if size(precision) <= MAX_BYTES {
        return Ok(());
    }
    let fits = Stored::value_variants().iter().rev().find(|smaller| size(**smaller) <= MAX_BYTES);
    let fits = fits.and_then(ValueEnum::to_possible_value);
    let way = fits.map_or(String::new(), |fits| format!(", as with --precision {}", fits.get_name()));
    let expected = format!("a file of at most {MAX_BYTES} bytes{way}");
    Err(Error::invalid(output.display().to_string(), expected, size(precision).to_string()))
}

/// Loads the new file as every run does: what a run would refuse is refused here.
fn load(bytes: &[u8]) -> Result<ModelInfo> {
    let device = Device::flex();
    let weights = weights::read(bytes, None)?;
    Ok(match weights.card.kind {
        ModelKind::Unet => LoadedUnet::new(weights, &device)?.info().clone(),
        ModelKind::Classifier => LoadedClassifier::new(weights, &device)?.info().clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_too_large_to_read_is_refused_and_told_how_it_fits() {
        // 300 million weights, as the network of guided-diffusion's 64x64 model has.
        let shapes = [("input_blocks.1.0.in_layers.2.weight", vec![10_000, 30_000]), ("out.0.bias", vec![30_000])];
        let check = |precision| require_readable(Path::new("model.safetensors"), shapes.iter().cloned(), precision);
        for precision in [Stored::F32, Stored::F16] {
            let error = check(precision).unwrap_err().to_string();
            let start = "model.safetensors: expected a file of at most 536870912 bytes, as with --precision int8, got ";
            assert!(error.starts_with(start), "{error}");
        }
        check(Stored::Int8).unwrap();
        let huge = [("a.weight", vec![1 << 20, 1 << 20])];
        let error = require_readable(Path::new("m"), huge.into_iter(), Stored::Int4).unwrap_err().to_string();
        assert!(error.starts_with("m: expected a file of at most 536870912 bytes, got "), "{error}");
    }
}
