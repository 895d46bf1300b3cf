//! The product's innermost loop with a product and its sum in one instruction, where the processor has one: others round
//! in between, which relaxed SIMD leaves open.

use core::arch::wasm32::{f32x4, f32x4_extract_lane, f32x4_relaxed_madd, f32x4_splat, v128};

use super::blocks::LANES;
use super::product::PANEL;

/// One panel of channels, all blocks.
#[target_feature(enable = "relaxed-simd")]
pub(super) fn panel(u: &[f32], v: &[f32], m: &mut [f32]) {
    let (u, _) = u.as_chunks::<PANEL>();
    for (v, m) in v.chunks_exact(u.len() * LANES).zip(m.chunks_exact_mut(LANES * PANEL)) {
        let mut sums = [[f32x4_splat(0.0); 2]; LANES];
        for (u, v) in u.iter().zip(v.as_chunks::<LANES>().0) {
            let [lower, upper] = [f32x4(u[0], u[1], u[2], u[3]), f32x4(u[4], u[5], u[6], u[7])];
            for (sums, v) in sums.iter_mut().zip(v) {
                let v = f32x4_splat(*v);
                *sums = [f32x4_relaxed_madd(lower, v, sums[0]), f32x4_relaxed_madd(upper, v, sums[1])];
            }
        }
        for (m, sum) in m.as_chunks_mut().0.iter_mut().zip(sums.as_flattened()) {
            *m = lanes(*sum);
        }
    }
}

fn lanes(vector: v128) -> [f32; 4] {
    [
        f32x4_extract_lane::<0>(vector),
        f32x4_extract_lane::<1>(vector),
        f32x4_extract_lane::<2>(vector),
        f32x4_extract_lane::<3>(vector),
    ]
}
