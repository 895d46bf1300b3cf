//! huggingface/diffusers: the folder of a `UNet2DModel`, alone or in a pipeline's, to our [`UNet2D`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use burn::tensor::{Device, TensorData};
use serde_json::{Map, Value, json};

use super::checkpoint::{self, Checkpoint};
use super::{Converted, arguments, guided_diffusion, scheduler};
use crate::diffusion::ProcessConfig;
use crate::models::unet2d::{TimeEmbedding, UpBlock};
use crate::models::{UNet2D, UNet2DConfig, params};
use crate::weights::{Architecture, ModelKind};
use crate::{Error, Result, files};

/// The names that diffusers gives the weights, the first that exists is read.
const WEIGHTS: [&str; 2] = ["diffusion_pytorch_model.safetensors", "diffusion_pytorch_model.bin"];

/// What the projections of an attention block were called before diffusers 0.15.
const FORMERLY: [(&str, &str); 4] =
    [(".query.", ".to_q."), (".key.", ".to_k."), (".value.", ".to_v."), (".proj_attn.", ".to_out.0.")];

/// Reads a folder, or one of the files of weights in it; `config` has the noise process where no scheduler says it.
pub(super) fn read(input: &Path, config: Option<&Path>) -> Result<Converted> {
    let (folder, file) =
        if input.is_file() { (files::folder_of(input), Some(input.to_owned())) } else { (input, None) };
    let folder = match folder.join("unet") {
        unet if unet.join("config.json").exists() && !folder.join("config.json").exists() => unet,
        _ => folder.to_owned(),
    };
    let path = folder.join("config.json");
    let network = network(arguments::read(&path)?).map_err(|error| error.in_file(&path))?;
    let process = process(&folder, config)?;
    let learned = network.time_embedding_type == TimeEmbedding::Learned;
    let rows = network.num_train_timesteps.filter(|rows| learned && *rows < process.timesteps);
    if let Some(rows) = rows {
        let expected = format!("a row for each of the {} timesteps", process.timesteps);
        return Err(Error::invalid("option `num_train_timesteps`", expected, rows.to_string()).in_file(&path));
    }
    let path = file.or_else(|| WEIGHTS.map(|name| folder.join(name)).into_iter().find(|path| path.exists()));
    let path = path.ok_or_else(|| Error::invalid(folder.display().to_string(), WEIGHTS.join(" or "), "neither"))?;
    let Checkpoint { tensors, sha256 } = checkpoint::read(&path)?;
    let tensors = renamed(tensors, &network).map_err(|error| error.in_file(&path))?;
    Ok(Converted {
        kind: ModelKind::Unet,
        architecture: Architecture::UNet2D,
        classes: network.num_class_embeds.unwrap_or(0),
        network: serde_json::to_value(network).map_err(|error| Error::Device(error.to_string()))?,
        process,
        tensors,
        sha256,
    })
}

fn network(mut config: Map<String, Value>) -> Result<UNet2DConfig> {
    let class = config.get("_class_name").and_then(Value::as_str).unwrap_or("none");
    if class != "UNet2DModel" {
        return Err(Error::invalid("option `_class_name`", "UNet2DModel", class));
    }
    config.retain(|name, _| !name.starts_with('_'));
    if let Some(Value::Array(sides)) = config.get("sample_size")
        && let [height, width] = &sides[..]
        && height == width
    {
        let side = height.clone();
        config.insert("sample_size".into(), side);
    }
    let embedding = config.remove("time_embedding_dim").filter(|width| !width.is_null());
    let config: UNet2DConfig = arguments::parse(config)?;
    config.validate()?;
    // Ours has diffusers' default, and no name for another width.
    let width = 4 * config.block_out_channels[0];
    match embedding.filter(|embedding| *embedding != json!(width)) {
        None => Ok(config),
        Some(other) => {
            let expected = format!("null or {width}, four times the first of block_out_channels");
            Err(Error::invalid("option `time_embedding_dim`", expected, other.to_string()))
        }
    }
}

fn process(folder: &Path, config: Option<&Path>) -> Result<ProcessConfig> {
    if let Some(config) = config {
        let mut sections = guided_diffusion::sections(config)?;
        return guided_diffusion::process(&mut sections).map_err(|error| error.in_file(config));
    }
    // A pipeline's folder may be named by a path without a parent.
    let beside = folder.canonicalize().ok().and_then(|folder| folder.parent().map(|parent| parent.join("scheduler")));
    let places = [Some(folder.to_owned()), beside].into_iter().flatten();
    let path: Option<PathBuf> = places.map(|place| place.join("scheduler_config.json")).find(|path| path.exists());
    let path = path.ok_or_else(|| {
        let expected = "a scheduler_config.json in it or in ../scheduler, or a --config with a section `diffusion`";
        Error::invalid(folder.display().to_string(), expected, "neither")
    })?;
    scheduler::process(arguments::read(&path)?).map_err(|error| error.in_file(&path))
}

