//! Convolutions with stride 1 that keep the size, 3×3 and 1×1, as matrix products over weights that are laid out once.
//!
//! A 1×1 convolution is one product of `[out, in]` and `[in, pixels]`. A 3×3 one, with padding 1, goes by Winograd's
//! minimal filtering F(2×2, 3×3) (Lavin & Gray 2016): each 2×2 block of the output comes from the 4×4 block d of the
//! input around it as `Aᵀ [Σ_c (G g Gᵀ) ⊙ (Bᵀ d B)] A`, with 16 multiplications in place of 36. The sums over the
//! channels c are 16 products, one for each position in a transformed block, and their weights `G g Gᵀ` are made when a
//! model is loaded.
//!
//! Backwards it is the same with channels exchanged and kernels turned by 180°. Turning exchanges positions 0 and 3 of a
//! transformed block in both directions and leaves 1 and 2, so the same numbers serve both ways; a processor has them in
//! panels of its own for the way back, so that it never turns them on the way.

use std::sync::OnceLock;

use burn::backend::Dispatch;
use burn::tensor::Tensor;

use super::{Kernels, Place};

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
    /// The same for the way back, laid out when somebody first goes it.
    back: OnceLock<Tensor<4>>,
    filter: Filter,
    place: Place,
}

impl Prepared {
    /// The kernels of `weight`, if there is a fast way for them: not while they are trained, for no gradient would reach
    /// them.
    ///
    /// # Shapes
    /// `weight` is `[out, in, side, side]`
    pub(crate) fn of(weight: &Tensor<4>) -> Option<Self> {
        let place = super::place(weight).filter(|_| !weight.is_tracked())?;
        let winograd = match weight.dims() {
            [_, _, 1, 1] => false,
            [_, _, 3, 3] => true,
            _ => return None,
        };
        let weights = match place {
            #[cfg(feature = "cpu")]
            Place::Processor => super::flex::laid_out(weight, winograd)?,
            #[cfg(all(target_family = "wasm", feature = "webgpu"))]
            Place::Card => super::cube::laid_out(weight, winograd)?,
        };
        Some(Self {
            weights,
            back: OnceLock::new(),
            filter: Filter { winograd, channels: weight.dims()[0], back: false },
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
        let back = if x.is_tracked() { self.back() } else { &self.weights };
        let [weights, back] = [&self.weights, back].map(|weights| weights.clone().into_dispatch());
        Tensor::from_dispatch(Dispatch::convolve(x.into_dispatch(), weights, back, bias.into_dispatch(), self.filter))
    }

    fn back(&self) -> &Tensor<4> {
        self.back.get_or_init(|| match self.place {
            #[cfg(feature = "cpu")]
            Place::Processor => super::flex::turned(&self.weights, self.filter.channels),
            #[cfg(all(target_family = "wasm", feature = "webgpu"))]
            Place::Card => self.weights.clone(),
        })
    }
}

/// `G g Gᵀ` of the nine taps of a kernel.
pub(super) fn transformed(g: &[f32]) -> [f32; POSITIONS] {
    let row = |[a, b, c]: [f32; 3]| [a, (a + b + c) * 0.5, (a - b + c) * 0.5, c];
    let across = [0, 1, 2].map(|i| row([g[3 * i], g[3 * i + 1], g[3 * i + 2]]));
    let down = [0, 1, 2, 3].map(|j| row([across[0][j], across[1][j], across[2][j]]));
    std::array::from_fn(|position| down[position % 4][position / 4])
}
