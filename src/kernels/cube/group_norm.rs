//! GroupNorm with gain, bias and SiLU as one launch, a workgroup for each group of each image.

use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::empty;
use crate::kernels::group_norm::Form;

/// Units of a workgroup: few, since each adds up what all have found.
const UNITS: u32 = 32;

/// # Shapes
/// `x` and the result `[N, C, ...]`, `affine` `[N or 1, width]`
pub(super) fn forward(x: CubeTensor, affine: CubeTensor, form: Form) -> CubeTensor {
    let sizes = Sizes::new(&x, &affine, form);
    let out = empty(x.meta.shape().clone(), &x);
    let client = x.client.clone();
    // SAFETY: a workgroup stays within its group, which lies within the buffers.
    #[expect(unsafe_code, reason = "launches without CubeCL's own bounds checks")]
    unsafe {
        normalise::launch_unchecked(
            &client,
            sizes.count(),
            CubeDim::new_1d(UNITS),
            x.into_buffer_arg(),
            affine.into_buffer_arg(),
            out.clone().into_buffer_arg(),
            sizes.group,
            sizes.area,
            sizes.channels,
            sizes.row,
            form.at as u32,
            form.epsilon,
            form.silu,
        );
    }
    out
}

/// # Shapes
/// `x`, `gradient` and the result `[N, C, ...]`, `affine` `[N or 1, width]`
pub(super) fn backward([x, gradient]: [CubeTensor; 2], affine: CubeTensor, form: Form) -> CubeTensor {
    let sizes = Sizes::new(&x, &affine, form);
    let out = empty(x.meta.shape().clone(), &x);
    let client = x.client.clone();
    // SAFETY: as above.
    #[expect(unsafe_code, reason = "launches without CubeCL's own bounds checks")]
    unsafe {
        pull_back::launch_unchecked(
            &client,
            sizes.count(),
            CubeDim::new_1d(UNITS),
            x.into_buffer_arg(),
            affine.into_buffer_arg(),
            gradient.into_buffer_arg(),
            out.clone().into_buffer_arg(),
            sizes.group,
            sizes.area,
            sizes.channels,
            sizes.row,
            form.at as u32,
            form.epsilon,
            form.silu,
        );
    }
    out
}

struct Sizes {
    groups: u32,
    /// Elements of a group.
    group: u32,
    /// Elements of a channel.
    area: u32,
    /// Of an image.
    channels: u32,
    /// From the gains of one image to those of the next.
    row: u32,
}

impl Sizes {
    fn new(x: &CubeTensor, affine: &CubeTensor, form: Form) -> Self {
        let (shape, affine) = (x.meta.shape(), affine.meta.shape());
        let (all, images, channels) = (shape.num_elements(), shape[0], shape[1]);
        let groups = images * form.groups;
        Self {
            groups: groups as u32,
            group: (all / groups) as u32,
            area: (all / (images * channels)) as u32,
            channels: channels as u32,
            row: if affine[0] == 1 { 0 } else { affine[1] as u32 },
        }
    }

    fn count(&self) -> CubeCount {
        CubeCount::Static(self.groups, 1, 1)
    }
}

/// The sum of every unit's `value`.
#[cube]
fn total(value: f32) -> f32 {
    let mut found = Shared::<[f32]>::new_slice(UNITS as usize);
    found[UNIT_POS as usize] = value;
    sync_cube();
    let mut sum = 0.0f32;
    for i in 0..UNITS {
        sum += found[i as usize];
    }
    // Before the next one writes there.
    sync_cube();
    sum
}

/// Mean of a group.
#[cube]
fn mean(x: &[f32], first: u32, size: u32) -> f32 {
    let mut sum = 0.0f32;
    let mut i = UNIT_POS;
    while i < size {
        sum += x[(first + i) as usize];
        i += UNITS;
    }
    total(sum) / f32::cast_from(size)
}

/// 1/√(s² + ε) of a group.
#[cube]
fn inverse_deviation(x: &[f32], first: u32, size: u32, mean: f32, epsilon: f32) -> f32 {
    let mut sum = 0.0f32;
    let mut i = UNIT_POS;
    while i < size {
        let centred = x[(first + i) as usize] - mean;
        sum += centred * centred;
        i += UNITS;
    }
    1.0f32 / f32::sqrt(total(sum) / f32::cast_from(size) + epsilon)
}

/// Where the gains of this workgroup's group begin among those of all images.
#[cube]
fn own_gains(group_channels: u32, channels: u32, row: u32) -> u32 {
    let groups = channels / group_channels;
    let group = CUBE_POS as u32;
    group / groups * row + group % groups * group_channels
}

#[cube]
fn sigmoid(z: f32) -> f32 {
    1.0f32 / (1.0f32 + f32::exp(-z))
}

#[cube(launch_unchecked)]
fn normalise(
    x: &[f32],
    affine: &[f32],
    out: &mut [f32],
    size: u32,
    area: u32,
    channels: u32,
    row: u32,
    at: u32,
    epsilon: f32,
    #[comptime] silu: bool,
) {
    let first = CUBE_POS as u32 * size;
    let mean = mean(x, first, size);
    let inverse = inverse_deviation(x, first, size, mean, epsilon);
    let mut i = UNIT_POS;
    let gains = at + own_gains(size / area, channels, row);
    while i < size {
        let here = (first + i) as usize;
        let gain = gains + i / area;
        let z = (x[here] - mean) * inverse * affine[gain as usize] + affine[(gain + channels) as usize];
        out[here] = if silu { z * sigmoid(z) } else { z };
        i += UNITS;
    }
}

/// The gradient at x̂: that at the result, through SiLU and the gain.
#[cube]
fn through(gradient: f32, normed: f32, gain: f32, bias: f32, #[comptime] silu: bool) -> f32 {
    let mut g = gradient * gain;
    if silu {
        let z = normed * gain + bias;
        let sigma = sigmoid(z);
        g *= sigma * (1.0f32 + z * (1.0f32 - sigma));
    }
    g
}

#[cube(launch_unchecked)]
fn pull_back(
    x: &[f32],
    affine: &[f32],
    gradient: &[f32],
    out: &mut [f32],
    size: u32,
    area: u32,
    channels: u32,
    row: u32,
    at: u32,
    epsilon: f32,
    #[comptime] silu: bool,
) {
    let first = CUBE_POS as u32 * size;
    let mean = mean(x, first, size);
    let inverse = inverse_deviation(x, first, size, mean, epsilon);
    let mut sum = 0.0f32;
    let mut along = 0.0f32;
    let gains = at + own_gains(size / area, channels, row);
    let mut i = UNIT_POS;
    while i < size {
        let here = (first + i) as usize;
        let gain = gains + i / area;
        let normed = (x[here] - mean) * inverse;
        let g = through(gradient[here], normed, affine[gain as usize], affine[(gain + channels) as usize], silu);
        sum += g;
        along += g * normed;
        i += UNITS;
    }
    let average = total(sum) / f32::cast_from(size);
    let along = total(along) / f32::cast_from(size);
    let mut i = UNIT_POS;
    while i < size {
        let here = (first + i) as usize;
        let gain = gains + i / area;
        let normed = (x[here] - mean) * inverse;
        let g = through(gradient[here], normed, affine[gain as usize], affine[(gain + channels) as usize], silu);
        out[here] = inverse * (g - average - normed * along);
        i += UNITS;
    }
}
