//! Training (native only), with the same model code that samples in the browser.
//!
//! A step is a function of (configuration, data, step number, state): batches, noise and label dropping are drawn from
//! the seed and the step, so that a resumed run continues exactly.

pub mod batch;
pub mod checkpoint;
pub mod cli;
pub mod config;
pub mod ema;
pub mod fit;
mod preview;
pub mod task;

pub use config::TrainConfig;
