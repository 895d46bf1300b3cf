//! The toy networks of the vectors (their README, section 2), in tensor operations behind the crate's traits.

use burn::tensor::{DType, Device, Tensor, TensorData};
use guidelight::models::{Denoiser, Labels, NoisyClassifier};

use super::Node;

/// Where the two halves of a toy denoiser's output come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Head {
    /// eps alone.
    Eps,
    /// eps, then the variance head v.
    EpsAndVariance,
}

/// The constants of both toys.
#[derive(Debug, Clone)]
pub(crate) struct Toy {
    k: [f64; 9],
    gamma: f64,
    pub(crate) classes: usize,
}

impl Toy {
    /// A toy for tests without vectors.
    pub(crate) fn example() -> Self {
        Self { k: [0.15, 0.7, 0.25, 1.5, 0.1, 0.05, 0.2, 0.8, 1.5], gamma: 0.3, classes: 4 }
    }

    pub(crate) fn read(toy: &Node<'_>) -> Self {
        Self {
            k: std::array::from_fn(|i| toy.at(&format!("k{i}")).f64()),
            gamma: toy.at("gamma").f64(),
            classes: toy.at("K").usize(),
        }
    }

    /// eps(x, t), with what a label adds.
    pub(crate) fn eps(&self, x: Tensor<4>, t: &[f64], labels: &[Option<usize>]) -> Tensor<4> {
        let k = &self.k;
        let [n, c, h, w] = x.dims();
        let (device, dtype) = (x.device(), x.dtype());
        let u: Vec<f64> = t.iter().map(|t| t / 1000.0).collect();
        let per_image = |f: &dyn Fn(usize) -> f64| fill([n, 1, 1, 1], |[n, ..]| f(n), &device, dtype);
        let phase = fill([n, c, 1, 1], |[n, c, ..]| std::f64::consts::TAU * u[n] + 0.5 * c as f64, &device, dtype);
        let slope = fill([1, 1, h, w], |[_, _, i, j]| k[5] * (i as f64 - j as f64) / h as f64, &device, dtype);
        let mean = x.clone().mean_dims(&[1, 2, 3]);
        let eps = x.clone() * per_image(&|n| k[0] + k[1] * u[n])
            + (x.clone() * k[3] + phase).sin() * k[2]
            + mean * k[4]
            + slope;
        if labels.iter().all(Option::is_none) {
            return eps;
        }
        let shift = per_image(&|n| labels[n].map_or(0.0, |y| 1.7 * (y + 1) as f64));
        let weight = per_image(&|n| labels[n].map_or(0.0, |_| k[6]));
        eps + (x + shift).sin() * weight
    }

    /// v(x, t).
    pub(crate) fn variance(&self, x: Tensor<4>, t: &[f64]) -> Tensor<4> {
        let offset = fill([t.len(), 1, 1, 1], |[n, ..]| self.k[8] * (t[n] / 1000.0 - 0.5), &x.device(), x.dtype());
        (x * self.k[7] + offset).tanh()
    }

    /// W as `[K, C H W]`, row by row.
    pub(crate) fn weights(&self, size: usize) -> Vec<f64> {
        let entry = |k: usize, n: usize| self.gamma * (1.0 + 0.9 * k as f64 + 0.37 * n as f64).sin();
        (0..self.classes).flat_map(|k| (0..size).map(move |n| entry(k, n))).collect()
    }
}

/// The toy as a denoiser.
pub(crate) struct ToyDenoiser {
    pub(crate) toy: Toy,
    pub(crate) head: Head,
}

impl Denoiser for ToyDenoiser {
    fn forward(&self, x: Tensor<4>, t: &[f64], labels: &Labels) -> Tensor<4> {
        let eps = self.toy.eps(x.clone(), t, &labels.class);
        match self.head {
            Head::Eps => eps,
            Head::EpsAndVariance => Tensor::cat(vec![eps, self.toy.variance(x, t)], 1),
        }
    }
}

/// The toy as a classifier: its gradient comes from automatic differentiation, never from the closed form.
pub(crate) struct ToyClassifier(pub(crate) Toy);

impl NoisyClassifier for ToyClassifier {
    fn logits(&self, x: Tensor<4>, t: &[f64]) -> Tensor<2> {
        let [n, c, h, w] = x.dims();
        let (device, dtype) = (x.device().without_autodiff(), x.dtype());
        let classes = self.0.classes;
        let of = |values: Vec<f64>, shape: [usize; 2]| {
            Tensor::<2>::from_data(TensorData::new(values, shape), (&device, dtype))
        };
        let weights = of(self.0.weights(c * h * w), [classes, c * h * w]).transpose();
        let factor = of(t.iter().map(|t| 1.0 - 0.5 * t / 1000.0).collect(), [n, 1]);
        let bias = of((0..classes).map(|k| 0.1 * k as f64).collect(), [1, classes]);
        x.reshape([n, c * h * w]).matmul(weights) * factor + bias
    }
}

fn fill(shape: [usize; 4], f: impl Fn([usize; 4]) -> f64, device: &Device, dtype: DType) -> Tensor<4> {
    let [n, c, h, w] = shape;
    let index = |e: usize| [e / (c * h * w), e / (h * w) % c, e / w % h, e % w];
    let values: Vec<f64> = (0..n * c * h * w).map(|e| f(index(e))).collect();
    Tensor::from_data(TensorData::new(values, shape), (&device.clone().without_autodiff(), dtype))
}
