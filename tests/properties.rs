//! What must hold for any numbers: identities of the process, of the filter and of the losses.
#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

#[path = "golden_support/mod.rs"]
mod golden_support;

use burn::tensor::{DType, Device, Tensor, TensorData};
use golden_support::values;
use guidelight::{
    diffusion::{
        CounterNoise, Example, Loss, NoiseSource, Prediction, Process, ProcessConfig, Sampler, ScheduleKind, StepInput,
        Stream, Variance,
        ddim::{Ddim, reverse_step},
        ddpm::Ddpm,
        training_losses,
    },
    guidance::resize::{Kernel, LowPass, matrix},
};

fn noise(seed: u64, shape: [usize; 4]) -> Tensor<4> {
    let values = CounterNoise { seed, first: 0 }.draw(Stream::Start, 0, shape);
    Tensor::from_data(TensorData::new(values, shape), (&Device::flex(), DType::F64))
}

fn distance<const D: usize>(a: &Tensor<D>, b: &Tensor<D>) -> f64 {
    golden_support::distance(&values(a), &values(b))
}

fn rms<const D: usize>(a: &Tensor<D>) -> f64 {
    let values = values(a);
    (values.iter().map(|v| v * v).sum::<f64>() / values.len() as f64).sqrt()
}

const SHAPE: [usize; 4] = [3, 2, 4, 5];
/// A batch with different indices, as in training.
const INDICES: [usize; 3] = [0, 417, 980];

fn process(prediction: Prediction, variance: Variance) -> Process {
    ProcessConfig { prediction, variance, ..ProcessConfig::default() }.full().unwrap()
}

#[test]
fn predictions_convert_into_each_other() {
    let p = process(Prediction::V, Variance::FixedLarge);
    let (x0, eps) = (noise(1, SHAPE).clamp(-1.0, 1.0), noise(2, SHAPE));
    let x_t = p.q_sample(x0.clone(), &INDICES, eps.clone());
    let v = p.v_from(x0.clone(), eps.clone(), &INDICES);
    // At index 980 of the cosine schedule abar is 1e-3, which x0_from_eps divides by.
    assert!(distance(&p.x0_from_eps(x_t.clone(), eps.clone(), &INDICES), &x0) < 1e-11);
    assert!(distance(&p.eps_from_x0(x_t.clone(), x0.clone(), &INDICES), &eps) < 1e-11);
    assert!(distance(&p.x0_from_v(x_t.clone(), v.clone(), &INDICES), &x0) < 1e-13);
    assert!(distance(&p.eps_from_v(x_t.clone(), v.clone(), &INDICES), &eps) < 1e-13);
    for prediction in [Prediction::Eps, Prediction::XStart, Prediction::V] {
        let p = process(prediction, Variance::FixedLarge);
        let target = p.target(x0.clone(), &INDICES, eps.clone());
        assert!(distance(&p.predicted_x0(target, x_t.clone(), &INDICES), &x0) < 1e-11, "{prediction:?}");
    }
}

#[test]
fn a_batch_of_mixed_indices_is_its_images_one_by_one() {
    let p = process(Prediction::Eps, Variance::LearnedRange);
    let (x0, eps) = (noise(1, SHAPE), noise(2, SHAPE));
    let batch = p.q_sample(x0.clone(), &INDICES, eps.clone());
    for (n, i) in INDICES.into_iter().enumerate() {
        let alone = p.q_sample(x0.clone().narrow(0, n, 1), &[i], eps.clone().narrow(0, n, 1));
        assert_eq!(values(&alone), values(&batch.clone().narrow(0, n, 1)));
    }
}

/// Two DDPM steps at once: the posterior mean of the right x_0 lies where q puts x_{t-1} on average.
#[test]
fn the_right_x0_gives_the_right_mean() {
    let p = ProcessConfig::default().respaced("20").unwrap();
    let (x0, eps) = (noise(1, SHAPE).clamp(-1.0, 1.0), noise(2, SHAPE));
    for i in [0, 7, 19] {
        let images = [i; 3];
        let x_t = p.q_sample(x0.clone(), &images, eps.clone());
        let output = Tensor::cat(vec![eps.clone(), eps.zeros_like()], 1);
        let input = StepInput { process: &p, i, x_t: x_t.clone(), output, gradient: None };
        let step = Ddpm.step(input, None);
        assert!(distance(&step.x_prev, &p.q_posterior_mean(x0.clone(), x_t, &images)) < 1e-9, "index {i}");
        assert!(distance(&step.x0, &x0) < 1e-9, "index {i}");
    }
}

