//! The guidance gradient against central differences of log p(y | x_t), in float64, through a classifier that is
//! neither linear nor local.
#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

use std::rc::Rc;

use burn::tensor::{
    DType, Device, Tensor, TensorData,
    activation::{log_softmax, silu},
};
use guidelight::{
    diffusion::{CounterNoise, NoiseSource, Process, ProcessConfig, Stream, Variance},
    guidance::{
        Guidance, Score, StepContext, Strength, Where,
        classifier::{LogProbability, probabilities},
        palette::Palette,
        predict::Networks,
        score::{Look, ScoreGuidance, gradient, look},
        symmetry::Mirror,
    },
    models::{Denoiser, EncoderUNet, Labels, NetworkConfig, NoisyClassifier, params},
};

const SHAPE: [usize; 4] = [2, 3, 4, 4];
const CLASSES: usize = 5;
const T: [f64; 2] = [120.0, 870.0];

/// The difference quotient's own error is about `H^2` plus `1e-16 / H`.
const H: f64 = 1e-5;
const TOLERANCE: f64 = 1e-8;

/// Two dense layers with a SiLU, which also see t.
struct Network;

impl Network {
    fn layer(rows: usize, columns: usize, phase: f64) -> Tensor<2> {
        let values: Vec<f64> = (0..rows * columns).map(|i| 0.4 * (phase + 0.7 * i as f64).sin()).collect();
        Tensor::from_data(TensorData::new(values, [rows, columns]), (&Device::flex(), DType::F64))
    }
}

impl NoisyClassifier for Network {
    fn logits(&self, x: Tensor<4>, t: &[f64]) -> Tensor<2> {
        let [n, c, h, w] = x.dims();
        let t: Vec<f64> = t.iter().map(|t| t / 1000.0).collect();
        let t = Tensor::<2>::from_data(TensorData::new(t, [n, 1]), (&Device::flex(), DType::F64));
        let hidden = silu(x.reshape([n, c * h * w]).matmul(Self::layer(c * h * w, 16, 0.3)) + t);
        hidden.matmul(Self::layer(16, CLASSES, 1.1))
    }
}

fn state() -> Tensor<4> {
    let values = CounterNoise { seed: 3, first: 0 }.draw(Stream::Start, 0, SHAPE);
    Tensor::from_data(TensorData::new(values, SHAPE), (&Device::flex(), DType::F64))
}

fn values<const D: usize>(tensor: &Tensor<D>) -> Vec<f64> {
    tensor.to_data().iter::<f64>().collect()
}

/// log p(class | x) of every image.
fn log_p(x: Vec<f64>, classes: &[Option<usize>]) -> Vec<f64> {
    let x = Tensor::<4>::from_data(TensorData::new(x, SHAPE), (&Device::flex(), DType::F64));
    let all = values(&log_softmax(Network.logits(x, &T), 1));
    all.chunks(CLASSES).zip(classes).map(|(row, class)| class.map_or(0.0, |class| row[class])).collect()
}

/// The gradient of log p(class | x_t) and the probabilities, as the step loop gets them.
fn log_probability_gradient(
    classifier: impl NoisyClassifier + 'static,
    x: &Tensor<4>,
    t: &[f64],
    classes: &[Option<usize>],
) -> (Tensor<4>, Tensor<2>) {
    let labels = Labels { class: classes.to_vec(), style: vec![None; classes.len()] };
    let score = LogProbability { classifier: Rc::new(classifier), style: 0.0 };
    let (gradient, probabilities) = gradient(&score, x, t, &labels);
    (gradient, probabilities.unwrap())
}

fn assert_true_gradient(classes: &[Option<usize>]) {
    let x = state();
    let (gradient, _) = log_probability_gradient(Network, &x, &T, classes);
    let (gradient, x) = (values(&gradient), values(&x));
    let per_image = x.len() / SHAPE[0];
    for element in 0..x.len() {
        let moved = |by: f64| {
            let mut x = x.clone();
            x[element] += by;
            log_p(x, classes)[element / per_image]
        };
        let difference = (moved(H) - moved(-H)) / (2.0 * H);
        let error = (gradient[element] - difference).abs();
        assert!(error < TOLERANCE, "element {element}: {} against {difference}", gradient[element]);
    }
    assert!(classes.iter().all(Option::is_none) || gradient.iter().any(|g| g.abs() > 1e-3), "the test is empty");
}

#[test]
fn gradient_is_that_of_log_p() {
    assert_true_gradient(&[Some(1), Some(4)]);
}

#[test]
fn an_image_without_a_class_is_not_pulled() {
    assert_true_gradient(&[None, Some(2)]);
}

