//! A labelled mixture of Gaussians in the plane, whose denoiser and classifier are known exactly.
//!
//! Noised to `x_t = sqrt(abar) x_0 + sqrt(1 - abar) eps` (Ho et al. 2020, Eq. 4), a component N(m, s^2 I) becomes
//! N(sqrt(abar) m, v I) with `v = abar s^2 + 1 - abar`, so the density of x_t is a mixture again. The best prediction of
//! eps is `-sqrt(1 - abar)` times its score (Song et al. 2021, "Score-Based Generative Modeling through Stochastic
//! Differential Equations", section 3), and p(class | x_t) follows from Bayes' rule. What a trained network only
//! estimates is true here; guidance and samplers are the same.

use burn::tensor::{Tensor, TensorData, activation::softmax};

use super::{Denoiser, Labels, NoisyClassifier};

/// Coordinates of a point.
pub const PLANE: usize = 2;

/// Added to the logarithm of what a label rules out. Finite, because shaders need not know infinities.
const RULED_OUT: f64 = -1e30;

/// abar at a timestep, which may lie between two.
pub type Levels = Box<dyn Fn(f64) -> f64>;

/// The mixture. Its components weigh the same and have the same spread.
pub struct Mixture {
    /// Centres, class by class.
    centres: Vec<[f64; PLANE]>,
    /// Where the components of each class begin, and where those of the last one end.
    bounds: Vec<usize>,
    /// Standard deviation of a component.
    spread: f64,
    levels: Levels,
}

/// What the noise of their timesteps makes of a batch's points, each `[N, 1, 1, 1]`.
struct Noised {
    /// `sqrt(abar)`.
    signal: Tensor<4>,
    /// `sqrt(1 - abar)`.
    noise: Tensor<4>,
    /// Variance of a noised component.
    variance: Tensor<4>,
}

impl Mixture {
    /// The mixture with these centres for each class, in index order, and one spread.
    pub fn new(classes: Vec<Vec<[f64; PLANE]>>, spread: f64, levels: Levels) -> Self {
        assert!(classes.iter().all(|centres| !centres.is_empty()), "classes: each has a component");
        let ends = classes.iter().scan(0, |end, centres| {
            *end += centres.len();
            Some(*end)
        });
        let bounds = std::iter::once(0).chain(ends).collect();
        Self { centres: classes.into_iter().flatten().collect(), bounds, spread, levels }
    }

    /// log p_t(x) of the whole mixture, or log p_t(x | class).
    ///
    /// # Shapes
    /// `x` is `[N, 2, 1, 1]`, `t` has N entries in units of the original T timesteps; the result is `[N]`.
    pub fn log_density(&self, x: &Tensor<4>, t: &[f64], class: Option<usize>) -> Tensor<1> {
        let components = self.components(class);
        let share = libm::log(components.len() as f64);
        let logs = self.logs(x, &self.noised(x, t)).narrow(2, components.start, components.len());
        (log_sum_exp(logs) - share).flatten(0, 3)
    }

    /// The components of a class, or all.
    fn components(&self, class: Option<usize>) -> std::ops::Range<usize> {
        class.map_or(0..self.centres.len(), |class| self.bounds[class]..self.bounds[class + 1])
    }

    fn noised(&self, x: &Tensor<4>, t: &[f64]) -> Noised {
        let [n, c, h, w] = x.dims();
        assert_eq!([c, h, w], [PLANE, 1, 1], "x: points in the plane");
        assert_eq!(t.len(), n, "t: one timestep a point");
        let abar: Vec<f64> = t.iter().map(|t| (self.levels)(*t)).collect();
        let column = |f: &dyn Fn(f64) -> f64| constant(abar.iter().map(|a| f(*a)).collect(), [n, 1, 1, 1], x);
        let spread = self.spread * self.spread;
        Noised {
            signal: column(&libm::sqrt),
            noise: column(&|abar| libm::sqrt(1.0 - abar)),
            variance: column(&|abar| abar * spread + 1.0 - abar),
        }
    }

    /// Centres as `[1, 2, K, 1]`, beside points `x`.
    fn centres(&self, x: &Tensor<4>) -> Tensor<4> {
        let planar = (0..PLANE).flat_map(|axis| self.centres.iter().map(move |centre| centre[axis])).collect();
        constant(planar, [1, PLANE, self.centres.len(), 1], x)
    }

    /// log p_t(x | component), `[N, 1, K, 1]`.
    fn logs(&self, x: &Tensor<4>, noised: &Noised) -> Tensor<4> {
        let Noised { signal, variance, .. } = noised;
        let square = (x.clone() - self.centres(x) * signal.clone()).square().sum_dim(1);
        square / (variance.clone() * -2.0) - (variance.clone() * std::f64::consts::TAU).log()
    }

    /// What each point's label adds to the logarithms of the components, `[N, 1, K, 1]`.
    fn allowed(&self, labels: &Labels, x: &Tensor<4>) -> Tensor<4> {
        let k = self.centres.len();
        let rows = labels.class.iter().flat_map(|class| {
            let components = self.components(*class);
            (0..k).map(move |component| if components.contains(&component) { 0.0 } else { RULED_OUT })
        });
        constant(rows.collect(), [labels.class.len(), 1, k, 1], x)
    }
}

impl Denoiser for Mixture {
    /// eps, exactly: the conditional one for a point with a class, that of the whole mixture without.
    fn forward(&self, x: Tensor<4>, t: &[f64], labels: &Labels) -> Tensor<4> {
        assert_eq!(labels.class.len(), x.dims()[0], "labels: one a point");
        let noised = self.noised(&x, t);
        let weights = softmax(self.logs(&x, &noised) + self.allowed(labels, &x), 2);
        let centre = (weights * self.centres(&x)).sum_dim(2);
        (x - centre * noised.signal) * (noised.noise / noised.variance)
    }
}

impl NoisyClassifier for Mixture {
    /// log p(class, x_t), up to what is the same for all classes.
    fn logits(&self, x: Tensor<4>, t: &[f64]) -> Tensor<2> {
        let logs = self.logs(&x, &self.noised(&x, t));
        let of_class = |bounds: &[usize]| log_sum_exp(logs.clone().narrow(2, bounds[0], bounds[1] - bounds[0]));
        let classes = self.bounds.len() - 1;
        Tensor::cat(self.bounds.windows(2).map(of_class).collect(), 2).reshape([t.len(), classes])
    }
}

/// `ln sum exp` over dimension 2: the largest term is taken out, so that none is lost.
fn log_sum_exp(x: Tensor<4>) -> Tensor<4> {
    let largest = x.clone().detach().max_dim(2);
    (x - largest.clone()).exp().sum_dim(2).log() + largest
}

/// Numbers beside points `like`, not tracked.
fn constant(values: Vec<f64>, shape: [usize; 4], like: &Tensor<4>) -> Tensor<4> {
    Tensor::from_data(TensorData::new(values, shape), (&like.device().without_autodiff(), like.dtype()))
}
