//! The building blocks of guided-diffusion's UNet (Dhariwal & Nichol 2021, `unet.py`), parameter for parameter.
//!
//! Field names carry the names of the published state dict: `in_layers_2` is `in_layers.2` there (see
//! [`params`](super::params)).

use burn::module::Module;
use burn::nn::Dropout;
use burn::tensor::{Device, Tensor, activation, module::conv2d, ops::ConvOptions};

use super::joined::{Joined, folded};
use super::layers::{Conv1d, Conv2d, GroupNorm, Linear, Norm, double, halve, initial, silu};

/// What a block does to the side of the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resample {
    /// Leaves it.
    Keep,
    /// Halves it.
    Down,
    /// Doubles it.
    Up,
}

impl Resample {
    fn apply(self, x: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Keep => x,
            Self::Down => halve(x),
            Self::Up => double(x),
        }
    }

    /// Side of the grid afterwards.
    pub fn side(self, side: usize) -> usize {
        match self {
            Self::Keep => side,
            Self::Down => side / 2,
            Self::Up => side * 2,
        }
    }
}

/// Two convolutions around a skip connection, told the timestep through `emb`.
#[derive(Module, Debug)]
pub struct ResBlock {
    in_layers_0: GroupNorm,
    in_layers_2: Conv2d,
    emb_layers_1: Linear,
    out_layers_0: GroupNorm,
    out_layers_3: Conv2d,
    skip_connection: Option<Conv2d>,
    dropout: Dropout,
    scale_shift: bool,
    #[module(skip)]
    resample: Resample,
    /// Where its gains and biases are among those of all blocks, if one layer makes them all.
    #[module(skip)]
    joined_at: Option<usize>,
}

impl ResBlock {
    /// `channels` is (in, out); `emb` the width of the timestep embedding.
    pub fn new(
        channels: [usize; 2],
        emb: usize,
        scale_shift: bool,
        resample: Resample,
        dropout: f64,
        device: &Device,
    ) -> Self {
        let [input, output] = channels;
        Self {
            in_layers_0: GroupNorm::new(input, device),
            in_layers_2: Conv2d::new(channels, 3, 1, false, device),
            emb_layers_1: Linear::new(emb, if scale_shift { 2 * output } else { output }, device),
            out_layers_0: GroupNorm::new(output, device),
            out_layers_3: Conv2d::new([output, output], 3, 1, true, device),
            skip_connection: (input != output).then(|| Conv2d::new(channels, 1, 1, false, device)),
            dropout: burn::nn::DropoutConfig::new(dropout).init(),
            scale_shift,
            resample,
            joined_at: None,
        }
    }

    /// The same with other groups.
    pub fn with_norm(mut self, norm: Norm) -> Self {
        self.in_layers_0 = self.in_layers_0.with(norm);
        self.out_layers_0 = self.out_layers_0.with(norm);
        self
    }

    /// # Shapes
    /// `x` `[N, in, H, W]`, `emb` `[N, E]` → `[N, out, H', W']`
    pub fn forward(&self, x: Tensor<4>, emb: Tensor<2>) -> Tensor<4> {
        self.forward_told(x, &Told { emb: silu(emb), affine: None })
    }

    fn forward_told(&self, x: Tensor<4>, told: &Told) -> Tensor<4> {
        let h = self.in_layers_0.forward_silu(x.clone(), None);
        let h = self.in_layers_2.forward(self.resample.apply(h));
        let h = match (&told.affine, self.joined_at) {
            (Some(affine), Some(at)) => self.out_layers_0.forward_told(h, affine.clone(), at),
            _ => {
                let emb = self.emb_layers_1.forward(told.emb.clone());
                if self.scale_shift {
                    let halves = emb.chunk(2, 1);
                    let modulation = (halves[0].clone(), halves[1].clone());
                    self.out_layers_0.forward_silu(h, Some(modulation))
                } else {
                    let [n, c] = emb.dims();
                    self.out_layers_0.forward_silu(h + emb.reshape([n, c, 1, 1]), None)
                }
            }
        };
        let h = self.out_layers_3.forward(self.dropout.forward(h));
        let x = self.resample.apply(x);
        match &self.skip_connection {
            Some(skip) => skip.forward(x) + h,
            None => x + h,
        }
    }

    fn prepare(&mut self) {
        let convolutions = [&mut self.in_layers_2, &mut self.out_layers_3].into_iter().chain(&mut self.skip_connection);
        convolutions.for_each(Conv2d::prepare);
        [&mut self.in_layers_0, &mut self.out_layers_0].into_iter().for_each(GroupNorm::prepare);
    }

