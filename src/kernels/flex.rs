//! The kernels on the processor.

use burn::backend::flex::{FlexTensor, Layout};
use burn::backend::{Flex, tensor::FloatTensor};
use burn::tensor::{Bytes, DType, Shape};

use super::Kernels;
use super::group_norm::{self, Form};
use super::winograd::{blocks::Grid, product};

impl Kernels for Flex {
    fn winograd(x: FloatTensor<Self>, tiles: FloatTensor<Self>, channels: usize, back: bool) -> FloatTensor<Self> {
        let x = x.to_contiguous();
        let shape = x.layout().shape();
        let (images, inputs, height, width) = (shape[0], shape[1], shape[2], shape[3]);
        let grid = Grid::new(images, [height, width], back);
        let v = grid.transform(x.storage(), inputs);
        let m = if back {
            product::backwards(tiles.storage(), &v, channels, grid.groups())
        } else {
            product::forwards(tiles.storage(), &v, inputs, grid.groups())
        };
        tensor(grid.gather(&m, channels), [images, channels, height, width])
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
