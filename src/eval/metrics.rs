//! Numbers that say how alike two sets of images are, from their features; all in float64.
//!
//! Heusel et al. 2017 (FID), Bińkowski et al. 2018 (KID), Salimans et al. 2016 (Inception score), Kynkäänniemi et al.
//! 2019 (precision and recall), Wang et al. 2004 (SSIM).

use faer::Mat;

use crate::{Error, Result};

/// A feature vector for each of n images.
#[derive(Debug, Clone, PartialEq)]
pub struct Features {
    /// Length of a feature vector.
    pub width: usize,
    /// `[n, width]`, row by row.
    pub values: Vec<f64>,
}

impl Features {
    /// Number of images.
    pub fn len(&self) -> usize {
        self.values.len() / self.width
    }

    /// Whether there is no image.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The feature vectors, one an image.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> + Clone {
        self.values.chunks_exact(self.width)
    }

    /// The images at `indices`, in that order.
    pub fn select(&self, indices: &[usize]) -> Self {
        let row = |&i: &usize| &self.values[i * self.width..(i + 1) * self.width];
        Self { width: self.width, values: indices.iter().flat_map(row).copied().collect() }
    }

    /// Mean of each feature.
    pub fn mean(&self) -> Vec<f64> {
        let mut mean = vec![0.0; self.width];
        for row in self.rows() {
            mean.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
        mean.iter_mut().for_each(|sum| *sum /= self.len() as f64);
        mean
    }

    /// The features without their mean, over `sqrt(n - 1)`: `X^T X` is their covariance.
    pub(super) fn centred(&self) -> Mat<f64> {
        let (mean, scale) = (self.mean(), 1.0 / ((self.len() - 1) as f64).sqrt());
        Mat::from_fn(self.len(), self.width, |i, j| (self.values[i * self.width + j] - mean[j]) * scale)
    }

    /// Covariance with n - 1, `[width, width]` row by row.
    pub fn covariance(&self) -> Vec<f64> {
        let x = self.centred();
        let covariance = x.transpose() * &x;
        (0..self.width * self.width).map(|k| covariance[(k / self.width, k % self.width)]).collect()
    }
}

/// Fréchet distance of the Gaussians that fit two sets, `|mu_a - mu_b|^2 + tr(S_a + S_b - 2 (S_a S_b)^(1/2))`.
///
/// With centred features `S = X^T X`, so the trace of the root is the sum of the singular values of `X_a X_b^T`: no
/// matrix root, and exact where there are fewer images than features.
pub fn frechet(a: &Features, b: &Features) -> Result<f64> {
    check_sets(a, b, 2)?;
    let (x, y) = (a.centred(), b.centred());
    let roots = (&x * y.transpose()).singular_values();
    let roots = roots.map_err(|error| Error::Device(format!("the Fréchet distance did not converge: {error:?}")))?;
    let means: f64 = a.mean().iter().zip(b.mean()).map(|(a, b)| (a - b).powi(2)).sum();
    Ok(means + x.squared_norm_l2() + y.squared_norm_l2() - 2.0 * roots.iter().sum::<f64>())
}

/// Kernel distance: unbiased squared MMD with the kernel `(x . y / d + 1)^3`. It can be negative.
pub fn kernel(a: &Features, b: &Features) -> Result<f64> {
    check_sets(a, b, 2)?;
    let matrix = |f: &Features| Mat::from_fn(f.len(), f.width, |i, j| f.values[i * f.width + j]);
    let (x, y) = (matrix(a), matrix(b));
    let mean = |x: &Mat<f64>, y: &Mat<f64>, diagonal: bool| {
        let products = x * y.transpose();
        let (n, m) = (products.nrows(), products.ncols());
        let value = |i: usize, j: usize| (products[(i, j)] / a.width as f64 + 1.0).powi(3);
        let all: f64 = (0..n).map(|i| (0..m).filter(|j| diagonal || i != *j).map(|j| value(i, j)).sum::<f64>()).sum();
        all / (n * if diagonal { m } else { m - 1 }) as f64
    };
    Ok(mean(&x, &x, false) + mean(&y, &y, false) - 2.0 * mean(&x, &y, true))
}

