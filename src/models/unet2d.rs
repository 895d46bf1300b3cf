//! diffusers' `UNet2DModel` (`unets/unet_2d.py`): the networks of the DDPM, DDIM and consistency model releases there.
//!
//! It is guided-diffusion's UNet with other choices, so it is made of the same blocks under the same names, and
//! `guidelight convert` renames what diffusers calls otherwise. What differs: widths are listed, not multiplied; each
//! level says on the way down and on the way up whether it attends; norms have any groups and epsilon; halving may pad
//! the far edges only; the middle may be scaled and may do without attention; the timestep's embedding may be learnt.
//! Left out, and refused by name: Fourier embeddings, embeddings of another width, skip blocks, class embeddings other
//! than a table. Inference only.

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use serde::{Deserialize, Serialize};

use super::blocks::{AttentionBlock, Downsample, Layer, ResBlock, Resample, Upsample};
use super::blocks::{Told, block_multiply_adds, forward_block, prepare};
use super::config::{MAX_CHANNELS, MAX_SIDE, MAX_TOKENS};
use super::joined::Joined;
use super::layers::{Conv2d, GroupNorm, Linear, Norm, host_tensor, silu, sinusoids};
use super::unet::Embedding;
use super::{Denoiser, Labels};
use crate::{Error, Result};

/// Constructor arguments, under diffusers' names and with its defaults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UNet2DConfig {
    /// Side of the (square) images in pixels; diffusers knows none, so it has to be given.
    pub sample_size: usize,
    /// Channels of the images.
    pub in_channels: usize,
    /// Channels of the output: twice `in_channels` with a learned variance.
    pub out_channels: usize,
    /// The network sees `2 x - 1`.
    pub center_input_sample: bool,
    /// How a timestep becomes a vector.
    pub time_embedding_type: TimeEmbedding,
    /// Sinusoids: what the number of frequencies is lowered by where their exponents are formed.
    pub freq_shift: f64,
    /// Sinusoids: cosines first.
    pub flip_sin_to_cos: bool,
    /// The levels on the way down, finest first.
    pub down_block_types: Vec<DownBlock>,
    /// The middle.
    pub mid_block_type: MidBlock,
    /// The levels on the way up, coarsest first.
    pub up_block_types: Vec<UpBlock>,
    /// Channels of each level, finest first.
    pub block_out_channels: Vec<usize>,
    /// ResBlocks a level on the way down; there is one more on the way up.
    pub layers_per_block: usize,
    /// What the output of every layer of the middle is divided by.
    pub mid_block_scale_factor: f64,
    /// Zeros around what a convolution halves: 1, or 0 for one row and column at the far edges.
    pub downsample_padding: usize,
    /// How [`DownBlock::AttnDownBlock2D`] halves.
    pub downsample_type: Resampler,
    /// How [`UpBlock::AttnUpBlock2D`] doubles.
    pub upsample_type: Resampler,
    /// Dropout probability in training, which this network is not made for.
    pub dropout: f64,
    /// Activation between layers.
    pub act_fn: Activation,
    /// Channels of one attention head; one head of all channels when absent.
    pub attention_head_dim: Option<usize>,
    /// Groups of every GroupNorm.
    pub norm_num_groups: usize,
    /// Groups of the GroupNorm of the middle's attention. When absent there are `norm_num_groups`, or no GroupNorm at
    /// all with [`TimeShift::ScaleShift`].
    pub attn_norm_num_groups: Option<usize>,
    /// Epsilon of every GroupNorm.
    pub norm_eps: f64,
    /// How a ResBlock is told the embedding.
    pub resnet_time_scale_shift: TimeShift,
    /// The middle attends.
    pub add_attention: bool,
    /// Absent: class embeddings other than a table are not supported.
    pub class_embed_type: Option<String>,
    /// Number of class labels.
    pub num_class_embeds: Option<usize>,
    /// Rows of a learnt embedding of timesteps.
    pub num_train_timesteps: Option<usize>,
}

/// How a timestep becomes a vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeEmbedding {
    /// Sinusoids.
    Positional,
    /// A table with one row a timestep; between two timesteps it is interpolated.
    Learned,
}

/// A level on the way down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "diffusers' names of its classes")]
pub enum DownBlock {
    #[serde(alias = "UNetResDownBlock2D")]
    DownBlock2D,
    #[serde(alias = "UNetResAttnDownBlock2D")]
    AttnDownBlock2D,
    ResnetDownsampleBlock2D,
}

/// A level on the way up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "diffusers' names of its classes")]
pub enum UpBlock {
    #[serde(alias = "UNetResUpBlock2D")]
    UpBlock2D,
    #[serde(alias = "UNetResAttnUpBlock2D")]
    AttnUpBlock2D,
    ResnetUpsampleBlock2D,
}