    /// Leaves what it does with the embedding to one layer for all blocks, where its own gains and biases begin at `at`:
    /// [`folded`]. The memory of its own layer is given back.
    pub(super) fn join(&mut self, at: usize) -> Option<(Tensor<2>, Tensor<2>)> {
        if !self.scale_shift || !self.out_layers_0.has_kernel() {
            return None;
        }
        let parts = folded(&self.out_layers_0, &self.emb_layers_1);
        let weight = &mut self.emb_layers_1.weight;
        let plain = weight.val();
        *weight = initial(plain.dims(), 1, true, &plain.device());
        self.joined_at = Some(at);
        Some(parts)
    }

    fn multiply_adds(&self, side: usize) -> (u64, usize) {
        let side = self.resample.side(side);
        let area = side * side;
        let skip = self.skip_connection.as_ref().map_or(0, |skip| skip.multiply_adds(area));
        let convs = self.in_layers_2.multiply_adds(area) + self.out_layers_3.multiply_adds(area);
        (convs + skip + self.emb_layers_1.multiply_adds(), side)
    }
}

/// Softmax attention over `[B, c, T]` with the scale split over q and k, as in the published code.
pub(super) fn attend(q: Tensor<3>, k: Tensor<3>, v: Tensor<3>) -> Tensor<3> {
    let [_, c, _] = q.dims();
    let scale = 1.0 / (c as f64).sqrt().sqrt();
    let weights = activation::softmax((q * scale).transpose().matmul(k * scale), 2);
    v.matmul(weights.transpose())
}

/// Self-attention over the grid with a skip connection.
#[derive(Module, Debug)]
pub struct AttentionBlock {
    norm: Option<GroupNorm>,
    qkv: Conv1d,
    proj_out: Conv1d,
    heads: usize,
    new_order: bool,
}

impl AttentionBlock {
    /// `new_order` splits q, k, v before the heads; the legacy order splits the heads first. Loading weights of one
    /// order into the other runs, and is wrong.
    pub fn new(channels: usize, heads: usize, new_order: bool, device: &Device) -> Self {
        Self {
            norm: Some(GroupNorm::new(channels, device)),
            qkv: Conv1d::new(channels, 3 * channels, false, device),
            proj_out: Conv1d::new(channels, channels, true, device),
            heads,
            new_order,
        }
    }

    /// The same with other groups, or without a norm.
    pub fn with_norm(mut self, norm: Option<Norm>) -> Self {
        self.norm = norm.and_then(|norm| self.norm.map(|layer| layer.with(norm)));
        self
    }

    /// # Shapes
    /// `[N, C, H, W]` → the same
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let [n, c, height, width] = x.dims();
        let (t, head) = (height * width, c / self.heads);
        let x = x.reshape([n, c, t]);
        let normed = match &self.norm {
            Some(norm) => norm.forward(x.clone(), None),
            None => x.clone(),
        };
        let qkv = self.qkv.forward(normed);
        let parts = if self.new_order {
            qkv.reshape([n, 3, self.heads, head, t]).chunk(3, 1)
        } else {
            qkv.reshape([n, self.heads, 3, head, t]).chunk(3, 2)
        };
        let [q, k, v] = [0, 1, 2].map(|i: usize| parts[i].clone().reshape([n * self.heads, head, t]));
        let h = attend(q, k, v).reshape([n, c, t]);
        (x + self.proj_out.forward(h)).reshape([n, c, height, width])
    }

    fn multiply_adds(&self, side: usize) -> u64 {
        let t = side * side;
        let channels = self.proj_out.bias.lazy_shape().num_elements();
        let products = 2 * t * t * channels;
        self.qkv.multiply_adds(t) + self.proj_out.multiply_adds(t) + products as u64
    }
}

/// Halving by a strided convolution (`Downsample` with `use_conv`).
#[derive(Module, Debug)]
pub struct Downsample {
    op: Conv2d,
    centred: bool,
}

impl Downsample {
    /// Keeps the channels.
    pub fn new(channels: usize, device: &Device) -> Self {
        Self { op: Conv2d::new([channels, channels], 3, 2, false, device), centred: true }
    }

    /// The same with zeros at the far edges only (the first DDPM's, and diffusers' `downsample_padding: 0`).
    pub fn far(self) -> Self {
        Self { centred: false, ..self }
    }

