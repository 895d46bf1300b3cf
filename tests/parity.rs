//! Other people's checkpoints: what `guidelight convert` makes of them computes what PyTorch computes, to 1e-4, and what
//! it cannot make anything of gets one sentence.
//!
//! diffusers: `tests/reference` (networks and chains, up to 36 million parameters, filled by a rule). guided-diffusion:
//! the whole networks of the golden topic `layers`, and a state dict that `torch.save` wrote.
#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod golden_support;
#[path = "golden_support/layers.rs"]
#[allow(dead_code, reason = "the golden tests use the rest")]
mod layers;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    rc::Rc,
};

use burn::tensor::{DType, Device, Tensor, TensorData};
use guidelight::{
    diffusion::{NoiseSource, SamplerKind, Stream},
    guidance::Method,
    models::{EncoderUNet, Labels, NoisyClassifier, load_classifier, load_unet},
    session::{LoadedClassifier, LoadedUnet, Models, Options, Session, Settings},
    weights,
};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use serde_json::{Map, Value, json};

use golden_support::{
    TOL_F32, Topic,
    toy::{Toy, ToyClassifier},
};

fn vectors(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/vectors").join(file)
}

/// A state dict: shape and values by name.
type State = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

/// The parameters of `unet2d.json`, and its tensors with their shapes.
struct Reference {
    parameters: Value,
    bytes: Vec<u8>,
}

impl Reference {
    fn open() -> Self {
        let parameters = serde_json::from_slice(&fs::read(vectors("unet2d.json")).unwrap()).unwrap();
        Self { parameters, bytes: fs::read(vectors("unet2d.safetensors")).unwrap() }
    }

    fn case(&self, case: &str) -> &Value {
        &self.parameters["cases"][case]
    }

    fn array(&self, name: &str) -> (Vec<f32>, Vec<usize>) {
        let file = SafeTensors::deserialize(&self.bytes).unwrap();
        let view = file.tensor(name).unwrap();
        (view.data().as_chunks().0.iter().map(|&b| f32::from_le_bytes(b)).collect(), view.shape().to_vec())
    }

    fn tensor(&self, name: &str) -> Tensor<4> {
        let (values, shape) = self.array(name);
        Tensor::from_data(TensorData::new(values, shape), &Device::flex())
    }
}

/// `uniform` of generate.py: FNV-1a of the name, then splitmix64, of which the top 24 bits count.
fn uniform(name: &str) -> impl Fn(u64) -> f64 {
    let fnv = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    let seed = name.bytes().fold(0xcbf2_9ce4_8422_2325, fnv);
    move |n| {
        let z = seed.wrapping_add((n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 40) as f64 / f64::from(1 << 23) - 1.0
    }
}

/// `fill` of generate.py.
fn fill(name: &str, shape: &[usize]) -> Vec<f32> {
    let uniform = uniform(name);
    let (scale, offset) = match shape {
        [_] => (0.1, if name.ends_with("weight") { 1.0 } else { 0.0 }),
        [_, rest @ ..] => ((3.0 / rest.iter().product::<usize>() as f64).sqrt(), 0.0),
        [] => panic!("{name}: no shape"),
    };
    (0..shape.iter().product::<usize>() as u64).map(|n| (uniform(n) * scale + offset) as f32).collect()
}

/// A state dict as a safetensors file.
fn state_dict(tensors: &State) -> Vec<u8> {
    let bytes: Vec<(&str, &[usize], Vec<u8>)> = tensors
        .iter()
        .map(|(name, (shape, values))| {
            (name.as_str(), &shape[..], values.iter().flat_map(|v| v.to_le_bytes()).collect())
        })
        .collect();
    let views = bytes
        .iter()
        .map(|(name, shape, bytes)| (name.to_string(), TensorView::new(Dtype::F32, shape.to_vec(), bytes).unwrap()));
    safetensors::serialize(views, None).unwrap()
}

/// A folder of diffusers: config, weights and scheduler.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new(config: &Value, tensors: &State, scheduler: &Value) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write("config.json", config.to_string().as_bytes());
        folder.write("diffusion_pytorch_model.safetensors", &state_dict(tensors));
        folder.write("scheduler_config.json", scheduler.to_string().as_bytes());
        folder
    }

    /// A case of the reference, with one of its schedulers.
    fn of(case: &Value, chain: &str) -> Self {
        Self::new(&case["config"], &filled(case), &case["chains"][chain]["scheduler"])
    }

    fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    fn write(&self, file: &str, content: &[u8]) {
        fs::write(self.path(file), content).unwrap();
    }

    fn convert(&self) -> Result<weights::Weights, String> {
        let out = self.path("out.safetensors");
        run("diffusers", None, self.0.path(), &out).map(|()| read(&out))
    }

    fn complaint(&self) -> String {
        self.convert().expect_err("a refusal")
    }
}