/// The middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "diffusers' name of its class")]
pub enum MidBlock {
    UNetMidBlock2D,
}

/// What halves or doubles the grid between levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resampler {
    /// A convolution.
    Conv,
    /// A ResBlock.
    Resnet,
}

/// Activation between layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// `x · σ(x)`
    #[serde(alias = "swish")]
    Silu,
}

/// How a ResBlock is told the embedding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeShift {
    /// It is added before the second norm.
    Default,
    /// It scales and shifts the second norm.
    ScaleShift,
}

impl Default for UNet2DConfig {
    fn default() -> Self {
        Self {
            sample_size: 0,
            in_channels: 3,
            out_channels: 3,
            center_input_sample: false,
            time_embedding_type: TimeEmbedding::Positional,
            freq_shift: 0.0,
            flip_sin_to_cos: true,
            down_block_types: [&[DownBlock::DownBlock2D][..], &[DownBlock::AttnDownBlock2D; 3]].concat(),
            mid_block_type: MidBlock::UNetMidBlock2D,
            up_block_types: [&[UpBlock::AttnUpBlock2D; 3][..], &[UpBlock::UpBlock2D]].concat(),
            block_out_channels: vec![224, 448, 672, 896],
            layers_per_block: 2,
            mid_block_scale_factor: 1.0,
            downsample_padding: 1,
            downsample_type: Resampler::Conv,
            upsample_type: Resampler::Conv,
            dropout: 0.0,
            act_fn: Activation::Silu,
            attention_head_dim: Some(8),
            norm_num_groups: 32,
            attn_norm_num_groups: None,
            norm_eps: 1e-5,
            resnet_time_scale_shift: TimeShift::Default,
            add_attention: true,
            class_embed_type: None,
            num_class_embeds: None,
            num_train_timesteps: None,
        }
    }
}

impl UNet2DConfig {
    /// Checks everything that would otherwise fail deep inside a tensor operation.
    pub fn validate(&self) -> Result<()> {
        let bad = |what: &str, expected: String, got: String| Err(Error::invalid(what, expected, got));
        let levels = self.block_out_channels.len();
        if !(1..=10).contains(&levels) {
            return bad("block_out_channels", "1 to 10 levels".into(), format!("{levels} levels"));
        }
        for (what, got) in
            [("down_block_types", self.down_block_types.len()), ("up_block_types", self.up_block_types.len())]
        {
            if got != levels {
                return bad(what, format!("one for each of the {levels} levels"), got.to_string());
            }
        }
        for (what, value) in [
            ("in_channels", self.in_channels),
            ("out_channels", self.out_channels),
            ("layers_per_block", self.layers_per_block),
            ("norm_num_groups", self.norm_num_groups),
            ("attn_norm_num_groups", self.attn_norm_num_groups.unwrap_or(1)),
            ("attention_head_dim", self.attention_head_dim.unwrap_or(1)),
            ("num_class_embeds", self.num_class_embeds.unwrap_or(1)),
        ] {
            if !(1..=MAX_CHANNELS).contains(&value) {
                return bad(what, format!("1 to {MAX_CHANNELS}"), value.to_string());
            }
        }
        let coarsest = 1 << (levels - 1);
        if !(1..=MAX_SIDE).contains(&self.sample_size) || !self.sample_size.is_multiple_of(coarsest) {
            let expected = format!("the side of the images, a multiple of {coarsest} up to {MAX_SIDE}");
            return bad("sample_size", expected, self.sample_size.to_string());
        }
        for (level, &channels) in self.block_out_channels.iter().enumerate() {
            let what = format!("block_out_channels of level {level}");
            if channels == 0 || channels > MAX_CHANNELS || !channels.is_multiple_of(self.norm_num_groups) {
                let expected = format!("a multiple of the {} groups, at most {MAX_CHANNELS}", self.norm_num_groups);
                return bad(&what, expected, channels.to_string());
            }
            if self.attends(level) {
                let head = self.attention_head_dim.unwrap_or(channels);
                if !channels.is_multiple_of(head) {
                    return bad("attention_head_dim", format!("a divisor of {channels} channels"), head.to_string());
                }
                let tokens = (self.sample_size >> level).pow(2);
                if tokens > MAX_TOKENS {
                    return bad("positions under attention", format!("at most {MAX_TOKENS}"), tokens.to_string());
                }
            }
        }
        let (last, groups) = (self.block_out_channels[levels - 1], self.attn_norm_num_groups.unwrap_or(1));
        if !last.is_multiple_of(groups) {
            return bad("attn_norm_num_groups", format!("a divisor of {last} channels"), groups.to_string());
        }
        let half = self.block_out_channels[0] / 2;
        if !self.freq_shift.is_finite() || self.freq_shift >= half as f64 {
            return bad("freq_shift", format!("less than {half} frequencies"), self.freq_shift.to_string());
        }
        if self.downsample_padding > 1 {
            return bad("downsample_padding", "0 or 1".into(), self.downsample_padding.to_string());
        }
        for (what, value) in [("norm_eps", self.norm_eps), ("mid_block_scale_factor", self.mid_block_scale_factor)] {
            if !(value.is_finite() && value > 0.0) {
                return bad(what, "a positive number".into(), value.to_string());
            }
        }
        if let Some(kind) = &self.class_embed_type {
            return bad("class_embed_type", "none, for a table of classes".into(), kind.clone());
        }
        let rows = self.num_train_timesteps.unwrap_or(0);
        if self.time_embedding_type == TimeEmbedding::Learned && !(1..=MAX_ROWS).contains(&rows) {
            let expected = format!("1 to {MAX_ROWS} rows of the learnt embedding of timesteps");
            return bad("num_train_timesteps", expected, rows.to_string());
        }
        Ok(())
    }

