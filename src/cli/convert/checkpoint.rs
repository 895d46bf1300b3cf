//! The tensors of a checkpoint, whichever container they lie in.

use std::collections::BTreeMap;
use std::path::Path;

use burn::tensor::TensorData;
use half::{bf16, f16};
use pytorch_reader::{DType, PytorchReader};
use safetensors::{Dtype, SafeTensors};

use crate::weights::container::sha256;
use crate::{Error, Result};

/// Named tensors in f32, and the hash of the file they come from.
pub(super) struct Checkpoint {
    /// Under the checkpoint's own names.
    pub(super) tensors: BTreeMap<String, TensorData>,
    /// SHA-256 of the file.
    pub(super) sha256: String,
}

/// Types of elements.
#[derive(Clone, Copy)]
enum Element {
    F16,
    Bf16,
    F32,
    F64,
}

/// Reads a `.safetensors` file or what `torch.save` wrote; the content decides which.
pub(super) fn read(path: &Path) -> Result<Checkpoint> {
    let bytes = std::fs::read(path).map_err(|error| Error::io(path, error))?;
    let sha256 = sha256(&bytes);
    // A safetensors file starts with the length of its header, eight bytes, and the header with a brace.
    let tensors = if bytes.get(8) == Some(&b'{') { safetensors(&bytes) } else { pytorch(path) };
    let tensors = tensors.and_then(finite).map_err(|error| error.in_file(path))?;
    Ok(Checkpoint { tensors, sha256 })
}

/// Refuses what is no number here, because rounding to a few bits would make some number of it.
fn finite(tensors: BTreeMap<String, TensorData>) -> Result<BTreeMap<String, TensorData>> {
    for (name, data) in &tensors {
        if let Some((position, value)) = data.iter::<f32>().enumerate().find(|(_, value)| !value.is_finite()) {
            let got = format!("{value} at element {position}");
            return Err(Error::invalid(format!("tensor `{name}`"), "finite numbers", got));
        }
    }
    Ok(tensors)
}

fn safetensors(bytes: &[u8]) -> Result<BTreeMap<String, TensorData>> {
    let file = SafeTensors::deserialize(bytes)
        .map_err(|error| Error::invalid("checkpoint", "a complete safetensors file", error.to_string()))?;
    let tensors = file.iter().map(|(name, view)| {
        let element = match view.dtype() {
            Dtype::F16 => Element::F16,
            Dtype::BF16 => Element::Bf16,
            Dtype::F32 => Element::F32,
            Dtype::F64 => Element::F64,
            other => return Err(not_floating(name, &other)),
        };
        Ok((name.to_owned(), TensorData::new(floats(view.data(), element), view.shape().to_vec())))
    });
    tensors.collect()
}

fn pytorch(path: &Path) -> Result<BTreeMap<String, TensorData>> {
    // The reader's own message may have several lines.
    let broken = |got: String| {
        let got = got.split_whitespace().collect::<Vec<_>>().join(" ");
        Error::invalid("checkpoint", "a complete safetensors file or state dict of PyTorch", got)
    };
    let file = PytorchReader::new(path).map_err(|error| broken(error.to_string()))?;
    let tensors = file.tensors().iter().map(|(name, tensor)| {
        let element = match tensor.dtype() {
            DType::F16 => Element::F16,
            DType::BF16 => Element::Bf16,
            DType::F32 => Element::F32,
            DType::F64 => Element::F64,
            other => return Err(not_floating(name, &other)),
        };
        let bytes = tensor.read().map_err(|error| broken(format!("tensor `{name}`: {error}")))?;
        Ok((name.clone(), TensorData::new(floats(&bytes, element), tensor.shape().to_vec())))
    });
    let tensors: BTreeMap<String, TensorData> = tensors.collect::<Result<_>>()?;
    if tensors.is_empty() { Err(broken("no tensors".into())) } else { Ok(tensors) }
}

fn not_floating(name: &str, got: &dyn std::fmt::Debug) -> Error {
    Error::invalid(format!("tensor `{name}`"), "floating-point numbers", format!("{got:?}"))
}

fn floats(bytes: &[u8], element: Element) -> Vec<f32> {
    match element {
        Element::F16 => bytes.as_chunks().0.iter().map(|&b| f16::from_le_bytes(b).to_f32()).collect(),
        Element::Bf16 => bytes.as_chunks().0.iter().map(|&b| bf16::from_le_bytes(b).to_f32()).collect(),
        Element::F32 => bytes.as_chunks().0.iter().map(|&b| f32::from_le_bytes(b)).collect(),
        Element::F64 => bytes.as_chunks().0.iter().map(|&b| f64::from_le_bytes(b) as f32).collect(),
    }
}