fn filled(case: &Value) -> State {
    let shapes: BTreeMap<String, Vec<usize>> = serde_json::from_value(case["tensors"].clone()).unwrap();
    shapes.into_iter().map(|(name, shape)| (name.clone(), (shape.clone(), fill(&name, &shape)))).collect()
}

fn read(path: &Path) -> weights::Weights {
    weights::read(&fs::read(path).unwrap(), None).unwrap()
}

/// Runs `guidelight convert`; its complaint has to be one sentence, and leave no file.
fn run(from: &str, config: Option<&Path>, input: &Path, output: &Path) -> Result<(), String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guidelight"));
    command.args(["convert", "--from", from]);
    if let Some(config) = config {
        command.arg("--config").arg(config);
    }
    let done = command.arg(input).arg(output).output().unwrap();
    if done.status.success() {
        return Ok(());
    }
    let error = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(1), "{error}");
    assert_eq!(error.trim_end().lines().count(), 1, "{error}");
    assert!(error.starts_with("guidelight: ") && !output.exists(), "{error}");
    Err(error)
}

fn values(tensor: Tensor<4>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}

/// `max |got - expected| / max(1, max |expected|)`
fn error(got: &[f32], expected: &[f32]) -> f64 {
    assert_eq!(got.len(), expected.len());
    let scale = expected.iter().fold(1.0_f32, |max, v| max.max(v.abs()));
    let worst = got.iter().zip(expected).fold(0.0_f32, |max, (a, b)| {
        assert!(a.is_finite());
        max.max((a - b).abs())
    });
    f64::from(worst / scale)
}

fn close(what: &str, got: &[f32], expected: &[f32]) {
    let error = error(got, expected);
    println!("{what}: {error:.1e}");
    assert!(error <= TOL_F32, "{what}: error {error:.3e} is above {TOL_F32:.0e}");
}

/// The draws of a vector file.
struct Recorded {
    rows: Vec<f32>,
    size: usize,
}

impl NoiseSource for Recorded {
    fn draw(&self, stream: Stream, step: usize, shape: [usize; 4]) -> Vec<f32> {
        assert_eq!(shape.iter().product::<usize>(), self.size);
        let row = match stream {
            Stream::Start => 0,
            Stream::Step => step + 1,
            other => panic!("no {other:?}"),
        };
        self.rows[row * self.size..][..self.size].to_vec()
    }
}