/// `exp E KL(p(y|x) || p(y))`, the mean over consecutive `splits` of the rows; each row of `probabilities` sums to 1.
pub fn inception_score(probabilities: &Features, splits: usize) -> Result<f64> {
    let n = probabilities.len();
    if splits == 0 || splits > n {
        return Err(Error::invalid("splits", format!("1 to {n}, the number of images"), splits.to_string()));
    }
    let score = |k: usize| {
        let part = probabilities.select(&(k * n / splits..(k + 1) * n / splits).collect::<Vec<_>>());
        let marginal = part.mean();
        let log_ratio = |p: f64, q: f64| if p > 0.0 { p * (p / q).ln() } else { 0.0 };
        let divergence =
            part.rows().map(|row| row.iter().zip(&marginal).map(|(p, q)| log_ratio(*p, *q)).sum::<f64>()).sum::<f64>();
        (divergence / part.len() as f64).exp()
    };
    Ok((0..splits).map(score).sum::<f64>() / splits as f64)
}

/// Share of `samples` inside the manifold of `reference`, and of `reference` inside that of `samples`.
///
/// A manifold is the union of balls around its points that reach to the `k`-th nearest other point.
pub fn precision_recall(reference: &Features, samples: &Features, k: usize) -> Result<(f64, f64)> {
    check_sets(reference, samples, k + 1)?;
    let inside = |points: &Features, manifold: &Features| {
        let radii = radii(manifold, k);
        let covered = |point: &[f64]| manifold.rows().zip(&radii).any(|(c, r)| squared_distance(point, c) <= r * r);
        points.rows().filter(|point| covered(point)).count() as f64 / points.len() as f64
    };
    Ok((inside(samples, reference), inside(reference, samples)))
}

/// Distance of every point to the `k`-th nearest other one.
pub fn radii(points: &Features, k: usize) -> Vec<f64> {
    let radius = |(i, point): (usize, &[f64])| {
        let others = points.rows().enumerate().filter(|(j, _)| *j != i);
        let mut distances: Vec<f64> = others.map(|(_, other)| squared_distance(point, other)).collect();
        let (_, kth, _) = distances.select_nth_unstable_by(k - 1, f64::total_cmp);
        kth.sqrt()
    };
    points.rows().enumerate().map(radius).collect()
}

pub(super) fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

fn check_sets(a: &Features, b: &Features, least: usize) -> Result<()> {
    assert_eq!(a.width, b.width, "features of two sets: width");
    let n = a.len().min(b.len());
    if n < least {
        return Err(Error::invalid("images to compare", format!("at least {least} in each set"), n.to_string()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features(values: &[f64]) -> Features {
        Features { width: 1, values: values.to_vec() }
    }

    #[test]
    fn kernel_distance_in_closed_form() {
        // Pairs within {0, 1} give 1, within {2, 3} 7³; across the mean of 1, 1, 3³ and 4³.
        let got = kernel(&features(&[0.0, 1.0]), &features(&[2.0, 3.0])).unwrap();
        assert!((got - (1.0 + 343.0 - 2.0 * 93.0 / 4.0)).abs() < 1e-9, "{got}");
    }

    #[test]
    fn frechet_distance_of_two_gaussians_in_one_dimension() {
        // Means 1 and 4, variances 2 and 8.
        let got = frechet(&features(&[0.0, 2.0]), &features(&[2.0, 6.0])).unwrap();
        assert!((got - (9.0 + 2.0)).abs() < 1e-9, "{got}");
    }

    #[test]
    fn sets_that_are_too_small_are_refused() {
        assert!(frechet(&features(&[0.0]), &features(&[1.0, 2.0])).is_err());
        assert!(precision_recall(&features(&[0.0, 1.0, 2.0]), &features(&[1.0, 2.0, 3.0]), 3).is_err());
        assert!(inception_score(&features(&[1.0]), 2).is_err());
    }
}
