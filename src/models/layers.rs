//! The layers every network here is made of, with parameters in PyTorch's layouts.
//!
//! Keeping PyTorch's layouts (`[out, in]` for a linear map, `[out, in, kh, kw]` for a convolution) means that a
//! published checkpoint is read as it is; the transposition is a stride, not a copy.

use burn::module::{Initializer, Module, Param};
use burn::tensor::module::{avg_pool2d, conv2d};
use burn::tensor::ops::{AvgPoolOptions, ConvOptions};
use burn::tensor::{Device, Tensor, TensorData, activation};

use super::config::NORM_GROUPS;
use crate::kernels::{self, Form, Prepared};

/// PyTorch's default initialisation, uniform in ±1/√fan_in, or zeros for the layers guided-diffusion starts at zero.
pub(super) fn initial<const D: usize>(
    shape: [usize; D],
    fan_in: usize,
    zero: bool,
    device: &Device,
) -> Param<Tensor<D>> {
    let bound = 1.0 / (fan_in as f64).sqrt();
    let initializer = if zero { Initializer::Zeros } else { Initializer::Uniform { min: -bound, max: bound } };
    initializer.init(shape, device)
}

/// A weight, seen as that of a convolution, laid out for the fast kernel; in its place remains a parameter of the same
/// shape that was never given values.
fn prepared<const D: usize>(weight: &mut Param<Tensor<D>>, seen: impl Fn(Tensor<D>) -> Tensor<4>) -> Option<Prepared> {
    let plain = weight.val();
    let prepared = Prepared::of(&seen(plain.clone()));
    if prepared.is_some() {
        *weight = initial(plain.dims(), 1, true, &plain.device());
    }
    prepared
}

/// `y = W x + b` over the last dimension.
#[derive(Module, Debug)]
pub struct Linear {
    /// `[out, in]`
    pub weight: Param<Tensor<2>>,
    /// `[out]`
    pub bias: Param<Tensor<1>>,
}

impl Linear {
    /// A layer with PyTorch's default initialisation.
    pub fn new(input: usize, output: usize, device: &Device) -> Self {
        Self { weight: initial([output, input], input, false, device), bias: initial([output], input, false, device) }
    }

    /// # Shapes
    /// `[N, in]` → `[N, out]`
    pub fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        x.matmul(self.weight.val().transpose()) + self.bias.val().unsqueeze()
    }

    /// Multiply-adds for one input.
    pub fn multiply_adds(&self) -> u64 {
        self.weight.lazy_shape().num_elements() as u64
    }
}

/// A square two-dimensional convolution that keeps the size (3×3 with padding 1), or halves it with stride 2.
#[derive(Module, Debug)]
pub struct Conv2d {
    /// `[out, in, k, k]`
    pub weight: Param<Tensor<4>>,
    /// `[out]`
    pub bias: Param<Tensor<1>>,
    stride: usize,
    /// The weight as the fast kernel wants it.
    #[module(skip)]
    prepared: Option<Prepared>,
}

impl Conv2d {
    /// A convolution with kernel side `kernel` and stride `stride`, at zero if `zero`.
    pub fn new(channels: [usize; 2], kernel: usize, stride: usize, zero: bool, device: &Device) -> Self {
        let [input, output] = channels;
        let fan_in = input * kernel * kernel;
        Self {
            weight: initial([output, input, kernel, kernel], fan_in, zero, device),
            bias: initial([output], fan_in, zero, device),
            stride,
            prepared: None,
        }
    }

    /// Lays the weight out once for the fast kernel, if there is one, and gives the memory of the plain one back.
    pub(super) fn prepare(&mut self) {
        if self.stride == 1 {
            self.prepared = prepared(&mut self.weight, |weight| weight);
        }
    }