    /// # Shapes
    /// `[N, C, H, W]` → `[N, C, H/2, W/2]`
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        if self.centred {
            return self.op.forward(x);
        }
        let options = ConvOptions::new([2; 2], [0; 2], [1; 2], 1);
        conv2d(x.pad((0, 1, 0, 1), 0.0), self.op.weight.val(), Some(self.op.bias.val()), options)
    }
}

/// Doubling, then a convolution (`Upsample` with `use_conv`).
#[derive(Module, Debug)]
pub struct Upsample {
    conv: Conv2d,
}

impl Upsample {
    /// Keeps the channels.
    pub fn new(channels: usize, device: &Device) -> Self {
        Self { conv: Conv2d::new([channels, channels], 3, 1, false, device) }
    }

    /// # Shapes
    /// `[N, C, H, W]` → `[N, C, 2H, 2W]`
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        self.conv.forward(double(x))
    }
}

/// Resampling without parameters (`conv_resample: false`).
#[derive(Module, Debug)]
pub struct Plain {
    #[module(skip)]
    resample: Resample,
}

impl Plain {
    /// Box average or nearest neighbour.
    pub fn new(resample: Resample) -> Self {
        Self { resample }
    }
}

/// One entry of a `TimestepEmbedSequential`.
#[derive(Module, Debug)]
#[allow(clippy::large_enum_variant, reason = "a few dozen of these live in one Vec; boxing would not derive Module")]
pub enum Layer {
    /// The first convolution.
    Conv(Conv2d),
    /// A ResBlock, resampling or not.
    Res(ResBlock),
    /// Self-attention.
    Attention(AttentionBlock),
    /// Strided convolution.
    Down(Downsample),
    /// Nearest neighbour and convolution.
    Up(Upsample),
    /// Resampling without parameters.
    Plain(Plain),
}

/// What the blocks of a network are told about timestep and labels.
pub(super) struct Told {
    /// SiLU of the embedding, `[N, E]`.
    emb: Tensor<2>,
    /// What their norms make of it, if one layer makes it for all, `[N, Σ 2 C]`.
    affine: Option<Tensor<2>>,
}

impl Told {
    /// From the embedding, `[N, E]`.
    pub(super) fn new(emb: Tensor<2>, joined: Option<&Joined>) -> Self {
        let emb = silu(emb);
        Self { affine: joined.map(|joined| joined.forward(emb.clone())), emb }
    }
}

/// Runs the layers of one block in order; only ResBlocks are told anything.
pub(super) fn forward_block(block: &[Layer], mut x: Tensor<4>, told: &Told) -> Tensor<4> {
    for layer in block {
        x = match layer {
            Layer::Conv(conv) => conv.forward(x),
            Layer::Res(block) => block.forward_told(x, told),
            Layer::Attention(attention) => attention.forward(x),
            Layer::Down(down) => down.forward(x),
            Layer::Up(up) => up.forward(x),
            Layer::Plain(plain) => plain.resample.apply(x),
        };
    }
    x
}

/// Lays the weights of all blocks out for fast kernels, and joins what they do with the embedding.
pub(super) fn prepare<'a>(blocks: impl Iterator<Item = &'a mut Vec<Layer>>) -> Option<Joined> {
    let mut told = Vec::new();
    for layer in blocks.flatten() {
        match layer {
            Layer::Conv(conv) | Layer::Up(Upsample { conv }) => conv.prepare(),
            Layer::Res(block) => {
                block.prepare();
                told.push(block);
            }
            Layer::Attention(attention) => {
                [&mut attention.qkv, &mut attention.proj_out].into_iter().for_each(Conv1d::prepare);
                attention.norm.iter_mut().for_each(GroupNorm::prepare);
            }
            // Halving is with stride 2.
            Layer::Down(_) | Layer::Plain(_) => {}
        }
    }
    Joined::take(told.into_iter())
}

/// Multiply-adds of one block for one image on a grid of `side`, and the side it leaves.
pub(super) fn block_multiply_adds(block: &[Layer], side: usize) -> (u64, usize) {
    block.iter().fold((0, side), |(total, side), layer| {
        let (cost, side) = match layer {
            Layer::Conv(conv) => (conv.multiply_adds(side * side), side),
            Layer::Res(block) => block.multiply_adds(side),
            Layer::Attention(attention) => (attention.multiply_adds(side), side),
            Layer::Down(down) => (down.op.multiply_adds(side * side / 4), side / 2),
            Layer::Up(up) => (up.conv.multiply_adds(4 * side * side), 2 * side),
            Layer::Plain(plain) => (0, plain.resample.side(side)),
        };
        (total + cost, side)
    })
}
