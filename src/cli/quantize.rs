//! `guidelight quantize`: trained weights → the file the site serves, and its entry in the manifest.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::outputs::print;
use crate::models::manifest::{Entry, FORMAT, Manifest};
use crate::weights::{self, Precision};
use crate::{Error, Result, files};

/// Options of `quantize`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  guidelight quantize training/weights/emoji32.safetensors www/models/emoji32.safetensors \\\n    --manifest www/models/manifest.json"
)]
pub struct QuantizeArgs {
    /// Trained weights
    input: PathBuf,
    /// File to write
    output: PathBuf,
    /// How tensors are stored
    #[arg(long, value_enum, default_value_t)]
    precision: Stored,
    /// Name of the model from here on, beside the one that is stored otherwise
    #[arg(long)]
    name: Option<String>,
    /// Manifest beside the output whose entry is renewed
    #[arg(long)]
    manifest: Option<PathBuf>,
}

/// Precision on the command line.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum Stored {
    /// Kernels in int4 with a scale for each 32 weights
    Int4,
    /// Kernels in int8 with a scale for each output channel
    #[default]
    Int8,
    /// Everything in half precision
    F16,
    /// Everything in single precision
    F32,
}

impl From<Stored> for Precision {
    fn from(stored: Stored) -> Self {
        match stored {
            Stored::Int4 => Self::Int4,
            Stored::Int8 => Self::Int8,
            Stored::F16 => Self::F16,
            Stored::F32 => Self::F32,
        }
    }
}

impl QuantizeArgs {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let bytes = std::fs::read(&self.input).map_err(|error| Error::io(&self.input, error))?;
        let mut trained = weights::read(&bytes, None).map_err(|error| error.in_file(&self.input))?;
        if let Some(name) = self.name {
            trained.card.name = name;
        }
        let bytes = weights::write(&trained.card, &trained.tensors, self.precision.into())?;
        let file = self.output.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let entry = Entry::describe(file, &bytes)?;
        let line = format!(
            "{}: {} bytes, {} parameters, {} multiply-adds, SHA-256 {}",
            self.output.display(),
            entry.bytes,
            entry.parameters,
            entry.multiply_adds,
            entry.sha256
        );
        files::write(&self.output, &bytes)?;
        if let Some(path) = &self.manifest {
            renew(path, entry)?;
        }
        print(&line)
    }
}

fn renew(path: &Path, entry: Entry) -> Result<()> {
    let mut manifest = if path.exists() {
        Manifest::parse(&std::fs::read_to_string(path).map_err(|error| Error::io(path, error))?)?
    } else {
        Manifest { format: FORMAT, models: Vec::new() }
    };
    manifest.refresh(entry);
    let mut text = serde_json::to_string_pretty(&manifest).map_err(|error| Error::Device(error.to_string()))?;
    text.push('\n');
    files::write(path, text.as_bytes())
}
