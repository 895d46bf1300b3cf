//! Topic `solvers`: the samplers of diffusers and k-diffusion over their own levels, and the closed-form oracle.
//!
//! Their levels and timesteps are stored, so chains run step by step here and not through the session, which makes its
//! levels itself. The samplers keep every state as the network sees it; Euler's and Heun's stored states are `x / alpha`.

use burn::tensor::{DType, Device, Tensor, TensorData};
use guidelight::{
    diffusion::{
        Clip, Level, Past, Prediction, Process, Sampler, Schedule, ScheduleKind, StepInput, Variance,
        ddim::Ddim,
        ddpm::Ddpm,
        dpm_solver::DpmSolver,
        dpmpp::{DpmPp, Form},
        dpmpp_sde::DpmPpSde,
        euler::{Euler, churn},
        euler_ancestral::EulerAncestral,
        heun::Heun,
        lcm::Lcm,
        respacing::{karras_sigmas, space_timesteps, uniform_sequence},
        unipc::{B, UniPc},
    },
    models::{Denoiser, Labels},
};

use super::{
    chains::PRECISIONS,
    golden_support::{
        Array, Node, Optional, TOL_F32, TOL_F64, Topic, distance,
        toy::{Head, Toy, ToyDenoiser},
        values,
    },
};

/// T of every case.
const TIMESTEPS: usize = 1000;

/// What is not here, and why.
const LEFT_OUT: [Optional; 15] = [
    ("pndm_plms/", "data only: no such sampler here"),
    ("#cases#pndm_plms", "likewise"),
    ("deis2/", "data only: no such sampler here"),
    ("#cases#deis2", "likewise"),
    ("k/karras/dpm_2/", "data only: no such sampler here"),
    ("k/exponential/dpm_2/", "likewise"),
    ("k/karras/lms/", "data only: no such sampler here"),
    ("k/exponential/lms/", "likewise"),
    ("k/karras/dpmpp_2s_ancestral/", "data only: no such sampler here"),
    ("k/exponential/dpmpp_2s_ancestral/", "likewise"),
    ("k/karras/dpmpp_sde/", "data only: a singlestep method; the multistep SDE solver is `dpmpp_2m_sde`"),
    ("k/exponential/dpmpp_sde/", "likewise"),
    ("k/sigmas_poly2", "a grid without a formula in the README, that no case runs on"),
    ("k/sigmas_vp", "likewise"),
    ("#cases#*#note", "a sentence for people"),
];

pub(crate) fn run() {
    let topic = Topic::open("solvers");
    let parameters = topic.parameters();
    let toy = Toy::read(&parameters.at("toy"));
    let start = topic.array("x_T");
    assert_eq!(start.shape, parameters.at("shape").indices());
    assert!(parameters.at("diffusers").str().starts_with("0."));
    for (name, node) in parameters.at("cases").entries() {
        if !["pndm_plms", "deis2"].contains(&name) {
            diffusers(&topic, &toy, name, &node);
        }
    }
    grids(&parameters.at("timestep_grids"));
    zero_terminal_snr(&topic);
    k_diffusion(&topic, &toy);
    oracle(&topic);
    topic.finish(&LEFT_OUT);
}

/// A chain with its network, ready to run in either precision.
struct Chain<'a> {
    process: Process,
    sampler: Box<dyn Sampler>,
    toy: &'a Toy,
    noise: &'a Array,
}

impl Chain<'_> {
    fn ask(&self, x: &Tensor<4>, i: usize) -> Tensor<4> {
        let network = ToyDenoiser { toy: self.toy.clone(), head: Head::Eps };
        let n = x.dims()[0];
        network.forward(x.clone(), &vec![self.process.schedule.network_t(i); n], &Labels::null(n))
    }

    /// Every state after the first, a predicted one before the one it was corrected to, each with its level.
    fn run(&self, mut x: Tensor<4>) -> Vec<(Tensor<4>, Level, Arrival)> {
        let (process, sampler) = (&self.process, &self.sampler);
        let (n, mut past, mut states) = (process.schedule.len(), Vec::new(), Vec::new());
        for (k, i) in (0..n).rev().enumerate() {
            let noise = sampler.adds_noise(process, i).then(|| self.noise.row(k).tensor(x.dtype()));
            let output = self.ask(&x, i);
            let input = StepInput { process, i, x_t: x, output, gradient: None, past: &past };
            let mut step = sampler.step(input, noise);
            let level = process.schedule.level_prev(i);
            if sampler.looks_ahead(process, i) {
                states.push((step.x_prev.clone(), level, Arrival::Predicted));
                let (i, x_t) = (i - 1, step.x_prev.clone());
                let output = self.ask(&x_t, i);
                step = sampler.correct(step, StepInput { process, i, x_t, output, gradient: None, past: &past });
            }
            x = step.x_prev.clone();
            states.push((x.clone(), level, Arrival::Final));
            past.insert(0, Past { level: process.schedule.level(i), step });
            past.truncate(sampler.looks_back());
        }
        states
    }
}

