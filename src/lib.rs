//! Guided diffusion that people can watch, steer and take apart.
//!
//! Data flows one way, and a module uses only what stands before it:
//!
//! ```text
//! error → device → weights → models → diffusion → guidance → pixels → session → web (browser) · files, data, train, eval, cli, bin (native)
//! ```
//!
//! # Example
//!
//! A run with a network that is known in closed form: where all images are the same grey, this is their noise.
//!
//! ```
//! use std::rc::Rc;
//!
//! use burn::tensor::{DType, Device, Tensor};
//! use guidelight::diffusion::{ProcessConfig, Schedule, Variance};
//! use guidelight::models::{Denoiser, Labels};
//! use guidelight::session::{Models, Options, Session, Settings};
//!
//! const GREY: f64 = 0.25;
//!
//! struct OnlyGrey(Schedule);
//!
//! impl Denoiser for OnlyGrey {
//!     fn forward(&self, x: Tensor<4>, t: &[f64], _: &Labels) -> Tensor<4> {
//!         let abar = self.0.abar[t[0] as usize];
//!         (x - GREY * abar.sqrt()) / (1.0 - abar).sqrt()
//!     }
//! }
//!
//! let process = ProcessConfig { variance: Variance::FixedSmall, ..ProcessConfig::default() };
//! let models = Models {
//!     denoiser: Rc::new(OnlyGrey(process.full()?.schedule)),
//!     weak: None,
//!     classifier: None,
//!     process,
//!     shape: [3, 8, 8],
//!     classes: vec![],
//!     styles: vec![],
//!     device: Device::flex(),
//!     dtype: DType::F32,
//! };
//! let settings = Settings { steps: "10".into(), seed: 7, ..Settings::default() };
//! let mut session = Session::new(models, settings, Options::default())?;
//!
//! // One step at a time; to pause is to stop asking.
//! let mut last = Vec::new();
//! while let Some(frame) = pollster::block_on(session.step())? {
//!     assert_eq!((frame.shape, frame.total), ([1, 3, 8, 8], 10));
//!     last = frame.x_t;
//! }
//! assert!(last.iter().all(|value| (f64::from(*value) - GREY).abs() < 1e-5));
//! # Ok::<(), guidelight::Error>(())
//! ```

pub mod device;
pub mod diffusion;
pub mod error;
pub mod guidance;
mod kernels;
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
