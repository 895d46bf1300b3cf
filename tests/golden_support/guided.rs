//! Topics `clip_guidance` and `repaint`: a score that the crate does not know, and a chain that goes back up.

use std::rc::Rc;

use burn::tensor::{DType, Device, Tensor, TensorData};
use guidelight::{
    diffusion::{
        NoiseSource, ProcessConfig, SamplerKind, Stream,
        walk::{Resampling, Stop, walk},
    },
    guidance::{
        Guidance, Method, Opinion, Score, Strength, Where,
        score::{ScoreGuidance, gradient},
    },
    models::Labels,
    session::{Models, Options, Pictures, Session, Settings},
};

use super::{
    chains::PRECISIONS,
    golden_support::{
        Array, Topic,
        toy::{Head, Toy, ToyDenoiser},
        values,
    },
    schedules::kind,
};

/// Keeps a norm of 0 from dividing.
const EPSILON: f64 = 1e-12;

/// CLIP guidance's score: the cosine between a text's embedding and an image's, times the logit scale.
struct Clip {
    /// `[N, E]`.
    text: Tensor<2>,
    logit_scale: f64,
}

impl Clip {
    fn unit(z: Tensor<2>) -> Tensor<2> {
        let norm = z.clone().square().sum_dim(1).sqrt() + EPSILON;
        z / norm
    }

    /// The toy encoder of the vectors' README, section 7.
    fn embed(&self, x: Tensor<4>, t: &[f64]) -> Tensor<2> {
        let [n, c, h, w] = x.dims();
        let (size, [_, e]) = (c * h * w, self.text.dims());
        let of = |values: Vec<f64>, shape: [usize; 2]| {
            Tensor::<2>::from_data(TensorData::new(values, shape), (&Device::flex(), x.dtype()))
        };
        let v = (0..size * e).map(|k| (0.5 + 0.7 * (k % e) as f64 + 0.31 * (k / e) as f64).cos()).collect();
        let factor = of(t.iter().map(|t| 1.0 - 0.3 * t / 1000.0).collect(), [n, 1]);
        let pixels = (x.clone() + 1.0) * 127.5;
        Self::unit(pixels.reshape([n, size]).matmul(of(v, [size, e])) * (1.0 / 255.0) * factor)
    }
}

impl Score for Clip {
    fn of(&self, x: Tensor<4>, t: &[f64], _labels: &Labels) -> Opinion {
        let cosine = (self.embed(x, t) * Self::unit(self.text.clone())).sum_dim(1);
        Opinion { score: cosine.squeeze_dim(1) * self.logit_scale, probabilities: None }
    }
}

/// Draws of a vector file, by stream and number.
struct Draws {
    start: Array,
    noise: Array,
    /// Rows of `noise` for steps, known pictures and jumps.
    step: Vec<usize>,
    known: Vec<Option<usize>>,
    jump: Vec<usize>,
}

impl NoiseSource for Draws {
    fn draw(&self, stream: Stream, step: usize, shape: [usize; 4]) -> Vec<f32> {
        let row = match stream {
            Stream::Start => self.start.clone(),
            Stream::Step => self.noise.row(self.step[step]),
            Stream::Known => self.noise.row(self.known[step].expect("the first step knows nothing")),
            Stream::Jump => self.noise.row(self.jump[step]),
            other => panic!("no {other:?} here"),
        };
        assert_eq!(row.shape, shape, "{stream:?}");
        row.values.iter().map(|v| *v as f32).collect()
    }
}

fn models(toy: &Toy, process: ProcessConfig, shape: &[usize], dtype: DType) -> Models {
    Models {
        denoiser: Rc::new(ToyDenoiser { toy: toy.clone(), head: Head::EpsAndVariance }),
        weak: None,
        classifier: None,
        process,
        shape: [shape[1], shape[2], shape[3]],
        classes: Vec::new(),
        styles: Vec::new(),
        device: Device::flex(),
        dtype,
    }
}

fn ddpm(steps: usize) -> Settings {
    Settings { sampler: SamplerKind::Ddpm, method: Vec::new(), steps: steps.to_string(), ..Settings::default() }
}

fn linear() -> ProcessConfig {
    ProcessConfig { schedule: kind("linear"), ..ProcessConfig::default() }
}

pub(crate) fn clip_guidance() {
    let topic = Topic::open("clip_guidance");
    let parameters = topic.parameters();
    let toy = Toy::read(&parameters.at("toy"));
    let scale = parameters.at("guidance_scale").f64();
    let start = topic.array("x").clone();
    assert_eq!(start.shape, parameters.at("shape").indices());
    let t: Vec<f64> = topic.array("t").values.clone();
    let labels = Labels::null(t.len());
    assert_eq!(topic.array("text_raw").shape, [t.len(), parameters.at("E").usize()]);
    for (precision, dtype, tolerance) in PRECISIONS {
        let clip =
            || Clip { text: topic.array("text_raw").tensor(dtype), logit_scale: parameters.at("logit_scale").f64() };
        let x: Tensor<4> = start.tensor(dtype);
        let embedding = clip().embed(x.clone(), &t);
        topic.close_tensor(precision, "embedding", &embedding, topic.array("image_embedding"), tolerance);
        let (slope, _) = gradient(&clip(), &x, &t, &labels);
        topic.close_tensor(precision, "gradient", &(slope * scale), topic.array("grad"), tolerance);

        let map = parameters.at("timestep_map").indices();
        let steps = map.len();
        assert_eq!(
            linear().respaced(&steps.to_string()).unwrap().schedule.timestep_map,
            map.iter().map(|t| *t as f64).collect::<Vec<_>>()
        );
        let noise = topic.array("noise").clone();
        let method = ScoreGuidance { score: Rc::new(clip()), strength: Strength::constant(scale), at: Where::XT };
        let draws =
            Draws { start: start.clone(), noise, step: (0..steps).collect(), known: Vec::new(), jump: Vec::new() };
        let options = Options {
            labels: Some(labels.clone()),
            noise: Some(Rc::new(draws)),
            guidance: vec![Rc::new(method) as Rc<dyn Guidance>],
            ..Options::default()
        };
        let mut run = Session::new(models(&toy, linear(), &start.shape, dtype), ddpm(steps), options).unwrap();
        let expected = topic.array("ddpm_linear/sample");
        for row in 0..steps {
            let x_t = run.advance().unwrap().x_t;
            topic.close_tensor(precision, &format!("sample[{row}]"), &x_t, &expected.row(row), tolerance);
        }
        assert!(run.advance().is_none());
    }
    topic.finish(&[]);
}