    /// # Shapes
    /// `[N, in, H, W]` → `[N, out, H/stride, W/stride]`
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        if let Some(prepared) = &self.prepared {
            return prepared.conv(x, self.bias.val());
        }
        let weight = self.weight.val();
        let [output, input, kernel, _] = weight.dims();
        if kernel == 1 && self.stride == 1 {
            // As a matrix product: browsers have a tiled kernel for that, and only a naive one for convolution.
            let [n, _, h, w] = x.dims();
            let weight = weight.reshape([1, output, input]);
            let y = weight.matmul(x.reshape([n, input, h * w])) + self.bias.val().reshape([1, output, 1]);
            return y.reshape([n, output, h, w]);
        }
        let pad = kernel / 2;
        let options = ConvOptions::new([self.stride; 2], [pad; 2], [1; 2], 1);
        conv2d(x, weight, Some(self.bias.val()), options)
    }

    /// Multiply-adds for one image whose *output* has `positions` pixels.
    pub fn multiply_adds(&self, positions: usize) -> u64 {
        (self.weight.lazy_shape().num_elements() * positions) as u64
    }
}

/// A convolution with kernel 1 over a sequence, the form of all projections inside attention.
#[derive(Module, Debug)]
pub struct Conv1d {
    /// `[out, in, 1]`
    pub weight: Param<Tensor<3>>,
    /// `[out]`
    pub bias: Param<Tensor<1>>,
    #[module(skip)]
    prepared: Option<Prepared>,
}

impl Conv1d {
    /// A projection, at zero if `zero`.
    pub fn new(input: usize, output: usize, zero: bool, device: &Device) -> Self {
        let weight = initial([output, input, 1], input, zero, device);
        Self { weight, bias: initial([output], input, zero, device), prepared: None }
    }

    /// As [`Conv2d::prepare`].
    pub(super) fn prepare(&mut self) {
        self.prepared = prepared(&mut self.weight, |weight| weight.unsqueeze_dim(3));
    }

    /// # Shapes
    /// `[N, in, T]` → `[N, out, T]`
    pub fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        if let Some(prepared) = &self.prepared {
            return prepared.conv(x.unsqueeze_dim(3), self.bias.val()).squeeze_dim(3);
        }
        let weight = self.weight.val();
        let [output, input, _] = weight.dims();
        weight.reshape([1, output, input]).matmul(x) + self.bias.val().reshape([1, output, 1])
    }

    /// Multiply-adds for a sequence of `positions`.
    pub fn multiply_adds(&self, positions: usize) -> u64 {
        (self.weight.lazy_shape().num_elements() * positions) as u64
    }
}

/// What a GroupNorm is beside its parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Norm {
    /// Groups that the channels are split into.
    pub groups: usize,
    /// What is added to a group's variance.
    pub epsilon: f64,
}

impl Default for Norm {
    /// guided-diffusion's `normalization`: 32 groups and PyTorch's default epsilon.
    fn default() -> Self {
        Self { groups: NORM_GROUPS, epsilon: 1e-5 }
    }
}

/// GroupNorm (Wu & He 2018), optionally modulated: `GN(x) (1 + scale) + shift`.
#[derive(Module, Debug)]
pub struct GroupNorm {
    /// `[C]`
    pub weight: Param<Tensor<1>>,
    /// `[C]`
    pub bias: Param<Tensor<1>>,
    #[module(skip)]
    norm: Norm,
    /// Gain and bias as the fast kernel wants them, `[1, 2 C]`.
    #[module(skip)]
    affine: Option<Tensor<2>>,
}

impl GroupNorm {
    /// Gain 1, bias 0, guided-diffusion's groups.
    pub fn new(channels: usize, device: &Device) -> Self {
        Self {
            weight: Initializer::Ones.init([channels], device),
            bias: Initializer::Zeros.init([channels], device),
            norm: Norm::default(),
            affine: None,
        }
    }

    /// The same with other groups, whose number divides the channels.
    pub fn with(self, norm: Norm) -> Self {
        Self { norm, ..self }
    }

    /// As [`Conv2d::prepare`].
    pub(super) fn prepare(&mut self) {
        if self.has_kernel() {
            let (gain, bias) = (self.weight.val(), self.bias.val());
            self.affine = Some(Tensor::cat(vec![gain, bias], 0).unsqueeze());
        }
    }

