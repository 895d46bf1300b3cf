//! Storage precision of tensors: int4 kernels with a scale for every few weights, int8 kernels with a scale for each
//! output channel, f16, f32.

use half::f16;

/// How the large tensors of a file are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// As [`Int8`](Self::Int8), with kernels in int4.
    Int4,
    /// Kernels of all convolutions and linear maps but the first and the last in int8; other matrices in f16, vectors
    /// in f32.
    Int8,
    /// Everything in f16.
    F16,
    /// Everything in f32.
    F32,
}

impl Precision {
    /// How a file of this precision stores one tensor.
    pub fn of(self, name: &str, shape: &[usize]) -> Self {
        match self {
            Self::Int8 | Self::Int4 if is_quantised(name, shape) => self,
            Self::Int8 | Self::Int4 if shape.len() >= 2 => Self::F16,
            Self::Int8 | Self::Int4 => Self::F32,
            Self::F16 | Self::F32 => self,
        }
    }
}

/// Suffix of the tensor that holds the scales of an int8 or int4 kernel.
pub const SCALE_SUFFIX: &str = ".scale";

/// Largest magnitude of an int8 level; −128 is not used, so that the code is symmetric.
const LEVELS: f32 = 127.0;

/// Symmetric int8 levels of a kernel, one scale for each of its `channels` rows: `w ≈ level · scale`.
///
/// # Shapes
/// `values` is row-major with `channels` rows; returns as many levels, and `channels` scales.
pub fn to_int8(values: &[f32], channels: usize) -> (Vec<i8>, Vec<f32>) {
    let row = values.len() / channels.max(1);
    let mut levels = Vec::with_capacity(values.len());
    let mut scales = Vec::with_capacity(channels);
    for row in values.chunks(row.max(1)) {
        let largest = row.iter().fold(0.0_f32, |max, v| max.max(v.abs()));
        // A row of zeros keeps scale 1: any scale gives it back exactly.
        let scale = if largest > 0.0 { largest / LEVELS } else { 1.0 };
        levels.extend(row.iter().map(|v| (v / scale).round_ties_even().clamp(-LEVELS, LEVELS) as i8));
        scales.push(scale);
    }
    (levels, scales)
}

/// Inverse of [`to_int8`], up to half a level.
pub fn from_int8(levels: &[i8], scales: &[f32]) -> Vec<f32> {
    let row = (levels.len() / scales.len().max(1)).max(1);
    levels.chunks(row).zip(scales).flat_map(|(row, scale)| row.iter().map(move |v| f32::from(*v) * scale)).collect()
}

/// Consecutive weights of an int4 kernel that share a scale.
pub const GROUP: usize = 32;

/// What is added to an int4 level, −8..=7, to store it in a nibble.
const OFFSET: f32 = 8.0;

/// Int4 levels of a kernel, two a byte, the low nibble first, and one scale for each [`GROUP`] of its weights in
/// row-major order: `w ≈ (nibble − 8) · scale`.
pub fn to_int4(values: &[f32]) -> (Vec<u8>, Vec<f32>) {
    let scales: Vec<f32> = values.chunks(GROUP).map(int4_scale).collect();
    let nibble = |(v, scale): (&f32, &f32)| (int4_level(*v, *scale) + OFFSET) as u8;
    let spread = scales.iter().flat_map(|scale| std::iter::repeat_n(scale, GROUP));
    let nibbles: Vec<u8> = values.iter().zip(spread).map(nibble).collect();
    let bytes = nibbles.chunks(2).map(|pair| pair[0] | pair.get(1).copied().unwrap_or(0) << 4).collect();
    (bytes, scales)
}

fn int4_level(value: f32, scale: f32) -> f32 {
    (value / scale).round_ties_even().clamp(-OFFSET, OFFSET - 1.0)
}

/// The scale with the least square error. The weight that is largest in magnitude may be cut off: finer levels for
/// all others are worth more.
fn int4_scale(group: &[f32]) -> f32 {
    const CANDIDATES: u8 = 16;
    let largest = group.iter().fold(0.0_f32, |max, v| if v.abs() > max.abs() { *v } else { max });
    if largest == 0.0 {
        return 1.0;
    }
    // Scales of the sign that puts the largest weight on level −8, the longer side; rounded as they are stored.
    let candidates = (0..CANDIDATES).map(|k| {
        let reach = 1.0 - 0.4 * f32::from(k) / f32::from(CANDIDATES);
        f16::from_f32(-largest * reach / OFFSET).to_f32()
    });
    let error = |scale: f32| group.iter().map(|v| (int4_level(*v, scale) * scale - v).powi(2)).sum::<f32>();
    let best = candidates.filter(|scale| *scale != 0.0).min_by(|a, b| error(*a).total_cmp(&error(*b)));
    best.unwrap_or(1.0)
}

/// Inverse of [`to_int4`] for `count` weights, up to half a level except for weights that the scale cuts off.
pub fn from_int4(bytes: &[u8], scales: &[f32], count: usize) -> Vec<f32> {
    let nibbles = bytes.iter().flat_map(|byte| [byte & 15, byte >> 4]);
    let spread = scales.iter().flat_map(|scale| std::iter::repeat_n(scale, GROUP));
    nibbles.zip(spread).take(count).map(|(nibble, scale)| (f32::from(nibble) - OFFSET) * scale).collect()
}

/// Little-endian f16 bytes.
pub fn to_f16_bytes(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|v| f16::from_f32(*v).to_le_bytes()).collect()
}

/// Values of little-endian f16 bytes.
pub fn from_f16_bytes(bytes: &[u8]) -> Vec<f32> {
    bytes.chunks_exact(2).map(|b| f16::from_le_bytes([b[0], b[1]]).to_f32()).collect()
}

/// Whether [`Precision::Int8`] stores this tensor as int8, and [`Precision::Int4`] as int4.
///
/// The first and the last layer stay in f16: they are small, and errors there are seen directly in the picture.
pub fn is_quantised(name: &str, shape: &[usize]) -> bool {
    const OUTER: [&str; 4] = ["input_blocks.0.0.", "out.2.", "out.3.", "out.style_proj."];
    let outer = OUTER.iter().any(|layer| name.starts_with(layer));
    let embedding = name.ends_with("_emb.weight") || name.ends_with("positional_embedding");
    shape.len() >= 2 && name.ends_with(".weight") && !outer && !embedding
}