/// The network of a case and its chains, each with the process that its scheduler's config says.
fn diffusers(case: &str) {
    let reference = Reference::open();
    let (common, vectors) = (&reference.parameters, reference.case(case));
    let (noise, shape) = reference.array(&format!("{case}/noise"));
    let label = vectors["labels"].is_array().then(|| common["label"].as_u64().unwrap() as usize);
    let noise = Rc::new(Recorded { rows: noise, size: shape[1..].iter().product() });
    let device = Device::flex();
    for (index, (chain, node)) in vectors["chains"].as_object().unwrap().iter().enumerate() {
        let folder = Folder::of(vectors, chain);
        let unet = LoadedUnet::new(folder.convert().unwrap(), &device).unwrap();
        let mut models = Models::new(&unet, None, &device).unwrap();
        if index == 0 {
            let t: Vec<f64> = serde_json::from_value(vectors["t"].clone()).unwrap();
            let class: Option<Vec<usize>> = serde_json::from_value(vectors["labels"].clone()).unwrap();
            let class = class.map_or(vec![None; t.len()], |class| class.into_iter().map(Some).collect());
            let labels = Labels { class, style: vec![None; t.len()] };
            let got = models.denoiser.forward(reference.tensor(&format!("{case}/x")), &t, &labels);
            close(case, &values(got), &reference.array(&format!("{case}/y")).0);
        }
        let mut method = Vec::new();
        if node["guided"] == true {
            method.push(Method::Classifier);
            models.classifier = Some(Rc::new(ToyClassifier(Toy::example())));
        }
        if label.is_some() {
            method.push(Method::Conditional);
        }
        let ddim = node["scheduler"]["_class_name"] == "DDIMScheduler";
        let mut settings = Settings {
            method,
            sampler: if ddim { SamplerKind::Ddim } else { SamplerKind::Ddpm },
            // Evenly spaced from 0: the schedulers' `leading`.
            steps: format!("ddim{}", common["steps"]),
            ..Settings::default()
        };
        for key in ["scale", "eta"] {
            settings.set(key, &common[key].as_f64().unwrap().to_string()).unwrap();
        }
        let class = vec![Some(common["label"].as_u64().unwrap() as usize)];
        let options = Options {
            labels: Some(Labels { class, style: vec![None] }),
            noise: Some(noise.clone()),
            ..Options::default()
        };
        let mut session = Session::new(models, settings, options).unwrap();
        let mut states = Vec::new();
        while let Some(step) = session.advance() {
            states.extend(values(step.x_t));
        }
        let expected = reference.array(&format!("{case}/{chain}")).0;
        for (step, (got, expected)) in states.chunks(noise.size).zip(expected.chunks(noise.size)).enumerate() {
            close(&format!("{case}/{chain} step {step}"), got, expected);
        }
        assert_eq!(states.len(), expected.len());
    }
}

#[test]
fn ddpm_cifar10() {
    diffusers("cifar10");
}

#[test]
fn a_conditional_network_with_a_learned_variance() {
    diffusers("conditional");
}

#[test]
fn a_learned_time_embedding_and_a_scaled_middle() {
    diffusers("learned");
}

#[test]
fn no_attention_and_other_predictions() {
    diffusers("no_attention");
}

/// Every case of the vectors is one of the tests above.
#[test]
fn every_case_is_tested() {
    let reference = Reference::open();
    let cases: Vec<&String> = reference.parameters["cases"].as_object().unwrap().keys().collect();
    assert_eq!(cases, ["cifar10", "conditional", "learned", "no_attention"]);
}

/// Two spellings of `config`, the constructor's and the scripts'.
fn configs(network: &Value, section: &str, learn_sigma: bool) -> [Value; 2] {
    let mut script = network.clone();
    let size = network["image_size"].as_u64().unwrap();
    let list = |key: &str| serde_json::from_value::<Vec<u64>>(network[key].clone()).unwrap();
    let join = |numbers: Vec<u64>| numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(",");
    script["attention_resolutions"] = join(list("attention_resolutions").iter().map(|f| size / f).collect()).into();
    script["channel_mult"] = join(list("channel_mult")).into();
    script["use_fp16"] = false.into();
    script["dims"] = 2.into();
    script["num_heads_upsample"] = (-1).into();
    let whole = |network: &Value| {
        let diffusion = json!({ "steps": 1000, "learn_sigma": learn_sigma, "noise_schedule": "cosine" });
        json!({ section: network, "diffusion": diffusion })
    };
    [whole(network), whole(&script)]
}

