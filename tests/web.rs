//! The crate in a real browser, in a worker as on the page: WebGPU against the CPU, noise, weights that arrive by
//! fetch, and the JavaScript API. Without an adapter the WebGPU tests fail; only a build with the environment variable
//! `GUIDELIGHT_SKIP_WEBGPU=1` leaves them out.
#![cfg(target_family = "wasm")]

use burn::tensor::{Device, TensorData};
use guidelight::{
    device,
    diffusion::{CounterNoise, NoiseSource, Stream},
    models::{EncoderUNet, NetworkConfig, UNet, params},
    session::{self, Frame, LoadedClassifier, LoadedUnet, Models, Options, Pictures, Settings},
    web::{Engine, Session, catalogue, version},
    weights::{self, Architecture, ModelCard, ModelKind, Precision},
};
use js_sys::{Float32Array, Object, Reflect, Uint8Array, Uint8ClampedArray};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// Side of the test images.
const SIZE: usize = 16;

/// Largest difference that the devices may show in a frame of [`STEPS`] steps, relative to the largest magnitude of
/// the same field. Both compute in float32 and sum in different orders, which costs 1e-6 to 1e-5 in a network of this
/// depth; a wrong kernel costs far more than this bound.
const PARITY: f32 = 1e-3;

/// Enough for every kind of step: the first, one between, the last.
const STEPS: &str = "3";

/// What `device::self_test` may show on a sound GPU: a network of four layers in float32.
const SELF_TEST: f32 = 1e-4;

/// What `device::kernel_test` may show: two ways to add up some hundred products of order 1 in float32.
const KERNELS: f32 = 1e-4;

/// Every kind of layer that the real networks have.
fn config(kind: ModelKind) -> NetworkConfig {
    let unet = kind == ModelKind::Unet;
    NetworkConfig {
        image_size: SIZE,
        model_channels: 32,
        out_channels: 3,
        channel_mult: vec![1, 2],
        num_res_blocks: 1,
        attention_resolutions: vec![2],
        num_head_channels: Some(16),
        use_scale_shift_norm: true,
        resblock_updown: true,
        use_new_attention_order: true,
        num_classes: unet.then_some(3),
        num_styles: Some(2),
        patch_size: 2,
        ..NetworkConfig::default()
    }
}

/// A model file with random weights, none of them zero, through the crate's own writer.
fn file(kind: ModelKind) -> Vec<u8> {
    file_of(&card(kind), 5)
}

fn file_of(card: &ModelCard, seed: u64) -> Vec<u8> {
    let config = config(card.kind);
    let cpu = device::cpu();
    let shapes = match card.kind {
        ModelKind::Unet => params::shapes(&UNet::new(&config, &cpu).unwrap()),
        ModelKind::Classifier => params::shapes(&EncoderUNet::new(&config, &cpu).unwrap()),
    };
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut tensor = |shape: Vec<usize>| {
        let bound = (3.0 / shape.iter().skip(1).product::<usize>().max(1) as f32).sqrt();
        let value = |_| (rng.next_u32() as f32 / u32::MAX as f32 * 2.0 - 1.0) * bound;
        TensorData::new((0..shape.iter().product()).map(value).collect::<Vec<f32>>(), shape)
    };
    let tensors = shapes.into_iter().map(|(name, shape)| (name, tensor(shape))).collect();
    weights::write(card, &tensors, Precision::Int8).unwrap()
}

fn card(kind: ModelKind) -> ModelCard {
    ModelCard {
        format: weights::card::FORMAT,
        name: format!("tiny-{kind}"),
        kind,
        architecture: Architecture::GuidedDiffusion,
        network: serde_json::to_value(config(kind)).unwrap(),
        diffusion: serde_json::json!({ "prediction": "v", "variance": "fixed-large" }),
        classes: ["a", "b", "c"].map(String::from).to_vec(),
        styles: ["s", "t"].map(String::from).to_vec(),
        license: "MIT".into(),
        provenance: serde_json::Map::new(),
        packed: std::collections::BTreeMap::new(),
    }
}

fn models(device: &Device) -> Models {
    let read = |kind| weights::read(&file(kind), None).unwrap();
    let unet = LoadedUnet::new(read(ModelKind::Unet), device).unwrap();
    let classifier = LoadedClassifier::new(read(ModelKind::Classifier), device).unwrap();
    Models::new(&unet, Some(&classifier), device).unwrap()
}

