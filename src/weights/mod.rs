//! Bytes → named tensors: the container of a model file, its card, and the quantisation of its kernels.

pub mod card;
pub mod container;
pub mod quantize;

pub use card::{Architecture, ModelCard, ModelKind};
pub use container::{Stored, Weights, read, stored, write};
pub use quantize::Precision;
