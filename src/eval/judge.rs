//! The clean classifier as a judge: what it sees in pictures, and its features.

use burn::tensor::{Device, Tensor, TensorData, activation::softmax};

use super::metrics::Features;
use crate::Result;
use crate::device::read;
use crate::models::EncoderUNet;
use crate::pixels::RGB;

/// Pictures judged together.
pub const BATCH: usize = 64;

/// What a classifier says about pictures, a row each.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Pooled features.
    pub features: Features,
    /// Class probabilities.
    pub class: Features,
    /// Style probabilities, of a classifier with a style head.
    pub style: Option<Features>,
}

impl Verdict {
    /// Judges a batch of x_t at a timestep in original units.
    ///
    /// # Shapes
    /// `x` is `[N, 3, size, size]`.
    pub fn of(classifier: &EncoderUNet, x: Tensor<4>, t: f64) -> Result<Self> {
        let [n, ..] = x.dims();
        let pooled = classifier.pooled(x, &vec![t; n]);
        let (class, style) = classifier.project(&pooled);
        Ok(Self {
            features: rows(pooled)?,
            class: rows(softmax(class, 1))?,
            style: style.map(|style| rows(softmax(style, 1))).transpose()?,
        })
    }

    /// Puts the verdicts on batches together; `None` without any.
    pub fn join(verdicts: Vec<Self>) -> Option<Self> {
        verdicts.into_iter().reduce(|mut all, next| {
            all.features.values.extend(next.features.values);
            all.class.values.extend(next.class.values);
            if let (Some(all), Some(next)) = (&mut all.style, next.style) {
                all.values.extend(next.values);
            }
            all
        })
    }
}

/// The most probable column of each row.
pub fn best(probabilities: &Features) -> Vec<usize> {
    let best = |row: &[f64]| (0..row.len()).max_by(|&a, &b| row[a].total_cmp(&row[b])).unwrap_or(0);
    probabilities.rows().map(best).collect()
}

/// Pictures as x_0.
///
/// # Shapes
/// `images` are planes of u8, each `[3, size, size]`; the result is `[N, 3, size, size]` in −1..1.
pub fn tensor(images: &[&[u8]], size: usize, device: &Device) -> Tensor<4> {
    let pixels: Vec<f32> = images.iter().flat_map(|image| image.iter().map(|&v| f32::from(v) / 127.5 - 1.0)).collect();
    Tensor::from_data(TensorData::new(pixels, [images.len(), RGB, size, size]), device)
}

fn rows(tensor: Tensor<2>) -> Result<Features> {
    let [_, width] = tensor.dims();
    let values = pollster::block_on(read(tensor))?;
    Ok(Features { width, values: values.into_iter().map(f64::from).collect() })
}
