//! The model file: a `.safetensors` with the model card in its metadata.
//!
//! An int8 kernel `name` is stored beside its scales `name.scale` (`[out]`, f32); an int4 kernel as U8, two weights a
//! byte, beside its scales (f16, one for each 32 weights), and its true shape is in the card. Reading gives plain f32
//! tensors: dequantised once, here. Every byte string gives a model or one sentence; none panics.

use std::collections::{BTreeMap, HashMap};

use burn::tensor::TensorData;
use safetensors::SafeTensorError;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::card::{FORMAT, ModelCard};
use super::quantize::{self, Precision, SCALE_SUFFIX};
use crate::{Error, Result};

/// The metadata key that holds the model card.
const CARD_KEY: &str = "guidelight";

/// Files beyond this are not for a browser.
pub const MAX_BYTES: usize = 512 << 20;

/// A model file in memory.
#[derive(Debug, Clone)]
pub struct Weights {
    /// What the file says about itself.
    pub card: ModelCard,
    /// Every tensor in f32, under its published name.
    pub tensors: BTreeMap<String, TensorData>,
}

/// SHA-256 as lower-case hex.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads a model file, checking its hash first if one is given.
///
/// # Errors
/// One sentence about bytes that are no such file, or that have another hash.
///
/// ```
/// use guidelight::weights::read;
///
/// let error = read(b"<!doctype html>", None).unwrap_err().to_string();
/// assert!(error.starts_with("model file: expected a complete safetensors file, got "), "{error}");
/// ```
pub fn read(bytes: &[u8], expected_sha256: Option<&str>) -> Result<Weights> {
    if bytes.len() > MAX_BYTES {
        return Err(Error::invalid(
            "model file",
            format!("at most {MAX_BYTES} bytes"),
            format!("{} bytes", bytes.len()),
        ));
    }
    if let Some(expected) = expected_sha256 {
        let got = sha256(bytes);
        if !got.eq_ignore_ascii_case(expected) {
            return Err(Error::invalid("model file", format!("SHA-256 {expected}"), got));
        }
    }
    let (card, file) = open(bytes)?;
    let mut tensors = BTreeMap::new();
    for (name, view) in file.iter() {
        if let Some(kernel) = name.strip_suffix(SCALE_SUFFIX)
            && file.tensor(kernel).is_ok_and(|kernel| matches!(kernel.dtype(), Dtype::I8 | Dtype::U8))
        {
            continue;
        }
        let packed = card.packed.get(name).filter(|_| view.dtype() == Dtype::U8);
        let shape = packed.map_or_else(|| view.shape().to_vec(), Vec::clone);
        let values = dequantise(name, &view, &file, &shape)?;
        if let Some(position) = values.iter().position(|v| !v.is_finite()) {
            let got = format!("{} at element {position}", values[position]);
            return Err(Error::invalid(format!("tensor `{name}`"), "finite numbers", got));
        }
        tensors.insert(name.to_owned(), TensorData::new(values, shape));
    }
    Ok(Weights { card, tensors })
}

/// The card of a file, and its tensors as they are stored.
fn open(bytes: &[u8]) -> Result<(ModelCard, SafeTensors<'_>)> {
    let broken = |error: SafeTensorError| {
        let got = format!("{} bytes that are none ({error})", bytes.len());
        Error::invalid("model file", "a complete safetensors file", got)
    };
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(broken)?;
    let file = SafeTensors::deserialize(bytes).map_err(broken)?;
    let card = header.metadata().as_ref().and_then(|metadata| metadata.get(CARD_KEY));
    let card =
        card.ok_or_else(|| Error::invalid("model file", format!("a `{CARD_KEY}` entry in its metadata"), "none"))?;
    let card: ModelCard = serde_json::from_str(card)
        .map_err(|error| Error::invalid("model card", "the fields of format 1", error.to_string()))?;
    if card.format != FORMAT {
        return Err(Error::invalid("model card", format!("format {FORMAT}"), card.format.to_string()));
    }
    Ok((card, file))
}

/// A tensor as it lies in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stored {
    /// Published name; the scales of a kernel `name` are `name.scale`.
    pub name: String,
    /// Type of its elements, e.g. `F16`; `U8` holds two int4 weights a byte.
    pub dtype: String,
    /// True shape.
    pub shape: Vec<usize>,
    /// Size in the file.
    pub bytes: usize,
}

/// The tensors of a model file by name, as they are stored.
pub fn stored(bytes: &[u8]) -> Result<Vec<Stored>> {
    let (card, file) = open(bytes)?;
    let mut tensors: Vec<Stored> = file
        .iter()
        .map(|(name, view)| Stored {
            name: name.to_owned(),
            dtype: format!("{:?}", view.dtype()),
            shape: card.packed.get(name).cloned().unwrap_or_else(|| view.shape().to_vec()),
            bytes: view.data().len(),
        })
        .collect();
    tensors.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(tensors)
}

