//! Topics `ddpm`, `ddim`, `cfg` and `ilvr`: whole chains through the crate's step loop, with recorded noise.

use std::rc::Rc;

use burn::tensor::{DType, Device, Tensor};
use guidelight::{
    diffusion::{
        NoiseSource, Prediction, Process, ProcessConfig, Sampler, SamplerKind, Schedule, StepInput, Stream, Variance,
        ddim::{Ddim, reverse_step},
        noise::slerp,
        respacing::{quadratic_sequence, space_timesteps, uniform_sequence},
        threshold::dynamic_threshold,
    },
    guidance::{
        Guidance, Method, StepContext,
        classifier_free::{ClassifierFree, rescaled},
        predict::{Networks, predict},
    },
    models::{Denoiser, Labels},
    session::{Models, Options, Pictures, Session, Settings, StepTensors},
};

use super::{
    golden_support::{
        Array, Node, TOL_F32, TOL_F32_COSINE_ETA1, TOL_F64, Topic,
        toy::{Head, Toy, ToyClassifier, ToyDenoiser},
        values,
    },
    resize::kernel,
    schedules::kind,
};

/// T where a case does not say it: the README's.
const DEFAULT_TIMESTEPS: usize = 1000;

pub(crate) const PRECISIONS: [(&str, DType, f64); 2] = [("f64", DType::F64, TOL_F64), ("f32", DType::F32, TOL_F32)];

/// The draws of a vector file.
struct Recorded {
    start: Array,
    step: Array,
    reference: Option<Array>,
}

impl NoiseSource for Recorded {
    fn draw(&self, stream: Stream, step: usize, shape: [usize; 4]) -> Vec<f32> {
        let row = match stream {
            Stream::Start => self.start.clone(),
            // A list that is too short is repeated.
            Stream::Step => self.step.row(step % self.step.shape[0]),
            Stream::Reference => self.reference.as_ref().expect("reference noise").row(step),
            other => panic!("no {other:?} here"),
        };
        assert_eq!(row.shape, shape, "{stream:?}");
        row.values.iter().map(|v| *v as f32).collect()
    }
}

/// A case, ready to run in either precision.
struct Case<'a> {
    topic: &'a Topic,
    name: String,
    process: ProcessConfig,
    settings: Settings,
    labels: Labels,
    /// Rows of the stored trajectory, as executed step numbers.
    stored: Option<Vec<usize>>,
    reference: Option<Vec<f32>>,
    noise: Rc<Recorded>,
    toy: Toy,
}

impl Case<'_> {
    fn models(&self, shape: &[usize], dtype: DType) -> Models {
        let head = if self.process.variance.is_learned() { Head::EpsAndVariance } else { Head::Eps };
        Models {
            denoiser: Rc::new(ToyDenoiser { toy: self.toy.clone(), head }),
            weak: None,
            classifier: Some(Rc::new(ToyClassifier(self.toy.clone()))),
            process: self.process.clone(),
            shape: [shape[1], shape[2], shape[3]],
            classes: Vec::new(),
            styles: Vec::new(),
            device: Device::flex(),
            dtype,
        }
    }

    fn run(&self, not_finite: &[&str]) {
        for (precision, dtype, mut tolerance) in PRECISIONS {
            if dtype == DType::F32 && self.cosine_at_eta_1() {
                tolerance = TOL_F32_COSINE_ETA1;
            }
            let noise: Rc<dyn NoiseSource> = self.noise.clone();
            let options = Options {
                pictures: Pictures { reference: self.reference.clone(), ..Pictures::default() },
                labels: Some(self.labels.clone()),
                noise: Some(noise),
                ..Options::default()
            };
            let models = self.models(&self.noise.start.shape, dtype);
            let mut session = Session::new(models, self.settings.clone(), options).unwrap();
            let mut steps: Vec<StepTensors> = Vec::new();
            while let Some(step) = session.advance() {
                steps.push(step);
            }
            self.compare(precision, &steps, tolerance);
            if dtype == DType::F32 {
                let last = &steps.last().unwrap().x_t;
                assert!(values(last).iter().all(|v| v.is_finite()), "{}: not finite", self.name);
                let name = format!("{}/final_f32", self.name);
                if let Some(expected) = self.topic.get(&name)
                    && !not_finite.contains(&self.name.as_str())
                {
                    self.topic.close_tensor("final f32", &name, last, expected, tolerance);
                }
            }
        }
    }

    fn cosine_at_eta_1(&self) -> bool {
        self.settings.sampler == SamplerKind::Ddim
            && self.settings.values.number("eta") == 1.0
            && self.process.schedule == kind("cosine")
    }

    fn compare(&self, precision: &'static str, steps: &[StepTensors], tolerance: f64) {
        type Part = fn(&StepTensors) -> &Tensor<4>;
        let parts: [(&str, Part); 2] = [("sample", |step| &step.x_t), ("pred_xstart", |step| &step.x0)];
        for (part, of) in parts {
            let name = format!("{}/{part}", self.name);
            let Some(expected) = self.topic.get(&name) else {
                assert_ne!(part, "sample", "{name} is missing");
                continue;
            };
            let rows = self.stored.clone().unwrap_or_else(|| (0..steps.len()).collect());
            assert_eq!(expected.shape[0], rows.len(), "{name}: number of stored steps");
            for (row, step) in rows.into_iter().enumerate() {
                let what = format!("{name}[{row}]");
                self.topic.close_tensor(precision, &what, of(&steps[step]), &expected.row(row), tolerance);
            }
        }
    }
}

