//! One product for everything that the norms of a network are told about timestep and labels.
//!
//! A ResBlock tells its second norm a scale s and a shift t, with `[s, t] = W e + b` and e the SiLU of the embedding
//! (Dhariwal & Nichol 2021, AdaGN). With γ and β of the norm itself, `(GN(x) γ + β) (1 + s) + t` is `GN(x) γ' + β'` with
//! `[γ', β'] = W' e + b'`: linear in e again, so one layer makes γ' and β' of all blocks at once.

use burn::tensor::Tensor;

use super::blocks::ResBlock;
use super::layers::{GroupNorm, Linear};

/// Gains and biases of many norms, from the SiLU of one embedding.
#[derive(Debug, Clone)]
pub(super) struct Joined {
    /// `[E, Σ 2 C]`
    weight: Tensor<2>,
    /// `[1, Σ 2 C]`
    bias: Tensor<2>,
}

impl Joined {
    /// Takes over what these blocks do with the embedding, where the fast kernels can use it.
    pub(super) fn take<'a>(blocks: impl Iterator<Item = &'a mut ResBlock>) -> Option<Self> {
        let (mut weights, mut biases, mut width) = (Vec::new(), Vec::new(), 0);
        for block in blocks {
            let Some((weight, bias)) = block.join(width) else { continue };
            width += bias.dims()[1];
            weights.push(weight);
            biases.push(bias);
        }
        (width > 0).then(|| Self { weight: Tensor::cat(weights, 0).transpose(), bias: Tensor::cat(biases, 1) })
    }

    /// # Shapes
    /// `[N, E]` → `[N, Σ 2 C]`
    pub(super) fn forward(&self, emb: Tensor<2>) -> Tensor<2> {
        emb.matmul(self.weight.clone()) + self.bias.clone()
    }
}

/// W' and b' of a norm and the layer that tells it scale and shift.
///
/// # Shapes
/// `[2 C, E]` and `[1, 2 C]`
pub(super) fn folded(norm: &GroupNorm, told: &Linear) -> (Tensor<2>, Tensor<2>) {
    let (gain, bias) = (norm.weight.val().unsqueeze_dim::<2>(1), norm.bias.val().unsqueeze_dim::<2>(1));
    let fold = |scale: Tensor<2>, shift: Tensor<2>| {
        Tensor::cat(vec![gain.clone() * scale.clone(), bias.clone() * scale + shift], 0)
    };
    let [c, _] = gain.dims();
    let (weight, constant) = (told.weight.val(), told.bias.val().unsqueeze_dim::<2>(1));
    let halves = |both: &Tensor<2>| (both.clone().narrow(0, 0, c), both.clone().narrow(0, c, c));
    let ((scale, shift), (scale_0, shift_0)) = (halves(&weight), halves(&constant));
    (fold(scale, shift), fold(scale_0 + 1.0, shift_0).transpose())
}
