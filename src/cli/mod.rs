//! The subcommands of `guidelight` that work on model files and samples.

mod draw;
pub mod eval;
pub mod npz;
pub mod quantize;
pub mod sample;
mod settings_args;
pub mod sweep;
