//! 3×3 convolution with stride 1 and padding 1 by Winograd's minimal filtering F(2×2, 3×3) (Lavin & Gray 2016).
//!
//! Each 2×2 block of the output comes from the 4×4 block d of the input around it: `Aᵀ [Σ_c (G g Gᵀ) ⊙ (Bᵀ d B)] A`,
//! with 16 multiplications in place of 36. The sums over the channels c are 16 matrix products, one for each position in
//! a transformed block. The transformed kernels `G g Gᵀ`, here called tiles, are made once, when a model is loaded.
//!
//! Backwards it is the same convolution with kernels turned by 180° and channels exchanged. Turning exchanges positions
//! 0 and 3 of a transformed block in both directions and leaves 1 and 2, so the same tiles serve both ways.

use burn::backend::Dispatch;
use burn::tensor::{Tensor, TensorData};

use super::{Kernels, Place};

pub(super) mod blocks;
pub(super) mod product;

/// Positions in a transformed 4×4 block.
pub(super) const POSITIONS: usize = 16;

/// Kernels of a 3×3 convolution, transformed.
#[derive(Debug, Clone)]
pub(crate) struct Tiles {
    /// In the processor's panels, `[16, ⌈out/8⌉, in, 8]`, or on a graphics card `[16, out, in, 1]`.
    tiles: Tensor<4>,
    out: usize,
}

impl Tiles {
    /// The kernels of `weight`, if there is a fast way for them.
    ///
    /// # Shapes
    /// `weight` is `[out, in, 3, 3]`
    pub(crate) fn of(weight: &Tensor<4>) -> Option<Self> {
        const G: [[f32; 3]; 4] = [[1.0, 0.0, 0.0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0.0, 0.0, 1.0]];
        let [out, input, height, width] = weight.dims();
        let place = super::place(weight)?;
        if [height, width] != [3, 3] {
            return None;
        }
        let mut both = Vec::with_capacity(9 * POSITIONS);
        for tap in 0..9 {
            both.extend((0..POSITIONS).map(|position| G[position / 4][tap / 3] * G[position % 4][tap % 3]));
        }
        let both = Tensor::<2>::from_data(TensorData::new(both, [9, POSITIONS]), (&weight.device(), weight.dtype()));
        let tiles = weight.clone().reshape([out * input, 9]).matmul(both).transpose();
        let tiles = match place {
            Place::Processor => {
                let panels = out.div_ceil(product::PANEL);
                let tiles = tiles.reshape([POSITIONS, out, input]);
                let tiles = tiles.pad([(0, 0), (0, panels * product::PANEL - out), (0, 0)], 0.0);
                tiles.reshape([POSITIONS, panels, product::PANEL, input]).swap_dims(2, 3)
            }
            // It reads four channels at a time.
            #[cfg(all(target_family = "wasm", feature = "webgpu"))]
            Place::Card if out % 4 == 0 && input % 4 == 0 => tiles.reshape([POSITIONS, out, input, 1]),
            #[cfg(all(target_family = "wasm", feature = "webgpu"))]
            Place::Card => return None,
        };
        // The copy is in the order that the shape says.
        Some(Self { tiles: contiguous(tiles), out })
    }

    /// # Shapes
    /// `x` `[N, in, H, W]`, `bias` `[out]` → `[N, out, H, W]`
    pub(crate) fn conv(&self, x: Tensor<4>, bias: Tensor<1>) -> Tensor<4> {
        let tiles = self.tiles.clone().into_dispatch();
        let y = Tensor::<4>::from_dispatch(Dispatch::winograd(x.into_dispatch(), tiles, self.out, false));
        y + bias.reshape([1, self.out, 1, 1])
    }
}

fn contiguous(tensor: Tensor<4>) -> Tensor<4> {
    let shape = tensor.dims();
    tensor.reshape([shape.iter().product::<usize>()]).reshape(shape)
}
