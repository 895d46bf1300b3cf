//! Training images: one file format, the commands that build it, and a contact sheet to look at it.
//!
//! ```text
//! npm packages → emoji (names, classes, drawings) → raster ┐
//! Debian package → fashion ────────────────────────────────┴→ Dataset → one .safetensors file → trainer, sheet
//! ```

pub mod cli;
mod dataset;
pub mod emoji;
mod fashion;
mod raster;
mod sheet;

pub use dataset::{Concept, Dataset, Info, Labels, Source, TEST, TRAIN};
pub use sheet::{Selection, grid, sheet};

use std::path::PathBuf;

/// Where programs of this user keep what can be fetched again.
fn user_cache() -> PathBuf {
    let variable = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    variable("XDG_CACHE_HOME")
        .or_else(|| variable("LOCALAPPDATA"))
        .or_else(|| variable("HOME").map(|home| home.join(".cache")))
        .unwrap_or_else(std::env::temp_dir)
        .join("guidelight")
}