/// The whole networks of the golden topic `layers`, by way of a state dict and both spellings of the config.
#[test]
fn guided_diffusion() {
    let topic = Topic::open("layers");
    let device = Device::flex();
    let folder = tempfile::tempdir().unwrap();
    for (name, node) in topic.parameters().at("networks").entries() {
        let mut arguments: Map<String, Value> = serde_json::from_value(node.value().clone()).unwrap();
        let class = arguments.remove("class").unwrap();
        let inputs: Vec<String> = serde_json::from_value(arguments.remove("inputs").unwrap()).unwrap();
        let y: Option<Vec<usize>> = arguments.remove("y").map(|y| serde_json::from_value(y).unwrap());
        let section = if class == "UNetModel" { "unet" } else { "classifier" };
        let learn_sigma = class == "UNetModel" && arguments["out_channels"] == 6;
        let tensors = layers::weights(&topic, name);
        let tensors = tensors.into_iter().map(|(name, data)| (name, (data.shape().to_vec(), data.iter().collect())));
        let input = folder.path().join("state.safetensors");
        fs::write(&input, state_dict(&tensors.collect())).unwrap();
        for config in configs(&Value::Object(arguments), section, learn_sigma) {
            let path = folder.path().join("config.json");
            fs::write(&path, config.to_string()).unwrap();
            let out = folder.path().join("out.safetensors");
            run("guided-diffusion", Some(&path), &input, &out).unwrap();
            let weights = read(&out);
            let provenance = &weights.card.provenance;
            assert_eq!(provenance["source-sha256"], weights::container::sha256(&fs::read(&input).unwrap()));
            assert_eq!(provenance["source-format"], "guided-diffusion");
            let x: Tensor<4> = topic.array(&inputs[0]).tensor(DType::F32);
            let t = &topic.array(&inputs[1]).values;
            let expected: Vec<f32> = topic.array(name).values.iter().map(|v| *v as f32).collect();
            let got: Vec<f32> = if class == "UNetModel" {
                LoadedUnet::new(weights.clone(), &device).unwrap();
                let (unet, info) = load_unet(weights, &device).unwrap();
                let labels = y.clone().map_or(vec![None; t.len()], |y| y.into_iter().map(Some).collect());
                assert_eq!(info.classes.len(), config["unet"]["num_classes"].as_u64().unwrap_or(0) as usize);
                values(unet.forward(x, t, &Labels { class: labels, style: vec![None; t.len()] }))
            } else {
                let (classifier, info): (EncoderUNet, _) = load_classifier(weights, &device).unwrap();
                assert_eq!(info.classes, ["0", "1", "2", "3", "4"]);
                classifier.logits(x, t).into_data().iter::<f32>().collect()
            };
            close(name, &got, &expected);
        }
    }
    topic.finish(&[("", "the golden tests read the rest")]);
}

fn classifier_config() -> Value {
    let classifier = json!({
        "image_size": 8, "in_channels": 3, "model_channels": 32, "out_channels": 5, "num_res_blocks": 1,
        "attention_resolutions": "", "channel_mult": [1],
    });
    json!({ "classifier": classifier, "diffusion": {} })
}

/// What `torch.save` wrote in half precision: every value is that of the rule, rounded once.
#[test]
fn a_state_dict_of_pytorch() {
    let folder = tempfile::tempdir().unwrap();
    let (config, out) = (folder.path().join("config.json"), folder.path().join("out.safetensors"));
    fs::write(&config, classifier_config().to_string()).unwrap();
    run("guided-diffusion", Some(&config), &vectors("classifier.pt"), &out).unwrap();
    let weights = read(&out);
    assert_eq!(weights.tensors.len(), 46);
    for (name, data) in &weights.tensors {
        let expected: Vec<f32> =
            fill(name, data.shape()).into_iter().map(|v| half::f16::from_f32(v).to_f32()).collect();
        assert_eq!(data.iter::<f32>().collect::<Vec<_>>(), expected, "{name}");
    }
    LoadedClassifier::new(weights, &Device::flex()).unwrap();
}

