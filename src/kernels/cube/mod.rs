//! The kernels on the graphics card, in CubeCL.
//!
//! They keep to what WebGPU promises everywhere: no subgroups, no half precision, small workgroups.

use burn::backend::tensor::FloatTensor;
use burn::tensor::Shape;
use burn_cubecl::{CubeBackend, kernel::into_contiguous, ops::numeric::empty_device_dtype, tensor::CubeTensor};

use super::group_norm::Form;
use super::{Filter, Kernels};

mod convolution;
mod group_norm;

impl Kernels for CubeBackend {
    fn convolve(
        x: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        filter: Filter,
    ) -> FloatTensor<Self> {
        let [x, weights, bias] = [x, weights, bias].map(into_contiguous);
        if filter.winograd {
            convolution::by_blocks(x, weights, bias, filter)
        } else {
            convolution::by_pixels(x, weights, bias, filter)
        }
    }

    fn group_norm(
        x: FloatTensor<Self>,
        gain: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        form: Form,
    ) -> FloatTensor<Self> {
        let [x, gain, bias] = [x, gain, bias].map(into_contiguous);
        group_norm::forward(x, gain, bias, form)
    }

    fn group_norm_back(
        x: FloatTensor<Self>,
        gain: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        form: Form,
    ) -> FloatTensor<Self> {
        let [x, gain, bias, gradient] = [x, gain, bias, gradient].map(into_contiguous);
        group_norm::backward([x, gradient], gain, bias, form)
    }
}

/// Room for a tensor beside `like`.
fn empty(shape: impl Into<Shape>, like: &CubeTensor) -> CubeTensor {
    empty_device_dtype(like.client.clone(), like.device.clone(), shape.into(), like.dtype)
}
