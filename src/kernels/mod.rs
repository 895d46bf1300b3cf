//! The operations that decide how long a step takes, as extensions of burn's backends.
//!
//! A kernel is one module with its formula, and one each in `flex` and `cube` with what the processor and what a graphics
//! card run; `check` holds values and gradients against plain tensor operations. [`Kernels`] is what a backend has to
//! offer, `autodiff` differentiates it. Only the tensor that flows through is differentiated: weights that are trained
//! take the plain operations, which know how.

use burn::backend::{Backend, DispatchDevice, backend_extension, tensor::FloatTensor};
use burn::tensor::{DType, Tensor};

mod autodiff;
pub(crate) mod check;
mod convolution;
#[cfg(all(target_family = "wasm", feature = "webgpu"))]
mod cube;
#[cfg(feature = "cpu")]
mod flex;
mod group_norm;

pub(crate) use convolution::{Filter, Prepared};
pub(crate) use group_norm::{Form, group_norm};

/// What is computed by loops of our own.
#[backend_extension(
    Flex: cfg(feature = "cpu"),
    Cube: cfg(all(target_family = "wasm", feature = "webgpu")),
    Autodiff
)]
pub(crate) trait Kernels: Backend {
    /// [`Prepared::conv`], and the same backwards, which needs no bias and whose weights are those that came as `back`.
    fn convolve(
        x: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        back: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        filter: Filter,
    ) -> FloatTensor<Self>;

    /// [`group_norm()`].
    fn group_norm(x: FloatTensor<Self>, affine: FloatTensor<Self>, form: Form) -> FloatTensor<Self>;

    /// The gradient at `x` of [`group_norm()`], from the gradient at its output.
    fn group_norm_back(
        x: FloatTensor<Self>,
        affine: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        form: Form,
    ) -> FloatTensor<Self>;
}

/// Where kernels can compute tensors like this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// On the processor.
    #[cfg(feature = "cpu")]
    Processor,
    /// On a graphics card.
    #[cfg(all(target_family = "wasm", feature = "webgpu"))]
    Card,
}

/// Where that is for `x`, or nowhere.
pub(crate) fn place<const D: usize>(x: &Tensor<D>) -> Option<Place> {
    match x.device().without_autodiff().as_dispatch() {
        _ if x.dtype() != DType::F32 => None,
        #[cfg(feature = "cpu")]
        DispatchDevice::Flex(_) => Some(Place::Processor),
        #[cfg(all(target_family = "wasm", feature = "webgpu"))]
        DispatchDevice::Cube(_) => Some(Place::Card),
        #[allow(unreachable_patterns, reason = "more backends with more features")]
        _ => None,
    }
}