/// The GPU, or `None` in a build that was told to do without.
async fn gpu() -> Option<Device> {
    if option_env!("GUIDELIGHT_SKIP_WEBGPU") == Some("1") {
        console_log!("skipped: this build was made with GUIDELIGHT_SKIP_WEBGPU=1");
        return None;
    }
    let (device, adapter, _) = device::webgpu().await.expect("these tests need a WebGPU adapter");
    console_log!("adapter: {adapter}");
    Some(device)
}

async fn frames(device: &Device, settings: &Settings) -> Vec<Frame> {
    let wave = |i: usize| libm::sinf(i as f32 * 0.13);
    let reference = Some((0..3 * SIZE * SIZE).map(wave).collect());
    let options = Options { pictures: Pictures { reference, ..Pictures::default() }, ..Options::default() };
    let mut session = session::Session::new(models(device), settings.clone(), options).unwrap();
    let mut frames = Vec::new();
    while let Some(frame) = session.step().await.unwrap() {
        frames.push(frame);
    }
    frames
}

/// Largest difference, relative to the largest magnitude wanted.
fn difference(got: &[f32], want: &[f32]) -> f32 {
    assert_eq!(got.len(), want.len());
    assert!(got.iter().chain(want).all(|v| v.is_finite()));
    let largest = want.iter().fold(0.0_f32, |max, v| max.max(v.abs()));
    got.iter().zip(want).fold(0.0_f32, |max, (a, b)| max.max((a - b).abs())) / largest.max(f32::MIN_POSITIVE)
}

#[wasm_bindgen_test]
async fn webgpu_passes_its_self_test() {
    let Some(gpu) = gpu().await else { return };
    let difference = device::self_test(&gpu).await.unwrap();
    console_log!("self test: {difference:e}");
    assert!(difference <= SELF_TEST, "{difference:e}");
    assert!(difference > 0.0, "the same bits on both: is this really another device?");
}

#[wasm_bindgen_test]
async fn fast_kernels_are_the_plain_operations() {
    let cpu = device::kernel_test(&device::cpu()).await.unwrap();
    console_log!("kernels on the processor: {cpu:e}");
    assert!(cpu > 0.0 && cpu < KERNELS, "{cpu:e}");
    let Some(gpu) = gpu().await else { return };
    let gpu = device::kernel_test(&gpu).await.unwrap();
    console_log!("kernels on WebGPU: {gpu:e}");
    assert!(gpu > 0.0 && gpu < KERNELS, "{gpu:e}");
}

#[wasm_bindgen_test]
async fn webgpu_and_cpu_agree_on_the_whole_guided_step() {
    let Some(gpu) = gpu().await else { return };
    for (sampler, methods, clip) in [
        ("ddim", "conditional,classifier,ilvr", "model"),
        ("ddpm", "classifier", "model"),
        // Its threshold is searched on the device.
        ("ddim", "classifier", "dynamic"),
    ] {
        let mut settings = Settings::default();
        for (key, value) in [
            ("class", "b"),
            ("style", "t"),
            ("method", methods),
            ("sampler", sampler),
            ("clip", clip),
            ("steps", STEPS),
            ("eta", "0.5"),
            ("seed", "3"),
        ] {
            settings.set(key, value).unwrap();
        }
        let (got, want) = (frames(&gpu, &settings).await, frames(&device::cpu(), &settings).await);
        assert_eq!((got.len(), want.len()), (3, 3));
        let mut worst = 0.0_f32;
        for (got, want) in got.iter().zip(&want) {
            for (field, got, want) in [
                ("x_t", Some(&got.x_t), Some(&want.x_t)),
                ("x0", Some(&got.x0), Some(&want.x0)),
                ("eps", Some(&got.eps), Some(&want.eps)),
                ("gradient", got.gradient.as_ref(), want.gradient.as_ref()),
                ("probabilities", got.probabilities.as_ref(), want.probabilities.as_ref()),
                ("lowpass", got.lowpass.as_ref(), want.lowpass.as_ref()),
            ] {
                let (got, want) = (got.expect(field), want.expect(field));
                let difference = difference(got, want);
                assert!(difference <= PARITY, "{field} after {sampler} with {methods}: {difference:e}");
                worst = worst.max(difference);
            }
            assert!(want.gradient_norm[0] > 0.0, "without a gradient there is nothing to compare");
        }
        console_log!("{sampler} with {methods}: largest relative difference {worst:e}");
    }
}