/// What a state is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Arrival {
    Predicted,
    Final,
}

/// The chain over stored sigmas, noisiest first, the last of them the end.
fn over_sigmas(sigmas: &[f64], timesteps: &[f64]) -> Schedule {
    let abar = |sigma: &f64| 1.0 / (1.0 + sigma * sigma);
    let (end, sigmas) = sigmas.split_last().unwrap();
    let levels: Vec<f64> = sigmas.iter().rev().map(abar).collect();
    Schedule::from_levels(&levels, abar(end), timesteps.iter().rev().copied().collect()).unwrap()
}

fn full_schedule(options: &Node<'_>) -> Schedule {
    assert_eq!(options.at("num_train_timesteps").usize(), TIMESTEPS);
    let bounds = || (options.at("beta_start").f64(), options.at("beta_end").f64());
    let even = |first: f64, last: f64| (0..TIMESTEPS).map(move |t| first + (last - first) * t as f64 / 999.0);
    let betas = match options.at("beta_schedule").str() {
        "linear" => {
            let (first, last) = bounds();
            even(first, last).collect()
        }
        "scaled_linear" => scaled_linear(bounds()),
        "squaredcos_cap_v2" => ScheduleKind::Cosine.betas(TIMESTEPS),
        other => panic!("unknown schedule {other}"),
    };
    Schedule::from_betas(betas).unwrap()
}

/// Betas whose square roots are evenly spaced.
fn scaled_linear((first, last): (f64, f64)) -> Vec<f64> {
    let (first, last) = (first.sqrt(), last.sqrt());
    (0..TIMESTEPS).map(|t| (first + (last - first) * t as f64 / 999.0).powi(2)).collect()
}

