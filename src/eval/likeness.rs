//! How much a sample keeps of the reference it was drawn from, and how much it makes up.
//!
//! The measures of Choi et al. 2021 ("ILVR"), with EfficientNet-lite0 as the eye instead of LPIPS.

use burn::tensor::{DType, Device};
use serde::{Deserialize, Serialize};

use super::judge::tensor;
use super::metrics::{Features, squared_distance};
use super::similarity::psnr;
use crate::device::read;
use crate::guidance::resize::{Kernel, LowPass};
use crate::{Error, Result};

/// Samples beside their references.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Likeness {
    /// PSNR in dB between the low-passed samples and the low-passed references, with the settings' default N.
    pub low_pass: f64,
    /// The same with the N of the point, where that is varied.
    pub low_pass_own: Option<f64>,
    /// Mean distance of a sample's features to its reference's.
    pub perceptual: f64,
    /// Mean distance of the features of two samples of one reference; nothing where each has only one.
    pub diversity: Option<f64>,
}

/// PSNR in dB over all pixels of all pictures, after phi_N with the default filter.
///
/// # Shapes
/// `a` and `b` are as many planes of u8, each `[3, size, size]`.
pub fn low_pass_psnr(a: &[Vec<u8>], b: &[Vec<u8>], size: usize, factor: usize) -> Result<f64> {
    let device = Device::flex();
    let filter = LowPass::new([size; 2], factor, Kernel::Cubic, &device, DType::F32)?;
    let filtered = |images: &[Vec<u8>]| -> Result<Vec<f64>> {
        let images: Vec<&[u8]> = images.iter().map(Vec::as_slice).collect();
        let values = pollster::block_on(read(filter.apply(tensor(&images, size, &device))))?;
        Ok(values.into_iter().map(|value| (f64::from(value) + 1.0) / 2.0).collect())
    };
    if a.len() != b.len() {
        return Err(Error::invalid("references", format!("{}, one a sample", a.len()), b.len().to_string()));
    }
    Ok(psnr(&filtered(a)?, &filtered(b)?))
}

/// Mean Euclidean distance of row k of one set to row k of the other.
pub fn distance(a: &Features, b: &Features) -> f64 {
    assert_eq!(a.len(), b.len(), "features of samples and references: number");
    a.rows().zip(b.rows()).map(|(a, b)| squared_distance(a, b).sqrt()).sum::<f64>() / a.len() as f64
}

/// Mean Euclidean distance of two rows of the same group, where each `group` consecutive rows are one.
pub fn diversity(features: &Features, group: usize) -> Option<f64> {
    let rows: Vec<&[f64]> = features.rows().collect();
    let pairs = rows.chunks(group.max(1)).flat_map(|group| {
        let pair = move |i: usize| group[..i].iter().map(move |other| squared_distance(group[i], other).sqrt());
        (0..group.len()).flat_map(pair)
    });
    let (sum, count) = pairs.fold((0.0, 0), |(sum, count), distance| (sum + distance, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features(values: &[f64]) -> Features {
        Features { width: 1, values: values.to_vec() }
    }

    #[test]
    fn diversity_is_within_a_group_only() {
        // |0 - 1|, |0 - 3| and |1 - 3|; a group of two: |100 - 104|.
        assert_eq!(diversity(&features(&[0.0, 1.0, 3.0, 100.0, 104.0]), 3), Some((1.0 + 3.0 + 2.0 + 4.0) / 4.0));
        assert_eq!(diversity(&features(&[0.0, 5.0]), 1), None);
        assert_eq!(distance(&features(&[0.0, 5.0]), &features(&[3.0, 4.0])), 2.0);
    }

    #[test]
    fn a_low_pass_does_not_see_a_chessboard() {
        let grey = vec![127_u8; 3 * 16 * 16];
        let chess: Vec<u8> = (0..3 * 16 * 16).map(|i| if (i % 16 + i / 16) % 2 == 0 { 107 } else { 147 }).collect();
        let (chess, grey) = ([chess], [grey]);
        let plain = low_pass_psnr(&chess, &grey, 16, 1).unwrap();
        assert!((plain - 10.0 * (255.0_f64 / 20.0).powi(2).log10()).abs() < 1e-3, "{plain}");
        assert!(low_pass_psnr(&chess, &grey, 16, 4).unwrap() > plain + 20.0);
    }
}
