//! The trainer: batches are a function of the step, a resumed run is the same run, and it learns.
#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::Path;
use std::time::Duration;

use burn::tensor::Device;
use guidelight::data::Dataset;
use guidelight::train::TrainConfig;
use guidelight::train::batch::Batches;
use guidelight::train::fit::{EMA_FILE, Run, SHEET_FILE, fit};
use guidelight::train::task::{ClassifierTask, UnetTask};
use guidelight::weights;

const FIXTURE: &str = "tests/fixtures/emoji-mini.safetensors";

fn config(name: &str, images: u64) -> TrainConfig {
    let text = std::fs::read_to_string(format!("training/configs/{name}.json")).unwrap();
    let mut config: TrainConfig = serde_json::from_str(&text).unwrap();
    config.network.model_channels = 32;
    config.network.channel_mult = vec![1, 1];
    config.batch = 4;
    config.images = images;
    config.warmup = 2;
    config
}

fn run(config: TrainConfig, out: &Path) -> Run {
    Run {
        config,
        data: Dataset::load(FIXTURE).unwrap(),
        data_sha256: "fixture".into(),
        out: out.into(),
        init: None,
        device: Device::flex(),
        device_name: "flex".into(),
        commit: None,
        checkpoint_every: Duration::MAX,
        stop_after: None,
    }
}

#[test]
fn single_values_of_a_configuration_can_be_changed() {
    let path = Path::new("training/configs/emoji32.json");
    let load = |changes: &[&str]| {
        TrainConfig::load(path, &changes.iter().map(|&change| change.to_owned()).collect::<Vec<_>>())
    };
    let plain = load(&[]).unwrap();
    let changed = load(&["images=20000", "network.channel_mult=[1,2]", "diffusion.prediction=eps"]).unwrap();
    assert_eq!((changed.images, changed.network.channel_mult.as_slice()), (20_000, [1, 2].as_slice()));
    assert_ne!(changed.diffusion, plain.diffusion);
    assert_eq!(TrainConfig { images: plain.images, ..load(&["images=20000"]).unwrap() }, plain);
    let complaint = |change: &str| load(&[change]).unwrap_err().to_string();
    assert!(complaint("images").contains("--set: expected key=value"), "{}", complaint("images"));
    assert!(complaint("images.a=1").contains("without the part `a`"), "{}", complaint("images.a=1"));
    assert!(complaint("netwrk.patch_size=1").contains("netwrk"), "{}", complaint("netwrk.patch_size=1"));
    assert!(complaint("batch=0").contains("batch"), "{}", complaint("batch=0"));
}

/// Initial weights come from the device's generator, which all threads of the process share.
static ONE_AT_A_TIME: std::sync::Mutex<()> = std::sync::Mutex::new(());

fn losses(out: &Path) -> Vec<f64> {
    let log = std::fs::read_to_string(out.join("log.jsonl")).unwrap();
    let line = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["loss"].as_f64().unwrap();
    log.lines().map(line).collect()
}

#[test]
fn batches_follow_from_seed_and_step() {
    let data = Dataset::load(FIXTURE).unwrap();
    let config = config("emoji32", 64);
    let batches = Batches::new(&data, &config).unwrap();
    let batch = batches.at(3);
    assert_eq!(batch, batches.at(3));
    assert_ne!(batch.images, batches.at(4).images);
    assert!(batch.images.iter().all(|v| (-1.0..=1.0).contains(v)));
}