/// The exact eps of data that is normal with this mean and standard deviation in every element.
fn exact_eps(process: &Process, i: usize, x: &Tensor<4>) -> Tensor<4> {
    let abar = process.schedule.abar[i];
    let factor = (1.0 - abar).sqrt() / (abar * STD * STD + 1.0 - abar);
    (x.clone() - abar.sqrt() * MEAN) * factor
}
const MEAN: f64 = 0.2;
const STD: f64 = 0.5;

/// DDIM solves an ordinary differential equation by a first-order rule: twice the steps, half the error.
#[test]
fn ddim_converges_to_the_exact_solution_at_first_order() {
    let config = ProcessConfig {
        schedule: ScheduleKind::Linear,
        variance: Variance::FixedSmall,
        clip_denoised: false,
        ..ProcessConfig::default()
    };
    let start = noise(4, SHAPE);
    let errors = [25, 50, 100, 200].map(|steps| {
        let process = config.respaced(&steps.to_string()).unwrap();
        let abar = process.schedule.abar[process.schedule.len() - 1];
        let exact = (start.clone() - abar.sqrt() * MEAN) * (STD / (abar * STD * STD + 1.0 - abar).sqrt()) + MEAN;
        let mut x = start.clone();
        for i in (0..process.schedule.len()).rev() {
            let output = exact_eps(&process, i, &x);
            x = Ddim { eta: 0.0 }.step(StepInput { process: &process, i, x_t: x, output, gradient: None }, None).x_prev;
        }
        distance(&x, &exact)
    });
    for pair in errors.windows(2) {
        assert!((1.7..2.3).contains(&(pair[0] / pair[1])), "{errors:?}");
    }
}

#[test]
fn inversion_undoes_sampling() {
    let config = ProcessConfig { variance: Variance::FixedSmall, clip_denoised: false, ..ProcessConfig::default() };
    let process = config.respaced("200").unwrap();
    let n = process.schedule.len();
    let image = noise(5, SHAPE) * STD + MEAN;
    let mut x = image.clone();
    for i in 0..n - 1 {
        let output = exact_eps(&process, i, &x);
        x = reverse_step(&process, i, x, output).x_prev;
    }
    for i in (0..n).rev() {
        let output = exact_eps(&process, i, &x);
        x = Ddim { eta: 0.0 }.step(StepInput { process: &process, i, x_t: x, output, gradient: None }, None).x_prev;
    }
    assert!(distance(&x, &image) < 0.05, "{}", distance(&x, &image));
}

/// The variational term must not train the prediction: its gradient is that of the squared error alone.
#[test]
fn the_variational_term_trains_the_variance_alone() {
    let p = process(Prediction::Eps, Variance::LearnedRange);
    let (x0, eps) = (noise(1, SHAPE).clamp(-1.0, 1.0), noise(2, SHAPE));
    let x_t = p.q_sample(x0.clone(), &INDICES, eps.clone());
    let gradient = |p: &Process, output: Tensor<4>| {
        let output = output.autodiff().require_grad();
        let example = Example { x0: x0.clone(), noise: eps.clone(), x_t: x_t.clone(), i: &INDICES };
        let mut gradients = training_losses(p, Loss::RescaledMse, output.clone(), example).loss.sum().backward();
        output.grad_remove(&mut gradients).unwrap()
    };
    let (guess, v) = (noise(6, SHAPE), noise(7, SHAPE));
    let both = gradient(&p, Tensor::cat(vec![guess.clone(), v], 1));
    let fixed = gradient(&process(Prediction::Eps, Variance::FixedLarge), guess);
    assert_eq!(values(&both.clone().narrow(1, 0, 2)), values(&fixed));
    let variance = values(&both.narrow(1, 2, 2));
    assert!(variance.iter().all(|g| g.is_finite()) && variance.iter().any(|g| g.abs() > 1e-9));
}