fn diffusers(topic: &Topic, toy: &Toy, name: &str, node: &Node<'_>) {
    let options = node.at("options");
    // Some options only say which levels are stored.
    options.value();
    let yes = |key: &str, default: bool| options.get(key).map_or(default, |flag| flag.bool());
    let text = |key: &str| options.get(key).map_or("", |value| value.str());
    let order = options.get("solver_order").map_or(2, |order| order.usize());
    let mut clip = Clip::None;
    let mut variance = Variance::FixedSmall;
    let (sampler, in_sigma): (Box<dyn Sampler>, bool) = match node.at("scheduler").str() {
        "DPMSolverMultistepScheduler" => {
            if yes("thresholding", false) {
                let (quantile, max) = (options.at("dynamic_thresholding_ratio"), options.at("sample_max_value"));
                clip = Clip::Dynamic { quantile: quantile.f64(), max: max.f64() };
            }
            let form = if text("solver_type") == "heun" { Form::Heun } else { Form::Midpoint };
            match text("algorithm_type") {
                "" => (Box::new(DpmPp { order, form, half_curvature: true }), false),
                "sde-dpmsolver++" => (Box::new(DpmPpSde), false),
                "dpmsolver" => (Box::new(DpmSolver), false),
                other => panic!("{name}: unknown algorithm {other}"),
            }
        }
        "UniPCMultistepScheduler" => {
            let b = if text("solver_type") == "bh1" { B::H1 } else { B::H2 };
            let uncorrected = options.get("disable_corrector").map_or(Vec::new(), |steps| steps.indices());
            assert!(uncorrected.iter().copied().eq(0..uncorrected.len()), "{name}: the first steps");
            (Box::new(UniPc { order, b, uncorrected: uncorrected.len() }), false)
        }
        "EulerDiscreteScheduler" => (Box::new(Euler), true),
        "EulerAncestralDiscreteScheduler" => (Box::new(EulerAncestral), true),
        "HeunDiscreteScheduler" => (Box::new(Heun), true),
        "DDIMScheduler" => {
            clip = yes("clip_sample", true).into();
            (Box::new(Ddim { eta: 0.0, keeps_eps: true }), false)
        }
        "DDPMScheduler" => {
            clip = yes("clip_sample", true).into();
            variance = if text("variance_type") == "fixed_large" { Variance::FixedLarge } else { Variance::FixedSmall };
            (Box::new(Ddpm), false)
        }
        "LCMScheduler" => (Box::new(Lcm), false),
        other => panic!("{name}: unknown scheduler {other}"),
    };
    let prediction = match node.at("prediction_type").str() {
        "epsilon" => Prediction::Eps,
        "v_prediction" => Prediction::V,
        other => panic!("{name}: unknown prediction {other}"),
    };
    let mut full = full_schedule(&options);
    if yes("rescale_betas_zero_snr", false) {
        full = full.with_zero_terminal_snr().unwrap();
    }
    let mut timesteps = topic.array(&format!("{name}/timesteps")).values.clone();
    let sigmas = topic.get(&format!("{name}/sigmas")).map(|sigmas| sigmas.values.clone());
    let schedule = match sigmas {
        Some(mut sigmas) => {
            if node.at("scheduler").str() == "HeunDiscreteScheduler" {
                // Every level but the first is listed twice, once for each look.
                sigmas.dedup();
                timesteps.dedup();
            }
            check_levels(&full, name, &sigmas, &timesteps, yes("use_karras_sigmas", false));
            over_sigmas(&sigmas, &timesteps)
        }
        None => {
            timesteps.reverse();
            let schedule = full.at(&timesteps).unwrap();
            let end = if yes("set_alpha_to_one", true) { 1.0 } else { full.abar[0] };
            if end == 1.0 { schedule } else { Schedule::from_levels(&schedule.abar, end, timesteps.clone()).unwrap() }
        }
    };
    assert_eq!(schedule.len(), node.at("num_inference_steps").usize(), "{name}");
    let process = Process { schedule, prediction, variance, clip };
    let noise = topic.array("noise");
    let drawn = (0..process.schedule.len()).filter(|&i| sampler.adds_noise(&process, i)).count();
    let draws = node.at("noise_draws").usize();
    // Some draw for the step into a clean image as well, and multiply it with 0.
    assert!(drawn == draws || drawn + 1 == draws, "{name}: {drawn} draws of {draws}");

    let first = process.schedule.level(process.schedule.len() - 1);
    let scale = node.at("init_noise_sigma").f64() * if in_sigma { first.alpha } else { 1.0 };
    let chain = Chain { process, sampler, toy, noise };
    let expected = topic.array(&format!("{name}/sample_f32"));
    for (precision, dtype, _) in PRECISIONS {
        let states = chain.run(topic.array("x_T").tensor(dtype) * scale);
        assert_eq!(states.len(), expected.shape[0], "{name}: number of states");
        for (row, (x, level, _)) in states.into_iter().enumerate() {
            let x = if in_sigma { x / level.alpha } else { x };
            let kind = if precision == "f64" { "diffusers f64" } else { "diffusers f32" };
            topic.close_tensor(kind, &format!("{name}[{row}]"), &x, &expected.row(row), TOL_F32);
        }
    }
}

/// The levels that this crate would choose are the stored ones, as far as float32 tables go.
fn check_levels(full: &Schedule, name: &str, sigmas: &[f64], timesteps: &[f64], karras: bool) {
    let n = timesteps.len();
    let close = |what: &str, got: f64, want: f64, tolerance: f64| {
        assert!((got - want).abs() <= tolerance * want.max(1e-2), "{name}: {what} {got} is not {want}");
    };
    if karras {
        let noise = |i: usize| full.level(i).noise();
        let own = karras_sigmas(n, noise(0), noise(full.len() - 1));
        for ((own, sigma), t) in own.into_iter().zip(sigmas).zip(timesteps) {
            close("sigma", own, *sigma, 1e-4);
            // Some round it before the network sees it.
            let index = full.index_of(own);
            assert!((index - t).abs() < 1e-2 || index.round() == *t, "{name}: timestep {index} is not {t}");
        }
    } else if timesteps.iter().all(|t| t.fract() == 0.0) {
        // The cosine schedule ends in 1 - beta of 1e-3, of which float32 keeps few digits.
        let tolerance = if sigmas[0] > 1000.0 { 1e-2 } else { 1e-4 };
        timesteps
            .iter()
            .zip(sigmas)
            .for_each(|(t, sigma)| close("sigma", full.level(*t as usize).noise(), *sigma, tolerance));
    }
}