#[test]
fn batches_hold_train_images_only_and_drop_labels_apart() {
    let data = Dataset::load(FIXTURE).unwrap();
    let mut config = config("emoji32", 64);
    config.batch = 256;
    config.augment = serde_json::from_str(r#"{"shift": 0, "flip": false, "no-flip": [], "crop": 1.0}"#).unwrap();
    let batches = Batches::new(&data, &config).unwrap();
    let batch = batches.at(0);
    let area = 3 * data.size() * data.size();
    let train: Vec<Vec<f32>> = data
        .indices(guidelight::data::TRAIN)
        .into_iter()
        .map(|i| data.image(i).iter().map(|&v| f32::from(v) / 127.5 - 1.0).collect())
        .collect();
    for image in batch.images.chunks(area) {
        assert!(train.iter().any(|known| known == image), "an image that is not in the training split");
    }
    let dropped = |labels: &[Option<usize>]| labels.iter().filter(|label| label.is_none()).count();
    let (class, style) = (dropped(&batch.labels.class), dropped(&batch.labels.style));
    // 12 % of 256 is 31, with a standard deviation of 5.
    assert!((10..56).contains(&class) && (10..56).contains(&style), "{class} {style}");
    let both = batch.labels.class.iter().zip(&batch.labels.style).filter(|(c, s)| c.is_none() && s.is_none()).count();
    assert!(both < class.min(style), "labels are dropped together");
}

/// Each change is switched on alone, and does what its name says to a picture of one colour on white.
#[test]
fn augmentation_does_what_it_says() {
    let data = Dataset::load(FIXTURE).unwrap();
    let augmented = |augment: &str| {
        let mut config = config("emoji32", 64);
        config.batch = 64;
        config.augment = serde_json::from_str(augment).unwrap();
        Batches::new(&data, &config).unwrap().at(0).images
    };
    let area = 3 * data.size() * data.size();
    let plain = augmented(r#"{"shift": 0, "flip": false, "no-flip": []}"#);
    let changed = |images: &[f32]| {
        let pairs = images.chunks(area).zip(plain.chunks(area));
        pairs.map(|(a, b)| a.iter().zip(b).filter(|(a, b)| a != b).count()).collect::<Vec<_>>()
    };
    let within = |images: &[f32]| images.iter().all(|v| (-1.0..=1.0).contains(v));

    let tinted = augmented(r#"{"shift": 0, "flip": false, "no-flip": [], "colour": 0.4}"#);
    assert!(within(&tinted) && changed(&tinted).iter().all(|&n| n > 0));
    for (a, b) in tinted.iter().zip(&plain) {
        assert!((1.0 - a) <= (1.0 - b) * 1.4001 && (*b < 1.0 || *a == 1.0), "white stays white, dark scales: {a} {b}");
    }

    let erased = augmented(r#"{"shift": 0, "flip": false, "no-flip": [], "erase": 0.5}"#);
    for (n, image) in changed(&erased).iter().zip(erased.chunks(area).zip(plain.chunks(area))) {
        assert!(*n <= 3 * 16 * 16, "at most a quarter: {n}");
        assert!(image.0.iter().zip(image.1).all(|(a, b)| a == b || *a == 1.0), "painted with background");
    }
    let untouched = changed(&erased).iter().filter(|&&n| n == 0).count();
    assert!((16..60).contains(&untouched), "half have a hole, some of which fall on white: {untouched}");

    let moved = augmented(r#"{"shift": 2, "flip": false, "no-flip": [], "background": 0}"#);
    let black = moved.chunks(area).filter(|image| image[..32].iter().all(|v| *v == -1.0)).count();
    assert!((8..56).contains(&black), "two of five shifts bring in a black row at the top: {black} of 64");

    let turned = augmented(r#"{"shift": 0, "flip": false, "no-flip": [], "rotate": 20}"#);
    assert!(within(&turned));
    // A turn about the centre keeps what is there: the darkness of a picture hardly changes, its pixels do.
    let darkness = |image: &[f32]| image.iter().map(|v| 1.0 - v).sum::<f32>();
    for (a, b) in turned.chunks(area).zip(plain.chunks(area)) {
        assert!(a != b && (darkness(a) / darkness(b) - 1.0).abs() < 0.25, "{} {}", darkness(a), darkness(b));
    }
}

#[test]
fn classes_are_drawn_uniformly_or_as_they_come() {
    let data = Dataset::load(FIXTURE).unwrap();
    let mut config = config("emoji32", 64);
    config.batch = 512;
    config.class_weights = std::collections::BTreeMap::new();
    // Skin tones, which persons have, count thirty times: without uniform classes, persons are drawn most.
    config.tone_weight = 30.0;
    let person = data.classes().iter().position(|name| name == "person").unwrap();
    let persons = |config: &TrainConfig| {
        let batch = Batches::new(&data, config).unwrap().at(0);
        batch.class.iter().filter(|&&class| class == person).count() as f64 / 512.0
    };
    assert!((persons(&config) - 1.0 / 12.0).abs() < 0.04, "{}", persons(&config));
    config.class_weights = std::collections::BTreeMap::from([("person".to_owned(), 3.0)]);
    assert!((persons(&config) - 3.0 / 14.0).abs() < 0.06, "{}", persons(&config));
    config.class_weights = std::collections::BTreeMap::new();
    config.uniform_classes = false;
    let weight = |i: &usize| if data.tone()[*i] == 0 { 1.0 } else { 30.0 };
    let train = data.indices(guidelight::data::TRAIN);
    let of_persons: f64 = train.iter().filter(|&&i| usize::from(data.class()[i]) == person).map(weight).sum();
    let share = of_persons / train.iter().map(weight).sum::<f64>();
    assert!(share > 0.2, "the fixture must tell the two apart: {share}");
    assert!((persons(&config) - share).abs() < 0.07, "{} {share}", persons(&config));
}

/// The first loss of a run follows from the configuration alone, so that whatever it weighs shows in it.
#[test]
fn weights_of_the_loss_reach_the_loss() {
    let _alone = ONE_AT_A_TIME.lock();
    let unet = |change: &dyn Fn(&mut TrainConfig)| {
        let out = tempfile::tempdir().unwrap();
        let mut config = config("emoji32", 4);
        change(&mut config);
        fit::<UnetTask>(&run(config, out.path())).unwrap();
        losses(out.path())[0]
    };
    let (plain, weighted) = (unet(&|_| {}), unet(&|config| config.min_snr = Some(5.0)));
    assert!(weighted < 0.9 * plain, "v weighs what min-SNR does not: {weighted} {plain}");
    let learned = |config: &mut TrainConfig| {
        config.diffusion.variance = guidelight::diffusion::Variance::LearnedRange;
        config.network.out_channels = 6;
    };
    assert!(unet(&learned) > plain, "a learned variance has a term of its own");

    let classifier = |style_weight| {
        let out = tempfile::tempdir().unwrap();
        let mut config = config("emoji32-classifier", 4);
        config.style_weight = style_weight;
        fit::<ClassifierTask>(&run(config, out.path())).unwrap();
        losses(out.path())[0]
    };
    let (without, half, whole) = (classifier(0.0), classifier(0.5), classifier(1.0));
    // A fresh network finds all 12 classes and all 7 styles about equally likely.
    assert!((without - 12_f64.ln()).abs() < 0.4 && (whole - without - 7_f64.ln()).abs() < 0.4, "{without} {whole}");
    assert!((half - 0.5 * (without + whole)).abs() < 1e-5, "{half} is not between {without} and {whole}");
}

#[test]
fn a_resumed_run_is_the_same_run() {
    let _alone = ONE_AT_A_TIME.lock();
    let whole = tempfile::tempdir().unwrap();
    // The classifier's configuration has dropout, whose masks must not depend on where a run was stopped.
    assert!(config("emoji32-classifier", 24).network.dropout > 0.0);
    fit::<ClassifierTask>(&run(config("emoji32-classifier", 24), whole.path())).unwrap();

    let parts = tempfile::tempdir().unwrap();
    let mut first = run(config("emoji32-classifier", 24), parts.path());
    // Stops after the first step, whatever the time.
    first.stop_after = Some(Duration::ZERO);
    for _ in 0..3 {
        fit::<ClassifierTask>(&first).unwrap();
    }
    first.stop_after = None;
    fit::<ClassifierTask>(&first).unwrap();

    let bytes = |out: &Path| std::fs::read(out.join("checkpoint/weights.safetensors")).unwrap();
    let read = |out: &Path| weights::read(&bytes(out), None).unwrap().tensors;
    let (whole, parts) = (read(whole.path()), read(parts.path()));
    assert!(whole.values().any(|tensor| tensor.iter::<f32>().any(|v| v != 0.0)));
    assert_eq!(whole, parts);
}

#[test]
fn a_run_leaves_a_sheet_of_samples() {
    let _alone = ONE_AT_A_TIME.lock();
    let out = tempfile::tempdir().unwrap();
    fit::<UnetTask>(&run(config("emoji32", 4), out.path())).unwrap();
    let sheet = image::open(out.path().join(SHEET_FILE)).unwrap().to_rgb8();
    // A row for each of 12 classes, eight samples of 64 pixels with gaps of 2.
    assert_eq!(sheet.dimensions(), (8 * 66 + 2, 12 * 66 + 2));
    let colours: std::collections::BTreeSet<_> = sheet.pixels().map(|pixel| pixel.0).collect();
    assert!(colours.len() > 100, "the samples are blank");
}

#[test]
fn another_configuration_does_not_continue_a_checkpoint() {
    let _alone = ONE_AT_A_TIME.lock();
    let out = tempfile::tempdir().unwrap();
    fit::<UnetTask>(&run(config("emoji32", 4), out.path())).unwrap();
    let error = fit::<UnetTask>(&run(config("emoji32", 8), out.path())).unwrap_err().to_string();
    assert!(error.contains("checkpoint"), "{error}");
}

#[test]
fn classifier_learns_the_fixture() {
    let _alone = ONE_AT_A_TIME.lock();
    let out = tempfile::tempdir().unwrap();
    let mut config = config("emoji32-clean", 24 * 40);
    config.batch = 24;
    config.learning_rate = 3e-3;
    config.network.dropout = 0.0;
    let mut start = run(config.clone(), out.path());
    start.stop_after = Some(Duration::ZERO);
    fit::<ClassifierTask>(&start).unwrap();
    fit::<ClassifierTask>(&run(config, out.path())).unwrap();
    let losses = losses(out.path());
    // ln 12 + 0.7 ln 7 = 3.85 is chance.
    assert!(losses[0] > 3.0 && *losses.last().unwrap() < 0.9 * losses[0], "{losses:?}");
    let trained = weights::read(&std::fs::read(out.path().join(EMA_FILE)).unwrap(), None).unwrap();
    assert_eq!(trained.card.provenance["images-seen"], 960);
}