#[test]
fn min_snr_weighs_the_same_error_of_x0_alike_whatever_is_predicted() {
    use guidelight::diffusion::min_snr_weights;
    let gamma = 5.0;
    for i in [0, 200, 600, 990] {
        // The same small change of x_0, seen as a change of what is predicted.
        let (x0, eps) = (noise(3, [1, 3, 4, 4]), noise(4, [1, 3, 4, 4]));
        let weighted = |prediction| {
            let process = process(prediction, Variance::FixedLarge);
            let x_t = process.q_sample(x0.clone(), &[i], eps.clone());
            let moved = x0.clone() + 1e-3;
            let target = process.target(x0.clone(), &[i], eps.clone());
            let output = process.target(moved.clone(), &[i], process.eps_from_x0(x_t, moved, &[i]));
            let square = (output - target).square().mean().into_scalar::<f64>();
            square * min_snr_weights(&process, gamma, &[i])[0]
        };
        let want = weighted(Prediction::XStart);
        for prediction in [Prediction::Eps, Prediction::V] {
            let got = weighted(prediction);
            assert!((got / want - 1.0).abs() < 1e-6, "{prediction:?} at {i}: {got} {want}");
        }
        let abar = process(Prediction::Eps, Variance::FixedLarge).schedule.abar[i];
        assert!((want / (1e-6 * (abar / (1.0 - abar)).min(gamma)) - 1.0).abs() < 1e-6);
    }
}

#[test]
fn filters_keep_constants_and_any_dividing_factor_works() {
    let size = 24;
    let ones = Tensor::<4>::ones([1, 1, size, size], (&Device::flex(), DType::F64));
    for kernel in Kernel::ALL {
        for factor in [1, 2, 3, 4, 6, 8, 12, 24] {
            let filter = LowPass::new([size, size], factor, kernel, &Device::flex(), DType::F64).unwrap();
            assert!(distance(&filter.apply(ones.clone()), &ones) < 1e-12, "{kernel:?} {factor}");
        }
        let down = matrix(size, 1.0 / 3.0, kernel);
        assert_eq!((down.rows, down.columns), (8, size));
    }
    for factor in [0, 5, 48] {
        let error = LowPass::new([size, size], factor, Kernel::Cubic, &Device::flex(), DType::F64).unwrap_err();
        assert!(error.to_string().contains("24x24"), "{error}");
    }
}

/// Only box is a projection, so only box may be held to `phi(x) = phi(y)` after a correction.
#[test]
fn box_alone_is_a_projection() {
    let x = noise(8, [1, 3, 32, 32]);
    for kernel in Kernel::ALL {
        let filter = LowPass::new([32, 32], 4, kernel, &Device::flex(), DType::F64).unwrap();
        let once = filter.apply(x.clone());
        let change = rms(&(filter.apply(once.clone()) - once.clone())) / rms(&once);
        match kernel {
            Kernel::Box => assert!(change < 1e-12, "{change}"),
            _ => assert!((0.1..0.5).contains(&change), "{kernel:?}: {change}"),
        }
    }
}

#[test]
fn schedules_refuse_what_cannot_be_diffused() {
    for (kind, timesteps) in [(ScheduleKind::Linear, 20), (ScheduleKind::Linear, 0), (ScheduleKind::Cosine, 1)] {
        let config = ProcessConfig { schedule: kind, timesteps, ..ProcessConfig::default() };
        let error = config.full().unwrap_err().to_string();
        assert!(error.contains("expected") && !error.contains('\n'), "{error}");
    }
    let config = ProcessConfig::default();
    for steps in ["0", "1", "1001", "ddim0", "ddim999", "x", "10,", "-3", "ddim", "quad0", "99999999999999999999"] {
        let error = config.respaced(steps).unwrap_err().to_string();
        assert!(error.contains("expected") && !error.contains('\n'), "{steps}: {error}");
    }
    for timesteps in [&[3, 2][..], &[5, 5], &[0, 1000]] {
        assert!(config.over(timesteps).is_err(), "{timesteps:?}");
    }
}
