//! Topic `layers`: blocks and whole networks against guided-diffusion's, with weights from the fill rule of the JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use burn::module::Module;
use burn::tensor::{DType, Device, Tensor, TensorData};
use guidelight::models::blocks::{AttentionBlock, AttentionPool, Downsample, ResBlock, Resample, Upsample};
use guidelight::models::layers::{GroupNorm, timestep_embedding};
use guidelight::models::{Denoiser, EncoderUNet, Labels, NetworkConfig, UNet, params};
use safetensors::SafeTensors;
use serde_json::Value;

/// Gate of a float64 path: an independent implementation agreed to 1e-12.
const F64_GATE: f64 = 1e-9;
/// Gate of a float32 path.
const F32_GATE: f64 = 1e-4;
/// The reference forms frequencies with float32 `exp`, whose last bit differs between libraries: at t near 1000 one
/// such bit moves the angle by 6e-5 (seen by the authors of the vectors, too).
const EMBEDDING_GATE: f64 = 1e-4;

struct Case {
    shape: Vec<usize>,
    values: Vec<f64>,
}

struct Topic {
    json: Value,
    cases: BTreeMap<String, Case>,
    read: BTreeSet<String>,
}

impl Topic {
    fn load(folder: &std::path::Path) -> Self {
        let json = serde_json::from_slice(&std::fs::read(folder.join("layers.json")).unwrap()).unwrap();
        let bytes = std::fs::read(folder.join("layers.safetensors")).unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let cases = file
            .iter()
            .map(|(name, view)| {
                let values = match view.dtype() {
                    safetensors::Dtype::F64 => bytes_to(view.data(), f64::from_le_bytes),
                    safetensors::Dtype::F32 => bytes_to(view.data(), |b| f64::from(f32::from_le_bytes(b))),
                    safetensors::Dtype::I32 => bytes_to(view.data(), |b| f64::from(i32::from_le_bytes(b))),
                    other => panic!("{name} has type {other:?}"),
                };
                (name.to_owned(), Case { shape: view.shape().to_vec(), values })
            })
            .collect();
        Self { json, cases, read: BTreeSet::new() }
    }

    fn case(&mut self, name: &str) -> &Case {
        self.read.insert(name.to_owned());
        self.cases.get(name).unwrap_or_else(|| panic!("no tensor `{name}`"))
    }

    fn tensor<const D: usize>(&mut self, name: &str, dtype: DType) -> Tensor<D> {
        let case = self.case(name);
        Tensor::from_data(TensorData::new(case.values.clone(), case.shape.clone()), (&Device::flex(), dtype))
    }

    fn gate(dtype: DType) -> f64 {
        if dtype == DType::F64 { F64_GATE } else { F32_GATE }
    }

    fn check<const D: usize>(&mut self, name: &str, got: Tensor<D>, dtype: DType) {
        let case = self.case(name);
        assert_eq!(got.dims().to_vec(), case.shape, "{name}");
        let got: Vec<f64> = got.into_data().iter::<f64>().collect();
        close(name, &got, &case.values, Self::gate(dtype));
    }

