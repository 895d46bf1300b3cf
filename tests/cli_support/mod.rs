//! A folder with tiny networks whose numbers nobody trained, and the real binary.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use burn::tensor::{Device, TensorData};
use guidelight::models::manifest::{Entry, FORMAT, Manifest};
use guidelight::models::{EncoderUNet, NetworkConfig, UNet, params};
use guidelight::weights::{self, ModelCard, ModelKind, Precision};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Side of a picture.
pub(crate) const SIZE: usize = 8;

/// A folder of its own for a test.
pub(crate) struct Bench {
    folder: TempDir,
}

impl Bench {
    /// With `models/manifest.json` and two models: `tiny` and the classifier that guides it.
    pub(crate) fn new() -> Self {
        let bench = Self { folder: tempfile::tempdir().unwrap() };
        let unet = NetworkConfig { out_channels: 6, num_classes: Some(3), num_styles: Some(2), ..network() };
        let classifier = NetworkConfig { out_channels: 3, ..network() };
        let device = Device::flex();
        let shapes = [
            params::shapes(&UNet::new(&unet, &device).unwrap()),
            params::shapes(&EncoderUNet::new(&classifier, &device).unwrap()),
        ];
        let names = ["tiny", "tiny-classifier"];
        let kinds = [ModelKind::Unet, ModelKind::Classifier];
        let mut models = Vec::new();
        for (((name, kind), config), shapes) in names.into_iter().zip(kinds).zip([unet, classifier]).zip(shapes) {
            let styles: &[&str] = if kind == ModelKind::Unet { &["s", "t"] } else { &[] };
            let card = ModelCard {
                architecture: Default::default(),
                format: weights::card::FORMAT,
                name: name.into(),
                kind,
                network: serde_json::to_value(config).unwrap(),
                diffusion: json!({}),
                classes: ["a", "b", "c"].map(String::from).to_vec(),
                styles: styles.iter().map(ToString::to_string).collect(),
                license: "MIT".into(),
                provenance: serde_json::Map::new(),
                packed: BTreeMap::new(),
            };
            let bytes = weights::write(&card, &tensors(shapes), Precision::F32).unwrap();
            let file = format!("{name}.safetensors");
            bench.put(&format!("models/{file}"), &bytes);
            models.push(Entry::describe(&file, &bytes).unwrap());
        }
        models[0].classifier = Some(names[1].into());
        let defaults = json!({ "class": "b", "method": "conditional,classifier", "scale": 2, "seed": 10, "steps": 4 });
        models[0].defaults = defaults.as_object().unwrap().clone();
        bench.put("models/manifest.json", &serde_json::to_vec(&Manifest { format: FORMAT, models }).unwrap());
        bench
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file.
    pub(crate) fn put(&self, name: &str, bytes: &[u8]) {
        std::fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        std::fs::write(self.path(name), bytes).unwrap();
    }

    /// Reads a file.
    pub(crate) fn get(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    pub(crate) fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&self.get(name)).unwrap()
    }

    /// `guidelight` in the folder.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_guidelight"));
        command.args(words).current_dir(self.folder.path());
        command
    }

    /// `guidelight sample` with the folder's models.
    pub(crate) fn sample_command(&self, words: &[&str]) -> Command {
        let mut command = self.command(&["sample", "--models", "models"]);
        command.args(words);
        command
    }

    /// Runs `guidelight sample` with the folder's models.
    pub(crate) fn sample(&self, words: &[&str]) -> Ran {
        Ran::from(self.sample_command(words).output().unwrap())
    }

    /// Runs it with model `tiny`, and must succeed.
    pub(crate) fn draw(&self, words: &[&str]) -> Ran {
        let ran = self.sample(&[&["--model", "tiny"], words].concat());
        assert_eq!(ran.code, Some(0), "{words:?}: {}", ran.stderr);
        ran
    }
}

/// How a program ended.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// The names in a folder.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn network() -> NetworkConfig {
    NetworkConfig {
        image_size: SIZE,
        model_channels: 32,
        channel_mult: vec![1, 2],
        num_res_blocks: 1,
        attention_resolutions: vec![2],
        num_head_channels: Some(16),
        use_scale_shift_norm: true,
        use_new_attention_order: true,
        patch_size: 2,
        ..NetworkConfig::default()
    }
}

/// Numbers in all layers: those that start at zero in training would make every image the same.
fn tensors(shapes: Vec<(String, Vec<usize>)>) -> BTreeMap<String, TensorData> {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut tensor = |shape: Vec<usize>| {
        let fan_in = shape.iter().skip(1).product::<usize>().max(1) as f32;
        let mut unit = || rng.next_u32() as f32 / u32::MAX as f32 * 2.0 - 1.0;
        let values: Vec<f32> = (0..shape.iter().product()).map(|_| unit() * (1.0 / fan_in).sqrt()).collect();
        TensorData::new(values, shape)
    };
    shapes.into_iter().map(|(name, shape)| (name, tensor(shape))).collect()
}
