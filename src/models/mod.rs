//! Tensors → networks: what a denoiser and a noisy classifier are, and the architectures that are known.

use burn::tensor::Tensor;

use crate::error::{Error, Result};

pub mod blocks;
pub mod classifier;
pub mod config;
pub mod density;
mod joined;
pub mod layers;
pub mod load;
#[cfg(not(target_family = "wasm"))]
pub mod manifest;
pub mod mixture;
pub mod params;
pub mod pool;
pub mod unet;
pub mod unet2d;

pub use classifier::EncoderUNet;
pub use config::NetworkConfig;
pub use density::Density;
pub use load::{ModelInfo, load_classifier, load_unet};
pub use unet::UNet;
pub use unet2d::{UNet2D, UNet2DConfig};

/// The labels of a batch, one entry an image; `None` is the null label, which adds nothing to the embedding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    /// Class index of each image.
    pub class: Vec<Option<usize>>,
    /// Style index of each image.
    pub style: Vec<Option<usize>>,
}

impl Labels {
    /// No label at all for `n` images.
    pub fn null(n: usize) -> Self {
        Self { class: vec![None; n], style: vec![None; n] }
    }

    /// The labels of some of the images.
    pub fn slice(&self, images: std::ops::Range<usize>) -> Self {
        Self { class: self.class[images.clone()].to_vec(), style: self.style[images].to_vec() }
    }

    /// These labels, then `others`: those of two batches put together.
    pub fn followed_by(mut self, others: Self) -> Self {
        self.class.extend(others.class);
        self.style.extend(others.style);
        self
    }
}

/// The word for "no class", "no style" and "no method".
pub const NONE: &str = "none";

/// The index that a setting means: a name, an index or [`NONE`].
pub fn label(key: &str, value: &str, names: &[String]) -> Result<Option<usize>> {
    if value == NONE || value.is_empty() {
        return Ok(None);
    }
    let by_name = names.iter().position(|name| name == value);
    let index = by_name.or_else(|| value.parse().ok().filter(|index| *index < names.len()));
    index.map(Some).ok_or_else(|| {
        let known = if names.is_empty() { String::new() } else { format!("one of {} or ", names.join(", ")) };
        Error::invalid(key, format!("{known}{NONE}"), value)
    })
}

/// A network that predicts the noise (or x₀, or v) in `x_t`.
pub trait Denoiser {
    /// Runs the network.
    ///
    /// # Shapes
    /// `x` is `[N, C, H, W]`, `t` has N entries in units of the original T timesteps; the output is `[N, C, H, W]`,
    /// or `[N, 2C, H, W]` when the network also predicts its variance.
    fn forward(&self, x: Tensor<4>, t: &[f64], labels: &Labels) -> Tensor<4>;
}

/// A classifier that was trained on noised images, so that it can be asked about `x_t`.
pub trait NoisyClassifier {
    /// Class logits.
    ///
    /// # Shapes
    /// `x` is `[N, C, H, W]`, `t` has N entries in units of the original T timesteps; the output is `[N, K]`.
    fn logits(&self, x: Tensor<4>, t: &[f64]) -> Tensor<2>;

    /// Whether it also knows styles.
    fn knows_styles(&self) -> bool {
        false
    }

    /// Class logits and, from the same pass, style logits `[N, S]` if it knows styles.
    fn both_logits(&self, x: Tensor<4>, t: &[f64]) -> (Tensor<2>, Option<Tensor<2>>) {
        (self.logits(x, t), None)
    }
}