    /// Whether anything attends on the grid of `level`.
    fn attends(&self, level: usize) -> bool {
        let levels = self.block_out_channels.len();
        self.down_block_types[level] == DownBlock::AttnDownBlock2D
            || self.up_block_types[levels - 1 - level] == UpBlock::AttnUpBlock2D
            || (self.add_attention && level + 1 == levels)
    }

    fn norm(&self) -> Norm {
        Norm { groups: self.norm_num_groups, epsilon: self.norm_eps }
    }

    /// The norm of the middle's attention.
    fn middle_norm(&self) -> Option<Norm> {
        let usual = (self.resnet_time_scale_shift == TimeShift::Default).then_some(self.norm_num_groups);
        self.attn_norm_num_groups.or(usual).map(|groups| Norm { groups, ..self.norm() })
    }
}

/// Rows of a learnt embedding of timesteps beyond this are refused.
const MAX_ROWS: usize = 100_000;

/// UNet over noised images, told the timestep and a class.
#[derive(Module, Debug)]
pub struct UNet2D {
    time_emb: Option<Embedding>,
    time_embed_0: Linear,
    time_embed_2: Linear,
    label_emb: Option<Embedding>,
    input_blocks: Vec<Vec<Layer>>,
    middle_block: Vec<Layer>,
    output_blocks: Vec<Vec<Layer>>,
    out_0: GroupNorm,
    out_2: Conv2d,
    #[module(skip)]
    config: UNet2DConfig,
    #[module(skip)]
    joined: Option<Joined>,
}

impl UNet2D {
    /// A freshly initialised network.
    pub fn new(config: &UNet2DConfig, device: &Device) -> Result<Self> {
        config.validate()?;
        let widths = &config.block_out_channels;
        let (levels, base) = (widths.len(), widths[0]);
        let emb = 4 * base;
        let scale_shift = config.resnet_time_scale_shift == TimeShift::ScaleShift;
        let res = |channels, resample| {
            Layer::Res(ResBlock::new(channels, emb, scale_shift, resample, 0.0, device).with_norm(config.norm()))
        };
        let attention = |channels, norm| {
            let heads = channels / config.attention_head_dim.unwrap_or(channels);
            Layer::Attention(AttentionBlock::new(channels, heads, true, device).with_norm(norm))
        };

        let mut channels = base;
        let mut input_blocks =
            vec![vec![Layer::Conv(Conv2d::new([config.in_channels, channels], 3, 1, false, device))]];
        let mut skips = vec![channels];
        for (level, (&width, kind)) in widths.iter().zip(&config.down_block_types).enumerate() {
            for _ in 0..config.layers_per_block {
                let mut block = vec![res([channels, width], Resample::Keep)];
                channels = width;
                if *kind == DownBlock::AttnDownBlock2D {
                    block.push(attention(channels, Some(config.norm())));
                }
                input_blocks.push(block);
                skips.push(channels);
            }
            if level + 1 < levels {
                let resampler = match kind {
                    DownBlock::DownBlock2D => Resampler::Conv,
                    DownBlock::AttnDownBlock2D => config.downsample_type,
                    DownBlock::ResnetDownsampleBlock2D => Resampler::Resnet,
                };
                let conv = || Downsample::new(channels, device);
                input_blocks.push(vec![match (resampler, config.downsample_padding) {
                    (Resampler::Resnet, _) => res([channels; 2], Resample::Down),
                    (Resampler::Conv, 0) => Layer::Down(conv().far()),
                    (Resampler::Conv, _) => Layer::Down(conv()),
                }]);
                skips.push(channels);
            }
        }

        let mut middle_block = vec![res([channels; 2], Resample::Keep)];
        if config.add_attention {
            middle_block.push(attention(channels, config.middle_norm()));
        }
        middle_block.push(res([channels; 2], Resample::Keep));

        let mut output_blocks = Vec::new();
        for (level, (&width, kind)) in widths.iter().rev().zip(&config.up_block_types).enumerate() {
            for i in 0..=config.layers_per_block {
                let skip = skips.pop().unwrap_or(0);
                let mut block = vec![res([channels + skip, width], Resample::Keep)];
                channels = width;
                if *kind == UpBlock::AttnUpBlock2D {
                    block.push(attention(channels, Some(config.norm())));
                }
                if level + 1 < levels && i == config.layers_per_block {
                    let resampler = match kind {
                        UpBlock::UpBlock2D => Resampler::Conv,
                        UpBlock::AttnUpBlock2D => config.upsample_type,
                        UpBlock::ResnetUpsampleBlock2D => Resampler::Resnet,
                    };
                    block.push(match resampler {
                        Resampler::Resnet => res([channels; 2], Resample::Up),
                        Resampler::Conv => Layer::Up(Upsample::new(channels, device)),
                    });
                }
                output_blocks.push(block);
            }
        }
        let rows = config.num_train_timesteps.filter(|_| config.time_embedding_type == TimeEmbedding::Learned);
        Ok(Self {
            time_emb: rows.map(|rows| Embedding::new(rows, base, device)),
            time_embed_0: Linear::new(base, emb, device),
            time_embed_2: Linear::new(emb, emb, device),
            label_emb: config.num_class_embeds.map(|count| Embedding::new(count, emb, device)),
            input_blocks,
            middle_block,
            output_blocks,
            out_0: GroupNorm::new(channels, device).with(config.norm()),
            out_2: Conv2d::new([channels, config.out_channels], 3, 1, true, device),
            config: config.clone(),
            joined: None,
        })
    }

