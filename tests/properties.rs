//! What must hold for any numbers: identities of the process, of the filter and of the losses.
#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

#[path = "golden_support/mod.rs"]
mod golden_support;

use burn::tensor::{DType, Device, Tensor, TensorData};
use golden_support::values;
use guidelight::{
    diffusion::{
        Clip, CounterNoise, Example, Loss, NoiseSource, Past, Prediction, Process, ProcessConfig, Sampler, SamplerKind,
        Schedule, ScheduleKind, StepInput, Stream, Variance,
        ddim::{Ddim, reverse_step},
        ddpm::Ddpm,
        dpmpp::{DpmPp, Form},
        dpmpp_sde::DpmPpSde,
        euler::Euler,
        euler_ancestral::EulerAncestral,
        heun::Heun,
        training_losses,
        unipc::UniPc,
    },
    guidance::resize::{Kernel, LowPass, matrix},
    session::Settings,
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
        let input = StepInput { process: &p, i, x_t: x_t.clone(), output, gradient: None, past: &[] };
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

/// The exact end of the probability-flow ODE for such data, from one abar to another.
fn exact_end(x: &Tensor<4>, from: f64, to: f64) -> Tensor<4> {
    let spread = |abar: f64| (abar * STD * STD + 1.0 - abar).sqrt();
    (x.clone() - from.sqrt() * MEAN) * (spread(to) / spread(from)) + to.sqrt() * MEAN
}

/// A chain of levels evenly spaced in lambda. It ends a little above clean and starts far out, where x_0 hardly changes:
/// the lower orders that a multistep solver starts and ends with would show instead of its own.
fn even_process(steps: usize) -> Process {
    let (noisiest, end) = (900.0f64, 0.1f64);
    let abar = |k: usize| {
        let sigma = (end.ln() + (noisiest / end).ln() * k as f64 / steps as f64).exp();
        1.0 / (1.0 + sigma * sigma)
    };
    let levels: Vec<f64> = (1..=steps).map(abar).collect();
    let schedule = Schedule::from_levels(&levels, abar(0), (0..steps).map(|t| t as f64).collect()).unwrap();
    Process { schedule, prediction: Prediction::Eps, variance: Variance::FixedSmall, clip: Clip::None }
}

/// The whole chain on the exact eps. `noise` gives the draw of each executed step.
fn solve(
    sampler: &dyn Sampler,
    process: &Process,
    mut x: Tensor<4>,
    noise: impl Fn(usize) -> Option<Tensor<4>>,
) -> Tensor<4> {
    let mut past: Vec<Past> = Vec::new();
    for (k, i) in (0..process.schedule.len()).rev().enumerate() {
        let output = exact_eps(process, i, &x);
        let input = StepInput { process, i, x_t: x, output, gradient: None, past: &past };
        let mut step = sampler.step(input, noise(k).filter(|_| sampler.adds_noise(process, i)));
        if sampler.looks_ahead(process, i) {
            let (i, x_t) = (i - 1, step.x_prev.clone());
            let output = exact_eps(process, i, &x_t);
            step = sampler.correct(step, StepInput { process, i, x_t, output, gradient: None, past: &past });
        }
        x = step.x_prev.clone();
        past.insert(0, Past { level: process.schedule.level(i), step });
        past.truncate(sampler.looks_back());
    }
    x
}

/// The number of steps of the first of four chains, each twice as long as the one before.
const COARSEST: usize = 32;

/// The logarithm to base 2 of how much each doubling of the steps divides the error by.
fn orders(errors: [f64; 4]) -> [f64; 3] {
    std::array::from_fn(|k| (errors[k] / errors[k + 1]).log2())
}

fn check_order(name: &str, errors: [f64; 4], order: std::ops::Range<f64>) {
    let measured = orders(errors);
    println!("{name}: orders {measured:.2?}, errors {errors:?}");
    assert!(measured.iter().all(|measured| order.contains(measured)), "{name}: orders {measured:?} from {errors:?}");
}

/// Twice the steps, half the error of a first-order rule, a quarter of a second-order one, an eighth of a third-order one.
/// UniPC's corrector adds one order to its own.
#[test]
fn deterministic_solvers_converge_to_the_exact_solution_at_their_order() {
    let solvers: [(&str, Box<dyn Sampler>, std::ops::Range<f64>); 10] = [
        ("DDIM", Box::new(Ddim::new(0.0)), 0.9..1.1),
        ("Euler", Box::new(Euler), 0.9..1.1),
        ("DPM-Solver++(1)", Box::new(DpmPp::new(1)), 0.9..1.1),
        ("DPM-Solver++(2M)", Box::new(DpmPp::new(2)), 1.7..2.1),
        ("DPM-Solver++(2M), heun form", Box::new(DpmPp { form: Form::Heun, ..DpmPp::new(2) }), 1.9..2.1),
        ("Heun", Box::new(Heun), 1.9..2.1),
        ("DPM-Solver++(3M)", Box::new(DpmPp::new(3)), 2.9..3.7),
        ("DPM-Solver++(3M), published", Box::new(DpmPp { half_curvature: true, ..DpmPp::new(3) }), 1.9..2.6),
        ("UniPC(2)", Box::new(UniPc::new(2)), 2.8..3.2),
        ("UniPC(3)", Box::new(UniPc::new(3)), 3.3..4.1),
    ];
    let start = noise(4, SHAPE);
    for (name, solver, order) in solvers {
        let errors = [1, 2, 4, 8].map(|factor| {
            let process = even_process(COARSEST * factor);
            let (from, to) = (process.schedule.abar[process.schedule.len() - 1], process.schedule.abar_prev[0]);
            let end = solve(&*solver, &process, start.clone(), |_| None);
            distance(&end, &exact_end(&start, from, to))
        });
        check_order(name, errors, order);
    }
}

/// Where noise is added, the distribution of the end is what converges. Its mean and spread are read off one batch: the
/// data are normal, so the end is a linear function of the start and of every draw.
#[test]
fn stochastic_solvers_converge_to_the_exact_distribution() {
    let column = |values: Vec<f64>| {
        let n = values.len();
        Tensor::<4>::from_data(TensorData::new(values, [n, 1, 1, 1]), (&Device::flex(), DType::F64))
    };
    let marginal = |abar: f64| (abar.sqrt() * MEAN, (abar * STD * STD + 1.0 - abar).sqrt());
    let solvers: [(&str, Box<dyn Sampler>, std::ops::Range<f64>); 3] = [
        ("DDIM, eta 1", Box::new(Ddim::new(1.0)), 0.9..1.1),
        ("Euler ancestral", Box::new(EulerAncestral), 0.9..1.1),
        ("DPM-Solver++ SDE (2M)", Box::new(DpmPpSde), 1.6..2.1),
    ];
    for (name, solver, order) in solvers {
        let errors = [1, 2, 4, 8].map(|factor| {
            let steps = COARSEST * factor;
            let process = even_process(steps);
            let (start_mean, start_std) = marginal(process.schedule.abar[steps - 1]);
            // Image 0 has no noise at all; each other one has a single draw of 1, the first of them in its start.
            let mut start = vec![start_mean; steps + 2];
            start[1] += start_std;
            let draw = |k: usize| column((0..steps + 2).map(|image| f64::from(u8::from(image == k + 2))).collect());
            let end = values(&solve(&*solver, &process, column(start), |k| Some(draw(k))));
            let std = end[1..].iter().map(|x| (x - end[0]).powi(2)).sum::<f64>().sqrt();
            let (exact_mean, exact_std) = marginal(process.schedule.abar_prev[0]);
            (end[0] - exact_mean).abs() + (std - exact_std).abs()
        });
        check_order(name, errors, order);
    }
}

/// One method in three sets of letters; and one with noise in two.
#[test]
fn first_order_solvers_are_ddim() {
    let config = ProcessConfig { variance: Variance::FixedSmall, ..ProcessConfig::default() };
    let (x_t, output, gradient, z) = (noise(1, SHAPE), noise(2, SHAPE), noise(3, SHAPE) * 0.1, noise(4, SHAPE));
    for clip in [false, true] {
        let process = ProcessConfig { clip_denoised: clip, ..config.clone() }.respaced("ddim10").unwrap();
        for (i, gradient) in (0..10).zip([None, Some(gradient.clone())].into_iter().cycle()) {
            let end = |sampler: &dyn Sampler| {
                let (process, x_t, output) = (&process, x_t.clone(), output.clone());
                let input = StepInput { process, i, x_t, output, gradient: gradient.clone(), past: &[] };
                sampler.step(input, sampler.adds_noise(process, i).then(|| z.clone())).x_prev
            };
            let (ddim, ancestral) = (end(&Ddim::new(0.0)), end(&Ddim::new(1.0)));
            for other in [end(&Euler), end(&DpmPp::new(1)), end(&DpmPp::new(3)), end(&UniPc::new(1)), end(&Heun)] {
                assert!(distance(&ddim, &other) < 1e-12 * (1.0 + rms(&ddim)), "index {i}: {}", distance(&ddim, &other));
            }
            for other in [end(&EulerAncestral), end(&DpmPpSde)] {
                assert!(distance(&ancestral, &other) < 1e-12 * (1.0 + rms(&ancestral)), "index {i}");
            }
        }
    }
}

/// abar is 0 at the start: every solver must do without lambda, sigma and a guided x_0 there.
#[test]
fn every_sampler_starts_from_pure_noise() {
    let mut settings = Settings::default();
    for (key, value) in [("eta", "0.5"), ("order", "3")] {
        settings.set(key, value).unwrap();
    }
    for prediction in [Prediction::V, Prediction::XStart] {
        let config = ProcessConfig {
            prediction,
            variance: Variance::FixedSmall,
            zero_terminal_snr: true,
            ..ProcessConfig::default()
        };
        for (steps, n) in [("10", 10), ("trailing10", 10), ("karras10", 10)] {
            let process = config.respaced(steps).unwrap();
            assert_eq!(process.schedule.level(n - 1).is_pure_noise(), steps != "karras10", "{steps}");
            for kind in SamplerKind::ALL {
                let sampler = kind.build(&settings.values);
                let (mut x, mut past) = (noise(1, SHAPE), Vec::new());
                for i in (0..n).rev() {
                    let look = |i: usize, x_t: Tensor<4>, past| StepInput {
                        process: &process,
                        i,
                        output: x_t.clone() * 0.1,
                        gradient: Some(x_t.clone() * 0.01),
                        x_t,
                        past,
                    };
                    let mut step = sampler.step(look(i, x, &past), Some(noise(2, SHAPE)));
                    if sampler.looks_ahead(&process, i) {
                        let ahead = look(i - 1, step.x_prev.clone(), &past);
                        step = sampler.correct(step, ahead);
                    }
                    x = step.x_prev.clone();
                    assert!(values(&x).iter().all(|x| x.abs() < 100.0), "{kind:?} over {steps} at {i}");
                    past.insert(0, Past { level: process.schedule.level(i), step });
                    past.truncate(sampler.looks_back());
                }
            }
        }
    }
    let eps = ProcessConfig { zero_terminal_snr: true, ..ProcessConfig::default() };
    let error = eps.full().unwrap_err().to_string();
    assert!(error.contains("zero-terminal-snr: expected") && !error.contains('\n'), "{error}");
}

#[test]
fn karras_steps_are_denser_at_little_noise_and_lie_where_they_say() {
    for schedule in [ScheduleKind::Linear, ScheduleKind::Cosine] {
        let config = ProcessConfig { schedule, ..ProcessConfig::default() };
        let full = config.full().unwrap().schedule;
        let chain = config.respaced("karras25").unwrap().schedule;
        assert_eq!(chain.len(), 25);
        assert_eq!((chain.timestep_map[0], chain.abar[0]), (0.0, full.abar[0]));
        // The page counts on it.
        for (steps, n) in [2, 3, 25, 333, 999, 1000].into_iter().flat_map(|n| [("karras", n), ("trailing", n)]) {
            assert_eq!(config.respaced(&format!("{steps}{n}")).unwrap().schedule.len(), n, "{steps}{n}");
        }
        let noise: Vec<f64> = (0..25).map(|i| chain.level(i).noise()).collect();
        assert!((noise[24] - 80.0).abs() < 1e-9, "{}", noise[24]);
        let roots: Vec<f64> = noise.iter().map(|sigma| sigma.powf(1.0 / 7.0)).collect();
        for pair in roots.windows(2) {
            assert!((pair[1] - pair[0] - (roots[24] - roots[0]) / 24.0).abs() < 1e-9, "{roots:?}");
        }
        for (t, abar) in chain.timestep_map.iter().zip(&chain.abar) {
            let between = full.abar[t.ceil() as usize]..=full.abar[t.floor() as usize];
            assert!(between.contains(abar), "{t}: {abar} in {between:?}");
        }
    }
}

/// A plain chain keeps its levels to the bit: nothing is interpolated where nothing lies between.
#[test]
fn whole_timesteps_are_not_interpolated() {
    let full = ProcessConfig::default().full().unwrap().schedule;
    assert_eq!(full.respace(&[3, 500, 999]).unwrap(), full.at(&[3.0, 500.0, 999.0]).unwrap());
    assert_eq!(full.index_of(full.level(500).noise()), 500.0);
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
        x = Ddim::new(0.0)
            .step(StepInput { process: &process, i, x_t: x, output, gradient: None, past: &[] }, None)
            .x_prev;
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
    for steps in [
        "0",
        "1",
        "1001",
        "ddim0",
        "ddim999",
        "x",
        "10,",
        "-3",
        "ddim",
        "quad0",
        "99999999999999999999",
        "karras",
        "karras1",
        "karras1001",
        "trailing0",
        "trailing1001",
        "at",
        "at7",
        "at5-5",
        "at0-1000",
        "at0--9",
        "at0-1.5",
        "at0,9",
    ] {
        let error = config.respaced(steps).unwrap_err().to_string();
        assert!(error.contains("expected") && !error.contains('\n'), "{steps}: {error}");
    }
    for timesteps in [&[3.0, 2.0][..], &[5.0, 5.0], &[0.0, 1000.0], &[0.0, 999.5], &[f64::NAN, 1.0]] {
        assert!(config.over(timesteps).is_err(), "{timesteps:?}");
    }
}