#[test]
fn one_forward_pass_gives_the_same_probabilities() {
    let x = state();
    let (_, with_gradient) = log_probability_gradient(Network, &x, &T, &[Some(0), Some(1)]);
    let alone = values(&probabilities(&Network, &x, &T));
    assert_eq!(values(&with_gradient), alone);
    for row in alone.chunks(CLASSES) {
        assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }
}

/// A denoiser that finds half of x_t to be noise, more where x_t is large.
struct Halves;

impl Denoiser for Halves {
    fn forward(&self, x: Tensor<4>, _t: &[f64], _labels: &Labels) -> Tensor<4> {
        x.clone() * 0.5 + x.sin() * 0.1
    }
}

/// What the step at index 6 of 10 evenly spaced timesteps, which is 666, sees with one method on.
fn look_with(method: ScoreGuidance, labels: &Labels) -> Look {
    let config = ProcessConfig { variance: Variance::FixedSmall, ..ProcessConfig::default() };
    let process: Process = config.respaced("10").unwrap();
    let context = StepContext { process: &process, i: 6, executed: 3, labels };
    let guidance: [Rc<dyn Guidance>; 1] = [Rc::new(method)];
    let networks = Networks { denoiser: &Halves, weak: None };
    look(networks, &guidance, &state(), &Labels::null(SHAPE[0]), &context, || {})
}

fn guided(scale: f64, class: Option<usize>, up_to: Option<usize>) -> Look {
    let score = Rc::new(LogProbability { classifier: Rc::new(Network), style: 0.0 });
    let strength = Strength { up_to, ..Strength::constant(scale) };
    let labels = Labels { class: vec![class; SHAPE[0]], style: vec![None; SHAPE[0]] };
    look_with(ScoreGuidance { score, strength, at: Where::XT }, &labels)
}

#[test]
fn the_gradient_is_scaled_and_taken_at_the_original_timestep() {
    let got = values(&guided(2.5, Some(3), None).gradient.unwrap());
    let (expected, _) = log_probability_gradient(Network, &state(), &[666.0; 2], &[Some(3); 2]);
    let expected = values(&(expected * 2.5));
    assert!(got.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-12));
}

#[test]
fn guidance_acts_up_to_its_last_timestep() {
    assert!(guided(2.5, Some(3), Some(666)).gradient.is_some());
}

#[test]
fn scale_0_no_class_and_pure_noise_give_no_gradient_and_the_network_s_own_output() {
    let alone = values(&Halves.forward(state(), &[666.0; 2], &Labels::null(2)));
    for (scale, class, up_to) in [(0.0, Some(3), None), (2.5, None, None), (2.5, Some(3), Some(665))] {
        let seen = guided(scale, class, up_to);
        assert!(seen.gradient.is_none());
        assert_eq!(values(&seen.output), alone);
    }
}

/// log p(style | x), twice as important as the class.
struct Both;

impl NoisyClassifier for Both {
    fn logits(&self, x: Tensor<4>, t: &[f64]) -> Tensor<2> {
        Network.logits(x, t)
    }

    fn both_logits(&self, x: Tensor<4>, t: &[f64]) -> (Tensor<2>, Option<Tensor<2>>) {
        let [n, c, h, w] = x.dims();
        let styles = x.clone().reshape([n, c * h * w]).matmul(Network::layer(c * h * w, 3, 2.2));
        (self.logits(x, t), Some(styles))
    }
}

/// Every score, at x_t and through the denoiser at x̂₀, against central differences.
#[test]
fn every_score_has_a_true_gradient_at_both_places() {
    let labels = Labels { class: vec![Some(1), None], style: vec![Some(2), Some(0)] };
    let palette = Palette::parse("ff8800, 2255aa, ffffff").unwrap();
    let scores: [(&str, Rc<dyn Score>); 4] = [
        ("class and style", Rc::new(LogProbability { classifier: Rc::new(Both), style: 2.0 })),
        ("palette", Rc::new(palette)),
        ("left to right", Rc::new(Mirror::LeftRight)),
        ("top to bottom", Rc::new(Mirror::TopBottom)),
    ];
    let config = ProcessConfig { variance: Variance::FixedSmall, ..ProcessConfig::default() };
    let process = config.respaced("10").unwrap();
    for (name, score) in scores {
        for at in Where::ALL {
            let total = |x: Vec<f64>| -> f64 {
                let x = Tensor::<4>::from_data(TensorData::new(x, SHAPE), (&Device::flex(), DType::F64));
                let (judged, t) = match at {
                    Where::XT => (x, 666.0),
                    Where::XStart => {
                        let eps = Halves.forward(x.clone(), &[666.0; 2], &labels);
                        (process.x0_from_eps(x, eps, &[6; 2]), 0.0)
                    }
                };
                values(&score.of(judged, &[t; 2], &labels).score).iter().sum()
            };
            let method = ScoreGuidance { score: score.clone(), strength: Strength::constant(1.5), at };
            let gradient = values(&look_with(method, &labels).gradient.unwrap());
            let x = values(&state());
            for element in 0..x.len() {
                let moved = |by: f64| {
                    let mut x = x.clone();
                    x[element] += by;
                    total(x)
                };
                let difference = 1.5 * (moved(H) - moved(-H)) / (2.0 * H);
                let error = (gradient[element] - difference).abs() / difference.abs().max(1.0);
                assert!(
                    error < 1e-6,
                    "{name} at {at:?}, element {element}: {} against {difference}",
                    gradient[element]
                );
            }
            assert!(gradient.iter().any(|g| g.abs() > 1e-3), "{name}: the test is empty");
        }
    }
}

