//! Model files: round trips, quantisation error, and every way a file can be wrong.
#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor, TensorData};
use guidelight::guidance::Method;
use guidelight::models::manifest::{Entry, Manifest};
use guidelight::models::{EncoderUNet, Labels, NetworkConfig, UNet, load_unet, params};
use guidelight::session::{LoadedClassifier, LoadedUnet, Models, Options, Pictures, Session, Settings};
use guidelight::weights::{self, Architecture, ModelCard, ModelKind, Precision, quantize};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

fn config() -> NetworkConfig {
    NetworkConfig {
        image_size: 8,
        model_channels: 32,
        channel_mult: vec![1, 2],
        num_res_blocks: 1,
        attention_resolutions: vec![2],
        num_head_channels: Some(16),
        use_scale_shift_norm: true,
        use_new_attention_order: true,
        num_classes: Some(3),
        num_styles: Some(2),
        patch_size: 2,
        ..NetworkConfig::default()
    }
}

fn card() -> ModelCard {
    ModelCard {
        format: weights::card::FORMAT,
        name: "tiny".into(),
        kind: ModelKind::Unet,
        architecture: Architecture::GuidedDiffusion,
        network: serde_json::to_value(config()).unwrap(),
        diffusion: serde_json::json!({}),
        classes: ["a", "b", "c"].map(String::from).to_vec(),
        styles: ["s", "t"].map(String::from).to_vec(),
        license: "MIT".into(),
        provenance: serde_json::Map::new(),
        packed: BTreeMap::new(),
    }
}

/// A network whose layers all matter: the ones that start at zero are filled, too.
fn tensors() -> BTreeMap<String, TensorData> {
    filled(params::shapes(&UNet::new(&config(), &Device::flex()).unwrap()))
}

fn filled(shapes: Vec<(String, Vec<usize>)>) -> BTreeMap<String, TensorData> {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut tensor = |shape: Vec<usize>| {
        let fan_in = shape.iter().skip(1).product::<usize>().max(1) as f32;
        let unit = |rng: &mut ChaCha8Rng| rng.next_u32() as f32 / u32::MAX as f32 * 2.0 - 1.0;
        let count = shape.iter().product();
        let values: Vec<f32> = (0..count).map(|_| unit(&mut rng) * (3.0 / fan_in).sqrt()).collect();
        TensorData::new(values, shape)
    };
    shapes.into_iter().map(|(name, shape)| (name, tensor(shape))).collect()
}

fn file(precision: Precision) -> Vec<u8> {
    weights::write(&card(), &tensors(), precision).unwrap()
}

fn output(bytes: &[u8]) -> Vec<f32> {
    let device = Device::flex();
    let (unet, _) = load_unet(weights::read(bytes, None).unwrap(), &device).unwrap();
    let pixels: Vec<f32> = (0..2 * 3 * 64).map(|i| (i as f32 * 0.7).sin()).collect();
    let x = Tensor::<4>::from_data(TensorData::new(pixels, [2, 3, 8, 8]), &device);
    let labels = Labels { class: vec![Some(1), None], style: vec![None, Some(1)] };
    unet.forward(x, &[10.0, 900.0], &labels).into_data().iter::<f32>().collect()
}

/// Root mean square of the difference, relative to that of the reference.
fn relative_error(got: &[f32], want: &[f32]) -> f32 {
    let square = |values: &mut dyn Iterator<Item = f32>| values.map(|v| v * v).sum::<f32>();
    (square(&mut got.iter().zip(want).map(|(a, b)| a - b)) / square(&mut want.iter().copied())).sqrt()
}

/// Half an int8 level is 0.4 % of the largest weight of a row; through this depth it stays near that.
const INT8_CEILING: f32 = 0.006;
/// An int4 level is an eighth of the largest of 32 weights: half of one, spread evenly, is 5 to 10 % of what is usual.
const INT4_CEILING: f32 = 0.12;
/// f16 keeps 11 bits.
const F16_CEILING: f32 = 0.0006;