/// The tensors under the names of our [`UNet2D`], its attention's three projections joined.
fn renamed(tensors: BTreeMap<String, TensorData>, config: &UNet2DConfig) -> Result<BTreeMap<String, TensorData>> {
    let mut tensors: BTreeMap<String, TensorData> =
        tensors.into_iter().map(|(name, data)| (today(name), data)).collect();
    let mut ours = BTreeMap::new();
    for (name, shape) in params::shapes(&UNet2D::new(config, &Device::flex())?) {
        let published = published(&name, config);
        // Several tensors are the rows of one, and their projections are matrices, ours convolutions of kernel 1.
        let mut wanted = shape.clone();
        wanted[0] /= published.len();
        wanted.truncate(if shape.len() == 3 { 2 } else { shape.len() });
        let mut values = Vec::new();
        for published in published {
            let data = tensors.remove(&published);
            let got = data.as_ref().map_or("none".into(), |data| format!("{:?}", data.shape().to_vec()));
            let data = data.filter(|data| data.shape().to_vec() == wanted);
            let data =
                data.ok_or_else(|| Error::invalid(format!("tensor `{published}`"), format!("shape {wanted:?}"), got))?;
            values.extend(data.iter::<f32>());
        }
        ours.insert(name, TensorData::new(values, shape));
    }
    match tensors.keys().next() {
        None => Ok(ours),
        Some(name) => {
            let got = format!("{} more, the first `{name}`", tensors.len());
            Err(Error::invalid("checkpoint", "only tensors of the network that config.json describes", got))
        }
    }
}

/// A name as diffusers writes it today.
fn today(name: String) -> String {
    let former = FORMERLY.iter().find(|(former, _)| name.contains(former));
    former.map_or_else(|| name.clone(), |(former, today)| name.replace(former, today))
}

/// The tensors of diffusers whose rows, one after the other, are our tensor `name`.
fn published(name: &str, config: &UNet2DConfig) -> Vec<String> {
    let parts: Vec<&str> = name.split('.').collect();
    // Blocks of one level: its ResBlocks, then what halves; on the way up one ResBlock more, which also doubles.
    let place = |block: &str, first: usize| {
        let k = block.parse::<usize>().unwrap_or(first) - first;
        (k / (config.layers_per_block + 1), k % (config.layers_per_block + 1))
    };
    let (module, rest) = match &parts[..] {
        ["time_emb", rest @ ..] => ("time_proj".into(), rest),
        ["time_embed", "0", rest @ ..] => ("time_embedding.linear_1".into(), rest),
        ["time_embed", _, rest @ ..] => ("time_embedding.linear_2".into(), rest),
        ["label_emb", rest @ ..] => ("class_embedding".into(), rest),
        ["input_blocks", "0", _, rest @ ..] => ("conv_in".into(), rest),
        ["input_blocks", block, slot, rest @ ..] => {
            let (level, i) = place(block, 1);
            let layer = match *slot {
                _ if i == config.layers_per_block => "downsamplers.0".into(),
                "0" => format!("resnets.{i}"),
                _ => format!("attentions.{i}"),
            };
            (format!("down_blocks.{level}.{layer}"), rest)
        }
        ["middle_block", slot, rest @ ..] => {
            let layer = match *slot {
                "0" => "resnets.0",
                "1" if config.add_attention => "attentions.0",
                _ => "resnets.1",
            };
            (format!("mid_block.{layer}"), rest)
        }
        ["output_blocks", block, slot, rest @ ..] => {
            let (level, i) = place(block, 0);
            let layer = match *slot {
                "0" => format!("resnets.{i}"),
                "1" if config.up_block_types[level] == UpBlock::AttnUpBlock2D => format!("attentions.{i}"),
                _ => "upsamplers.0".into(),
            };
            (format!("up_blocks.{level}.{layer}"), rest)
        }
        ["out", "0", rest @ ..] => ("conv_norm_out".into(), rest),
        ["out", _, rest @ ..] => ("conv_out".into(), rest),
        other => (other.concat(), &[][..]),
    };
    let (part, layers) = match rest {
        [layers @ .., part] => (*part, layers.join(".")),
        [] => ("", String::new()),
    };
    let layers: &[&str] = match layers.as_str() {
        "in_layers.0" => &["norm1"],
        "in_layers.2" => &["conv1"],
        "emb_layers.1" => &["time_emb_proj"],
        "out_layers.0" => &["norm2"],
        "out_layers.3" => &["conv2"],
        "skip_connection" => &["conv_shortcut"],
        "norm" => &["group_norm"],
        "qkv" => &["to_q", "to_k", "to_v"],
        "proj_out" => &["to_out.0"],
        "op" | "conv" => &["conv"],
        _ => return vec![format!("{module}.{part}")],
    };
    layers.iter().map(|layer| format!("{module}.{layer}.{part}")).collect()
}
