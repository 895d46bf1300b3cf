//! The matrix products of a convolution, on the processor: 8 channels × 4 blocks of a position in registers.
//!
//! Both operands come in panels, so that the innermost loop reads memory in order, and the tiles, which are laid out
//! when a model is loaded, are never packed again. Of the shapes that fit into sixteen registers this one is the fastest
//! in a browser: two vectors of channels, each times one number of every block. `relaxed` has the innermost loop again
//! for browsers with relaxed SIMD.

use burn::tensor::{Tensor, TensorData};

use super::blocks::LANES;
#[cfg(all(feature = "relaxed-simd", target_family = "wasm"))]
use super::relaxed::panel;
use crate::kernels::convolution::{POSITIONS, transformed};

/// Channels in a panel of tiles.
pub(super) const PANEL: usize = 8;

/// How much there is of everything.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    pub(super) positions: usize,
    /// Groups of four blocks.
    pub(super) groups: usize,
    /// Channels of the convolution's input.
    pub(super) inputs: usize,
}

/// The weights in the processor's panels.
///
/// # Shapes
/// `[out, in, side, side]` → `[positions, ⌈out/8⌉, in, 8]`
pub(in super::super) fn laid_out(weight: &Tensor<4>, winograd: bool) -> Option<Tensor<4>> {
    let [out, input, side, _] = weight.dims();
    let positions = if winograd { POSITIONS } else { 1 };
    let shape = [positions, out.div_ceil(PANEL), input, PANEL];
    let mut panels = vec![0.0; shape.iter().product()];
    let one = panels.len() / positions;
    let data = weight.to_data();
    // It is f32, or there would be no place.
    let weights = data.as_slice::<f32>().ok()?;
    for (pair, kernel) in weights.chunks_exact(side * side).enumerate() {
        let (channel, input_channel) = (pair / input, pair % input);
        let at = (channel / PANEL * input + input_channel) * PANEL + channel % PANEL;
        if winograd {
            for (position, value) in transformed(kernel).into_iter().enumerate() {
                panels[position * one + at] = value;
            }
        } else {
            panels[at] = kernel[0];
        }
    }
    Some(Tensor::from_data(TensorData::new(panels, shape), (&weight.device(), weight.dtype())))
}

/// The same weights for the way back, on which inputs and outputs change places.
///
/// # Shapes
/// `[positions, ⌈out/8⌉, in, 8]` → `[positions, ⌈in/8⌉, out, 8]`
pub(in super::super) fn turned(weights: &Tensor<4>, outputs: usize) -> Tensor<4> {
    let [positions, panels, inputs, _] = weights.dims();
    let shape = [positions, inputs.div_ceil(PANEL), outputs, PANEL];
    let mut back = vec![0.0; shape.iter().product()];
    let tiles: Vec<f32> = weights.to_data().iter().collect();
    for (at, tile) in tiles.chunks_exact(PANEL).enumerate() {
        let (position, panel, input) = (at / (panels * inputs), at / inputs % panels, at % inputs);
        let row = (position * shape[1] + input / PANEL) * outputs;
        for (output, value) in (panel * PANEL..outputs).zip(tile) {
            back[(row + output) * PANEL + input % PANEL] = *value;
        }
    }
    Tensor::from_data(TensorData::new(back, shape), (&weights.device(), weights.dtype()))
}

/// Sums over the input's channels.
///
/// # Shapes
/// `u` `[positions, panels, inputs, 8]`, `v` `[positions, groups, inputs, 4]` → `[positions, panels, groups, 4, 8]`
pub(super) fn multiply(u: &[f32], v: &[f32], sizes: Sizes) -> Vec<f32> {
    let Sizes { positions, groups, inputs } = sizes;
    let panels = u.len() / (positions * inputs * PANEL);
    each_position([u, v], positions, panels * groups * LANES * PANEL, |[u, v], m| {
        for (u, m) in u.chunks_exact(inputs * PANEL).zip(m.chunks_exact_mut(groups * LANES * PANEL)) {
            panel(u, v, m);
        }
    })
}

/// One panel of channels, all blocks.
#[cfg(not(all(feature = "relaxed-simd", target_family = "wasm")))]
fn panel(u: &[f32], v: &[f32], m: &mut [f32]) {
    let (u, _) = u.as_chunks::<PANEL>();
    for (v, m) in v.chunks_exact(u.len() * LANES).zip(m.chunks_exact_mut(LANES * PANEL)) {
        let mut sums = [[0.0; PANEL]; LANES];
        for (u, v) in u.iter().zip(v.as_chunks::<LANES>().0) {
            for (sums, v) in sums.iter_mut().zip(v) {
                for (sum, u) in sums.iter_mut().zip(u) {
                    *sum += u * v;
                }
            }
        }
        m.copy_from_slice(sums.as_flattened());
    }
}

/// Calls `f` with the parts of every position, natively on all processors.
fn each_position(
    operands: [&[f32]; 2],
    positions: usize,
    size: usize,
    f: impl Fn([&[f32]; 2], &mut [f32]) + Sync,
) -> Vec<f32> {
    let mut m = vec![0.0; positions * size];
    let one = |(position, m): (usize, &mut [f32])| {
        let part = |all: &'_ [f32]| position * (all.len() / positions)..(position + 1) * (all.len() / positions);
        f(operands.map(|all| &all[part(all)]), m);
    };
    #[cfg(not(target_family = "wasm"))]
    {
        use rayon::prelude::*;
        m.par_chunks_exact_mut(size).enumerate().for_each(one);
    }
    #[cfg(target_family = "wasm")]
    m.chunks_exact_mut(size).enumerate().for_each(one);
    m
}