/// What every case may say about its process.
fn process_config(case: &Node<'_>, variance_default: Variance) -> ProcessConfig {
    ProcessConfig {
        schedule: kind(case.at("schedule").str()),
        timesteps: case.get("T").map_or(DEFAULT_TIMESTEPS, |t| t.usize()),
        prediction: case.get("mean_type").map_or(Prediction::Eps, |mean| match mean.str() {
            "EPSILON" => Prediction::Eps,
            "START_X" => Prediction::XStart,
            "V" => Prediction::V,
            other => panic!("unknown mean type {other}"),
        }),
        variance: case.get("var_type").map_or(variance_default, |var| variance(var.str())),
        rescale_timesteps: case.get("rescale_timesteps").is_some_and(|rescale| rescale.bool()),
        clip_denoised: case.get("clip_denoised").is_none_or(|clip| clip.bool()),
        ..ProcessConfig::default()
    }
}

pub(crate) fn variance(name: &str) -> Variance {
    match name {
        "FIXED_SMALL" => Variance::FixedSmall,
        "FIXED_LARGE" => Variance::FixedLarge,
        "LEARNED" => Variance::Learned,
        "LEARNED_RANGE" => Variance::LearnedRange,
        other => panic!("unknown variance {other}"),
    }
}

/// The scale of a guided case; the settings' method follows.
fn guided(case: &Node<'_>, settings: &mut Settings) {
    settings.method.clear();
    if let Some(scale) = case.get("classifier_scale").and_then(|scale| scale.value().as_f64()) {
        settings.method.push(Method::Classifier);
        settings.set("scale", &scale.to_string()).unwrap();
    }
    if case.get("model_sees_label").is_some_and(|sees| sees.bool()) {
        settings.method.push(Method::Conditional);
    }
}

/// The respacing, checked against the stored list; without one in words, the one that gives the list.
fn steps(case: &Node<'_>, timesteps: usize) -> String {
    let map = case.at("timestep_map").indices();
    let candidates = match case.get("respacing") {
        Some(spec) => vec![spec.str().to_string()],
        None => vec![map.len().to_string(), format!("ddim{}", map.len())],
    };
    let fits = |spec: &String| space_timesteps(timesteps, spec).is_ok_and(|kept| kept == map);
    candidates.iter().find(|spec| fits(spec)).unwrap_or_else(|| panic!("{candidates:?} do not give {map:?}")).clone()
}

fn class_labels(y: &[usize]) -> Labels {
    Labels { class: y.iter().copied().map(Some).collect(), style: vec![None; y.len()] }
}

/// The parameter repeated at the top must be the one of some case.
fn check_common_scale(topic: &Topic) {
    let common = topic.parameters().at("classifier_scale").f64();
    let cases = topic.parameters().at("cases").entries();
    let mut scales = cases.iter().filter_map(|(_, case)| case.get("classifier_scale")?.value().as_f64());
    assert!(scales.all(|scale| scale == common), "a case has another scale than {common}");
}

pub(crate) fn ddpm() {
    let topic = Topic::open("ddpm");
    let noise = recorded(&topic, "noise", None);
    let toy = Toy::read(&topic.parameters().at("toy"));
    check_common_scale(&topic);
    for (name, node) in topic.parameters().at("cases").entries() {
        let process = process_config(&node, Variance::FixedLarge);
        let mut settings = Settings { sampler: SamplerKind::Ddpm, ..Settings::default() };
        guided(&node, &mut settings);
        settings.steps = steps(&node, process.timesteps);
        let labels = class_labels(&topic.array("y").indices());
        let case = Case {
            topic: &topic,
            name: name.into(),
            process,
            settings,
            labels,
            stored: None,
            reference: None,
            noise: noise.clone(),
            toy: toy.clone(),
        };
        case.run(&[]);
    }
    topic.finish(&[("#cases#*#note", "a sentence for people")]);
}

