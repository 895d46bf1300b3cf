//! How alike two pictures are: PSNR and SSIM on one channel in 0..1.
//!
//! Wang et al. 2004, "Image Quality Assessment: From Error Visibility to Structural Similarity", Eq. 13.

/// Peak signal-to-noise ratio in dB for values in 0..1; infinite for equal pictures.
pub fn psnr(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len(), "pictures: size");
    let square = a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>() / a.len() as f64;
    -10.0 * square.log10()
}

/// The weights of SSIM's window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Window {
    /// Equal weights over `side`×`side` pixels, with the n - 1 covariance.
    Uniform {
        /// Odd.
        side: usize,
    },
    /// A Gaussian cut at `radius`, with weighted covariances.
    Gaussian {
        /// Standard deviation in pixels.
        sigma: f64,
        /// The window is `2 radius + 1` pixels wide.
        radius: usize,
    },
}

impl Window {
    /// Weights of one dimension, which sum to 1.
    fn weights(self) -> Vec<f64> {
        let weights: Vec<f64> = match self {
            Self::Uniform { side } => vec![1.0; side],
            Self::Gaussian { sigma, radius } => {
                let at = |k: usize| (k as f64 - radius as f64) / sigma;
                (0..=2 * radius).map(|k| (-0.5 * at(k).powi(2)).exp()).collect()
            }
        };
        let sum: f64 = weights.iter().sum();
        weights.into_iter().map(|weight| weight / sum).collect()
    }
}

/// Stabilise the two quotients, as published.
const K1: f64 = 0.01;
const K2: f64 = 0.03;

/// Mean structural similarity over the positions where the window fits; 1 for equal pictures.
///
/// # Shapes
/// `a` and `b` are `[height, width]`, row by row, in 0..1.
pub fn ssim(a: &[f64], b: &[f64], width: usize, window: Window) -> f64 {
    assert_eq!(a.len(), b.len(), "pictures: size");
    let weights = window.weights();
    let side = weights.len();
    let height = a.len() / width;
    assert!(height >= side && width >= side, "pictures: smaller than the window");
    // Only the uniform window estimates from a sample.
    let n = (side * side) as f64;
    let correction = if matches!(window, Window::Uniform { .. }) { n / (n - 1.0) } else { 1.0 };
    let (c1, c2) = (K1 * K1, K2 * K2);
    let at = |row: usize, column: usize| {
        let (mut sum, mut square) = ([0.0; 2], [0.0; 3]);
        for (y, wy) in weights.iter().enumerate() {
            for (x, wx) in weights.iter().enumerate() {
                let (w, k) = (wy * wx, (row + y) * width + column + x);
                let (p, q) = (a[k], b[k]);
                sum = [sum[0] + w * p, sum[1] + w * q];
                square = [square[0] + w * p * p, square[1] + w * q * q, square[2] + w * p * q];
            }
        }
        let [mu_a, mu_b] = sum;
        let [var_a, var_b, cov] = [square[0] - mu_a * mu_a, square[1] - mu_b * mu_b, square[2] - mu_a * mu_b]
            .map(|moment| moment * correction);
        (2.0 * mu_a * mu_b + c1) * (2.0 * cov + c2) / ((mu_a * mu_a + mu_b * mu_b + c1) * (var_a + var_b + c2))
    };
    let (rows, columns) = (height - side + 1, width - side + 1);
    let all: f64 = (0..rows * columns).map(|k| at(k / columns, k % columns)).sum();
    all / (rows * columns) as f64
}
