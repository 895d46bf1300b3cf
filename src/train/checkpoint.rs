//! Checkpoints: a folder that holds everything a run needs to go on exactly where it was.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use burn::module::{Module, ModuleMapper, Param, ParamId};
use burn::optim::ModuleOptimizer;
use burn::tensor::{Bytes, DType, Device, Tensor, TensorData};
use serde::{Deserialize, Serialize};

use super::config::TrainConfig;
use crate::models::params;
use crate::weights::{self, ModelCard, Precision};
use crate::{Error, Result, files};

/// What a checkpoint says in words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct State {
    /// Steps done.
    pub step: u64,
    /// The configuration of the run; a checkpoint of another one is not continued.
    pub config: TrainConfig,
    /// SHA-256 of the data set.
    pub data: String,
    /// Training time so far, in seconds, over all sessions.
    pub seconds: f64,
}

/// A checkpoint folder, replaced as a whole.
pub struct Checkpoint {
    folder: PathBuf,
}

const STATE: &str = "state.json";
const WEIGHTS: &str = "weights.safetensors";
const EMA: &str = "ema.safetensors";
const OPTIMIZER: &str = "optimizer.bpk";

impl Checkpoint {
    /// The checkpoint of a run's output folder.
    pub fn of(out: &Path) -> Self {
        Self { folder: out.join("checkpoint") }
    }

    /// The state of the checkpoint, if there is one.
    pub fn state(&self) -> Result<Option<State>> {
        let path = self.folder.join(STATE);
        if !path.exists() {
            return Ok(None);
        }
        let text = std::fs::read_to_string(&path).map_err(|error| Error::io(&path, error))?;
        let state = serde_json::from_str(&text).map_err(|error| {
            Error::invalid(path.display().to_string(), "the state of a training run", error.to_string())
        })?;
        Ok(Some(state))
    }

    /// Writes a new checkpoint beside the old one, then swaps them: a stop at any moment leaves one whole.
    pub fn save<M: Module>(
        &self,
        state: &State,
        card: &ModelCard,
        [network, ema]: [&M; 2],
        optimizer: &ModuleOptimizer,
    ) -> Result<()> {
        let _whole = files::uninterrupted();
        let fresh = self.folder.with_extension("new");
        let old = self.folder.with_extension("old");
        for folder in [&fresh, &old] {
            if folder.exists() {
                std::fs::remove_dir_all(folder).map_err(|error| Error::io(folder, error))?;
            }
        }
        std::fs::create_dir_all(&fresh).map_err(|error| Error::io(&fresh, error))?;
        let write = |name: &str, bytes: &[u8]| {
            let path = fresh.join(name);
            std::fs::write(&path, bytes).map_err(|error| Error::io(&path, error))
        };
        let optimizer = optimizer.into_bytes().map_err(|error| Error::Device(error.to_string()))?;
        let json = serde_json::to_string_pretty(state).map_err(|error| Error::Device(error.to_string()))?;
        write(WEIGHTS, &weights::write(card, &tensors(network), Precision::F32)?)?;
        write(EMA, &weights::write(card, &tensors(ema), Precision::F32)?)?;
        write(OPTIMIZER, &optimizer)?;
        write(STATE, json.as_bytes())?;
        if self.folder.exists() {
            std::fs::rename(&self.folder, &old).map_err(|error| Error::io(&self.folder, error))?;
        }
        std::fs::rename(&fresh, &self.folder).map_err(|error| Error::io(&self.folder, error))
    }

    /// Reads a checkpoint into a network of the same architecture, its average and the optimizer.
    pub fn load<M: Module>(
        &self,
        network: &M,
        optimizer: ModuleOptimizer,
        device: &Device,
    ) -> Result<(M, M, ModuleOptimizer)> {
        let read = |name: &str| {
            let path = self.folder.join(name);
            std::fs::read(&path).map_err(|error| Error::io(&path, error))
        };
        let module = |name: &str, device: &Device| {
            let weights = weights::read(&read(name)?, None)?;
            params::import(network.clone(), weights.tensors, DType::F32, device)
        };
        let ema = module(EMA, &device.clone().inner())?;
        let optimizer = optimizer.from_bytes(Bytes::from_bytes_vec(read(OPTIMIZER)?));
        let optimizer = optimizer.map_err(|error| Error::Device(error.to_string()))?;
        Ok((module(WEIGHTS, device)?, ema, optimizer))
    }
}

/// Every parameter by name.
pub fn tensors<M: Module>(module: &M) -> BTreeMap<String, TensorData> {
    params::export(module).into_iter().collect()
}

/// Numbers the parameters 1, 2, 3 … so that the optimizer's record, which goes by number, fits a rebuilt network.
pub fn numbered<M: Module>(module: M) -> M {
    struct Number(u64);
    impl ModuleMapper for Number {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            self.0 += 1;
            let require_grad = param.is_require_grad();
            let value = param.into_value();
            Param::initialized(ParamId::from(self.0), value).set_require_grad(require_grad)
        }
    }
    module.map(&mut Number(0))
}
