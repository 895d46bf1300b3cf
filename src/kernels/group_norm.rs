//! GroupNorm (Wu & He 2018) with a gain and a bias for each image and channel, and SiLU, in one pass over the data.
//!
//! With μ and s² the mean and variance of a group, `x̂ = (x - μ) / √(s² + ε)`, `z = x̂ gain + bias`, and the result is z
//! or `silu(z) = z σ(z)`. Backwards, with `g` the gradient at z times the gain,
//! `dx = (g - mean(g) - x̂ mean(g x̂)) / √(s² + ε)`, the means over the group.

use burn::backend::Dispatch;
use burn::tensor::Tensor;

use super::Kernels;

/// What a GroupNorm is beside its tensors.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Form {
    /// Groups that the channels are split into.
    pub(crate) groups: usize,
    /// ε, which is added to a group's variance.
    pub(crate) epsilon: f32,
    /// Whether SiLU follows.
    pub(crate) silu: bool,
    /// Where in a row of `affine` the gains of its channels begin; the biases follow them.
    pub(crate) at: usize,
}

/// # Shapes
/// `x` and the result are `[N, C, ...]`, `affine` `[N, width]` or, if all images have the same, `[1, width]`, where
/// `form.at + 2 C ≤ width`. It is not differentiated.
pub(crate) fn group_norm<const D: usize>(x: Tensor<D>, affine: Tensor<2>, form: Form) -> Tensor<D> {
    let [rows, width] = affine.dims();
    let (images, channels) = (x.shape()[0], x.shape()[1]);
    assert!((rows == 1 || rows == images) && form.at + 2 * channels <= width, "gains and biases of a GroupNorm");
    Tensor::from_dispatch(Dispatch::group_norm(x.into_dispatch(), affine.into_dispatch(), form))
}