#[test]
fn precision_costs_what_it_should() {
    let exact = output(&file(Precision::F32));
    let int8 = relative_error(&output(&file(Precision::Int8)), &exact);
    let f16 = relative_error(&output(&file(Precision::F16)), &exact);
    let int4 = relative_error(&output(&file(Precision::Int4)), &exact);
    println!("int4 {int4}, int8 {int8}, f16 {f16}");
    assert!(int4 > int8 && int4 < INT4_CEILING, "{int4}");
    assert!(f16 > 0.0 && f16 < F16_CEILING, "{f16}");
    assert!(int8 > f16 && int8 < INT8_CEILING, "{int8}");
}

#[test]
fn int8_is_within_half_a_level() {
    let values: Vec<f32> = (0..60).map(|i| (i as f32 * 1.7).sin() * (1.0 + (i / 20) as f32)).collect();
    let (levels, scales) = quantize::to_int8(&values, 3);
    for (row, (values, back)) in values.chunks(20).zip(quantize::from_int8(&levels, &scales).chunks(20)).enumerate() {
        for (a, b) in values.iter().zip(back) {
            assert!((a - b).abs() <= scales[row] * 0.5001, "{a} {b}");
        }
    }
    let (levels, scales) = quantize::to_int8(&[0.0; 8], 2);
    assert_eq!(quantize::from_int8(&levels, &scales), [0.0; 8]);
}

#[test]
fn int4_lies_low_nibble_first_and_is_within_half_a_level_but_for_what_is_cut_off() {
    // −8 … 7 are their own levels when the scale is 1, and 35 weights fill a group and three nibbles.
    let values: Vec<f32> = (0..35).map(|i| (i % 16) as f32 - 8.0).collect();
    let (bytes, scales) = quantize::to_int4(&values);
    assert_eq!((bytes.len(), scales.as_slice()), (18, [1.0, 1.0].as_slice()));
    assert_eq!((bytes[0], bytes[1], bytes[17]), (0x10, 0x32, 0x02));
    assert_eq!(quantize::from_int4(&bytes, &scales, 35), values);

    let values: Vec<f32> = (0..64).map(|i| (i as f32 * 1.7).sin() * (1.0 + (i / 32) as f32)).collect();
    let (bytes, scales) = quantize::to_int4(&values);
    for (i, (a, b)) in values.iter().zip(quantize::from_int4(&bytes, &scales, 64)).enumerate() {
        let scale = scales[i / 32].abs();
        // At most two levels are cut off at the ends.
        assert!((a - b).abs() <= scale * if a.abs() > 6.0 * scale { 4.0 } else { 0.5001 }, "{a} {b} {scale}");
    }
    let (bytes, scales) = quantize::to_int4(&[0.0; 5]);
    assert_eq!(quantize::from_int4(&bytes, &scales, 5), [0.0; 5]);
}

