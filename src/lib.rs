//! Guided diffusion that people can watch, steer and take apart.
//!
//! Data flows one way, and a module uses only what stands before it:
//!
//! ```text
//! error → device → weights → models → diffusion → guidance → pixels → session → web (browser) · files, data, train, eval, cli, bin (native)
//! ```

pub mod device;
pub mod diffusion;
pub mod error;
pub mod guidance;
pub mod models;
pub mod pixels;
pub mod session;
pub mod weights;

#[cfg(not(target_family = "wasm"))]
pub mod cli;
#[cfg(not(target_family = "wasm"))]
pub mod data;
#[cfg(not(target_family = "wasm"))]
pub mod eval;
#[cfg(not(target_family = "wasm"))]
mod files;
#[cfg(not(target_family = "wasm"))]
pub mod train;
#[cfg(target_family = "wasm")]
pub mod web;

pub use error::{Error, Result};
