//! Convolutions with stride 1 that keep the size, 3×3 and 1×1, as matrix products over weights that are laid out once.
//!
//! A 1×1 convolution is one product of `[out, in]` and `[in, pixels]`. A 3×3 one, with padding 1, goes by Winograd's
//! minimal filtering F(2×2, 3×3) (Lavin & Gray 2016): each 2×2 block of the output comes from the 4×4 block d of the
//! input around it as `Aᵀ [Σ_c (G g Gᵀ) ⊙ (Bᵀ d B)] A`, with 16 multiplications in place of 36. The sums over the
//! channels c are 16 products, one for each position in a transformed block, and their weights `G g Gᵀ` are made when a
//! model is loaded.
//!
//! Backwards it is the same with channels exchanged and kernels turned by 180°. Turning exchanges positions 0 and 3 of a
//! transformed block in both directions and leaves 1 and 2, so the same weights serve both ways.

use burn::backend::Dispatch;
use burn::tensor::{Tensor, TensorData};

use super::{Kernels, Place};

pub(super) mod blocks;
pub(super) mod pixels;
pub(super) mod product;

/// Positions in a transformed 4×4 block.
pub(super) const POSITIONS: usize = 16;

/// What a convolution is beside its tensors.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filter {
    /// Whether it goes by blocks, or pixel by pixel.
    pub(super) winograd: bool,
    /// Channels of the result.
    pub(super) channels: usize,
    /// From the gradient at the output to the gradient at the input, without a bias.
    pub(super) back: bool,
}

/// Kernels of a convolution, laid out for the product.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    /// With 16 positions or 1: in the processor's panels, `[positions, ⌈out/8⌉, in, 8]`, or on a graphics card
    /// `[positions, out, in, 1]`.
    weights: Tensor<4>,
    filter: Filter,
    #[cfg(all(target_family = "wasm", feature = "webgpu"))]
    place: Place,
}

impl Prepared {
    /// The kernels of `weight`, if there is a fast way for them.
    ///
    /// # Shapes
    /// `weight` is `[out, in, side, side]`
    pub(crate) fn of(weight: &Tensor<4>) -> Option<Self> {
        let [out, input, height, width] = weight.dims();
        let place = super::place(weight)?;
        let winograd = match [height, width] {
            [1, 1] => false,
            [3, 3] => true,
            _ => return None,
        };
        let weights = if winograd { transformed(weight) } else { weight.clone().reshape([1, out, input]) };
        let [positions, _, _] = weights.dims();
        let weights = match place {
            Place::Processor => {
                let panels = out.div_ceil(product::PANEL);
                let padded = weights.pad([(0, 0), (0, panels * product::PANEL - out), (0, 0)], 0.0);
                padded.reshape([positions, panels, product::PANEL, input]).swap_dims(2, 3)
            }
            // It reads four channels at a time.
            #[cfg(all(target_family = "wasm", feature = "webgpu"))]
            Place::Card if out % 4 == 0 && input % 4 == 0 => weights.reshape([positions, out, input, 1]),
            #[cfg(all(target_family = "wasm", feature = "webgpu"))]
            Place::Card => return None,
        };
        Some(Self {
            weights: in_order(weights),
            filter: Filter { winograd, channels: out, back: false },
            #[cfg(all(target_family = "wasm", feature = "webgpu"))]
            place,
        })
    }

    /// # Shapes
    /// `x` `[N, in, H, W]`, `bias` `[out]` → `[N, out, H, W]`
    pub(crate) fn conv(&self, x: Tensor<4>, bias: Tensor<1>) -> Tensor<4> {
        #[cfg(all(target_family = "wasm", feature = "webgpu"))]
        if self.place == Place::Card && !self.filter.winograd {
            return self.in_fours(x, bias);
        }
        self.convolve(x, bias)
    }

    /// A card takes four pixels at a time.
    #[cfg(all(target_family = "wasm", feature = "webgpu"))]
    fn in_fours(&self, x: Tensor<4>, bias: Tensor<1>) -> Tensor<4> {
        let [n, c, height, width] = x.dims();
        let area = height * width;
        let more = area.next_multiple_of(4) - area;
        if more == 0 {
            return self.convolve(x, bias);
        }
        let y = self.convolve(x.reshape([n, c, 1, area]).pad([(0, 0), (0, 0), (0, 0), (0, more)], 0.0), bias);
        let channels = self.filter.channels;
        y.slice([0..n, 0..channels, 0..1, 0..area]).reshape([n, channels, height, width])
    }

    fn convolve(&self, x: Tensor<4>, bias: Tensor<1>) -> Tensor<4> {
        let (weights, bias) = (self.weights.clone().into_dispatch(), bias.into_dispatch());
        Tensor::from_dispatch(Dispatch::convolve(x.into_dispatch(), weights, bias, self.filter))
    }
}

/// `G g Gᵀ` of all kernels.
///
/// # Shapes
/// `[out, in, 3, 3]` → `[16, out, in]`
fn transformed(weight: &Tensor<4>) -> Tensor<3> {
    const G: [[f32; 3]; 4] = [[1.0, 0.0, 0.0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0.0, 0.0, 1.0]];
    let [out, input, _, _] = weight.dims();
    let mut both = Vec::with_capacity(9 * POSITIONS);
    for tap in 0..9 {
        both.extend((0..POSITIONS).map(|position| G[position / 4][tap / 3] * G[position % 4][tap % 3]));
    }
    let both = Tensor::<2>::from_data(TensorData::new(both, [9, POSITIONS]), (&weight.device(), weight.dtype()));
    weight.clone().reshape([out * input, 9]).matmul(both).transpose().reshape([POSITIONS, out, input])
}

/// A copy whose elements lie in the order that its shape says.
fn in_order(tensor: Tensor<4>) -> Tensor<4> {
    let shape = tensor.dims();
    tensor.reshape([shape.iter().product::<usize>()]).reshape(shape)
}
