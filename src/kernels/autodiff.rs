//! The kernels under automatic differentiation: each with its own backward pass, to the tensor that flows through.

use burn::backend::autodiff::Autodiff;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind, unary};
use burn::backend::{TensorMetadata, tensor::FloatTensor};

use super::group_norm::Form;
use super::{Filter, Kernels};

#[derive(Debug)]
struct Convolution;

impl<B: Kernels> Backward<B, 1> for Convolution {
    type State = ([FloatTensor<B>; 2], Filter);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let ([weights, bias], filter) = ops.state;
        let convolve = |gradient| B::convolve(gradient, weights.clone(), weights, bias, filter);
        unary::<B, _>(ops.parents, ops.node, grads, convolve);
    }
}

#[derive(Debug)]
struct GroupNorm;

impl<B: Kernels> Backward<B, 1> for GroupNorm {
    type State = ([FloatTensor<B>; 2], Form);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let ([x, affine], form) = ops.state;
        unary::<B, _>(ops.parents, ops.node, grads, |gradient| B::group_norm_back(x, affine, gradient, form));
    }
}

impl<B: Kernels, C: CheckpointStrategy> Kernels for Autodiff<B, C> {
    fn convolve(
        x: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        back: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        filter: Filter,
    ) -> FloatTensor<Self> {
        let [weights, back, bias] = [weights, back, bias].map(|tensor| tensor.into_primitive());
        let (x, node) = x.into_parts();
        let state = ([back.clone(), bias.clone()], Filter { channels: x.shape()[1], back: !filter.back, ..filter });
        let y = B::convolve(x, weights, back, bias, filter);
        match Convolution.prepare::<C>([node]).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish(state, y),
            OpsKind::UnTracked(prep) => prep.finish(y),
        }
    }

    fn group_norm(x: FloatTensor<Self>, affine: FloatTensor<Self>, form: Form) -> FloatTensor<Self> {
        let affine = affine.into_primitive();
        let (x, node) = x.into_parts();
        match GroupNorm.prepare::<C>([node]).compute_bound().stateful() {
            OpsKind::Tracked(prep) => {
                let state = ([x.clone(), affine.clone()], form);
                prep.finish(state, B::group_norm(x, affine, form))
            }
            OpsKind::UnTracked(prep) => prep.finish(B::group_norm(x, affine, form)),
        }
    }

    /// Not differentiated again: burn's derivatives are first order only.
    fn group_norm_back(
        x: FloatTensor<Self>,
        affine: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        form: Form,
    ) -> FloatTensor<Self> {
        let [x, affine, gradient] = [x, affine, gradient].map(|tensor| tensor.into_primitive());
        FloatTensor::<Self>::new(B::group_norm_back(x, affine, gradient, form))
    }
}
