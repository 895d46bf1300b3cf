//! Topic `layers`: blocks and whole networks against guided-diffusion's, with weights from the fill rule of the JSON.

use std::{collections::BTreeMap, fmt::Debug};

use burn::module::Module;
use burn::tensor::{DType, Device, Tensor, TensorData};
use guidelight::models::blocks::{AttentionBlock, Downsample, ResBlock, Resample, Upsample};
use guidelight::models::layers::{GroupNorm, timestep_embedding};
use guidelight::models::pool::AttentionPool;
use guidelight::models::{Denoiser, EncoderUNet, Labels, NetworkConfig, UNet, params};
use serde_json::Value;

use super::golden_support::{TOL_F32, TOL_F64, Topic};

/// The reference forms frequencies with float32 `exp`, whose last bit differs between libraries: at t near 1000 one
/// such bit moves the angle by 6e-5 (seen by the authors of the vectors, too).
const EMBEDDING_GATE: f64 = 1e-4;

const PRECISIONS: [(&str, DType, f64); 2] = [("f64", DType::F64, TOL_F64), ("f32", DType::F32, TOL_F32)];

/// The whole topic, in both precisions.
pub(crate) fn run() {
    let topic = Topic::open("layers");
    embeddings(&topic);
    for precision in PRECISIONS {
        single_layers(&topic, precision);
        networks(&topic, precision);
    }
    topic.finish(&[("#note", "a sentence for people")]);
}

