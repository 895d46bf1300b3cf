//! Topic `losses`: the toys themselves, then every training loss.

use burn::tensor::{DType, Tensor};
use guidelight::{
    diffusion::{Example, Loss, ProcessConfig, Variance, losses::prior_bpd, training_losses},
    guidance::{classifier::LogProbability, score::gradient},
    models::{Denoiser, Labels, NoisyClassifier},
};

use super::{
    golden_support::{
        TOL_F32, TOL_F64, Topic,
        toy::{Head, Toy, ToyClassifier, ToyDenoiser},
        values,
    },
    schedules::kind,
};

pub(crate) fn run() {
    let topic = Topic::open("losses");
    for (name, dtype, tolerance) in [("f64", DType::F64, TOL_F64), ("f32", DType::F32, TOL_F32)] {
        toys(&topic, name, dtype, tolerance);
        losses(&topic, name, dtype, tolerance);
    }
    topic.finish(&[]);
}

fn toys(topic: &Topic, kind: &'static str, dtype: DType, tolerance: f64) {
    let toy = Toy::read(&topic.parameters().at("toy"));
    let t: Vec<f64> = topic.array("t").values.clone();
    let x: Tensor<4> = topic.array("classifier/x").tensor(dtype);
    assert_eq!(x.dims().to_vec(), topic.parameters().at("shape").indices());
    let y: Vec<Option<usize>> = topic.array("classifier/y").indices().into_iter().map(Some).collect();
    let none = vec![None; y.len()];
    let close = |what: &str, got: Tensor<4>| topic.close_tensor(kind, what, &got, topic.array(what), tolerance);
    close("toy/eps", toy.eps(x.clone(), &t, &none));
    close("toy/eps_labelled", toy.eps(x.clone(), &t, &y));
    close("toy/v", toy.variance(x.clone(), &t));

    let classifier = ToyClassifier(toy);
    let logits = classifier.logits(x.clone(), &t);
    topic.close_tensor(kind, "classifier/logits", &logits, topic.array("classifier/logits"), tolerance);
    let labels = Labels { style: vec![None; y.len()], class: y };
    let score = LogProbability { classifier: std::rc::Rc::new(classifier), style: 0.0 };
    let (gradient, probabilities) = gradient(&score, &x, &t, &labels);
    let probabilities = probabilities.unwrap();
    close("classifier/grad_scale1", gradient);
    let softmax = burn::tensor::activation::softmax(logits, 1);
    topic.close(kind, "probabilities", &values(&probabilities), &values(&softmax), tolerance);
}

fn losses(topic: &Topic, kind_of_run: &'static str, dtype: DType, tolerance: f64) {
    let toy = Toy::read(&topic.parameters().at("toy"));
    let timesteps = topic.parameters().at("T").usize();
    let i = topic.array("t").indices();
    let t: Vec<f64> = i.iter().map(|i| *i as f64).collect();
    let x0: Tensor<4> = topic.array("x_0").tensor(dtype);
    let noise: Tensor<4> = topic.array("noise").tensor(dtype);
    let labels = Labels::null(i.len());

    for name in topic.names() {
        let parts: Vec<&str> = name.split('/').collect();
        if parts.len() < 2 || !matches!(parts[0], "linear" | "cosine") {
            continue;
        }
        let process = |variance| {
            let config = ProcessConfig { schedule: kind(parts[0]), timesteps, variance, ..ProcessConfig::default() };
            config.full().unwrap()
        };
        let x_t = process(Variance::FixedSmall).q_sample(x0.clone(), &i, noise.clone());
        match parts[1..] {
            ["x_t"] => topic.close_tensor(kind_of_run, name, &x_t, topic.array(name), tolerance),
            ["posterior_mean"] => {
                let got = process(Variance::FixedSmall).q_posterior_mean(x0.clone(), x_t, &i);
                topic.close_tensor(kind_of_run, name, &got, topic.array(name), tolerance);
            }
            ["prior_bpd"] => {
                let got = prior_bpd(&process(Variance::FixedSmall), x0.clone());
                topic.close_tensor(kind_of_run, name, &got, topic.array(name), tolerance);
            }
            [case, part] => {
                let (variance, loss) = variance_and_loss(case);
                let process = process(variance);
                let head = if variance.is_learned() { Head::EpsAndVariance } else { Head::Eps };
                let output = ToyDenoiser { toy: toy.clone(), head }.forward(x_t.clone(), &t, &labels);
                let example = Example { x0: x0.clone(), noise: noise.clone(), x_t, i: &i };
                let terms = training_losses(&process, loss, output, example);
                let got = match part {
                    "loss" => terms.loss,
                    "mse" => terms.mse.unwrap(),
                    "vb" => terms.vb.unwrap(),
                    other => panic!("{name}: unknown part {other}"),
                };
                topic.close_tensor(kind_of_run, name, &got, topic.array(name), tolerance);
            }
            _ => {}
        }
    }
}

/// `LEARNED_RANGE_RESCALED_MSE` and the like.
fn variance_and_loss(case: &str) -> (Variance, Loss) {
    let (variance, loss) = if let Some(variance) = case.strip_suffix("_RESCALED_MSE") {
        (variance, Loss::RescaledMse)
    } else if let Some(variance) = case.strip_suffix("_MSE") {
        (variance, Loss::Mse)
    } else if let Some(variance) = case.strip_suffix("_RESCALED_KL") {
        (variance, Loss::RescaledKl)
    } else if let Some(variance) = case.strip_suffix("_KL") {
        (variance, Loss::Kl)
    } else {
        panic!("{case}: unknown loss")
    };
    (super::chains::variance(variance), loss)
}
