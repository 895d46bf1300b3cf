//! GroupNorm with gain, bias and SiLU on the processor, group by group.

use crate::kernels::group_norm::Form;

/// Mean of a group and 1/√(s² + ε).
fn moments(group: &[f32], epsilon: f32) -> (f32, f32) {
    let count = group.len() as f32;
    let mean = total(group, |v| v) / count;
    let variance = total(group, |v| (v - mean) * (v - mean)) / count;
    (mean, 1.0 / (variance + epsilon).sqrt())
}

/// Sum of `f` over the values, in eight columns that are added at the end: exact enough for any group, and as vectors.
fn total(values: &[f32], f: impl Fn(f32) -> f32) -> f32 {
    let mut columns = [0.0; LANES];
    let chunks = values.chunks_exact(LANES);
    let rest: f32 = chunks.remainder().iter().map(|v| f(*v)).sum();
    for chunk in chunks {
        for (column, value) in columns.iter_mut().zip(chunk) {
            *column += f(*value);
        }
    }
    columns.iter().sum::<f32>() + rest
}

/// Sum of `a b`, likewise.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut columns = [0.0; LANES];
    let (a, b) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest: f32 = a.remainder().iter().zip(b.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a.zip(b) {
        for (column, (a, b)) in columns.iter_mut().zip(a.iter().zip(b)) {
            *column += a * b;
        }
    }
    columns.iter().sum::<f32>() + rest
}

const LANES: usize = 8;

/// The parts of a tensor, group by group.
pub(super) struct Planes<'a> {
    affine: &'a [f32],
    /// Numbers from the gains of one image to those of the next.
    row: usize,
    images: usize,
    channels: usize,
    area: usize,
}

impl<'a> Planes<'a> {
    /// Of a tensor with this shape.
    pub(super) fn new(shape: &[usize], affine: &'a [f32], rows: usize, form: Form) -> Self {
        let (images, channels) = (shape[0], shape[1]);
        let row = if rows == 1 { 0 } else { affine.len() / rows };
        Self { affine: &affine[form.at..], row, images, channels, area: shape[2..].iter().product() }
    }

    /// Gains and biases of the channels of each group in turn.
    fn affine(&self, groups: usize) -> impl Iterator<Item = [&'a [f32]; 2]> + use<'a, '_> {
        let channels = self.channels / groups;
        (0..self.images).flat_map(move |image| {
            let (gains, biases) = self.affine[image * self.row..][..2 * self.channels].split_at(self.channels);
            gains.chunks_exact(channels).zip(biases.chunks_exact(channels)).map(|(gains, biases)| [gains, biases])
        })
    }

    /// Numbers in a group.
    fn size(&self, groups: usize) -> usize {
        self.channels / groups * self.area
    }
}

/// # Shapes
/// `x` and `out` `[N, C, area]`
pub(super) fn forward(x: &[f32], planes: &Planes, form: Form, out: &mut [f32]) {
    let (size, area) = (planes.size(form.groups), planes.area);
    let groups = x.chunks_exact(size).zip(out.chunks_exact_mut(size));
    for ((group, out), [gain, bias]) in groups.zip(planes.affine(form.groups)) {
        let (mean, inverse) = moments(group, form.epsilon);
        for ((x, out), (gain, bias)) in
            group.chunks_exact(area).zip(out.chunks_exact_mut(area)).zip(gain.iter().zip(bias))
        {
            let factor = gain * inverse;
            let shift = bias - mean * factor;
            if form.silu {
                for (out, x) in out.iter_mut().zip(x) {
                    let z = x * factor + shift;
                    *out = z * sigmoid(z);
                }
            } else {
                for (out, x) in out.iter_mut().zip(x) {
                    *out = x * factor + shift;
                }
            }
        }
    }
}

/// # Shapes
/// `x`, `gradient` and `out` `[N, C, area]`
pub(super) fn backward([x, gradient]: [&[f32]; 2], planes: &Planes, form: Form, out: &mut [f32]) {
    let (size, area) = (planes.size(form.groups), planes.area);
    let mut normed = vec![0.0; size];
    let groups = x.chunks_exact(size).zip(gradient.chunks_exact(size)).zip(out.chunks_exact_mut(size));
    for (((group, gradient), out), [gain, bias]) in groups.zip(planes.affine(form.groups)) {
        let (mean, inverse) = moments(group, form.epsilon);
        for (normed, x) in normed.iter_mut().zip(group) {
            *normed = (x - mean) * inverse;
        }
        let each = normed.chunks_exact(area).zip(gradient.chunks_exact(area)).zip(out.chunks_exact_mut(area));
        for (((normed, gradient), out), (gain, bias)) in each.zip(gain.iter().zip(bias)) {
            if form.silu {
                for ((out, gradient), normed) in out.iter_mut().zip(gradient).zip(normed) {
                    let z = normed * gain + bias;
                    let sigma = sigmoid(z);
                    *out = gradient * gain * sigma * (1.0 + z * (1.0 - sigma));
                }
            } else {
                for (out, gradient) in out.iter_mut().zip(gradient) {
                    *out = gradient * gain;
                }
            }
        }
        let average = total(out, |v| v) / size as f32;
        let along = dot(out, &normed) / size as f32;
        for (out, normed) in out.iter_mut().zip(&normed) {
            *out = inverse * (*out - average - normed * along);
        }
    }
}

/// `1 / (1 + exp(-z))`
#[inline(always)]
fn sigmoid(z: f32) -> f32 {
    1.0 / (1.0 + exp(-z))
}

/// The exponential, without a branch or a call, so that a loop over it becomes vector instructions: `2ⁿ exp(r)` with n
/// whole and |r| ≤ ln 2 / 2, where the polynomial is off by less than 2⁻²³ (Cephes' coefficients).
#[inline(always)]
fn exp(v: f32) -> f32 {
    /// Adding 1.5 · 2²³ to a small number rounds it to a whole one, which then stands in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    /// ln 2 in two parts, so that n times the first is exact.
    const LN2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
    let v = v.clamp(-87.0, 88.0);
    let shifted = v * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = v - n * LN2[0] - n * LN2[1];
    let series = [1.987_569_1e-4, 1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5];
    let tail = series.into_iter().fold(0.0, |sum: f32, term| sum * r + term);
    let power = f32::from_bits((shifted.to_bits() << 23).wrapping_add(0x3f80_0000));
    (tail * r * r + r + 1.0) * power
}