/// Which timesteps the published samplers visit: `who|spacing|count`.
fn grids(node: &Node<'_>) {
    for (case, list) in node.entries() {
        let parts: Vec<&str> = case.split('|').collect();
        let [who, spacing, count] = parts[..] else { panic!("{case}: not who|spacing|count") };
        let n: usize = count.parse().unwrap();
        let named = |spec: String| space_timesteps(TIMESTEPS, &spec).unwrap();
        // DPM-Solver's lists have one more entry and leave out the least noisy.
        let solver = who == "dpmsolver";
        let kept: Vec<f64> = match spacing {
            "linspace" if who == "euler" => (0..n).map(|k| 999.0 * k as f64 / (n - 1) as f64).collect(),
            "trailing" => whole(&named(format!("trailing{n}"))),
            // Not the list of `n + 1` here, which adds the stride up as guided-diffusion does: its half is 499.
            "linspace" if solver => (1..=n).map(|k| (999.0 * k as f64 / n as f64).round_ties_even()).collect(),
            "linspace" => whole(&named(n.to_string())),
            "leading" if solver => whole(&uniform_sequence(TIMESTEPS, n + 1).unwrap()[1..=n]),
            "leading" => whole(&uniform_sequence(TIMESTEPS, n).unwrap()[..n]),
            other => panic!("{case}: unknown spacing {other}"),
        };
        let stored = list.value().as_array().unwrap();
        let stored: Vec<f64> = stored.iter().rev().map(|t| t.as_f64().unwrap()).collect();
        // Float32 has them to 1e-4.
        assert!(distance(&kept, &stored) < 1e-4, "{case}: {kept:?}");
    }
}

fn whole(timesteps: &[usize]) -> Vec<f64> {
    timesteps.iter().map(|&t| t as f64).collect()
}

fn zero_terminal_snr(topic: &Topic) {
    let before = Schedule::from_betas(scaled_linear((0.00085, 0.012))).unwrap();
    let after = before.clone().with_zero_terminal_snr().unwrap();
    let index = topic.array("zsnr/index").indices();
    for (name, table) in
        [("zsnr/betas_in", &before.betas), ("zsnr/betas_out", &after.betas), ("zsnr/alphas_cumprod_out", &after.abar)]
    {
        let picked: Vec<f64> = index.iter().map(|&i| table[i]).collect();
        topic.close("zero terminal SNR", name, &picked, &topic.array(name).values, TOL_F32);
    }
    assert_eq!(after.abar[TIMESTEPS - 1], 0.0);
}

/// k-diffusion's functions in float64; their state is `x / alpha`.
fn k_diffusion(topic: &Topic, toy: &Toy) {
    let node = topic.parameters().at("k");
    let (n, min, max) = (node.at("n").usize(), node.at("sigma_min").f64(), node.at("sigma_max").f64());
    assert_eq!(node.at("x_start").str(), "x_T*sigma_max");
    let own = karras_sigmas(n, min, max);
    topic.close("f64", "sigmas_karras", &own, &topic.array("k/sigmas_karras").values[..n], TOL_F64);

    type Make = fn() -> Box<dyn Sampler>;
    let samplers: [(&str, Make); 5] = [
        ("euler", || Box::new(Euler)),
        ("heun", || Box::new(Heun)),
        ("dpmpp_2m", || Box::new(DpmPp::new(2))),
        ("euler_ancestral", || Box::new(EulerAncestral)),
        ("dpmpp_2m_sde", || Box::new(DpmPpSde)),
    ];
    for grid in ["karras", "exponential"] {
        let sigmas = &topic.array(&format!("k/sigmas_{grid}")).values;
        for (name, sampler) in samplers {
            let folder = format!("k/{grid}/{name}");
            let process = k_process(over_sigmas(sigmas, &k_timesteps(&sigmas[..n])));
            let alpha = process.schedule.level(n - 1).alpha;
            let chain = Chain { process, sampler: sampler(), toy, noise: topic.array("noise") };
            for (precision, dtype, tolerance) in PRECISIONS {
                let start: Tensor<4> = topic.array("x_T").tensor(dtype) * max;
                let after = chain.run(start.clone() * alpha).into_iter();
                let after = after.filter(|(.., arrival)| *arrival == Arrival::Final);
                let states: Vec<Tensor<4>> =
                    std::iter::once(start).chain(after.map(|(x, level, _)| x / level.alpha)).collect();
                let name = format!("{folder}/final");
                topic.close_tensor(precision, &name, &states[n], topic.array(&name), tolerance);
                let name = format!("{folder}/x_before_each_step");
                if let Some(before) = topic.get(&name) {
                    for (row, state) in states[..n].iter().enumerate() {
                        topic.close_tensor(precision, &format!("{name}[{row}]"), state, &before.row(row), tolerance);
                    }
                }
            }
        }
    }
    euler_with_churn(topic, toy, &node.at("churn"), n, max);
}

