//! Training images: one file format, the commands that build it, and a contact sheet to look at it.
//!
//! ```text
//! npm packages → emoji (names, classes, drawings) → raster → Dataset → one .safetensors file → trainer, sheet
//! ```

pub mod cli;
mod dataset;
pub mod emoji;
mod raster;
mod sheet;

pub use dataset::{Concept, Dataset, Info, Labels, Source, TEST, TRAIN};
pub use sheet::{Selection, grid, sheet};