/// The values of a tensor whose true shape is `shape`.
fn dequantise(name: &str, view: &TensorView<'_>, file: &SafeTensors<'_>, shape: &[usize]) -> Result<Vec<f32>> {
    match view.dtype() {
        Dtype::F32 => Ok(from_f32_bytes(view.data())),
        Dtype::F16 => Ok(quantize::from_f16_bytes(view.data())),
        Dtype::I8 => {
            let channels = shape.first().copied().unwrap_or(0);
            let scales = scales(name, file, Dtype::F32, channels)?;
            let levels: Vec<i8> = view.data().iter().map(|byte| byte.cast_signed()).collect();
            Ok(quantize::from_int8(&levels, &from_f32_bytes(scales)))
        }
        Dtype::U8 => {
            let count = shape.iter().try_fold(1_usize, |all, &side| all.checked_mul(side));
            let count = count.filter(|count| count.div_ceil(2) == view.data().len()).ok_or_else(|| {
                let expected = format!("two weights a byte of shape {shape:?}");
                Error::invalid(format!("tensor `{name}`"), expected, format!("{} bytes", view.data().len()))
            })?;
            let scales = scales(name, file, Dtype::F16, count.div_ceil(quantize::GROUP))?;
            Ok(quantize::from_int4(view.data(), &quantize::from_f16_bytes(scales), count))
        }
        other => Err(Error::invalid(format!("tensor `{name}`"), "type F32, F16, I8 or U8", format!("{other:?}"))),
    }
}

/// The bytes of the scales of a quantised kernel.
fn scales<'a>(name: &str, file: &SafeTensors<'a>, dtype: Dtype, count: usize) -> Result<&'a [u8]> {
    let what = || format!("tensor `{name}{SCALE_SUFFIX}`");
    let scale = file.tensor(&format!("{name}{SCALE_SUFFIX}"));
    let scale = scale.map_err(|_| Error::invalid(what(), "the scales of a quantised kernel", "no such tensor"))?;
    if scale.dtype() != dtype || scale.shape() != [count] {
        let got = format!("{:?} {:?}", scale.dtype(), scale.shape());
        return Err(Error::invalid(what(), format!("{dtype:?} [{count}]"), got));
    }
    Ok(scale.data())
}

fn from_f32_bytes(bytes: &[u8]) -> Vec<f32> {
    bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
}

/// Writes a model file; the same content gives the same bytes.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use burn::tensor::TensorData;
/// use guidelight::weights::{ModelCard, Precision, container::sha256, read, write};
///
/// let card: ModelCard = serde_json::from_value(serde_json::json!({
///     "format": 1, "name": "mine", "kind": "unet", "network": {}, "diffusion": {},
///     "classes": [], "styles": [], "license": "MIT", "provenance": {},
/// }))?;
/// let tensors = BTreeMap::from([("out.2.bias".to_owned(), TensorData::from([0.5_f32, -0.25]))]);
/// let bytes = write(&card, &tensors, Precision::F32)?;
/// let back = read(&bytes, Some(&sha256(&bytes)))?;
/// assert_eq!((back.card, back.tensors), (card, tensors));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write(card: &ModelCard, tensors: &BTreeMap<String, TensorData>, precision: Precision) -> Result<Vec<u8>> {
    let unwritable = |got: String| Error::invalid("model file", "tensors and a card that can be written", got);
    let mut card = ModelCard { packed: BTreeMap::new(), ..card.clone() };
    let mut stored: Vec<(String, Dtype, Vec<usize>, Vec<u8>)> = Vec::new();
    for (name, data) in tensors {
        let shape = data.shape().to_vec();
        let values: Vec<f32> = data.iter::<f32>().collect();
        match precision.of(name, &shape) {
            Precision::Int8 => {
                let (levels, scales) = quantize::to_int8(&values, shape[0]);
                let levels = levels.into_iter().map(i8::cast_unsigned).collect();
                stored.push((format!("{name}{SCALE_SUFFIX}"), Dtype::F32, vec![shape[0]], to_f32_bytes(&scales)));
                stored.push((name.clone(), Dtype::I8, shape, levels));
            }
            Precision::Int4 => {
                let (levels, scales) = quantize::to_int4(&values);
                let bytes = quantize::to_f16_bytes(&scales);
                stored.push((format!("{name}{SCALE_SUFFIX}"), Dtype::F16, vec![scales.len()], bytes));
                stored.push((name.clone(), Dtype::U8, vec![levels.len()], levels));
                card.packed.insert(name.clone(), shape);
            }
            Precision::F16 => stored.push((name.clone(), Dtype::F16, shape, quantize::to_f16_bytes(&values))),
            Precision::F32 => stored.push((name.clone(), Dtype::F32, shape, to_f32_bytes(&values))),
        }
    }
    let card = serde_json::to_string(&card).map_err(|error| unwritable(error.to_string()))?;
    let views = stored
        .iter()
        .map(|(name, dtype, shape, bytes)| Ok((name.clone(), TensorView::new(*dtype, shape.clone(), bytes)?)))
        .collect::<std::result::Result<Vec<_>, SafeTensorError>>()
        .map_err(|error| unwritable(error.to_string()))?;
    let metadata = HashMap::from([(CARD_KEY.to_owned(), card)]);
    safetensors::serialize(views, Some(metadata)).map_err(|error| unwritable(error.to_string()))
}

/// Number of bytes that tensors of these names and shapes take in a file, scales included; its header comes on top.
pub fn size<'a>(shapes: impl Iterator<Item = (&'a str, Vec<usize>)>, precision: Precision) -> usize {
    let tensor = |(name, shape): (&str, Vec<usize>)| {
        let count: usize = shape.iter().product();
        match precision.of(name, &shape) {
            Precision::Int4 => count.div_ceil(2) + 2 * count.div_ceil(quantize::GROUP),
            Precision::Int8 => count + 4 * shape[0],
            Precision::F16 => 2 * count,
            Precision::F32 => 4 * count,
        }
    };
    shapes.map(tensor).sum()
}

fn to_f32_bytes(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}
