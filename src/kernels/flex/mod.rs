//! The kernels on the processor.

use burn::backend::flex::{FlexTensor, Layout};
use burn::backend::{Flex, tensor::FloatTensor};
use burn::tensor::{Bytes, DType, Shape};

use super::convolution::{Filter, POSITIONS};
use super::{Form, Kernels};
use blocks::Grid;
use group_norm::Planes;
use pixels::Pixels;
use product::Sizes;

mod blocks;
mod group_norm;
mod pixels;
mod product;
#[cfg(all(feature = "relaxed-simd", target_family = "wasm"))]
mod relaxed;

pub(super) use product::{laid_out, turned};

impl Kernels for Flex {
    fn convolve(
        x: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        _: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        filter: Filter,
    ) -> FloatTensor<Self> {
        let [x, bias] = [x, bias].map(|tensor| tensor.to_contiguous());
        let shape = x.layout().shape();
        let (images, channels, height, width) = (shape[0], shape[1], shape[2], shape[3]);
        let bias = if filter.back { &[] } else { bias.storage() };
        let y = if filter.winograd {
            let grid = Grid::new(images, [height, width], filter.back);
            let sizes = Sizes { positions: POSITIONS, groups: grid.groups(), inputs: channels };
            let m = product::multiply(weights.storage(), &grid.transform(x.storage(), channels), sizes);
            grid.gather(&m, filter.channels, bias)
        } else {
            let pixels = Pixels::new(images, height * width);
            let sizes = Sizes { positions: 1, groups: pixels.groups(), inputs: channels };
            let m = product::multiply(weights.storage(), &pixels.spread(x.storage(), channels), sizes);
            pixels.collect(&m, filter.channels, bias)
        };
        tensor(y, [images, filter.channels, height, width])
    }

    fn group_norm(x: FloatTensor<Self>, affine: FloatTensor<Self>, form: Form) -> FloatTensor<Self> {
        let [x, affine] = [x, affine].map(|tensor| tensor.to_contiguous());
        let shape = x.layout().shape().clone();
        let mut out = vec![0.0; shape.num_elements()];
        let planes = Planes::new(&shape, affine.storage(), affine.layout().shape()[0], form);
        group_norm::forward(x.storage(), &planes, form, &mut out);
        tensor(out, shape)
    }

    fn group_norm_back(
        x: FloatTensor<Self>,
        affine: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        form: Form,
    ) -> FloatTensor<Self> {
        let [x, affine, gradient] = [x, affine, gradient].map(|tensor| tensor.to_contiguous());
        let shape = x.layout().shape().clone();
        let mut out = vec![0.0; shape.num_elements()];
        let planes = Planes::new(&shape, affine.storage(), affine.layout().shape()[0], form);
        group_norm::backward([x.storage(), gradient.storage()], &planes, form, &mut out);
        tensor(out, shape)
    }
}

/// Takes the values over as they are; `FlexTensor::empty` would copy them.
fn tensor(values: Vec<f32>, shape: impl Into<Shape>) -> FlexTensor {
    FlexTensor::new(Bytes::from_elems(values), Layout::contiguous(shape.into()), DType::F32)
}