/// The bits that `diffusion::noise` pins natively.
#[wasm_bindgen_test]
fn the_same_seed_gives_the_same_noise_as_natively() {
    let bits = |stream, step| -> Vec<u32> {
        let noise = CounterNoise { seed: 7, first: 0 };
        noise.draw(stream, step, [1, 1, 1, 3]).into_iter().map(f32::to_bits).collect()
    };
    assert_eq!(bits(Stream::Start, 0), [0xbf3780dc, 0x3e1f897e, 0xbf82960e]);
    assert_eq!(bits(Stream::Step, 3), [0x3fa84c3c, 0x3fe97a3e, 0x3d8b3181]);
}

// Written in JavaScript, because the same in web-sys needs features that the site does not: the whole GPU stack would be
// compiled twice, once for the site and once for this test.
#[wasm_bindgen(inline_js = r#"
export async function through_fetch(bytes) {
  const url = URL.createObjectURL(new Blob([bytes]));
  try {
    return new Uint8Array(await (await fetch(url)).arrayBuffer());
  } finally {
    URL.revokeObjectURL(url);
  }
}
"#)]
extern "C" {
    async fn through_fetch(bytes: Uint8Array) -> JsValue;
}

/// `bytes` as the page gets them: through `fetch`.
async fn fetched(bytes: &[u8]) -> Vec<u8> {
    Uint8Array::new(&through_fetch(Uint8Array::from(bytes)).await).to_vec()
}

async fn engine() -> Engine {
    let mut engine = Engine::create("cpu".into(), None).await.ok().unwrap();
    for kind in [ModelKind::Unet, ModelKind::Classifier] {
        let bytes = fetched(&file(kind)).await;
        let hash = Some(weights::container::sha256(&bytes));
        let info = match kind {
            ModelKind::Unet => engine.load_unet(&bytes, hash),
            ModelKind::Classifier => engine.load_classifier(&bytes, hash),
        };
        let info = info.ok().unwrap();
        assert_eq!(text(&info, "kind"), kind.to_string());
        assert_eq!(number(&info, "size"), SIZE as f64);
        assert!(number(&info, "multiplyAdds") > 0.0 && number(&info, "parameters") > 0.0);
    }
    engine
}

fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).unwrap()
}

fn number(object: &JsValue, key: &str) -> f64 {
    get(object, key).as_f64().expect(key)
}

fn text(object: &JsValue, key: &str) -> String {
    get(object, key).as_string().expect(key)
}

fn object(values: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (key, value) in values {
        Reflect::set(&object, &(*key).into(), value).unwrap();
    }
    object.into()
}

/// The sentence of a refusal.
fn sentence<T>(result: Result<T, wasm_bindgen::JsError>) -> String {
    let error: JsValue = result.err().expect("a refusal").into();
    let sentence = String::from(error.dyn_into::<js_sys::Error>().expect("an Error").message());
    assert!(!sentence.is_empty() && !sentence.contains('\n'), "{sentence}");
    sentence
}

fn pictures(reference: Vec<u8>) -> JsValue {
    object(&[("reference", Uint8Array::from(reference.as_slice()).into())])
}

