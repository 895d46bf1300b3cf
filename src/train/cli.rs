//! `guidelight train`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use burn::tensor::Device;
use clap::{Args, Subcommand, ValueEnum};

use super::config::TrainConfig;
use super::fit::{Run, fit};
use super::task::{ClassifierTask, UnetTask};
use crate::data::Dataset;
use crate::weights::{self, Weights, container::sha256};
use crate::{Error, Result};

/// Which network to train.
#[derive(Debug, Subcommand)]
pub enum TrainCommand {
    /// Train a denoising UNet
    #[command(
        after_help = "Example:\n  guidelight train unet --config training/configs/emoji32.json --out runs/emoji32 --set images=20000"
    )]
    Unet(TrainArgs),
    /// Train a classifier, noise-aware unless the configuration says `clean: 1`
    #[command(
        after_help = "Example:\n  guidelight train classifier --config training/configs/emoji32-classifier.json --out runs/emoji32-classifier"
    )]
    Classifier(TrainArgs),
}

/// Where to compute.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum ComputeDevice {
    /// Pure Rust on the CPU
    #[default]
    Flex,
    /// libtorch on the CPU
    #[cfg(feature = "tch")]
    Tch,
    /// libtorch on the first CUDA GPU
    #[cfg(feature = "tch")]
    TchCuda,
    /// Vulkan on the first discrete GPU
    #[cfg(feature = "vulkan")]
    Vulkan,
}

impl ComputeDevice {
    /// Opens the device.
    pub fn open(self) -> Device {
        match self {
            Self::Flex => Device::flex(),
            #[cfg(feature = "tch")]
            Self::Tch => Device::libtorch(),
            #[cfg(feature = "tch")]
            Self::TchCuda => Device::libtorch_cuda(0),
            #[cfg(feature = "vulkan")]
            Self::Vulkan => Device::vulkan(burn::tensor::DeviceKind::DiscreteGpu(0)),
        }
    }
}

fn read_weights(path: &Path) -> Result<Weights> {
    let bytes = std::fs::read(path).map_err(|error| Error::io(path, error))?;
    weights::read(&bytes, None).map_err(|error| error.in_file(path))
}

/// The commit of the checkout that the trainer is called in, with a `+` if the checkout differs from it.
fn commit() -> Option<String> {
    let git = |arguments: &[&str]| {
        let output = std::process::Command::new("git").args(arguments).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let hash = git(&["rev-parse", "HEAD"])?;
    let changed = git(&["status", "--porcelain", "--untracked-files=no"])?;
    Some(if changed.is_empty() { hash } else { hash + "+" })
}

/// Options of a training run.
#[derive(Debug, Args)]
pub struct TrainArgs {
    /// Training configuration (JSON)
    #[arg(long)]
    config: PathBuf,
    /// Change one value of the configuration, e.g. `images=20000` or `network.patch_size=1`; may be repeated
    #[arg(long = "set", value_name = "KEY=JSON")]
    changes: Vec<String>,
    /// Data set
    #[arg(long, default_value = "data/emoji32.safetensors")]
    data: PathBuf,
    /// Folder for checkpoints, log and weights; a checkpoint in it is continued
    #[arg(long)]
    out: PathBuf,
    /// Weights to start from (with fresh moments)
    #[arg(long)]
    init: Option<PathBuf>,
    /// Where to compute
    #[arg(long, value_enum, default_value_t)]
    device: ComputeDevice,
    /// Minutes between checkpoints
    #[arg(long, default_value_t = 5.0)]
    checkpoint_minutes: f64,
    /// Stop after this many minutes; the next call goes on from there
    #[arg(long)]
    minutes: Option<f64>,
}

impl TrainCommand {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        match self {
            Self::Unet(args) => fit::<UnetTask>(&args.prepare()?),
            Self::Classifier(args) => fit::<ClassifierTask>(&args.prepare()?),
        }
    }
}

impl TrainArgs {
    fn prepare(self) -> Result<Run> {
        let minutes = |name: &str, value: f64| {
            Duration::try_from_secs_f64(value * 60.0)
                .map_err(|_| Error::invalid(format!("--{name}"), "a number of minutes", value.to_string()))
        };
        let bytes = std::fs::read(&self.data).map_err(|error| Error::io(&self.data, error))?;
        Ok(Run {
            config: TrainConfig::load(&self.config, &self.changes)?,
            data: Dataset::from_bytes(&bytes)?,
            data_sha256: sha256(&bytes),
            out: self.out,
            init: self.init.as_deref().map(read_weights).transpose()?,
            device: self.device.open(),
            device_name: self.device.to_possible_value().map_or_else(String::new, |value| value.get_name().into()),
            commit: commit(),
            checkpoint_every: minutes("checkpoint-minutes", self.checkpoint_minutes)?,
            stop_after: self.minutes.map(|value| minutes("minutes", value)).transpose()?,
        })
    }
}
