//! Storage precision of tensors: int8 kernels with a scale for each output channel, f16, f32.

use half::f16;

/// How the large tensors of a file are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// Kernels of all convolutions and linear maps but the first and the last in int8; other matrices in f16, vectors
    /// in f32.
    Int8,
    /// Everything in f16.
    F16,
    /// Everything in f32.
    F32,
}

/// Suffix of the tensor that holds the scales of an int8 kernel.
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

/// Little-endian f16 bytes.
pub fn to_f16_bytes(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|v| f16::from_f32(*v).to_le_bytes()).collect()
}

/// Values of little-endian f16 bytes.
pub fn from_f16_bytes(bytes: &[u8]) -> Vec<f32> {
    bytes.chunks_exact(2).map(|b| f16::from_le_bytes([b[0], b[1]]).to_f32()).collect()
}

/// Whether [`Precision::Int8`] stores this tensor as int8.
///
/// The first and the last layer stay in f16: they are small, and errors there are seen directly in the picture.
pub fn is_quantised(name: &str, shape: &[usize]) -> bool {
    let outer = name == "input_blocks.0.0.weight" || name.starts_with("out.2.");
    let embedding = name.ends_with("_emb.weight") || name.ends_with("positional_embedding");
    shape.len() >= 2 && name.ends_with(".weight") && !outer && !embedding
}