/// The toy denoiser's timestep of a sigma.
fn k_timesteps(sigmas: &[f64]) -> Vec<f64> {
    sigmas.iter().map(|sigma| 2000.0 / std::f64::consts::PI * sigma.atan()).collect()
}

fn k_process(schedule: Schedule) -> Process {
    Process { schedule, prediction: Prediction::Eps, variance: Variance::FixedSmall, clip: Clip::None }
}

fn euler_with_churn(topic: &Topic, toy: &Toy, node: &Node<'_>, n: usize, max: f64) {
    let [amount, low, high, s_noise] = ["s_churn", "s_tmin", "s_tmax", "s_noise"].map(|key| node.at(key).f64());
    let sigmas = &topic.array("k/sigmas_karras").values;
    for (precision, dtype, tolerance) in PRECISIONS {
        let mut level = Level::new(1.0 / (1.0 + max * max));
        let mut x: Tensor<4> = topic.array("x_T").tensor(dtype) * (max * level.alpha);
        for k in 0..n {
            let inside = (low..=high).contains(&sigmas[k]);
            let gamma = if inside { (amount / n as f64).min(2f64.sqrt() - 1.0) } else { 0.0 };
            let noise = topic.array("noise").row(k).tensor::<4>(dtype) * s_noise;
            let (raised, from) = churn(x, level, gamma, noise);
            // One step of a chain; the level above it is only there because a chain has two.
            let sigma = from.noise();
            let ends = [2.0 * sigma, sigma, sigmas[k + 1]];
            let process = k_process(over_sigmas(&ends, &k_timesteps(&ends[..2])));
            let chain = Chain { process, sampler: Box::new(Euler), toy, noise: topic.array("noise") };
            let output = chain.ask(&raised, 0);
            let input = StepInput { process: &chain.process, i: 0, x_t: raised, output, gradient: None, past: &[] };
            x = Euler.step(input, None).x_prev;
            level = chain.process.schedule.level_prev(0);
        }
        let name = "k/karras/euler_churn/final";
        topic.close_tensor(precision, name, &(x / level.alpha), topic.array(name), tolerance);
    }
}

/// Data that are normal in every element: the best eps and the end of the ODE are known.
fn oracle(topic: &Topic) {
    let node = topic.parameters().at("oracle");
    let (mean, std) = (node.at("mu").f64(), node.at("std").f64());
    let start = topic.array("x_T");
    let eps = |abar: f64, x: f64| (1.0 - abar).sqrt() * (x - abar.sqrt() * mean) / (abar * std * std + 1.0 - abar);
    for (name, errors) in node.at("ddim_max_abs_error_by_steps").entries() {
        let kind = super::schedules::kind(name);
        let full = Schedule::new(kind, TIMESTEPS).unwrap();
        for t in topic.names_under(&format!("oracle/{name}/eps_at_x_T_t")) {
            let full_name = format!("oracle/{name}/eps_at_x_T_t{t}");
            let abar = full.abar[t.parse::<usize>().unwrap()];
            let got: Vec<f64> = start.values.iter().map(|x| eps(abar, *x)).collect();
            topic.close("f64", &full_name, &got, &topic.array(&full_name).values, TOL_F64);
        }
        let exact = topic.array(&format!("oracle/{name}/exact_x0_from_x_T_at_999"));
        for (steps, error) in errors.entries() {
            let schedule = full.respace(&space_timesteps(TIMESTEPS, steps).unwrap()).unwrap();
            let process = k_process(schedule);
            let mut x: Tensor<4> = start.tensor(DType::F64);
            for i in (0..process.schedule.len()).rev() {
                let abar = process.schedule.abar[i];
                let output: Vec<f64> = values(&x).into_iter().map(|x| eps(abar, x)).collect();
                let output = TensorData::new(output, start.shape.clone());
                let output = Tensor::from_data(output, (&Device::flex(), DType::F64));
                let input = StepInput { process: &process, i, x_t: x, output, gradient: None, past: &[] };
                x = Ddim::new(0.0).step(input, None).x_prev;
            }
            let got = distance(&values(&x), &exact.values);
            topic.close(
                "f64",
                &format!("oracle/{name}: error of DDIM in {steps} steps"),
                &[got],
                &[error.f64()],
                TOL_F64,
            );
        }
    }
}