    /// Gives `module` the weights of the fill rule, checking that it has exactly the listed parameters.
    fn fill<M: Module + Debug>(&self, name: &str, module: M, dtype: DType) -> M {
        let parameters = &self.json["parameters"];
        let rule = parameters["fill"].as_str().unwrap();
        let amplitude = if parameters["networks"].get(name).is_some() { "whole" } else { "single" };
        let amplitude = match amplitude {
            "whole" => number_before(rule, " for the three whole networks"),
            _ => number_before(rule, " for single layers"),
        };
        let (per_element, per_parameter, phase) =
            (number_before(rule, " n + "), number_before(rule, " p + "), number_before(rule, "), plus 1"));
        let listed: Vec<(String, Vec<usize>)> =
            serde_json::from_value(parameters["parameter_lists"][name].clone()).unwrap();
        let tensors = listed
            .into_iter()
            .enumerate()
            .map(|(p, (tensor, shape))| {
                let gain = if shape.len() == 1 && tensor.ends_with("weight") { 1.0 } else { 0.0 };
                let angle = |n: usize| per_element * n as f64 + per_parameter * p as f64 + phase;
                let values: Vec<f64> = (0..shape.iter().product()).map(|n| amplitude * angle(n).sin() + gain).collect();
                (tensor, TensorData::new(values, shape))
            })
            .collect();
        params::import(module, tensors, dtype, &Device::flex()).unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}

fn bytes_to<const N: usize>(bytes: &[u8], read: impl Fn([u8; N]) -> f64) -> Vec<f64> {
    bytes.chunks_exact(N).map(|chunk| read(chunk.try_into().unwrap())).collect()
}

/// The number that stands right before `mark` in the prose of the fill rule.
fn number_before(text: &str, mark: &str) -> f64 {
    let (head, _) = text.split_once(mark).unwrap_or_else(|| panic!("fill rule lacks `{mark}`"));
    let start = head.rfind(|c: char| !c.is_ascii_digit() && c != '.').map_or(0, |i| i + 1);
    head[start..].parse().unwrap()
}

fn close(name: &str, got: &[f64], want: &[f64], gate: f64) {
    let scale = want.iter().fold(1.0_f64, |max, v| max.max(v.abs()));
    let worst = got.iter().zip(want).fold(0.0_f64, |max, (a, b)| max.max((a - b).abs())) / scale;
    println!("{name}: {worst:.2e} (gate {gate:.0e})");
    assert!(worst <= gate, "{name}: {worst:e} is over {gate:e}");
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

/// The whole topic, in both precisions; fails on any tensor that was not read.
pub(crate) fn run(folder: &std::path::Path) {
    let mut topic = Topic::load(folder);
    embeddings(&mut topic);
    for dtype in [DType::F64, DType::F32] {
        single_layers(&mut topic, dtype);
        networks(&mut topic, dtype);
    }
    let unread: Vec<_> = topic.cases.keys().filter(|name| !topic.read.contains(*name)).collect();
    assert!(unread.is_empty(), "unread tensors: {unread:?}");
}

fn embeddings(topic: &mut Topic) {
    let t = topic.case("timestep_embedding/t").values.clone();
    let names: Vec<String> =
        topic.cases.keys().filter(|name| name.starts_with("timestep_embedding/dim")).cloned().collect();
    assert!(!names.is_empty());
    for name in names {
        let case = topic.case(&name);
        close(&name, &timestep_embedding(&t, case.shape[1]), &case.values, EMBEDDING_GATE);
    }
}

fn single_layers(topic: &mut Topic, dtype: DType) {
    let device = Device::flex();
    let x: Tensor<4> = topic.tensor("x", dtype);
    let emb: Tensor<2> = topic.tensor("emb", dtype);
    let square: Tensor<4> = topic.tensor("x_square", dtype);
    let channels = x.dims()[1];
    let modules = topic.json["parameters"]["modules"].clone();
    let lists = topic.json["parameters"]["parameter_lists"].as_object().unwrap().clone();
    let networks = topic.json["parameters"]["networks"].clone();
    for name in lists.keys().filter(|name| networks.get(name.as_str()).is_none()) {
        if name.starts_with("resblock") {
            let (scale_shift, out) = match &modules[name] {
                Value::Null => (name.contains("scaleshift1"), channels),
                own => (own["use_scale_shift_norm"].as_bool().unwrap(), number(&own["out_channels"])),
            };
            let resample = match name.rsplit('_').next() {
                Some("up") => Resample::Up,
                Some("down") => Resample::Down,
                _ => Resample::Keep,
            };
            let block = ResBlock::new([channels, out], emb.dims()[1], scale_shift, resample, 0.0, &device);
            let got = topic.fill(name, block, dtype).forward(x.clone(), emb.clone());
            topic.check(name, got, dtype);
        } else if name == "attention_pool" {
            let own = &modules[name];
            let side = number(&own["spacial_dim"]);
            let heads = channels / number(&own["num_heads_channels"]);
            let pool = AttentionPool::new(side, channels, heads, number(&own["output_dim"]), None, &device);
            let pool = topic.fill(name, pool, dtype);
            let (got, _) = pool.project(&pool.pool(square.clone()));
            topic.check(name, got, dtype);
        } else if name.starts_with("attention") {
            let own = &modules[name];
            let new_order = own["use_new_attention_order"].as_bool().unwrap();
            let block = AttentionBlock::new(channels, number(&own["num_heads"]), new_order, &device);
            topic.check(name, topic.fill(name, block, dtype).forward(x.clone()), dtype);
        } else {
            let got = match name.as_str() {
                "groupnorm32" => topic.fill(name, GroupNorm::new(channels, &device), dtype).forward(x.clone(), None),
                "downsample_conv" => topic.fill(name, Downsample::new(channels, &device), dtype).forward(x.clone()),
                "upsample_conv" => topic.fill(name, Upsample::new(channels, &device), dtype).forward(x.clone()),
                other => panic!("no test for the layer `{other}`"),
            };
            topic.check(name, got, dtype);
        }
    }
}

fn networks(topic: &mut Topic, dtype: DType) {
    let device = Device::flex();
    let networks = topic.json["parameters"]["networks"].as_object().unwrap().clone();
    for (name, mut arguments) in networks {
        let fields = arguments.as_object_mut().unwrap();
        let class = fields.remove("class").unwrap();
        let inputs: Vec<String> = serde_json::from_value(fields.remove("inputs").unwrap()).unwrap();
        let y: Option<Vec<usize>> = fields.remove("y").map(|y| serde_json::from_value(y).unwrap());
        if let Some(pool) = fields.remove("pool") {
            assert_eq!(pool, "attention", "{name}: pool");
        }
        let config: NetworkConfig = serde_json::from_value(arguments).unwrap();
        let x: Tensor<4> = topic.tensor(&inputs[0], dtype);
        let t = topic.case(&inputs[1]).values.clone();
        if class == "UNetModel" {
            let unet = topic.fill(&name, UNet::new(&config, &device).unwrap(), dtype);
            let mut labels = Labels::null(t.len());
            if let Some(y) = y {
                labels.class = y.into_iter().map(Some).collect();
            }
            topic.check(&name, unet.forward(x, &t, &labels), dtype);
        } else {
            let classifier = topic.fill(&name, EncoderUNet::new(&config, &device).unwrap(), dtype);
            topic.check(&name, classifier.forward(x, &t).0, dtype);
        }
    }
}
