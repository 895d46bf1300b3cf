//! The kernels on the graphics card, in CubeCL.
//!
//! They keep to what WebGPU promises everywhere: no subgroups, no half precision, small workgroups.

use burn::backend::tensor::FloatTensor;
use burn_cubecl::{CubeBackend, kernel::into_contiguous, ops::numeric::empty_device_dtype, tensor::CubeTensor};

use super::Kernels;
use super::group_norm::Form;

mod group_norm;
mod winograd;

impl Kernels for CubeBackend {
    fn winograd(x: FloatTensor<Self>, tiles: FloatTensor<Self>, channels: usize, back: bool) -> FloatTensor<Self> {
        winograd::convolve(into_contiguous(x), into_contiguous(tiles), channels, back)
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
fn empty<const D: usize>(shape: [usize; D], like: &CubeTensor) -> CubeTensor {
    empty_device_dtype(like.client.clone(), like.device.clone(), shape.into(), like.dtype)
}
