//! Is one set really nearer to the training images than another? A paired bootstrap of the ratio of Fréchet distances.
//!
//! Efron 1979, with percentiles taken about the mean of the resamples. Two sets that came from the same seeds pair up image by image, so both are
//! resampled with the same indices: what the seeds decide cancels, and small differences show.

use faer::{Mat, Side};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::metrics::Features;
use crate::{Error, Result};

/// How much larger a distance is than the baseline's.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Ratio {
    /// Of the sets as they are.
    pub ratio: f64,
    /// Mean over the resamples.
    pub mean: f64,
    /// 2.5 % of the resamples lie below.
    pub low: f64,
    /// 2.5 % of the resamples lie above.
    pub high: f64,
    /// Number of resamples.
    pub resamples: usize,
}

impl Ratio {
    /// The 95 % interval of the ratio: the spread of the resamples about their mean, moved to the sets as they are. A
    /// resample repeats images, which puts both distances up and their ratio off by as much as the means differ.
    pub fn interval(&self) -> (f64, f64) {
        (self.ratio + self.low - self.mean, self.ratio + self.high - self.mean)
    }
}

/// Part of the resamples left out at each end of a 95 % interval.
const TAIL: f64 = 0.025;

/// The Fréchet distance of `other` to `real` over that of `baseline`; row k of one pairs with row k of the other.
pub fn paired(baseline: &Features, other: &Features, real: &Features, resamples: usize, seed: u64) -> Result<Ratio> {
    assert_eq!([other.width, real.width], [baseline.width; 2], "features of paired sets: width");
    let n = baseline.len();
    if n < 2 || other.len() != n || real.len() < 2 || resamples == 0 {
        let got = format!("{n} and {}, {} real ones, {resamples} resamples", other.len(), real.len());
        return Err(Error::invalid("bootstrap", "two sets of as many images, 2 or more", got));
    }
    let real = Real { mean: real.mean(), centred: real.centred() };
    let (a, b) = (Products::new(baseline, &real), Products::new(other, &real));
    let ratio = |indices: &[usize]| Ok(b.distance(indices)? / a.distance(indices)?);
    let whole = ratio(&(0..n).collect::<Vec<_>>())?;
    let drawn = |number: usize| {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(number as u64);
        ratio(&(0..n).map(|_| (rng.next_u64() % n as u64) as usize).collect::<Vec<_>>())
    };
    let mut ratios = (0..resamples).into_par_iter().map(drawn).collect::<Result<Vec<f64>>>()?;
    ratios.sort_by(f64::total_cmp);
    let at = |part: f64| ratios[((resamples - 1) as f64 * part).round() as usize];
    // Taken from the first value, so that equal ones give exactly that.
    let mean = ratios[0] + ratios.iter().map(|ratio| ratio - ratios[0]).sum::<f64>() / resamples as f64;
    Ok(Ratio { ratio: whole, mean, low: at(TAIL), high: at(1.0 - TAIL), resamples })
}

struct Real {
    mean: Vec<f64>,
    /// `Y` with `Y^T Y` the covariance.
    centred: Mat<f64>,
}

/// All that a resample needs, as products between images: n × n, whatever the number of features.
///
/// With features F and real ones Y, centred, the trace of the root of `S_F Y^T Y` is the sum of the roots of the
/// eigenvalues of `C F Y^T Y F^T C / (n - 1)`, where C takes the mean away.
struct Products {
    /// `F F^T`.
    own: Mat<f64>,
    /// `F Y^T Y F^T`.
    across: Mat<f64>,
    /// F times the mean of the real ones.
    means: Vec<f64>,
    /// `|mu|^2 + tr S` of the real ones.
    real: f64,
}

impl Products {
    fn new(features: &Features, real: &Real) -> Self {
        let f = Mat::from_fn(features.len(), features.width, |i, j| features.values[i * features.width + j]);
        let with_real = &f * real.centred.transpose();
        let dot = |row: &[f64]| row.iter().zip(&real.mean).map(|(a, b)| a * b).sum();
        Self {
            own: &f * f.transpose(),
            across: &with_real * with_real.transpose(),
            means: features.rows().map(dot).collect(),
            real: real.centred.squared_norm_l2() + real.mean.iter().map(|m| m * m).sum::<f64>(),
        }
    }

    fn distance(&self, indices: &[usize]) -> Result<f64> {
        let n = indices.len() as f64;
        let rows = |matrix: &Mat<f64>| -> Vec<f64> {
            indices.iter().map(|&i| indices.iter().map(|&j| matrix[(i, j)]).sum::<f64>() / n).collect()
        };
        let square = rows(&self.own).iter().sum::<f64>() / n;
        let mean_product = indices.iter().map(|&i| self.means[i]).sum::<f64>() / n;
        let spread = indices.iter().map(|&i| self.own[(i, i)]).sum::<f64>() - n * square;
        let row = rows(&self.across);
        let all = row.iter().sum::<f64>() / n;
        let centred = Mat::from_fn(indices.len(), indices.len(), |i, j| {
            (self.across[(indices[i], indices[j])] - row[i] - row[j] + all) / (n - 1.0)
        });
        let squares = centred.self_adjoint_eigenvalues(Side::Lower);
        let squares = squares.map_err(|error| Error::Device(format!("the bootstrap did not converge: {error:?}")))?;
        // Rounding makes some zeros negative.
        let roots: f64 = squares.iter().map(|square| square.max(0.0).sqrt()).sum();
        Ok(square - 2.0 * mean_product + self.real + spread / (n - 1.0) - 2.0 * roots)
    }
}

#[cfg(test)]
mod tests {
    use super::super::metrics::frechet;
    use super::*;

    fn features(n: usize, shift: f64, seed: u64) -> Features {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let values = (0..n * 4).map(|_| shift + (rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64);
        Features { width: 4, values: values.collect() }
    }

    #[test]
    fn a_set_against_itself_is_exactly_as_far() {
        let set = features(20, 0.5, 1);
        let got = paired(&set, &set, &features(50, 0.0, 2), 30, 7).unwrap();
        assert_eq!(got, Ratio { ratio: 1.0, mean: 1.0, low: 1.0, high: 1.0, resamples: 30 });
    }

    #[test]
    fn a_set_moved_away_is_further_in_every_resample_and_by_as_much_as_the_plain_distance_says() {
        let (near, real) = (features(20, 0.2, 1), features(50, 0.0, 2));
        let far = Features { width: 4, values: near.values.iter().map(|v| v + 0.5).collect() };
        let got = paired(&near, &far, &real, 100, 7).unwrap();
        assert!(1.0 < got.low && got.low < got.mean && got.mean < got.high, "{got:?}");
        let (low, high) = got.interval();
        assert!(1.0 < low && low < got.ratio && got.ratio < high, "{got:?}");
        let plain = frechet(&far, &real).unwrap() / frechet(&near, &real).unwrap();
        // Roots of zeros that rounding made 1e-16 are 1e-8 each.
        assert!((got.ratio / plain - 1.0).abs() < 1e-6, "{} and {plain}", got.ratio);
        assert_eq!(got, paired(&near, &far, &real, 100, 7).unwrap());
    }

    #[test]
    fn sets_that_do_not_pair_are_refused() {
        assert!(paired(&features(3, 0.0, 1), &features(4, 0.0, 2), &features(5, 0.0, 3), 10, 0).is_err());
    }
}
