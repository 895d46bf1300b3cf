//! The kernels on the processor.

use burn::backend::flex::{FlexTensor, Layout};
use burn::backend::{Flex, tensor::FloatTensor};
use burn::tensor::{Bytes, DType, Shape};

use super::Kernels;
use super::convolution::product::{self, Sizes};
use super::convolution::{Filter, POSITIONS, blocks::Grid, pixels::Pixels};
use super::group_norm::{self, Form};

impl Kernels for Flex {
    fn convolve(
        x: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        filter: Filter,
    ) -> FloatTensor<Self> {
        let [x, bias] = [x, bias].map(|tensor| tensor.to_contiguous());
        let shape = x.layout().shape();
        let (images, channels, height, width) = (shape[0], shape[1], shape[2], shape[3]);
        let inputs = if filter.back { filter.channels } else { channels };
        let multiply = if filter.back { product::backwards } else { product::forwards };
        let bias = if filter.back { &[] } else { bias.storage() };
        let y = if filter.winograd {
            let grid = Grid::new(images, [height, width], filter.back);
            let sizes = Sizes { positions: POSITIONS, groups: grid.groups(), inputs };
            let m = multiply(weights.storage(), &grid.transform(x.storage(), channels), sizes);
            grid.gather(&m, filter.channels, bias)
        } else {
            let pixels = Pixels::new(images, height * width);
            let sizes = Sizes { positions: 1, groups: pixels.groups(), inputs };
            let m = multiply(weights.storage(), &pixels.spread(x.storage(), channels), sizes);
            pixels.collect(&m, filter.channels, bias)
        };
        tensor(y, [images, filter.channels, height, width])
    }

    fn group_norm(
        x: FloatTensor<Self>,
        gain: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        form: Form,
    ) -> FloatTensor<Self> {
        let [x, gain, bias] = [x, gain, bias].map(|tensor| tensor.to_contiguous());
        let shape = x.layout().shape().clone();
        let images = shape[0];
        let mut out = vec![0.0; shape.num_elements()];
        group_norm::forward(x.storage(), gain.storage(), bias.storage(), form, images, &mut out);
        tensor(out, shape)
    }

    fn group_norm_back(
        x: FloatTensor<Self>,
        gain: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        form: Form,
    ) -> FloatTensor<Self> {
        let [x, gain, bias, gradient] = [x, gain, bias, gradient].map(|tensor| tensor.to_contiguous());
        let shape = x.layout().shape().clone();
        let images = shape[0];
        let mut out = vec![0.0; shape.num_elements()];
        let both = [x.storage(), gradient.storage()];
        group_norm::backward(both, gain.storage(), bias.storage(), form, images, &mut out);
        tensor(out, shape)
    }
}

/// Takes the values over as they are; `FlexTensor::empty` would copy them.
fn tensor(values: Vec<f32>, shape: impl Into<Shape>) -> FlexTensor {
    FlexTensor::new(Bytes::from_elems(values), Layout::contiguous(shape.into()), DType::F32)
}