/// The indices that stops visit: each step's own, then those it is noised back up over.
fn times(stops: &[Stop]) -> Vec<f64> {
    let mut times = vec![stops[0].i as f64];
    for stop in stops {
        times.extend((0..=stop.up).map(|k| stop.i as f64 - 1.0 + k as f64));
    }
    times
}

pub(crate) fn repaint() {
    let topic = Topic::open("repaint");
    let parameters = topic.parameters();
    let toy = Toy::read(&parameters.at("toy"));
    assert_eq!(parameters.at("schedule").str(), "linear");

    for name in topic.names_under("times/") {
        let number = |key: &str| -> Option<usize> {
            name.split(',').find_map(|part| part.strip_prefix(&format!("{key}="))).map(|value| value.parse().unwrap())
        };
        let resampling = Resampling {
            jump_length: number("jump_length").unwrap(),
            jump_times: number("jump_n_sample").unwrap(),
            step_times: number("n_sample").unwrap(),
            start: number("start_resampling").unwrap_or(usize::MAX),
        };
        let walked = times(&walk(number("t_T").unwrap(), resampling));
        topic.close("times", name, &walked, &topic.array(&format!("times/{name}")).values, 0.0);
        assert_eq!(walked.len(), parameters.at("lengths").at(name).usize());
    }

    let jump = parameters.at("jump");
    let resampling = Resampling {
        jump_length: jump.at("jump_length").usize(),
        jump_times: jump.at("jump_n_sample").usize(),
        step_times: jump.at("n_sample").usize(),
        ..Resampling::default()
    };
    let n = jump.at("t_T").usize();
    assert_eq!(parameters.at("respacing").str(), n.to_string());
    let stops = walk(n, resampling);
    let walked: Vec<f64> =
        parameters.at("times").value().as_array().unwrap().iter().map(|t| t.as_f64().unwrap()).collect();
    assert_eq!(times(&stops), walked);

    // Rows of the recorded draws, as the README says; and of the states, of which one stands after each move.
    let (mut draws, mut moves) = (0, 0);
    let (mut step, mut known, mut jumps, mut rows) = (vec![], vec![], vec![], vec![]);
    for (k, stop) in stops.iter().enumerate() {
        step.push(draws);
        known.push((k > 0).then_some(draws + 1));
        draws += if k > 0 { 2 } else { 1 };
        jumps.extend(draws..draws + stop.up);
        draws += stop.up;
        moves += 1 + stop.up;
        rows.push(moves - 1);
    }
    assert_eq!(draws, topic.array("noise").shape[0]);

    let start = topic.array("x_T").clone();
    assert_eq!(start.shape, parameters.at("shape").indices());
    let floats = |name: &str| topic.array(name).values.iter().map(|v| *v as f32).collect::<Vec<_>>();
    // One mask for all channels.
    let mask = topic.array("keep_mask").clone();
    let [c, plane] = [mask.shape[1], mask.shape[2] * mask.shape[3]];
    assert!((1..c).all(|k| mask.values[k * plane..][..plane] == mask.values[..plane]), "a mask for each channel");
    let mut settings = ddpm(n);
    settings.method = vec![Method::Repaint];
    settings.set("jump-length", &resampling.jump_length.to_string()).unwrap();
    settings.set("jump-times", &resampling.jump_times.to_string()).unwrap();
    for (precision, dtype, tolerance) in PRECISIONS {
        let noise = Draws {
            start: start.clone(),
            noise: topic.array("noise").clone(),
            step: step.clone(),
            known: known.clone(),
            jump: jumps.clone(),
        };
        let options = Options {
            labels: Some(Labels::null(start.shape[0])),
            noise: Some(Rc::new(noise)),
            pictures: Pictures {
                init: Some(floats("gt")),
                mask: Some(floats("keep_mask")[..plane].to_vec()),
                reference: None,
            },
            ..Options::default()
        };
        let mut run = Session::new(models(&toy, linear(), &start.shape, dtype), settings.clone(), options).unwrap();
        assert_eq!(run.total(), stops.len());
        let expected = topic.array("state");
        let mut last = None;
        for row in &rows {
            let x_t = run.advance().unwrap().x_t;
            topic.close_tensor(precision, &format!("state[{row}]"), &x_t, &expected.row(*row), tolerance);
            last = Some(x_t);
        }
        assert!(run.advance().is_none());
        if dtype == DType::F32 {
            let last = last.unwrap();
            assert!(values(&last).iter().all(|v| v.is_finite()));
            topic.close_tensor(precision, "final f32", &last, topic.array("final_f32"), tolerance);
        }
    }
    topic.finish(&[
        ("#timestep_map", "the schedules' topic checks respacings"),
        ("#transitions", "the walk in other words"),
    ]);
}
