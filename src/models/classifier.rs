//! The noise-aware classifier: guided-diffusion's `EncoderUNetModel`, plus a style head.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::NoisyClassifier;
use super::blocks::{Layer, Told, block_multiply_adds, forward_block, prepare};
use super::config::{NetworkConfig, Pool};
use super::joined::Joined;
use super::layers::{Linear, pixel_unshuffle};
use super::pool::Head;
use super::unet::{embed_time, encoder};
use crate::Result;

/// Encoder half of the UNet with a classification head.
#[derive(Module, Debug)]
pub struct EncoderUNet {
    time_embed_0: Linear,
    time_embed_2: Linear,
    input_blocks: Vec<Vec<Layer>>,
    middle_block: Vec<Layer>,
    out: Head,
    #[module(skip)]
    config: NetworkConfig,
    #[module(skip)]
    joined: Option<Joined>,
}

impl EncoderUNet {
    /// A freshly initialised network.
    pub fn new(config: &NetworkConfig, device: &Device) -> Result<Self> {
        config.validate()?;
        let encoder = encoder(config, device);
        let [time_embed_0, time_embed_2] = encoder.time_embed;
        let side = config.grid() >> (config.channel_mult.len() - 1);
        let widths: Vec<usize> = encoder.skips.iter().copied().chain([encoder.channels]).collect();
        Ok(Self {
            time_embed_0,
            time_embed_2,
            input_blocks: encoder.input_blocks,
            middle_block: encoder.middle_block,
            out: Head::new(config, side, encoder.channels, &widths, device),
            config: config.clone(),
            joined: None,
        })
    }

    /// The constructor arguments.
    pub fn config(&self) -> &NetworkConfig {
        &self.config
    }

    /// Lays the weights out for fast kernels; from then on they must not change.
    pub(crate) fn prepare(&mut self) {
        let blocks = self.input_blocks.iter_mut().chain([&mut self.middle_block]);
        self.joined = prepare(blocks);
        self.out.prepare();
    }

    /// Multiply-adds of one forward pass for one image.
    pub fn multiply_adds(&self) -> u64 {
        let mut total = self.time_embed_0.multiply_adds() + self.time_embed_2.multiply_adds();
        let mut side = self.config.grid();
        for block in self.input_blocks.iter().chain([&self.middle_block]) {
            let (cost, after) = block_multiply_adds(block, side);
            total += cost;
            side = after;
        }
        total + self.out.multiply_adds(side)
    }

    /// Class logits and, with a style head, style logits.
    ///
    /// # Shapes
    /// `x` `[N, C, H, W]`, N timesteps → `[N, classes]`, `[N, styles]`
    pub fn forward(&self, x: Tensor<4>, t: &[f64]) -> (Tensor<2>, Option<Tensor<2>>) {
        self.out.project(&self.pooled(x, t))
    }

    /// The pooled features that the heads read.
    ///
    /// # Shapes
    /// `x` `[N, C, H, W]`, N timesteps → `[N, features]`
    pub fn pooled(&self, x: Tensor<4>, t: &[f64]) -> Tensor<2> {
        let config = &self.config;
        let [n, c, height, width] = x.dims();
        let wanted = [t.len(), config.in_channels, config.image_size, config.image_size];
        assert_eq!([n, c, height, width], wanted, "x of the classifier");
        let emb = embed_time(t, config.model_channels, [&self.time_embed_0, &self.time_embed_2]);
        let told = Told::new(emb, self.joined.as_ref());
        let mut h = pixel_unshuffle(x, config.patch_size);
        let mut outputs = Vec::new();
        for block in self.input_blocks.iter().chain([&self.middle_block]) {
            h = forward_block(block, h, &told);
            if self.config.pool == Pool::Spatial {
                outputs.push(h.clone());
            }
        }
        if outputs.is_empty() {
            outputs.push(h);
        }
        self.out.pool(outputs)
    }

    /// Class logits and, with a style head, style logits, of pooled features.
    pub fn project(&self, pooled: &Tensor<2>) -> (Tensor<2>, Option<Tensor<2>>) {
        self.out.project(pooled)
    }
}

impl NoisyClassifier for EncoderUNet {
    fn logits(&self, x: Tensor<4>, t: &[f64]) -> Tensor<2> {
        self.forward(x, t).0
    }

    fn knows_styles(&self) -> bool {
        self.config.num_styles.is_some()
    }

    fn both_logits(&self, x: Tensor<4>, t: &[f64]) -> (Tensor<2>, Option<Tensor<2>>) {
        self.forward(x, t)
    }
}