#[wasm_bindgen_test]
async fn a_run_on_fetched_weights_steps_seeks_and_forks() {
    let engine = engine().await;
    assert_eq!((engine.backend(), engine.self_test().await.ok().map(|off| off < 1e-5)), ("cpu".into(), Some(true)));
    let settings = |scale: f64| {
        let method = "classifier,ilvr".into();
        object(&[("class", "a".into()), ("method", method), ("steps", 4.into()), ("scale", scale.into())])
    };
    let reference = vec![200; SIZE * SIZE * 4];
    let mut session = engine.session(settings(2.0), pictures(reference)).ok().unwrap();
    assert_eq!((session.position(), session.total()), (0, 4));
    let start = session.state().await.ok().unwrap();
    assert_eq!(get(&start, "lowpass").unchecked_into::<Uint8ClampedArray>().to_vec()[..4], [200, 200, 200, 255]);

    let first = session.step().await.ok().unwrap();
    for key in ["xt", "x0", "eps", "gradient", "lowpass"] {
        let picture: Uint8ClampedArray = get(&first, key).dyn_into().expect(key);
        assert_eq!(picture.length() as usize, SIZE * SIZE * 4, "{key}");
        assert_eq!(picture.get_index(3), 255, "{key} is opaque");
    }
    assert_eq!((number(&first, "step"), number(&first, "total")), (1.0, 4.0));
    assert!(number(&first, "gradientNorm") > 0.0 && number(&first, "lowpassDistance") >= 0.0);
    let probabilities = get(&first, "probabilities").dyn_into::<Float32Array>().unwrap().to_vec();
    assert!((probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    assert!(number(&get(&first, "ms"), "total") > 0.0);

    let picture = |frame: &JsValue| get(frame, "xt").unchecked_into::<Uint8ClampedArray>().to_vec();
    let second = picture(&session.step().await.ok().unwrap());
    session.seek(1).ok().unwrap();
    assert_eq!(picture(&session.state().await.ok().unwrap()), picture(&first));
    assert_eq!(picture(&session.step().await.ok().unwrap()), second, "the same way twice");
    session.seek(1).ok().unwrap();
    session.update(settings(20.0), JsValue::UNDEFINED).ok().unwrap();
    assert_ne!(picture(&session.step().await.ok().unwrap()), second, "another way from the same state");
    assert!(sentence(session.seek(9)).contains("position"));

    for _ in 0..2 {
        assert!(!session.step().await.ok().unwrap().is_undefined());
    }
    assert!(session.step().await.ok().unwrap().is_undefined(), "four steps are four frames");
    assert_eq!(session.position(), 4);
}

/// The weaker model may arrive when the run is under way; one that does not fit is in nobody's way until it is asked.
#[wasm_bindgen_test]
async fn a_run_forks_into_autoguidance() {
    let mut engine = engine().await;
    let settings = |method: &str| object(&[("class", "a".into()), ("method", method.into()), ("steps", 4.into())]);
    let update = |session: &mut Session, method| session.update(settings(method), JsValue::UNDEFINED);
    let picture = |frame: &JsValue| get(frame, "xt").unchecked_into::<Uint8ClampedArray>().to_vec();
    let mut session = engine.session(settings("conditional"), JsValue::UNDEFINED).ok().unwrap();
    assert!(!session.step().await.ok().unwrap().is_undefined());
    assert!(sentence(update(&mut session, "autoguidance")).contains("weaker model"));

    let other = ModelCard { styles: vec!["s".into(), "u".into()], ..card(ModelKind::Unet) };
    assert!(engine.load_weak(&file_of(&other, 1), None).is_ok());
    assert!(sentence(update(&mut session, "autoguidance")).contains("the labels a, b, c; s, t"));
    assert!(sentence(engine.session(settings("autoguidance"), JsValue::UNDEFINED)).contains("the labels"));
    assert!(engine.session(settings("conditional"), JsValue::UNDEFINED).is_ok());

    assert!(engine.load_weak(&file_of(&card(ModelKind::Unet), 1), None).is_ok());
    let plain = picture(&session.step().await.ok().unwrap());
    session.seek(1).ok().unwrap();
    update(&mut session, "conditional,autoguidance").ok().unwrap();
    let forked = session.step().await.ok().unwrap();
    assert_eq!((number(&forked, "step"), number(&forked, "total")), (2.0, 4.0));
    assert_ne!(picture(&forked), plain);
}

#[wasm_bindgen_test]
async fn an_inversion_goes_step_by_step() {
    let settings = || {
        object(&[("method", "none".into()), ("start", "inversion".into()), ("strength", 1.into()), ("steps", 4.into())])
    };
    let picture = |state: &JsValue| get(state, "xt").unchecked_into::<Uint8ClampedArray>().to_vec();
    let reference = vec![200; SIZE * SIZE * 4];
    let engine = engine().await;
    let mut session = engine.session(settings(), pictures(reference.clone())).ok().unwrap();
    let mut states = vec![picture(&session.state().await.ok().unwrap())];
    assert_eq!(states[0][..4], [200, 200, 200, 255]);
    for left in (0..3).rev() {
        session.invert();
        assert_eq!((session.to_invert(), session.position(), session.total()), (left, 0, 4));
        states.push(picture(&session.state().await.ok().unwrap()));
        assert_ne!(states[states.len() - 1], states[states.len() - 2]);
    }
    let first = picture(&session.step().await.ok().unwrap());
    let mut unwatched = engine.session(settings(), pictures(reference)).ok().unwrap();
    assert_eq!((unwatched.to_invert(), picture(&unwatched.step().await.ok().unwrap())), (3, first));
}

#[wasm_bindgen_test]
async fn what_people_get_wrong_is_one_sentence() {
    let mut engine = engine().await;
    for (key, value) in [("colour", "red"), ("scale", "much"), ("class", "zebra"), ("method", "magic"), ("steps", "0")]
    {
        let sentence = sentence(engine.session(object(&[(key, value.into())]), JsValue::UNDEFINED));
        assert!(sentence.contains("expected") && sentence.contains("got"), "{sentence}");
        assert!(!sentence.starts_with("Error"), "{sentence}");
    }
    for (nonsense, kind) in [(JsValue::from(7), "number"), (JsValue::UNDEFINED, "undefined")] {
        let sentence = sentence(engine.session(nonsense, JsValue::UNDEFINED));
        assert_eq!(sentence, format!("settings: expected an object such as {{ class: 'animal' }}, got {kind}"));
    }
    assert!(sentence(engine.session(object(&[]), pictures(vec![0; 4]))).starts_with("reference: expected"));
    let bytes = file(ModelKind::Unet);
    assert!(sentence(engine.load_classifier(&bytes, None)).contains("expected classifier, got unet"));
    assert!(sentence(engine.load_unet(&bytes, Some("00".into()))).contains("SHA-256"));
    assert!(sentence(engine.load_unet(&bytes[..bytes.len() / 2], None)).contains("safetensors"));
    let empty = Engine::create("cpu".into(), None).await.ok().unwrap();
    assert!(sentence(empty.session(object(&[]), JsValue::UNDEFINED)).contains("denoiser"));
    assert!(sentence(Engine::create("abacus".into(), None).await).contains("expected webgpu or cpu, got abacus"));
}

/// No model is loaded, and none is asked for.
#[wasm_bindgen_test]
async fn points_run_where_their_density_is_known() {
    let engine = Engine::create("cpu".into(), None).await.ok().unwrap();
    let settings = |method: &str| object(&[("class", "B".into()), ("method", method.into()), ("steps", 4.into())]);
    let floats = |object: &JsValue, key| get(object, key).dyn_into::<Float32Array>().expect(key).to_vec();
    let mut plane = engine.plane("ring", settings("classifier"), 5).ok().unwrap();
    assert_eq!((plane.position(), plane.total()), (0, 4));
    let start = plane.state().await.ok().unwrap();
    let first = plane.step().await.ok().unwrap();
    assert_eq!(floats(&first, "before"), start);
    for key in ["x", "x0", "eps", "gradient", "probabilities"] {
        assert_eq!(floats(&first, key).len(), 10, "{key}");
    }
    plane.update(settings("conditional")).ok().unwrap();
    let second = plane.step().await.ok().unwrap();
    assert_eq!(floats(&second, "before"), floats(&first, "x"));
    assert!(get(&second, "gradient").is_undefined());

    let field = engine.field("ring", 500.0, Some(0), start).await.ok().unwrap();
    let lengths = ["score", "logDensity", "probabilities"].map(|key| floats(&field, key).len());
    assert_eq!(lengths, [10, 5, 10]);
    let cloud = engine.sample_density("spirals", 7, 3.0).ok().unwrap();
    assert_eq!((floats(&cloud, "points").len(), number(&get(&cloud, "classes"), "length")), (14, 7.0));
    assert!(sentence(engine.plane("ring", settings("ilvr"), 5)).contains("needs no picture"));
    assert!(sentence(engine.plane("cloud", settings("none"), 5)).contains("one of blobs, ring, spirals"));
}

#[wasm_bindgen_test]
fn the_catalogue_is_plain_objects() {
    let catalogue = catalogue().ok().unwrap();
    for list in ["samplers", "guidance", "starts"] {
        let entries: js_sys::Array = get(&catalogue, list).dyn_into().unwrap();
        assert!(entries.length() > 0);
        for entry in entries.iter() {
            assert!(!text(&entry, "name").is_empty() && !text(&entry, "help").is_empty());
            for param in get(&entry, "params").unchecked_into::<js_sys::Array>().iter() {
                assert!(["number", "choice", "class", "text"].contains(&text(&param, "kind").as_str()));
            }
        }
    }
    assert_eq!(text(&get(&catalogue, "densities").unchecked_into::<js_sys::Array>().get(0), "name"), "blobs");
    assert_eq!(version(), env!("CARGO_PKG_VERSION"));
}