/// Two methods cost one backward pass, and their gradients add up, wherever they look.
#[test]
fn gradients_of_several_scores_add_up() {
    let labels = Labels { class: vec![Some(1); 2], style: vec![None; 2] };
    let class = || ScoreGuidance {
        score: Rc::new(LogProbability { classifier: Rc::new(Network), style: 0.0 }),
        strength: Strength::constant(2.0),
        at: Where::XT,
    };
    let mirror =
        || ScoreGuidance { score: Rc::new(Mirror::LeftRight), strength: Strength::constant(0.5), at: Where::XStart };
    let config = ProcessConfig { variance: Variance::FixedSmall, ..ProcessConfig::default() };
    let process = config.respaced("10").unwrap();
    let context = StepContext { process: &process, i: 6, executed: 3, labels: &labels };
    let both: [Rc<dyn Guidance>; 2] = [Rc::new(class()), Rc::new(mirror())];
    let networks = Networks { denoiser: &Halves, weak: None };
    let seen = look(networks, &both, &state(), &Labels::null(2), &context, || {});
    let apart = [class(), mirror()].map(|method| values(&look_with(method, &labels).gradient.unwrap()));
    for (got, (a, b)) in values(&seen.gradient.unwrap()).into_iter().zip(apart[0].iter().zip(&apart[1])) {
        assert!((got - (a + b)).abs() < 1e-12);
    }
    assert_eq!(seen.probabilities.unwrap().dims(), [SHAPE[0], CLASSES]);
}

/// Every kind of layer of the shipped classifier, small, in float64, with weights that are nowhere zero.
fn encoder() -> EncoderUNet {
    let config = NetworkConfig {
        image_size: 8,
        model_channels: 32,
        out_channels: CLASSES,
        channel_mult: vec![1, 2],
        num_res_blocks: 1,
        attention_resolutions: vec![1, 2],
        num_head_channels: Some(16),
        use_scale_shift_norm: true,
        resblock_updown: true,
        use_new_attention_order: true,
        num_styles: Some(2),
        patch_size: 2,
        ..NetworkConfig::default()
    };
    let device = Device::flex();
    let network = EncoderUNet::new(&config, &device).unwrap();
    let shapes = params::shapes(&network).into_iter().enumerate();
    let tensors = shapes.map(|(p, (name, shape))| {
        let bound = (2.0 / shape.iter().skip(1).product::<usize>().max(1) as f64).sqrt();
        let gain = if shape.len() == 1 && name.ends_with("weight") { 1.0 } else { 0.0 };
        let value = |n: usize| bound * (0.37 * n as f64 + 1.3 * p as f64).sin() + gain;
        (name, TensorData::new((0..shape.iter().product()).map(value).collect::<Vec<f64>>(), shape))
    });
    params::import(network, tensors.collect(), DType::F64, &device).unwrap()
}

#[test]
fn the_shipped_architecture_has_a_true_gradient() {
    const SIDE: [usize; 4] = [2, 3, 8, 8];
    let network = encoder();
    let draw = |seed| {
        let values = CounterNoise { seed, first: 0 }.draw(Stream::Start, 0, SIDE);
        Tensor::<4>::from_data(TensorData::new(values, SIDE), (&Device::flex(), DType::F64))
    };
    let x = draw(3);
    let classes = [Some(1), Some(4)];
    let (gradient, _) = log_probability_gradient(network.clone(), &x, &T, &classes);
    let total = |x: Tensor<4>| -> f64 {
        let log_p = values(&log_softmax(network.logits(x, &T), 1));
        log_p.chunks(CLASSES).zip(classes).map(|(row, class)| row[class.unwrap()]).sum()
    };
    for seed in 10..14 {
        let direction = draw(seed);
        let slope: f64 = values(&(gradient.clone() * direction.clone())).iter().sum();
        let (ahead, behind) = (total(x.clone() + direction.clone() * H), total(x.clone() - direction * H));
        let difference = (ahead - behind) / (2.0 * H);
        assert!(slope.abs() > 1e-3, "the test is empty: {slope}");
        assert!((slope - difference).abs() < 1e-6 * slope.abs().max(1.0), "{slope} against {difference}");
    }
}
