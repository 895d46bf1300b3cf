//! The subcommands of `guidelight` that work on model files and samples.

pub mod bench;
mod confusion;
pub mod convert;
mod draw;
pub mod eval;
mod film;
pub mod init;
pub mod inspect;
pub mod interrupt;
mod labels;
mod link;
mod model_files;
mod noise_file;
pub mod npz;
mod outputs;
mod picture;
mod pinned;
pub mod quantize;
mod record;
pub mod sample;
mod settings_args;
pub mod sweep;