    /// The constructor arguments.
    pub fn config(&self) -> &UNet2DConfig {
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
        let mut side = self.config.sample_size;
        for block in self.input_blocks.iter().chain([&self.middle_block]).chain(&self.output_blocks) {
            let (cost, after) = block_multiply_adds(block, side);
            total += cost;
            side = after;
        }
        total + self.out_2.multiply_adds(side * side)
    }

    /// # Shapes
    /// N timesteps → `[N, 4 C]` with C channels of the finest level
    fn embed_time(&self, t: &[f64]) -> Tensor<2> {
        let (config, width) = (&self.config, self.config.block_out_channels[0]);
        let embedding = match &self.time_emb {
            Some(table) => table.mix(t.iter().flat_map(|&t| between(t, config.num_train_timesteps)).collect()),
            None => {
                let waves = sinusoids(t, width, config.flip_sin_to_cos, config.freq_shift);
                host_tensor(waves, width, &self.time_embed_0.weight.val())
            }
        };
        self.time_embed_2.forward(silu(self.time_embed_0.forward(embedding)))
    }
}

/// Weights of the rows that `t` lies between; beyond the last row it is the last.
fn between(t: f64, rows: Option<usize>) -> Vec<f64> {
    let mut weights = vec![0.0; rows.unwrap_or(0)];
    let last = weights.len() - 1;
    let t = t.clamp(0.0, last as f64);
    let below = t.floor();
    weights[below as usize] = 1.0 - (t - below);
    if t > below {
        weights[below as usize + 1] = t - below;
    }
    weights
}

impl Denoiser for UNet2D {
    fn forward(&self, x: Tensor<4>, t: &[f64], labels: &Labels) -> Tensor<4> {
        let config = &self.config;
        let wanted = [t.len(), config.in_channels, config.sample_size, config.sample_size];
        assert_eq!(x.dims(), wanted, "x of the UNet2D");
        let mut emb = self.embed_time(t);
        if let Some(embedding) = &self.label_emb {
            emb = emb + embedding.forward(&labels.class);
        }
        let told = Told::new(emb, self.joined.as_ref());
        let mut h = if config.center_input_sample { x * 2.0 - 1.0 } else { x };
        let mut skips = Vec::with_capacity(self.input_blocks.len());
        for block in &self.input_blocks {
            h = forward_block(block, h, &told);
            skips.push(h.clone());
        }
        for layer in &self.middle_block {
            h = forward_block(std::slice::from_ref(layer), h, &told);
            if config.mid_block_scale_factor != 1.0 {
                h = h / config.mid_block_scale_factor;
            }
        }
        for block in &self.output_blocks {
            if let Some(skip) = skips.pop() {
                h = Tensor::cat(vec![h, skip], 1);
            }
            h = forward_block(block, h, &told);
        }
        self.out_2.forward(self.out_0.forward_silu(h, None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestep_between_two_rows_is_between_them() {
        assert_eq!(between(1.0, Some(3)), [0.0, 1.0, 0.0]);
        assert_eq!(between(1.25, Some(3)), [0.0, 0.75, 0.25]);
        assert_eq!(between(7.0, Some(3)), [0.0, 0.0, 1.0]);
    }
}