    /// Whether the fast kernel can take its parameters as constants.
    pub(super) fn has_kernel(&self) -> bool {
        let (gain, bias) = (self.weight.val(), self.bias.val());
        kernels::place(&gain).is_some() && !gain.is_tracked() && !bias.is_tracked()
    }

    /// SiLU of the norm with gains and biases that begin at column `at` of `affine`, in place of its own.
    ///
    /// # Shapes
    /// `x` and the output are `[N, C, ...]`, `affine` `[N, width]`
    pub(super) fn forward_told<const D: usize>(&self, x: Tensor<D>, affine: Tensor<2>, at: usize) -> Tensor<D> {
        self.by_kernel(x, affine, at, true)
    }

    fn by_kernel<const D: usize>(&self, x: Tensor<D>, affine: Tensor<2>, at: usize, silu: bool) -> Tensor<D> {
        let Norm { groups, epsilon } = self.norm;
        kernels::group_norm(x, affine, Form { groups, epsilon: epsilon as f32, silu, at })
    }

    /// # Shapes
    /// `x` and the output are `[N, C, ...]`; `modulation` is (scale, shift), each `[N, C]`.
    pub fn forward<const D: usize>(&self, x: Tensor<D>, modulation: Option<(Tensor<2>, Tensor<2>)>) -> Tensor<D> {
        self.apply(x, modulation, false)
    }

    /// SiLU of [`forward`](Self::forward).
    pub fn forward_silu<const D: usize>(&self, x: Tensor<D>, modulation: Option<(Tensor<2>, Tensor<2>)>) -> Tensor<D> {
        self.apply(x, modulation, true)
    }

    fn apply<const D: usize>(
        &self,
        x: Tensor<D>,
        modulation: Option<(Tensor<2>, Tensor<2>)>,
        with_silu: bool,
    ) -> Tensor<D> {
        if let (Some(affine), None) = (&self.affine, &modulation) {
            return self.by_kernel(x, affine.clone(), 0, with_silu);
        }
        let (gain, bias) = (self.weight.val().unsqueeze::<2>(), self.bias.val().unsqueeze::<2>());
        let (n, c) = (x.shape()[0], x.shape()[1]);
        let (gain, bias) = match modulation {
            Some((scale, shift)) => {
                let scale = scale + 1.0;
                (gain * scale.clone(), bias * scale + shift)
            }
            None => (gain.expand([n, c]), bias.expand([n, c])),
        };
        if kernels::place(&x).is_some() && !gain.is_tracked() && !bias.is_tracked() {
            return self.by_kernel(x, Tensor::cat(vec![gain, bias], 1), 0, with_silu);
        }
        let Norm { groups, epsilon } = self.norm;
        let shape = x.shape();
        let area = shape.num_elements() / (n * c);
        let x = x.reshape([n, groups, c / groups * area]);
        let centred = x.clone() - x.mean_dim(2);
        let deviation = centred.clone().square().mean_dim(2).add_scalar(epsilon).sqrt();
        // Gain and 1/deviation are both per image and channel: joined there, the large tensor is multiplied once.
        let inverse = deviation.recip().expand([n, groups, c / groups]).reshape([n, c]);
        let gain = (gain * inverse).reshape([n, c, 1]);
        let z = (centred.reshape([n, c, area]) * gain + bias.reshape([n, c, 1])).reshape(shape);
        if with_silu { silu(z) } else { z }
    }
}

/// `x · σ(x)`
pub(super) fn silu<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    activation::silu(x)
}

/// Mean of each 2×2 block.
///
/// # Shapes
/// `[N, C, H, W]` → `[N, C, H/2, W/2]`
pub(super) fn halve(x: Tensor<4>) -> Tensor<4> {
    avg_pool2d(x, AvgPoolOptions::new([2, 2]))
}

/// Nearest neighbour: each pixel becomes a 2×2 block.
///
/// # Shapes
/// `[N, C, H, W]` → `[N, C, 2H, 2W]`
pub(super) fn double(x: Tensor<4>) -> Tensor<4> {
    let [n, c, h, w] = x.dims();
    x.reshape([n, c, h, 1, w, 1]).expand([n, c, h, 2, w, 2]).reshape([n, c, 2 * h, 2 * w])
}