pub(crate) fn ddim() {
    let topic = Topic::open("ddim");
    let noise = recorded(&topic, "noise", None);
    let toy = Toy::read(&topic.parameters().at("toy"));
    check_common_scale(&topic);
    let not_finite = topic.parameters().at("float32_run_not_finite").value().as_array().unwrap();
    let not_finite: Vec<&str> = not_finite.iter().map(|name| name.as_str().unwrap()).collect();
    for (name, node) in topic.parameters().at("cases").entries() {
        // DDIM takes no variance from the network, so the toy gives none.
        let process = process_config(&node, Variance::FixedSmall);
        let mut settings = Settings { sampler: SamplerKind::Ddim, ..Settings::default() };
        settings.set("eta", &node.at("eta").f64().to_string()).unwrap();
        guided(&node, &mut settings);
        settings.steps = steps(&node, process.timesteps);
        let labels = class_labels(&topic.array("y").indices());
        let case = Case {
            topic: &topic,
            name: name.into(),
            process,
            settings,
            labels,
            stored: None,
            reference: None,
            noise: noise.clone(),
            toy: toy.clone(),
        };
        case.run(&not_finite);
    }
    reverse(&topic, &toy);
    ermon(&topic, &toy, &noise);
    interpolation(&topic);
    topic.finish(&[("#cases#*#note", "a sentence for people")]);
}

/// Chains under classifier-free guidance, one prediction taken apart, and the rescaling of one prediction.
pub(crate) fn cfg() {
    let topic = Topic::open("cfg");
    let parameters = topic.parameters();
    let toy = Toy::read(&parameters.at("toy"));
    let noise = recorded(&topic, "noise", None);
    let labels = class_labels(&topic.array("y").indices());
    let weight = parameters.at("guidance_scale").f64();
    assert!(parameters.at("learned_sigma").str().contains("conditional half"));

    let t = parameters.at("single_t").usize();
    let network = ToyDenoiser { toy: toy.clone(), head: Head::EpsAndVariance };
    for (precision, dtype, tolerance) in PRECISIONS {
        let process = ProcessConfig { schedule: kind("linear"), ..ProcessConfig::default() }.full().unwrap();
        let context = StepContext { process: &process, i: t, executed: 0, labels: &labels };
        let x: Tensor<4> = noise.start.tensor(dtype);
        for (name, weight) in [("eps_uncond", 0.0), ("eps_cond", 1.0), ("combined", weight)] {
            let guidance: [Rc<dyn Guidance>; 1] = [Rc::new(ClassifierFree::new(weight))];
            let networks = Networks { denoiser: &network, weak: None };
            let output = predict(networks, &guidance, &x, &labels, &context).output;
            let (eps, variance) = process.split(output);
            let name = format!("single/{name}");
            topic.close_tensor(precision, &name, &eps, topic.array(&name), tolerance);
            topic.close(
                "variance",
                &name,
                &values(&variance.unwrap()),
                &values(&toy.variance(x.clone(), &[t as f64; 2])),
                0.0,
            );
        }
        let [combined, conditional] =
            ["combined", "eps_cond"].map(|n| topic.array(&format!("single/{n}")).tensor(dtype));
        for phi in topic.names_under("rescale/phi") {
            let name = format!("rescale/phi{phi}");
            let got = rescaled(combined.clone(), conditional.clone(), phi.parse().unwrap());
            topic.close_tensor(precision, &name, &got, topic.array(&name), tolerance);
        }
    }

    let chains: std::collections::BTreeSet<&str> =
        topic.names().into_iter().filter_map(|name| name.strip_suffix("/sample")).collect();
    for name in chains {
        let (sampler, schedule) = name.split_once('_').unwrap();
        let process = ProcessConfig {
            schedule: kind(if schedule == "squaredcos_cap_v2" { "cosine" } else { schedule }),
            timesteps: DEFAULT_TIMESTEPS,
            ..ProcessConfig::default()
        };
        let mut settings = Settings { method: vec![Method::ClassifierFree], ..Settings::default() };
        settings.set("cfg-weight", &weight.to_string()).unwrap();
        settings.set("sampler", sampler).unwrap();
        settings.steps = steps(&parameters, process.timesteps);
        let case = Case {
            topic: &topic,
            name: name.into(),
            process,
            settings,
            labels: labels.clone(),
            stored: None,
            reference: None,
            noise: noise.clone(),
            toy: toy.clone(),
        };
        case.run(&[]);
    }
    dynamic_thresholds(&topic);
    topic.finish(&[]);
}

