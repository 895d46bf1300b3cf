//! The denoiser: guided-diffusion's `UNetModel`, plus a style label and patches.

use burn::module::{Initializer, Module, Param};
use burn::tensor::{Device, Tensor};

use super::blocks::{AttentionBlock, Downsample, Layer, Plain, ResBlock, Resample, Told, Upsample};
use super::blocks::{block_multiply_adds, forward_block, prepare};
use super::config::NetworkConfig;
use super::joined::Joined;
use super::layers::{Conv2d, GroupNorm, Linear, host_tensor, pixel_shuffle, pixel_unshuffle, silu, timestep_embedding};
use super::{Denoiser, Labels};
use crate::Result;

/// UNet over noised images, told the timestep, a class and a style.
#[derive(Module, Debug)]
pub struct UNet {
    time_embed_0: Linear,
    time_embed_2: Linear,
    label_emb: Option<Embedding>,
    style_emb: Option<Embedding>,
    input_blocks: Vec<Vec<Layer>>,
    middle_block: Vec<Layer>,
    output_blocks: Vec<Vec<Layer>>,
    out_0: GroupNorm,
    out_2: Conv2d,
    #[module(skip)]
    config: NetworkConfig,
    #[module(skip)]
    joined: Option<Joined>,
}

/// One vector a label; no label adds nothing.
#[derive(Module, Debug)]
pub struct Embedding {
    weight: Param<Tensor<2>>,
}

impl Embedding {
    pub(super) fn new(labels: usize, width: usize, device: &Device) -> Self {
        Self { weight: Initializer::Normal { mean: 0.0, std: 1.0 }.init([labels, width], device) }
    }

    /// Looks labels up by a product with one-hot rows, so that a null label is a row of zeros.
    pub(super) fn forward(&self, labels: &[Option<usize>]) -> Tensor<2> {
        let [count, _] = self.weight.val().dims();
        let mut one_hot = vec![0.0; labels.len() * count];
        for (row, label) in labels.iter().enumerate() {
            if let Some(label) = label {
                assert!(*label < count, "label {label} of an embedding with {count} entries");
                one_hot[row * count + label] = 1.0;
            }
        }
        self.mix(one_hot)
    }

    /// Sums of its vectors with these weights.
    ///
    /// # Shapes
    /// N rows of as many weights as there are vectors → `[N, width]`
    pub(super) fn mix(&self, weights: Vec<f64>) -> Tensor<2> {
        let vectors = self.weight.val();
        let [count, _] = vectors.dims();
        host_tensor(weights, count, &vectors).matmul(vectors)
    }
}

/// The encoder that UNet and classifier share: embedding, blocks down, middle, and the width of every skip.
pub(super) struct Encoder {
    pub(super) time_embed: [Linear; 2],
    pub(super) input_blocks: Vec<Vec<Layer>>,
    pub(super) middle_block: Vec<Layer>,
    /// Channels of the output of every input block.
    pub(super) skips: Vec<usize>,
    pub(super) channels: usize,
    factor: usize,
}

pub(super) fn encoder(config: &NetworkConfig, device: &Device) -> Encoder {
    let emb = config.embedding();
    let res = |channels: [usize; 2], resample| {
        Layer::Res(ResBlock::new(channels, emb, config.use_scale_shift_norm, resample, config.dropout, device))
    };
    let attention =
        |c| Layer::Attention(AttentionBlock::new(c, config.heads(c), config.use_new_attention_order, device));
    let width = |level: usize| config.model_channels * config.channel_mult[level];
    let levels = config.channel_mult.len();

    let mut channels = width(0);
    let first = Conv2d::new([config.in_channels * config.patch_area(), channels], 3, 1, false, device);
    let mut input_blocks = vec![vec![Layer::Conv(first)]];
    let mut skips = vec![channels];
    let mut factor = 1;
    for level in 0..levels {
        for _ in 0..config.num_res_blocks {
            let mut block = vec![res([channels, width(level)], Resample::Keep)];
            channels = width(level);
            if config.attention_resolutions.contains(&factor) {
                block.push(attention(channels));
            }
            input_blocks.push(block);
            skips.push(channels);
        }
        if level + 1 < levels {
            input_blocks.push(vec![match (config.resblock_updown, config.conv_resample) {
                (true, _) => res([channels, channels], Resample::Down),
                (false, true) => Layer::Down(Downsample::new(channels, device)),
                (false, false) => Layer::Plain(Plain::new(Resample::Down)),
            }]);
            skips.push(channels);
            factor *= 2;
        }
    }
    let middle_block =
        vec![res([channels; 2], Resample::Keep), attention(channels), res([channels; 2], Resample::Keep)];
    let time_embed = [Linear::new(config.model_channels, emb, device), Linear::new(emb, emb, device)];
    Encoder { time_embed, input_blocks, middle_block, skips, channels, factor }
}

/// The timestep's embedding.
///
/// # Shapes
/// N timesteps → `[N, 4 model_channels]`, in the precision of the weights
pub(super) fn embed_time(t: &[f64], width: usize, layers: [&Linear; 2]) -> Tensor<2> {
    let embedding = host_tensor(timestep_embedding(t, width), width, &layers[0].weight.val());
    layers[1].forward(silu(layers[0].forward(embedding)))
}