/// Gives `module` the weights of the fill rule, checking that it has exactly the listed parameters.
fn fill<M: Module + Debug>(topic: &Topic, name: &str, module: M, dtype: DType) -> M {
    params::import(module, weights(topic, name), dtype, &Device::flex())
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The listed parameters of a module, filled by the rule.
pub(crate) fn weights(topic: &Topic, name: &str) -> BTreeMap<String, TensorData> {
    let parameters = topic.parameters();
    let rule = parameters.at("fill").str();
    let whole = parameters.at("networks").get(name).is_some();
    let amplitude = number_before(rule, if whole { " for the three whole networks" } else { " for single layers" });
    let (per_element, per_parameter, phase) =
        (number_before(rule, " n + "), number_before(rule, " p + "), number_before(rule, "), plus 1"));
    let listed: Vec<(String, Vec<usize>)> =
        serde_json::from_value(parameters.at("parameter_lists").at(name).value().clone()).unwrap();
    listed
        .into_iter()
        .enumerate()
        .map(|(p, (tensor, shape))| {
            let gain = if shape.len() == 1 && tensor.ends_with("weight") { 1.0 } else { 0.0 };
            let angle = |n: usize| per_element * n as f64 + per_parameter * p as f64 + phase;
            let values: Vec<f64> = (0..shape.iter().product()).map(|n| amplitude * angle(n).sin() + gain).collect();
            (tensor, TensorData::new(values, shape))
        })
        .collect()
}

/// The number that stands right before `mark` in the prose of the fill rule.
fn number_before(text: &str, mark: &str) -> f64 {
    let (head, _) = text.split_once(mark).unwrap_or_else(|| panic!("fill rule lacks `{mark}`"));
    let start = head.rfind(|c: char| !c.is_ascii_digit() && c != '.').map_or(0, |i| i + 1);
    head[start..].parse().unwrap()
}

fn embeddings(topic: &Topic) {
    let t = &topic.array("timestep_embedding/t").values;
    let widths = topic.names_under("timestep_embedding/dim");
    assert!(!widths.is_empty());
    for width in widths {
        let name = format!("timestep_embedding/dim{width}");
        let case = topic.array(&name);
        topic.close("embedding", &name, &timestep_embedding(t, case.shape[1]), &case.values, EMBEDDING_GATE);
    }
}

fn single_layers(topic: &Topic, (precision, dtype, tolerance): (&'static str, DType, f64)) {
    let device = Device::flex();
    let x: Tensor<4> = topic.array("x").tensor(dtype);
    let emb: Tensor<2> = topic.array("emb").tensor(dtype);
    let square: Tensor<4> = topic.array("x_square").tensor(dtype);
    let channels = x.dims()[1];
    let parameters = topic.parameters();
    let (modules, networks) = (parameters.at("modules"), parameters.at("networks"));
    let emb_channels = modules.at("resblock_*").at("emb_channels").usize();
    assert_eq!(emb.dims()[1], emb_channels);
    for (name, _) in parameters.at("parameter_lists").entries() {
        if networks.get(name).is_some() {
            continue;
        }
        let own = modules.get(name);
        let asked = || own.clone().unwrap_or_else(|| panic!("{name}: no arguments"));
        if let Some(kind) = name.strip_prefix("resblock_") {
            let (scale_shift, out, resample) = match &own {
                Some(own) => {
                    assert_eq!(own.at("emb_channels").usize(), emb_channels);
                    (own.at("use_scale_shift_norm").bool(), own.at("out_channels").usize(), Resample::Keep)
                }
                None => named_resblock(kind, channels),
            };
            let block = ResBlock::new([channels, out], emb_channels, scale_shift, resample, 0.0, &device);
            let got = fill(topic, name, block, dtype).forward(x.clone(), emb.clone());
            topic.close_tensor(precision, name, &got, topic.array(name), tolerance);
        } else if name == "attention_pool" {
            let own = asked();
            let heads = channels / own.at("num_heads_channels").usize();
            let (side, outputs) = (own.at("spacial_dim").usize(), own.at("output_dim").usize());
            let pool = AttentionPool::new(side, channels, heads, outputs, None, &device);
            let pool = fill(topic, name, pool, dtype);
            let (got, _) = pool.project(&pool.pool(square.clone()));
            topic.close_tensor(precision, name, &got, topic.array(name), tolerance);
        } else {
            let x = x.clone();
            let got = match name {
                "groupnorm32" => fill(topic, name, GroupNorm::new(channels, &device), dtype).forward(x, None),
                "downsample_conv" => fill(topic, name, Downsample::new(channels, &device), dtype).forward(x),
                "upsample_conv" => fill(topic, name, Upsample::new(channels, &device), dtype).forward(x),
                name if name.starts_with("attention") => {
                    let own = asked();
                    let (heads, new_order) = (own.at("num_heads").usize(), own.at("use_new_attention_order").bool());
                    fill(topic, name, AttentionBlock::new(channels, heads, new_order, &device), dtype).forward(x)
                }
                other => panic!("no test for the layer `{other}`"),
            };
            topic.close_tensor(precision, name, &got, topic.array(name), tolerance);
        }
    }
}

/// Arguments of the blocks that have none in the JSON: their names say them, `scaleshift1_up` for one.
fn named_resblock(kind: &str, channels: usize) -> (bool, usize, Resample) {
    let (norm, resample) = kind.split_once('_').unwrap_or_else(|| panic!("no arguments for the block `{kind}`"));
    let scale_shift = match norm {
        "scaleshift0" => false,
        "scaleshift1" => true,
        other => panic!("unknown norm `{other}`"),
    };
    let resample = match resample {
        "none" => Resample::Keep,
        "up" => Resample::Up,
        "down" => Resample::Down,
        other => panic!("unknown resampling `{other}`"),
    };
    (scale_shift, channels, resample)
}

fn networks(topic: &Topic, (precision, dtype, tolerance): (&'static str, DType, f64)) {
    let device = Device::flex();
    for (name, node) in topic.parameters().at("networks").entries() {
        let mut arguments: Value = node.value().clone();
        let fields = arguments.as_object_mut().unwrap();
        let class = fields.remove("class").unwrap();
        let inputs: Vec<String> = serde_json::from_value(fields.remove("inputs").unwrap()).unwrap();
        let y: Option<Vec<usize>> = fields.remove("y").map(|y| serde_json::from_value(y).unwrap());
        if let Some(pool) = fields.remove("pool") {
            assert_eq!(pool, "attention", "{name}: pool");
        }
        let config: NetworkConfig = serde_json::from_value(arguments).unwrap();
        let x: Tensor<4> = topic.array(&inputs[0]).tensor(dtype);
        let t = &topic.array(&inputs[1]).values;
        if class == "UNetModel" {
            let unet = fill(topic, name, UNet::new(&config, &device).unwrap(), dtype);
            let mut labels = Labels::null(t.len());
            if let Some(y) = y {
                labels.class = y.into_iter().map(Some).collect();
            }
            topic.close_tensor(precision, name, &unet.forward(x, t, &labels), topic.array(name), tolerance);
        } else {
            let classifier = fill(topic, name, EncoderUNet::new(&config, &device).unwrap(), dtype);
            topic.close_tensor(precision, name, &classifier.forward(x, t).0, topic.array(name), tolerance);
        }
    }
}