/// Moves each p×p block of pixels into the channels, in PyTorch's `PixelUnshuffle` order.
///
/// # Shapes
/// `[N, C, H, W]` → `[N, C p², H/p, W/p]`
pub(super) fn pixel_unshuffle(x: Tensor<4>, p: usize) -> Tensor<4> {
    if p == 1 {
        return x;
    }
    let [n, c, h, w] = x.dims();
    let x = x.reshape([n, c, h / p, p, w / p, p]).permute([0, 1, 3, 5, 2, 4]);
    x.reshape([n, c * p * p, h / p, w / p])
}

/// Inverse of [`pixel_unshuffle`], in PyTorch's `PixelShuffle` order.
///
/// # Shapes
/// `[N, C p², H, W]` → `[N, C, H p, W p]`
pub(super) fn pixel_shuffle(x: Tensor<4>, p: usize) -> Tensor<4> {
    if p == 1 {
        return x;
    }
    let [n, c, h, w] = x.dims();
    let c = c / (p * p);
    x.reshape([n, c, p, p, h, w]).permute([0, 1, 4, 2, 5, 3]).reshape([n, c, h * p, w * p])
}

/// Sinusoidal embedding of timesteps, cosines first (guided-diffusion's `timestep_embedding`).
pub fn timestep_embedding(t: &[f64], width: usize) -> Vec<f64> {
    sinusoids(t, width, true, 0.0)
}

/// Sinusoidal embedding of timesteps (Ho et al. 2020, section B; diffusers' `get_timestep_embedding`): frequency k of
/// half the width is `10000^(-k / (half - shift))`, and cosines or sines come first.
///
/// The published code forms the frequencies in float32, so they are rounded here too; an odd width ends in a zero.
/// Computed on the host with `libm`, so that it has the same bits everywhere.
pub(super) fn sinusoids(t: &[f64], width: usize, cosines_first: bool, shift: f64) -> Vec<f64> {
    let half = width / 2;
    let divisor = (half as f64 - shift) as f32;
    let mut embedding = Vec::with_capacity(t.len() * width);
    for &t in t {
        let angle = |k: usize| {
            let exponent = -libm::log(MAX_PERIOD) as f32 * k as f32 / divisor;
            t * f64::from(libm::exp(f64::from(exponent)) as f32)
        };
        let waves = if cosines_first { [libm::cos, libm::sin] } else { [libm::sin, libm::cos] };
        embedding.extend(waves.iter().flat_map(|wave| (0..half).map(|k| wave(angle(k)))));
        embedding.extend(std::iter::repeat_n(0.0, width % 2));
    }
    embedding
}

/// Longest wavelength of the timestep embedding.
const MAX_PERIOD: f64 = 10_000.0;

/// A `[rows, width]` tensor on the device and in the precision of `like`.
pub(super) fn host_tensor<const D: usize>(values: Vec<f64>, width: usize, like: &Tensor<D>) -> Tensor<2> {
    let rows = values.len() / width;
    Tensor::from_data(TensorData::new(values, [rows, width]), (&like.device(), like.dtype()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two channels of 2×4 pixels numbered row by row, and what PyTorch's `PixelUnshuffle(2)` makes of them.
    #[test]
    fn patches_are_in_pytorch_s_order() {
        let values = |tensor: Tensor<4>| tensor.into_data().iter::<f32>().collect::<Vec<f32>>();
        let device = Device::flex();
        let image: Vec<f32> = (0..16).map(|v| v as f32).collect();
        let patches = [0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15].map(|v| v as f32);
        let x = Tensor::<4>::from_data(TensorData::new(image.clone(), [1, 2, 2, 4]), &device);
        let unshuffled = pixel_unshuffle(x, 2);
        assert_eq!(unshuffled.dims(), [1, 8, 1, 2]);
        assert_eq!(values(unshuffled.clone()), patches);
        let back = pixel_shuffle(unshuffled, 2);
        assert_eq!(back.dims(), [1, 2, 2, 4]);
        assert_eq!(values(back), image);
    }
}
