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

pub(super) use convolution::laid_out;

impl Kernels for CubeBackend {
    fn convolve(
        x: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        _: FloatTensor<Self>,
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

    fn group_norm(x: FloatTensor<Self>, affine: FloatTensor<Self>, form: Form) -> FloatTensor<Self> {
        let [x, affine] = [x, affine].map(into_contiguous);
        group_norm::forward(x, affine, form)
    }

    fn group_norm_back(
        x: FloatTensor<Self>,
        affine: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        form: Form,
    ) -> FloatTensor<Self> {
        let [x, affine, gradient] = [x, affine, gradient].map(into_contiguous);
        group_norm::backward([x, gradient], affine, form)
    }
}

/// Room for a tensor beside `like`.
fn empty(shape: impl Into<Shape>, like: &CubeTensor) -> CubeTensor {
    empty_device_dtype(like.client.clone(), like.device.clone(), shape.into(), like.dtype)
}