/// The smallest network that diffusers' blocks allow, as its folder says it.
fn small() -> (Value, State, Value) {
    let reference = Reference::open();
    let case = reference.case("no_attention");
    (case["config"].clone(), filled(case), case["chains"]["ddim"]["scheduler"].clone())
}

fn says(complaint: &str, words: &[&str]) {
    for word in words {
        assert!(complaint.contains(word), "`{word}` is not in: {complaint}");
    }
}

#[test]
fn options_of_diffusers_are_refused_by_name() {
    let (config, tensors, scheduler) = small();
    let folder = Folder::new(&config, &tensors, &scheduler);
    for (option, value, word) in [
        ("time_embedding_type", json!("fourier"), "fourier"),
        ("act_fn", json!("mish"), "mish"),
        ("class_embed_type", json!("timestep"), "timestep"),
        ("downsample_type", json!("fir"), "fir"),
        ("resnet_time_scale_shift", json!("spatial"), "spatial"),
        ("down_block_types", json!(["SkipDownBlock2D", "DownBlock2D"]), "SkipDownBlock2D"),
        ("up_block_types", json!(["UpBlock2D"]), "2 levels"),
        ("downsample_padding", json!(2), "2"),
        ("sample_size", json!([16, 32]), "sequence"),
        ("sample_size", json!(null), "null"),
        ("sample_size", json!(15), "multiple of 2"),
        ("block_out_channels", json!([64, 100]), "100"),
        ("time_embedding_dim", json!(128), "null or 256"),
        ("something_new", json!(1), "unknown field"),
        ("_class_name", json!("UNet2DConditionModel"), "UNet2DConditionModel"),
    ] {
        let mut config = config.clone();
        config[option] = value;
        folder.write("config.json", config.to_string().as_bytes());
        says(&folder.complaint(), &["config.json", option, word]);
    }
    folder.write("config.json", config.to_string().as_bytes());
    for (option, value, word) in [
        ("beta_schedule", json!("sigmoid"), "sigmoid"),
        ("prediction_type", json!("flow"), "flow"),
        ("trained_betas", json!([0.1, 0.2]), "0.1"),
        ("set_alpha_to_one", json!(false), "false"),
        ("variance_type", json!("fixed_large_log"), "fixed_large_log"),
        ("_class_name", json!("PNDMScheduler"), "PNDMScheduler"),
    ] {
        let mut scheduler = scheduler.clone();
        scheduler[option] = value;
        folder.write("scheduler_config.json", scheduler.to_string().as_bytes());
        says(&folder.complaint(), &["scheduler_config.json", option, word]);
    }
    fs::remove_file(folder.path("scheduler_config.json")).unwrap();
    says(&folder.complaint(), &["scheduler_config.json", "--config"]);
    fs::remove_file(folder.path("config.json")).unwrap();
    says(&folder.complaint(), &["config.json"]);
}