/// Single estimates under dynamic thresholding: `pQUANTILE_maxLARGEST`.
fn dynamic_thresholds(topic: &Topic) {
    assert_eq!(topic.parameters().at("torch_quantile").str(), "linear interpolation");
    for case in topic.names_under("dynthresh/p") {
        let (quantile, max) = case.split_once("_max").unwrap();
        let name = format!("dynthresh/p{case}");
        for (precision, dtype, tolerance) in PRECISIONS {
            let x0 = topic.array("dynthresh/x0_in").tensor(dtype);
            let got = dynamic_threshold(x0, quantile.parse().unwrap(), max.parse().unwrap());
            topic.close_tensor(precision, &name, &got, topic.array(&name), tolerance);
        }
    }
}

/// Inversion up the chain, and back down from where it ended.
fn reverse(topic: &Topic, toy: &Toy) {
    let node = topic.parameters().at("reverse");
    for clip in [false, true] {
        let config = ProcessConfig { clip_denoised: clip, ..process_config(&node, Variance::FixedSmall) };
        let process = config.respaced(&steps(&node, config.timesteps)).unwrap();
        let folder = if clip { "reverse/clip" } else { "reverse/noclip" };
        for (precision, dtype, tolerance) in PRECISIONS {
            let close = |what: String, got: &Tensor<4>, expected: &Array| {
                topic.close_tensor(precision, &what, got, expected, tolerance);
            };
            let n = process.schedule.len();
            let mut x: Tensor<4> = topic.array("reverse/x_0").tensor(dtype);
            let encode = topic.array(&format!("{folder}/encode"));
            for i in 0..n {
                let output = denoise(toy, &process, i, &x);
                x = reverse_step(&process, i, x, output).x_prev;
                close(format!("{folder}/encode[{i}]"), &x, &encode.row(i));
            }
            if dtype == DType::F32 {
                close(format!("{folder}/encode_final_f32"), &x, topic.array(&format!("{folder}/encode_final_f32")));
            }
            let decode = topic.array(&format!("{folder}/decode"));
            for (k, i) in (0..n).rev().enumerate() {
                let output = denoise(toy, &process, i, &x);
                let input = StepInput { process: &process, i, x_t: x, output, gradient: None, past: &[] };
                x = Ddim::new(0.0).step(input, None).x_prev;
                close(format!("{folder}/decode[{k}]"), &x, &decode.row(k));
            }
            if dtype == DType::F32 {
                close(format!("{folder}/decode_final_f32"), &x, topic.array(&format!("{folder}/decode_final_f32")));
            }
        }
    }
}

/// The first DDIM code: no clipping, its own index lists. Its numbers are float32 alone, with float32 tables.
fn ermon(topic: &Topic, toy: &Toy, noise: &Rc<Recorded>) {
    for (case, list) in topic.parameters().at("ermon_sequences").entries() {
        let parts: Vec<&str> = case.split('|').collect();
        let [kind, timesteps, count] = parts[..] else { panic!("{case}: not kind|T|N") };
        let of = if kind == "quad" { quadratic_sequence } else { uniform_sequence };
        assert_eq!(of(timesteps.parse().unwrap(), count.parse().unwrap()).unwrap(), list.indices(), "{case}");
    }
    let cases = topic.parameters().at("ermon_cases");
    assert!(cases.at("noise").str().contains("repeated"));
    let (betas, clip) = (ermon_betas(cases.at("betas").str()), !cases.at("no_clip").bool());
    let runs: std::collections::BTreeSet<&str> =
        topic.names_under("ermon/").into_iter().map(|name| name.split('/').next().unwrap()).collect();
    for run in runs {
        let (sequence, eta) = run.split_once("_eta").unwrap();
        let kept = cases.at(&format!("seq_{sequence}")).indices();
        let schedule = Schedule::from_betas(betas.clone()).unwrap().respace(&kept).unwrap();
        let process =
            Process { schedule, prediction: Prediction::Eps, variance: Variance::FixedSmall, clip: clip.into() };
        let sampler = Ddim::new(eta.parse().unwrap());
        let sample = topic.array(&format!("ermon/{run}/sample_f32"));
        let x0 = topic.array(&format!("ermon/{run}/x0_f32"));
        for (precision, dtype, _) in PRECISIONS {
            let mut x: Tensor<4> = noise.start.tensor(dtype);
            for (k, i) in (0..process.schedule.len()).rev().enumerate() {
                let output = denoise(toy, &process, i, &x);
                let z = noise.step.row(k % noise.step.shape[0]).tensor(dtype);
                let z = sampler.adds_noise(&process, i).then_some(z);
                let step =
                    sampler.step(StepInput { process: &process, i, x_t: x, output, gradient: None, past: &[] }, z);
                x = step.x_prev;
                let label = if precision == "f64" { "ermon f64" } else { "ermon f32" };
                topic.close_tensor(label, &format!("{run}/sample[{k}]"), &x, &sample.row(k), TOL_F32);
                topic.close_tensor(label, &format!("{run}/x0[{k}]"), &step.x0, &x0.row(k), TOL_F32);
            }
        }
    }
}

