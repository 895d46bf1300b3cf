//! `guidelight inspect`: what a model file says about itself, and what it holds.

use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

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
        let text = if self.json { pretty(&report)? + "\n" } else { text(report)? };
        match std::io::stdout().write_all(text.as_bytes()) {
            // Whoever reads has seen enough: `inspect … | head`.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            written => written.map_err(|error| Error::io("standard output", error)),
        }
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

/// The report for people.
fn text(report: Report) -> Result<String> {
    let Report { file, bytes, sha256, parameters, multiply_adds, card, tensors } = report;
    let list = |names: &[String]| if names.is_empty() { "none".into() } else { names.join(", ") };
    let mut lines = vec![
        format!("{file}: `{}`, a {} of architecture {}", card.name, card.kind, card.architecture),
        format!("{bytes} bytes, {parameters} parameters, {multiply_adds} multiply-adds, SHA-256 {sha256}"),
        format!("classes: {}", list(&card.classes)),
        format!("styles: {}", list(&card.styles)),
        format!("licence: {}", card.license),
        format!("network: {}", pretty(&card.network)?),
        format!("diffusion: {}", pretty(&card.diffusion)?),
        format!("provenance: {}", pretty(&card.provenance)?),
        format!("tensors: {}", tensors.len()),
    ];
    let width = tensors.iter().map(|tensor| tensor.name.len()).max().unwrap_or(0);
    let tensors = tensors
        .iter()
        .map(|Stored { name, dtype, shape, bytes }| format!("  {name:width$}  {dtype:4}  {bytes:>10}  {shape:?}"));
    lines.extend(tensors);
    Ok(lines.join("\n") + "\n")
}

fn pretty(value: &impl Serialize) -> Result<String> {
    serde_json::to_string_pretty(value).map_err(|error| Error::Device(error.to_string()))
}
