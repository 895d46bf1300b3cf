//! What is measured is what it is called, what cannot be measured is refused, and a network can be asked by itself.
#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

#[path = "golden_support/mod.rs"]
mod golden_support;

use std::{cell::Cell, rc::Rc, time::Instant};

use burn::tensor::{DType, Device, Tensor, TensorData};
use golden_support::toy::{Head, Toy, ToyClassifier, ToyDenoiser};
use guidelight::{
    diffusion::ProcessConfig,
    models::{Denoiser, Labels, NoisyClassifier},
    session::{Case, Clock, MAX_BATCH, Models, limits, measure},
};

const SIZE: usize = 8;

/// A network that keeps the labels, timesteps and batch of every question.
struct Asked<T>(T, Rc<Cell<usize>>);

impl<T: Denoiser> Denoiser for Asked<T> {
    fn forward(&self, x: Tensor<4>, t: &[f64], labels: &Labels) -> Tensor<4> {
        self.1.set(self.1.get() + x.dims()[0]);
        self.0.forward(x, t, labels)
    }
}

impl<T: NoisyClassifier> NoisyClassifier for Asked<T> {
    fn logits(&self, x: Tensor<4>, t: &[f64]) -> Tensor<2> {
        self.1.set(self.1.get() + x.dims()[0]);
        self.0.logits(x, t)
    }
}

/// Toy networks, and the images that the denoiser and the classifier were asked about.
fn models() -> (Models, [Rc<Cell<usize>>; 2]) {
    let toy = Toy::example();
    let asked = [(); 2].map(|()| Rc::new(Cell::new(0)));
    let denoiser = ToyDenoiser { toy: toy.clone(), head: Head::EpsAndVariance };
    let models = Models {
        denoiser: Rc::new(Asked(denoiser, asked[0].clone())),
        weak: None,
        classifier: Some(Rc::new(Asked(ToyClassifier(toy), asked[1].clone()))),
        process: ProcessConfig::default(),
        shape: [3, SIZE, SIZE],
        classes: ["animal", "food", "face", "flag"].map(String::from).to_vec(),
        styles: vec!["noto".into()],
        device: Device::flex(),
        dtype: DType::F32,
    };
    (models, asked)
}

fn clock() -> Clock {
    let begun = Instant::now();
    Rc::new(move || begun.elapsed().as_secs_f64() * 1e3)
}

#[test]
fn a_case_asks_the_networks_that_it_names_once_for_each_image() {
    for (case, wanted) in [
        (Case::Unet, [3, 0]),
        (Case::Classifier, [0, 3]),
        (Case::Gradient, [0, 3]),
        (Case::Guided, [3, 3]),
        (Case::Cfg, [6, 0]),
    ] {
        let (models, asked) = models();
        let ms = pollster::block_on(measure(&models, case, 3, &clock())).unwrap();
        assert!(ms > 0.0 && ms.is_finite(), "{case:?}: {ms}");
        assert_eq!(asked.map(|count| count.get()), wanted, "{case:?}");
        assert_eq!(case.name().parse::<Case>().unwrap(), case);
    }
}

#[test]
fn what_cannot_be_measured_is_refused_in_one_sentence() {
    let (mut models, _) = models();
    models.classifier = None;
    let refused = |case, batch| pollster::block_on(measure(&models, case, batch, &clock())).unwrap_err().to_string();
    for case in Case::ALL.into_iter().filter(|case| case.needs_classifier()) {
        assert_eq!(refused(case, 1), format!("case {}: expected a loaded classifier, got none", case.name()));
    }
    assert_eq!(refused(Case::Unet, 0), format!("batch: expected 1 to {MAX_BATCH}, got 0"));
    assert_eq!(refused(Case::Cfg, MAX_BATCH + 1), format!("batch: expected 1 to {MAX_BATCH}, got {}", MAX_BATCH + 1));
    let unknown = "sleep".parse::<Case>().unwrap_err().to_string();
    assert_eq!(unknown, "case: expected one of unet, classifier, gradient, guided, cfg, got sleep");
}

#[test]
fn a_prediction_is_the_bare_network_s() {
    let (models, _) = models();
    let x: Vec<f32> = (0..2 * 3 * SIZE * SIZE).map(|i| (i as f32 * 0.7).sin()).collect();
    let got = pollster::block_on(models.predict(x.clone(), 300.0, Some(2), None)).unwrap();
    let images = Tensor::<4>::from_data(TensorData::new(x.clone(), [2, 3, SIZE, SIZE]), &models.device);
    let labels = Labels { class: vec![Some(2); 2], style: vec![None; 2] };
    let wanted: Vec<f32> = models.denoiser.forward(images, &[300.0; 2], &labels).into_data().iter::<f32>().collect();
    assert_eq!(got, wanted);
    assert_eq!(got.len(), 2 * x.len(), "the toy has a variance");

    let refused = |x, t, class, style| pollster::block_on(models.predict(x, t, class, style)).unwrap_err().to_string();
    let image = || x[..3 * SIZE * SIZE].to_vec();
    assert_eq!(
        refused(vec![0.0; 5], 0.0, None, None),
        "x: expected 3 planes of 8x8 numbers for each image, got 5 numbers"
    );
    assert_eq!(
        refused(Vec::new(), 0.0, None, None),
        "x: expected 3 planes of 8x8 numbers for each image, got 0 numbers"
    );
    assert_eq!(refused(image(), 1000.0, None, None), "t: expected 0 to 999, got 1000");
    assert!(refused(image(), f64::NAN, None, None).starts_with("t: expected"));
    assert_eq!(refused(image(), 0.0, Some(4), None), "class: expected a label below 4, got 4");
    assert_eq!(refused(image(), 0.0, None, Some(1)), "style: expected a label below 1, got 1");
}

#[test]
fn a_device_has_limits() {
    let limits = pollster::block_on(limits(&Device::flex(), &clock())).unwrap();
    // A processor that does less than a million multiply-adds a second is not one that this compiles on.
    assert!(limits.multiply_adds > 1e6 && limits.multiply_adds.is_finite(), "{limits:?}");
    assert!(limits.bytes > 1e6 && limits.bytes.is_finite(), "{limits:?}");
}