/// `linear FIRST..LAST, T=COUNT, …`, whatever T is: that code does not scale its betas with T.
fn ermon_betas(words: &str) -> Vec<f64> {
    let parse = |words: &str| {
        let (range, rest) = words.strip_prefix("linear ")?.split_once(", T=")?;
        let (first, last) = range.split_once("..")?;
        let count = rest.split(',').next()?;
        Some((first.parse::<f64>().ok()?, last.parse::<f64>().ok()?, count.parse::<usize>().ok()?))
    };
    let (first, last, count) = parse(words).unwrap_or_else(|| panic!("betas: cannot read `{words}`"));
    (0..count).map(|t| first + (last - first) * t as f64 / (count - 1) as f64).collect()
}

fn interpolation(topic: &Topic) {
    let (z1, z2) = (topic.array("slerp/z1"), topic.array("slerp/z2"));
    let out = topic.array("slerp/out");
    for (k, alpha) in topic.array("slerp/alpha").values.iter().enumerate() {
        let got = slerp(&z1.values, &z2.values, *alpha);
        topic.close("f64", &format!("slerp/out[{k}]"), &got, &out.row(k).values, TOL_F64);
    }
}

fn denoise(toy: &Toy, process: &Process, i: usize, x: &Tensor<4>) -> Tensor<4> {
    let n = x.dims()[0];
    let network = ToyDenoiser { toy: toy.clone(), head: Head::Eps };
    network.forward(x.clone(), &vec![process.schedule.network_t(i); n], &Labels::null(n))
}

pub(crate) fn ilvr() {
    let topic = Topic::open("ilvr");
    let noise = recorded(&topic, "step_noise", Some("ref_noise"));
    let toy = Toy::read(&topic.parameters().at("toy"));
    let reference: Vec<f32> = topic.array("ref_img").values.iter().map(|v| *v as f32).collect();
    check_common_scale(&topic);
    for (name, node) in topic.parameters().at("cases").entries() {
        let process = process_config(&node, Variance::LearnedRange);
        let mut settings = Settings { sampler: SamplerKind::Ddpm, ..Settings::default() };
        guided(&node, &mut settings);
        settings.method.push(Method::Ilvr);
        settings.steps = steps(&node, process.timesteps);
        let level = if node.at("level").str().contains("i-1") { "paper" } else { "code" };
        for (key, value) in [
            ("down-n", node.at("down_N").usize().to_string()),
            ("range-t", node.at("range_t").usize().to_string()),
            ("kernel", kernel(node.at("kernel").str()).name().into()),
            ("reference-level", level.into()),
        ] {
            settings.set(key, &value).unwrap();
        }
        let stored = node.at("stored_steps");
        let stored = if stored.value().is_array() { Some(stored.indices()) } else { None };
        let case = Case {
            topic: &topic,
            name: name.into(),
            process,
            settings,
            labels: class_labels(&topic.parameters().at("y").indices()),
            stored,
            reference: Some(reference.clone()),
            noise: noise.clone(),
            toy: toy.clone(),
        };
        case.run(&[]);
    }
    topic.finish(&[("#cases#*#note", "a sentence for people")]);
}

fn recorded(topic: &Topic, step: &str, reference: Option<&str>) -> Rc<Recorded> {
    let start = topic.array("x_T").clone();
    assert_eq!(start.shape, topic.parameters().at("shape").indices());
    let reference = reference.map(|name| topic.array(name).clone());
    Rc::new(Recorded { start, step: topic.array(step).clone(), reference })
}