#[test]
fn checkpoints_of_diffusers_that_do_not_fit_get_one_sentence() {
    let (config, tensors, scheduler) = small();
    let folder = Folder::new(&config, &tensors, &scheduler);
    let complaint = |change: &dyn Fn(&mut State)| {
        let mut changed = tensors.clone();
        change(&mut changed);
        folder.write("diffusion_pytorch_model.safetensors", &state_dict(&changed));
        folder.complaint()
    };
    let name = "down_blocks.1.resnets.0.conv1.weight";
    let wrong = complaint(&|tensors| {
        let (shape, _) = tensors.get_mut(name).unwrap();
        shape.swap(0, 1);
    });
    says(&wrong, &[name, "[128, 64, 3, 3]", "[64, 128, 3, 3]"]);
    says(&complaint(&|tensors| drop(tensors.remove(name))), &[name, "none"]);
    says(&complaint(&|tensors| drop(tensors.insert("surprise".into(), (vec![1], vec![0.0])))), &["`surprise`"]);
    says(&complaint(&|tensors| tensors.get_mut("conv_in.bias").unwrap().1[3] = f32::NAN), &["NaN", "element 3"]);
    // Rounding would hide it.
    complaint(&|tensors| tensors.get_mut(name).unwrap().1[3] = f32::NAN);
    for precision in ["f32", "f16", "int8", "int4"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_guidelight"));
        command.args(["convert", "--from", "diffusers", ".", "nan.safetensors", "--precision", precision]);
        let done = command.current_dir(folder.0.path()).output().unwrap();
        assert_eq!(done.status.code(), Some(1), "{precision}");
        says(&String::from_utf8(done.stderr).unwrap(), &[name, "NaN", "element 3"]);
    }

    let file = state_dict(&tensors);
    folder.write("diffusion_pytorch_model.safetensors", &file[..file.len() / 2]);
    says(&folder.complaint(), &["diffusion_pytorch_model.safetensors", "complete"]);
    folder.write("diffusion_pytorch_model.safetensors", b"<!doctype html><title>404</title>");
    says(&folder.complaint(), &["diffusion_pytorch_model.safetensors", "complete"]);
    fs::remove_file(folder.path("diffusion_pytorch_model.safetensors")).unwrap();
    says(&folder.complaint(), &["diffusion_pytorch_model.bin", "neither"]);

    let grey = json!({ "in_channels": 1, "out_channels": 1 });
    let mut config = config.clone();
    config.as_object_mut().unwrap().extend(grey.as_object().unwrap().clone());
    folder.write("config.json", config.to_string().as_bytes());
    let mut grey = tensors.clone();
    for (name, shape) in [("conv_in.weight", vec![64, 1, 3, 3]), ("conv_out.weight", vec![1, 64, 3, 3])] {
        grey.insert(name.into(), (shape.clone(), fill(name, &shape)));
    }
    grey.insert("conv_out.bias".into(), (vec![1], vec![0.0]));
    folder.write("diffusion_pytorch_model.safetensors", &state_dict(&grey));
    says(&folder.complaint(), &["3 channels in", "1 channels in"]);
}

/// Options that newer versions write and that say nothing new, and one that counts only for a learnt embedding.
#[test]
fn options_that_change_nothing_are_accepted() {
    let (config, tensors, scheduler) = small();
    let folder = Folder::new(&config, &tensors, &scheduler);
    let plain = folder.convert().unwrap();
    for (option, value) in
        [("time_embedding_dim", json!(null)), ("time_embedding_dim", json!(256)), ("num_train_timesteps", json!(10))]
    {
        let mut config = config.clone();
        config[option] = value;
        folder.write("config.json", config.to_string().as_bytes());
        let converted = folder.convert().unwrap();
        assert_eq!((&converted.tensors, &converted.card.diffusion), (&plain.tensors, &plain.card.diffusion));
    }
}

