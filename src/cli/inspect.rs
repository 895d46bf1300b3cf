//! `guidelight inspect`: what a model file says about itself, and what it holds.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use serde_json::Value;

use crate::models::manifest::Entry;
use crate::weights::{self, ModelCard, Stored, container::sha256};
use crate::{Error, Result};

/// Options of `inspect`.
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// Model file
    file: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// What is printed.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Report {
    file: String,
    bytes: usize,
    sha256: String,
    parameters: usize,
    multiply_adds: u64,
    card: ModelCard,
    tensors: Vec<Stored>,
}

impl InspectArgs {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let report = self.report().map_err(|error| error.in_file(&self.file))?;
        if self.json {
            println!("{}", pretty(&report)?);
            return Ok(());
        }
        let Report { file, bytes, sha256, parameters, multiply_adds, card, tensors } = report;
        println!("{file}: `{}`, a {} of architecture {}", card.name, card.kind, card.architecture);
        println!("{bytes} bytes, {parameters} parameters, {multiply_adds} multiply-adds, SHA-256 {sha256}");
        let list = |names: &[String]| if names.is_empty() { "none".into() } else { names.join(", ") };
        println!("classes: {}\nstyles: {}\nlicence: {}", list(&card.classes), list(&card.styles), card.license);
        let provenance = Value::Object(card.provenance);
        for (name, value) in [("network", card.network), ("diffusion", card.diffusion), ("provenance", provenance)] {
            println!("{name}: {}", pretty(&value)?);
        }
        println!("tensors: {}", tensors.len());
        let width = tensors.iter().map(|tensor| tensor.name.len()).max().unwrap_or(0);
        for Stored { name, dtype, shape, bytes } in tensors {
            println!("  {name:width$}  {dtype:4}  {bytes:>10}  {shape:?}");
        }
        Ok(())
    }

    fn report(&self) -> Result<Report> {
        let bytes = std::fs::read(&self.file).map_err(|error| Error::io(&self.file, error))?;
        let entry = Entry::describe("", &bytes)?;
        Ok(Report {
            file: self.file.display().to_string(),
            bytes: bytes.len(),
            sha256: sha256(&bytes),
            parameters: entry.parameters,
            multiply_adds: entry.multiply_adds,
            card: weights::read(&bytes, None)?.card,
            tensors: weights::stored(&bytes)?,
        })
    }
}

fn pretty(value: &impl Serialize) -> Result<String> {
    serde_json::to_string_pretty(value).map_err(|error| Error::Device(error.to_string()))
}