#[test]
fn an_int4_file_keeps_shapes_and_refuses_what_does_not_fit() {
    let bytes = file(Precision::Int4);
    assert!(bytes.len() < file(Precision::Int8).len());
    let stored = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let kernel = stored.tensor("input_blocks.1.0.in_layers.2.weight").unwrap();
    assert_eq!((kernel.dtype(), kernel.shape()), (safetensors::Dtype::U8, [32 * 32 * 9 / 2].as_slice()));
    let weights = weights::read(&bytes, None).unwrap();
    let shape = weights.tensors["input_blocks.1.0.in_layers.2.weight"].shape().to_vec();
    assert_eq!(shape, [32, 32, 3, 3]);

    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains(r#"\"input_blocks.1.0.in_layers.2.weight\":[32,32,3,3]"#), "the card tells the true shape");
    let mut changed = bytes.clone();
    let at = changed.windows(11).position(|w| w == b":[32,32,3,3").unwrap();
    changed[at + 8] = b'2';
    let complaint = sentence(&changed);
    assert!(complaint.contains("two weights a byte of shape [32, 32, 2, 3]"), "{complaint}");
}

#[test]
fn only_kernels_inside_are_int8() {
    let bytes = file(Precision::Int8);
    let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let dtype = |name: &str| file.tensor(name).unwrap().dtype();
    assert_eq!(dtype("input_blocks.1.0.in_layers.2.weight"), safetensors::Dtype::I8);
    assert_eq!(dtype("time_embed.0.weight"), safetensors::Dtype::I8);
    assert_eq!(dtype("middle_block.1.qkv.weight"), safetensors::Dtype::I8);
    for name in ["input_blocks.0.0.weight", "out.2.weight", "label_emb.weight", "style_emb.weight"] {
        assert_eq!(dtype(name), safetensors::Dtype::F16, "{name}");
    }
    // The last layers of the classifier's heads, each with its style beside it.
    for name in ["out.2.c_proj.weight", "out.2.style_proj.weight", "out.3.weight", "out.style_proj.weight"] {
        assert!(!quantize::is_quantised(name, &[5, 64, 1, 1]), "{name}");
    }
    assert!(quantize::is_quantised("out.0.weight", &[2048, 224]), "the wide layer of the spatial head");
    assert_eq!(dtype("out.0.weight"), safetensors::Dtype::F32);
}

#[test]
fn writing_is_deterministic_and_hash_is_checked() {
    let bytes = file(Precision::Int8);
    assert_eq!(bytes, file(Precision::Int8));
    let hash = weights::container::sha256(&bytes);
    weights::read(&bytes, Some(&hash)).unwrap();
    let error = weights::read(&bytes, Some(&hash.replace(|_: char| true, "0"))).unwrap_err();
    assert!(error.to_string().contains("SHA-256"), "{error}");
}

#[test]
fn a_null_label_adds_nothing() {
    let mut with = tensors();
    for name in ["label_emb.weight", "style_emb.weight"] {
        let shape = with[name].shape().to_vec();
        with.insert(name.into(), TensorData::new(vec![0.0_f32; shape.iter().product()], shape));
    }
    // Zero embeddings are "no label" whatever is asked; the null label on the real ones must agree.
    let run = |tensors: &BTreeMap<String, TensorData>, labels: &Labels| -> Vec<f32> {
        let bytes = weights::write(&card(), tensors, Precision::F32).unwrap();
        let device = Device::flex();
        let (unet, _) = load_unet(weights::read(&bytes, None).unwrap(), &device).unwrap();
        unet.forward(Tensor::ones([1, 3, 8, 8], &device), &[500.0], labels).into_data().iter::<f32>().collect()
    };
    let asked = Labels { class: vec![Some(2)], style: vec![Some(0)] };
    assert_eq!(run(&with, &asked), run(&tensors(), &Labels::null(1)));
    assert_ne!(run(&tensors(), &asked), run(&tensors(), &Labels::null(1)));
}

fn sentence(bytes: &[u8]) -> String {
    let device = Device::flex();
    let loaded = weights::read(bytes, None).and_then(|weights| LoadedUnet::new(weights, &device));
    let error = loaded.err().expect("a refusal").to_string();
    assert!(error.contains("expected") && error.contains("got") && !error.contains('\n'), "{error}");
    error
}

/// A run turns to autoguidance when a weaker model has arrived, if that is about the same images and noise, and stays
/// with the first it got.
#[test]
fn a_weaker_model_may_come_when_the_run_is_under_way() {
    let device = Device::flex();
    let loaded = |card: &ModelCard, louder: f32| {
        let scaled = |(name, data): (String, TensorData)| {
            let values: Vec<f32> = data.iter::<f32>().map(|value| value * louder).collect();
            (name, TensorData::new(values, data.shape().to_vec()))
        };
        let bytes = weights::write(card, &tensors().into_iter().map(scaled).collect(), Precision::F32).unwrap();
        LoadedUnet::new(weights::read(&bytes, None).unwrap(), &device).unwrap()
    };
    let process = serde_json::json!({ "variance": "fixed-small" });
    let card = ModelCard { diffusion: process.clone(), ..card() };
    let settings = |method: &[Method]| Settings { method: method.to_vec(), steps: "4".into(), ..Settings::default() };
    let (plain, guided) = (settings(&[Method::Conditional]), settings(&[Method::Conditional, Method::Autoguidance]));
    let models = Models::new(&loaded(&card, 1.0), None, &device).unwrap();
    let mut session = Session::new(models, plain.clone(), Options::default()).unwrap();
    session.advance().unwrap();
    let error = session.update(guided.clone(), Pictures::default()).unwrap_err().to_string();
    assert!(error.contains("a loaded weaker model"), "{error}");

    let mut network = serde_json::to_value(config()).unwrap();
    network["image_size"] = 16.into();
    let mut noise = process;
    noise["schedule"] = "linear".into();
    for (other, named) in [
        (ModelCard { network, ..card.clone() }, "weaker model `tiny`: expected images of side 8, got 16"),
        (ModelCard { styles: vec!["s".into(), "u".into()], ..card.clone() }, "got a, b, c; s, u"),
        (ModelCard { diffusion: noise, ..card.clone() }, "the noise process Cosine"),
    ] {
        let error = session.add_weak(&loaded(&other, 1.0)).unwrap_err().to_string();
        assert!(error.contains(named) && !error.contains('\n'), "{error}");
    }
    assert!(session.update(guided.clone(), Pictures::default()).is_err());

    let eps = |session: &mut Session, settings: &Settings| -> Vec<f32> {
        session.seek(1).unwrap();
        session.update(settings.clone(), Pictures::default()).unwrap();
        session.advance().unwrap().eps.into_data().iter::<f32>().collect()
    };
    let without = eps(&mut session, &plain);
    session.add_weak(&loaded(&card, 0.5)).unwrap();
    let with = eps(&mut session, &guided);
    assert_ne!(with, without);
    session.add_weak(&loaded(&card, 0.8)).unwrap();
    assert_eq!(eps(&mut session, &guided), with);
    assert_eq!(eps(&mut session, &plain), without);
}

#[test]
fn wrong_files_get_one_sentence() {
    let good = file(Precision::Int8);
    sentence(&[]);
    sentence(&good[..good.len() - 1]);
    sentence(&good[..100]);
    sentence(b"<!doctype html><title>404</title>");
    let mut longer = good.clone();
    longer.push(0);
    sentence(&longer);

    let mut poisoned = tensors();
    let shape = poisoned["out.0.bias"].shape().to_vec();
    poisoned.insert("out.0.bias".into(), TensorData::new(vec![f32::NAN; shape[0]], shape));
    assert!(sentence(&weights::write(&card(), &poisoned, Precision::F32).unwrap()).contains("out.0.bias"));

    let mut missing = tensors();
    missing.remove("out.2.bias");
    assert!(sentence(&weights::write(&card(), &missing, Precision::F32).unwrap()).contains("out.2.bias"));

    let mut extra = tensors();
    extra.insert("surprise".into(), TensorData::new(vec![0.0_f32], [1]));
    assert!(sentence(&weights::write(&card(), &extra, Precision::F32).unwrap()).contains("surprise"));

    let mut reshaped = tensors();
    reshaped.insert("out.2.bias".into(), TensorData::new(vec![0.0_f32; 4], [4]));
    assert!(sentence(&weights::write(&card(), &reshaped, Precision::F32).unwrap()).contains("[12]"));

    let unnamed = ModelCard { classes: vec!["a".into()], ..card() };
    assert!(sentence(&weights::write(&unnamed, &tensors(), Precision::F32).unwrap()).contains("classes"));

    let future = ModelCard { format: 99, ..card() };
    assert!(sentence(&weights::write(&future, &tensors(), Precision::F32).unwrap()).contains("99"));

    for (timesteps, named) in [(400_000_000_u64, "400000000"), (1_000_000_000_000, "1000000000000"), (1, "at least 2")]
    {
        let endless = ModelCard { diffusion: serde_json::json!({ "timesteps": timesteps }), ..card() };
        assert!(sentence(&weights::write(&endless, &tensors(), Precision::F32).unwrap()).contains(named));
    }
    for (side, named) in [(8192, "image_size"), (1024, "attention")] {
        let mut network = serde_json::to_value(config()).unwrap();
        network["image_size"] = side.into();
        let vast = ModelCard { network, ..card() };
        assert!(sentence(&weights::write(&vast, &tensors(), Precision::F32).unwrap()).contains(named));
    }

    let device = Device::flex();
    let loaded = LoadedClassifier::new(weights::read(&good, None).unwrap(), &device);
    let error = loaded.err().expect("a refusal").to_string();
    assert!(error.contains("classifier") && error.contains("unet"), "{error}");
}

/// The tiny denoiser, of this noise process; its variance is not learned.
fn denoiser(mut diffusion: serde_json::Value) -> LoadedUnet {
    diffusion["variance"] = "fixed-large".into();
    let bytes = weights::write(&ModelCard { diffusion, ..card() }, &tensors(), Precision::F32).unwrap();
    LoadedUnet::new(weights::read(&bytes, None).unwrap(), &Device::flex()).unwrap()
}

/// A classifier says what it knows, and guides nobody who knows something else.
#[test]
fn a_classifier_has_to_go_with_the_denoiser() {
    let device = Device::flex();
    let unet = denoiser(serde_json::json!({}));
    let together = |styles: &[&str], diffusion: serde_json::Value| {
        let num_styles = Some(styles.len()).filter(|styles| *styles > 0);
        let config = NetworkConfig { out_channels: 3, num_classes: None, num_styles, ..config() };
        let tensors = filled(params::shapes(&EncoderUNet::new(&config, &device).unwrap()));
        let network = serde_json::to_value(config).unwrap();
        let styles = styles.iter().map(ToString::to_string).collect();
        let card = ModelCard { kind: ModelKind::Classifier, network, diffusion, styles, ..card() };
        let bytes = weights::write(&card, &tensors, Precision::F32).unwrap();
        let classifier = LoadedClassifier::new(weights::read(&bytes, None).unwrap(), &device).unwrap();
        Models::new(&unet, Some(&classifier), &device).map(drop).map_err(|error| error.to_string())
    };
    let same = || serde_json::json!({});
    together(&["s", "t"], same()).unwrap();
    together(&[], same()).unwrap();
    // What it says about outputs is not asked.
    together(&[], serde_json::json!({ "prediction": "v", "variance": "fixed-large" })).unwrap();
    for styles in [&["t", "s"][..], &["s"], &["s", "t", "u"]] {
        let error = together(styles, same()).unwrap_err();
        assert!(error.contains("the styles of `tiny`, s, t, got"), "{error}");
    }
    for other in [
        serde_json::json!({ "schedule": "linear" }),
        serde_json::json!({ "timesteps": 500 }),
        serde_json::json!({ "rescale-timesteps": true }),
    ] {
        let error = together(&["s", "t"], other).unwrap_err();
        assert!(error.contains("the noise process Cosine, T = 1000, rescaled false"), "{error}");
    }
}

/// Two cards may describe the same noise in different words.
#[test]
fn noise_is_compared_by_its_levels() {
    let spelt_out = serde_json::json!({ "schedule": { "linear-between": { "first": 0.0001, "last": 0.02 } } });
    let linear = denoiser(serde_json::json!({ "schedule": "linear" }));
    let models = Models::new(&linear, None, &Device::flex()).unwrap();
    models.clone().with_weak(&denoiser(spelt_out)).unwrap();
    let refused = |diffusion| models.clone().with_weak(&denoiser(diffusion)).err().unwrap().to_string();
    assert!(refused(serde_json::json!({})).contains("the noise process Linear"));
    let other = refused(serde_json::json!({ "schedule": "linear", "prediction": "x-start" }));
    assert!(other.contains("a network that predicts Eps, got XStart"), "{other}");
}

/// What is checked before a file is written is what is in it then.
#[test]
fn the_size_of_a_file_is_known_before_it_is_written() {
    let tensors = tensors();
    for precision in [Precision::F32, Precision::F16, Precision::Int8, Precision::Int4] {
        let shapes = tensors.iter().map(|(name, data)| (name.as_str(), data.shape().to_vec()));
        let stored = weights::stored(&file(precision)).unwrap();
        let bytes: usize = stored.iter().map(|tensor| tensor.bytes).sum();
        assert_eq!(weights::container::size(shapes, precision), bytes, "{precision:?}");
    }
}

/// Cuts, bit flips and noise: an error or a model, never a panic.
#[test]
fn no_bytes_panic() {
    [Precision::Int8, Precision::Int4].into_iter().for_each(no_bytes_of_a_precision_panic);
}

fn no_bytes_of_a_precision_panic(precision: Precision) {
    let good = file(precision);
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let device = Device::flex();
    // As the site does it: the card's process is read, too, and a classifier might be asked for.
    let load = |bytes: &[u8]| {
        let weights = weights::read(bytes, None)?;
        let _ = LoadedClassifier::new(weights.clone(), &device);
        LoadedUnet::new(weights, &device)
    };
    let mut refused = 0;
    for round in 0..400 {
        let mut bytes = good.clone();
        match round % 4 {
            0 => bytes.truncate(rng.next_u32() as usize % good.len()),
            1 => {
                // Headers hold what decides most: flip there.
                for _ in 0..=rng.next_u32() % 4 {
                    let at = rng.next_u32() as usize % 4000;
                    bytes[at] = rng.next_u32() as u8;
                }
            }
            2 => {
                let at = rng.next_u32() as usize % good.len();
                bytes[at] ^= 1 << (rng.next_u32() % 8);
            }
            _ => {
                bytes = vec![0; rng.next_u32() as usize % 300];
                rng.fill_bytes(&mut bytes);
            }
        }
        refused += u32::from(load(&bytes).is_err());
    }
    // Numbers in the header that say something else are still well-formed: every digit of it, once.
    let digits: Vec<usize> = (8..4000).filter(|&at| good[at].is_ascii_digit()).collect();
    assert!(digits.len() > 100);
    for at in digits {
        let mut bytes = good.clone();
        bytes[at] = b'9';
        let _ = load(&bytes);
    }
    assert!(refused > 200, "only {refused} of 400 damaged files were refused");
}

#[test]
fn a_renewed_entry_keeps_what_people_decided() {
    let text = include_str!("../www/models/manifest.json");
    let shipped = Manifest::parse(text).unwrap();
    assert_eq!(serde_json::to_string_pretty(&shipped).unwrap() + "\n", text, "written as `quantize` would write it");
    let decided = &shipped.models[0];
    assert!(decided.classifier.is_some() && decided.preview.is_some() && !decided.defaults.is_empty());
    let described =
        Entry { bytes: 1, classifier: None, preview: None, defaults: serde_json::Map::new(), ..decided.clone() };
    let mut renewed = shipped.clone();
    renewed.refresh(described);
    assert_eq!(renewed.models[0], Entry { bytes: 1, ..decided.clone() });
    assert_eq!(renewed.models[1..], shipped.models[1..]);
}