/// A pipeline's folder, projections under their former names, the process from a config: the same model.
#[test]
fn older_folders_and_configs_give_the_same_model() {
    let reference = Reference::open();
    let case = reference.case("learned");
    let folder = Folder::of(case, "ddpm");
    let today = folder.convert().unwrap();
    let former = [(".to_q.", ".query."), (".to_k.", ".key."), (".to_v.", ".value."), (".to_out.0.", ".proj_attn.")];
    let older = |name: &str| former.iter().fold(name.to_owned(), |name, (today, former)| name.replace(today, former));
    let tensors = filled(case).into_iter().map(|(name, tensor)| (older(&name), tensor)).collect();

    let pipeline = tempfile::tempdir().unwrap();
    let at = |file: &str| pipeline.path().join(file);
    fs::create_dir(at("unet")).unwrap();
    fs::create_dir(at("scheduler")).unwrap();
    fs::write(at("unet/config.json"), case["config"].to_string()).unwrap();
    fs::write(at("unet/diffusion_pytorch_model.safetensors"), state_dict(&tensors)).unwrap();
    fs::write(at("scheduler/scheduler_config.json"), case["chains"]["ddpm"]["scheduler"].to_string()).unwrap();
    run("diffusers", None, pipeline.path(), &at("out.safetensors")).unwrap();
    let weights = read(&at("out.safetensors"));
    assert_eq!(weights.tensors, today.tensors);
    assert_eq!(weights.card.diffusion, today.card.diffusion);

    fs::rename(at("unet/diffusion_pytorch_model.safetensors"), at("unet/ema.safetensors")).unwrap();
    run("diffusers", None, &at("unet/ema.safetensors"), &at("out.safetensors")).unwrap();
    assert_eq!(read(&at("out.safetensors")).card, weights.card);
    // The same from within the folder, and with nobody listening.
    let mut command = Command::new(env!("CARGO_BIN_EXE_guidelight"));
    command.args(["convert", "--from", "diffusers", "ema.safetensors", "../out.safetensors"]);
    let mut running = command.current_dir(at("unet")).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(running.stdout.take());
    let done = running.wait_with_output().unwrap();
    assert!(done.status.success() && done.stderr.is_empty(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(read(&at("out.safetensors")).card, weights.card);
    fs::rename(at("unet/ema.safetensors"), at("unet/diffusion_pytorch_model.safetensors")).unwrap();

    fs::write(at("config.json"), json!({ "diffusion": { "steps": 1000, "sigma_small": true } }).to_string()).unwrap();
    fs::rename(at("unet"), at("net")).unwrap();
    run("diffusers", Some(&at("config.json")), &at("net"), &at("other.safetensors")).unwrap();
    let card = read(&at("other.safetensors")).card;
    assert_eq!((&card.diffusion["schedule"], &card.diffusion["variance"]), (&json!("linear"), &json!("fixed-small")));
}

#[test]
fn checkpoints_of_guided_diffusion_that_do_not_fit_get_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let at = |file: &str| folder.path().join(file);
    let good = fs::read(vectors("classifier.pt")).unwrap();
    let complaint = |config: Value, checkpoint: &[u8]| {
        fs::write(at("config.json"), config.to_string()).unwrap();
        fs::write(at("classifier.pt"), checkpoint).unwrap();
        run("guided-diffusion", Some(&at("config.json")), &at("classifier.pt"), &at("out")).expect_err("a refusal")
    };
    let with = |option: &str, value: Value| {
        let mut config = classifier_config();
        config["classifier"][option] = value;
        config
    };
    for (option, value, word) in [
        ("dims", json!(1), "1"),
        ("pool", json!("spatial_v2"), "spatial_v2"),
        ("channel_mult", json!([0.5, 1]), "0.5"),
        ("channel_mult", json!("0.5,1"), "0.5,1"),
        ("attention_resolutions", json!("3"), "3"),
        ("attention_resolutions", json!("x"), "x"),
        ("surprise", json!(1), "unknown field"),
    ] {
        says(&complaint(with(option, value), &good), &["config.json", option, word]);
    }
    let mut diffusion = classifier_config();
    diffusion["diffusion"]["noise_schedule"] = "quadratic".into();
    says(&complaint(diffusion, &good), &["config.json", "noise_schedule", "quadratic"]);
    says(&complaint(json!({ "unet": {}, "diffusion": {} }), &good), &["config.json", "section `classifier`", "none"]);
    says(&complaint(json!({ "model": {} }), &good), &["config.json", "`model`"]);
    says(&complaint(json!({ "classifier": {}, "diffusion": {} }), &good), &["config.json", "`image_size`"]);

    let wider = complaint(with("model_channels", 64.into()), &good);
    says(&wider, &["classifier.pt", "tensor `time_embed.0.weight`", "[256, 64]", "[128, 32]"]);
    says(&complaint(with("num_res_blocks", 2.into()), &good), &["tensor `input_blocks.2.0"]);
    says(&complaint(with("pool", "attention".into()), &good), &["`out.2.", "none"]);
    for length in [0, 7, 100, good.len() / 2, good.len() - 30] {
        says(&complaint(classifier_config(), &good[..length]), &["classifier.pt", "complete"]);
    }
    says(&complaint(classifier_config(), b"<!doctype html><title>404</title>"), &["classifier.pt", "complete"]);
}

/// Every precision of `convert` and `quantize`, and what `inspect` says of the files.
#[test]
fn precisions_and_what_is_in_a_file() {
    let (config, tensors, scheduler) = small();
    let folder = Folder::new(&config, &tensors, &scheduler);
    let guidelight = |arguments: &[&str]| {
        let done = Command::new(env!("CARGO_BIN_EXE_guidelight")).args(arguments).current_dir(folder.0.path()).output();
        let done = done.unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    };
    guidelight(&["convert", "--from", "diffusers", ".", "f32.safetensors", "--name", "mine", "--license", "MIT"]);
    let device = Device::flex();
    let output = |file: &str| {
        let (unet, _) = load_unet(read(&folder.path(file)), &device).unwrap();
        let x = Reference::open().tensor("no_attention/x");
        values(unet.forward(x, &[10.0, 900.0], &Labels::null(2)))
    };
    let exact = output("f32.safetensors");
    let mut sizes = Vec::new();
    for (precision, ceiling) in [("f16", 0.002), ("int8", 0.03), ("int4", 0.3)] {
        let (made, stored) = (format!("{precision}.safetensors"), format!("{precision}-stored.safetensors"));
        guidelight(&[
            "convert",
            "--from",
            "diffusers",
            ".",
            &made,
            "--precision",
            precision,
            "--name",
            "mine",
            "--license",
            "MIT",
        ]);
        guidelight(&["quantize", "f32.safetensors", &stored, "--precision", precision]);
        assert!(fs::read(folder.path(&made)).unwrap() == fs::read(folder.path(&stored)).unwrap(), "{precision}");
        let error = error(&output(&made), &exact);
        println!("{precision}: {error:.1e}");
        assert!(error > 0.0 && error < ceiling, "{precision}: {error}");
        sizes.push(fs::metadata(folder.path(&made)).unwrap().len());
    }
    assert!(sizes.is_sorted_by(|a, b| a > b), "{sizes:?}");

    let report: Value = serde_json::from_str(&guidelight(&["inspect", "int4.safetensors", "--json"])).unwrap();
    assert_eq!(report["bytes"].as_u64(), sizes.last().copied());
    assert_eq!(report["parameters"], 2_530_371);
    assert_eq!((&report["card"]["name"], &report["card"]["architecture"]), (&json!("mine"), &json!("unet2d")));
    let stored = report["tensors"].as_array().unwrap();
    let kernel = stored.iter().find(|tensor| tensor["name"] == "input_blocks.1.0.in_layers.2.weight").unwrap();
    assert_eq!((&kernel["dtype"], &kernel["shape"]), (&json!("U8"), &json!([64, 64, 3, 3])));
    assert_eq!(kernel["bytes"], 64 * 64 * 9 / 2);
    let text = guidelight(&["inspect", "f32.safetensors"]);
    let sha = weights::container::sha256(&fs::read(folder.path("diffusion_pytorch_model.safetensors")).unwrap());
    says(&text, &["`mine`", "unet2d", "2530371 parameters", &sha, "block_out_channels", "scaled-linear", "MIT"]);
    says(&text, &["input_blocks.1.0.in_layers.2.weight", "F32", "[64, 64, 3, 3]"]);

    // The command line draws from it.
    guidelight(&[
        "sample",
        "--model",
        "int8.safetensors",
        "--method",
        "none",
        "--steps",
        "2",
        "--count",
        "1",
        "--out",
        "s",
    ]);
    assert!(folder.path("s/grid.png").exists());
}