impl UNet {
    /// A freshly initialised network.
    pub fn new(config: &NetworkConfig, device: &Device) -> Result<Self> {
        config.validate()?;
        let Encoder { time_embed, input_blocks, middle_block, mut skips, mut channels, mut factor } =
            encoder(config, device);
        let emb = config.embedding();
        let mut output_blocks = Vec::new();
        for (level, mult) in config.channel_mult.iter().enumerate().rev() {
            let width = config.model_channels * mult;
            for i in 0..=config.num_res_blocks {
                let skip = skips.pop().unwrap_or(0);
                let res = |channels, resample| {
                    let (scale_shift, dropout) = (config.use_scale_shift_norm, config.dropout);
                    Layer::Res(ResBlock::new(channels, emb, scale_shift, resample, dropout, device))
                };
                let mut block = vec![res([channels + skip, width], Resample::Keep)];
                channels = width;
                if config.attention_resolutions.contains(&factor) {
                    let heads = config.heads_up(width);
                    let attention = AttentionBlock::new(width, heads, config.use_new_attention_order, device);
                    block.push(Layer::Attention(attention));
                }
                if level > 0 && i == config.num_res_blocks {
                    block.push(match (config.resblock_updown, config.conv_resample) {
                        (true, _) => res([width, width], Resample::Up),
                        (false, true) => Layer::Up(Upsample::new(width, device)),
                        (false, false) => Layer::Plain(Plain::new(Resample::Up)),
                    });
                    factor /= 2;
                }
                output_blocks.push(block);
            }
        }
        let [time_embed_0, time_embed_2] = time_embed;
        Ok(Self {
            time_embed_0,
            time_embed_2,
            label_emb: config.num_classes.map(|count| Embedding::new(count, emb, device)),
            style_emb: config.num_styles.map(|count| Embedding::new(count, emb, device)),
            input_blocks,
            middle_block,
            output_blocks,
            out_0: GroupNorm::new(channels, device),
            out_2: Conv2d::new([channels, config.out_channels * config.patch_area()], 3, 1, true, device),
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
        let blocks = self.input_blocks.iter_mut().chain([&mut self.middle_block]).chain(&mut self.output_blocks);
        self.joined = prepare(blocks);
        self.out_0.prepare();
        self.out_2.prepare();
    }

    /// Multiply-adds of one forward pass for one image.
    pub fn multiply_adds(&self) -> u64 {
        let mut total = self.time_embed_0.multiply_adds() + self.time_embed_2.multiply_adds();
        let mut side = self.config.grid();
        for block in self.input_blocks.iter().chain([&self.middle_block]).chain(&self.output_blocks) {
            let (cost, after) = block_multiply_adds(block, side);
            total += cost;
            side = after;
        }
        total + self.out_2.multiply_adds(side * side)
    }
}

impl Denoiser for UNet {
    fn forward(&self, x: Tensor<4>, t: &[f64], labels: &Labels) -> Tensor<4> {
        let config = &self.config;
        let [n, c, height, width] = x.dims();
        let wanted = [t.len(), config.in_channels, config.image_size, config.image_size];
        assert_eq!([n, c, height, width], wanted, "x of the UNet");
        let mut emb = embed_time(t, config.model_channels, [&self.time_embed_0, &self.time_embed_2]);
        if let Some(embedding) = &self.label_emb {
            emb = emb + embedding.forward(&labels.class);
        }
        if let Some(embedding) = &self.style_emb {
            emb = emb + embedding.forward(&labels.style);
        }
        let told = Told::new(emb, self.joined.as_ref());
        let mut h = pixel_unshuffle(x, config.patch_size);
        let mut skips = Vec::with_capacity(self.input_blocks.len());
        for block in &self.input_blocks {
            h = forward_block(block, h, &told);
            skips.push(h.clone());
        }
        h = forward_block(&self.middle_block, h, &told);
        for block in &self.output_blocks {
            if let Some(skip) = skips.pop() {
                h = Tensor::cat(vec![h, skip], 1);
            }
            h = forward_block(block, h, &told);
        }
        let h = self.out_2.forward(self.out_0.forward_silu(h, None));
        pixel_shuffle(h, config.patch_size)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use burn::tensor::{DType, TensorData};

    use super::*;
    use crate::kernels::check::wave;
    use crate::models::params;

    /// What is laid out and joined at load is the same network: with several images, each told something else.
    #[test]
    fn a_prepared_network_says_the_same() {
        let device = Device::flex();
        for use_scale_shift_norm in [true, false] {
            let config = NetworkConfig {
                image_size: 16,
                model_channels: 32,
                channel_mult: vec![1, 2],
                num_res_blocks: 1,
                attention_resolutions: vec![2],
                num_classes: Some(3),
                patch_size: 2,
                use_scale_shift_norm,
                ..NetworkConfig::default()
            };
            let plain = UNet::new(&config, &device).unwrap();
            let values = |shape: Vec<usize>| {
                let numbers = wave([shape.iter().product()], 0.2, &device).into_data();
                TensorData::new(numbers.try_to_vec::<f32>().unwrap(), shape)
            };
            let tensors: BTreeMap<_, _> =
                params::shapes(&plain).into_iter().map(|(name, shape)| (name, values(shape))).collect();
            let plain = params::import(plain, tensors, DType::F32, &device).unwrap();
            let mut prepared = plain.clone();
            prepared.prepare();
            assert_eq!(prepared.joined.is_some(), use_scale_shift_norm);
            let labels = Labels { class: vec![Some(2), None], style: vec![None; 2] };
            let ask = |network: &UNet| {
                let y = network.forward(wave([2, 3, 16, 16], 1.0, &device), &[700.0, 3.0], &labels);
                y.into_data().iter::<f32>().collect::<Vec<_>>()
            };
            let (want, got) = (ask(&plain), ask(&prepared));
            let size = want.iter().fold(0.0, |size: f32, v| size.max(v.abs()));
            let off = want.iter().zip(&got).fold(0.0, |off: f32, (a, b)| off.max((a - b).abs()));
            assert!(size > 0.1 && off < 1e-5 * size, "off by {off} of {size}");
        }
    }
}
