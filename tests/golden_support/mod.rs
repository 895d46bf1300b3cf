//! Reads a folder of golden vectors and notices what a test has not read.
//!
//! A topic is `NAME.json` (`parameters`: every constant and case) and `NAME.safetensors`. Tests take every name, shape
//! and number from there, so any folder in the same format works; `GUIDELIGHT_GOLDEN` names one.
#![allow(dead_code, reason = "each test binary uses its own part")]

pub(crate) mod toy;

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use burn::tensor::{DType, Device, Tensor, TensorData};
use safetensors::SafeTensors;
use serde_json::Value;

/// Gate of a float64 path.
pub(crate) const TOL_F64: f64 = 1e-9;
/// Gate of a float32 path.
pub(crate) const TOL_F32: f64 = 1e-4;
/// Gate of float32 where README section 12 says so: the cosine schedule at eta 1.
pub(crate) const TOL_F32_COSINE_ETA1: f64 = 1e-3;

/// Something that may stay unread, and why: a prefix of a tensor's name or a parameter's path (`*` matches one part).
pub(crate) type Optional = (&'static str, &'static str);

/// A stored tensor, widened to float64.
#[derive(Debug, Clone)]
pub(crate) struct Array {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f64>,
}

impl Array {
    /// Row `k` of the first axis.
    pub(crate) fn row(&self, k: usize) -> Array {
        let size = self.values.len() / self.shape[0];
        Array { shape: self.shape[1..].to_vec(), values: self.values[k * size..][..size].to_vec() }
    }

    pub(crate) fn tensor<const D: usize>(&self, dtype: DType) -> Tensor<D> {
        Tensor::from_data(TensorData::new(self.values.clone(), self.shape.clone()), (&Device::flex(), dtype))
    }

    pub(crate) fn indices(&self) -> Vec<usize> {
        self.values.iter().map(|v| *v as usize).collect()
    }

    pub(crate) fn is_finite(&self) -> bool {
        self.values.iter().all(|v| v.is_finite())
    }
}

/// The folder the vectors are read from.
pub(crate) fn folder() -> PathBuf {
    std::env::var_os("GUIDELIGHT_GOLDEN")
        .map(PathBuf::from)
        .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden"))
}

/// A topic; [`Topic::finish`] fails on whatever was not read.
pub(crate) struct Topic {
    name: String,
    parameters: Value,
    tensors: BTreeMap<String, Array>,
    read: RefCell<BTreeSet<String>>,
    worst: RefCell<BTreeMap<&'static str, (f64, String)>>,
    finished: Cell<bool>,
}

impl Topic {
    pub(crate) fn open(name: &str) -> Self {
        let folder = folder();
        let path = |extension: &str| folder.join(format!("{name}.{extension}"));
        let read = |extension: &str| {
            std::fs::read(path(extension)).unwrap_or_else(|error| panic!("{}: {error}", path(extension).display()))
        };
        let json: Value = serde_json::from_slice(&read("json")).unwrap();
        let bytes = read("safetensors");
        let stored = SafeTensors::deserialize(&bytes).unwrap();
        let tensors: BTreeMap<String, Array> =
            stored.iter().map(|(name, view)| (name.to_string(), widen(name, &view))).collect();
        let listed: BTreeSet<&String> = json["tensors"].as_object().expect("tensors").keys().collect();
        assert_eq!(listed, tensors.keys().collect(), "{name}: the two files list different tensors");
        Self {
            name: name.into(),
            parameters: json["parameters"].clone(),
            tensors,
            read: RefCell::default(),
            worst: RefCell::default(),
            finished: Cell::new(false),
        }
    }

    /// The parameters, whose reading is noticed.
    pub(crate) fn parameters(&self) -> Node<'_> {
        Node { topic: self, path: String::new(), value: &self.parameters }
    }

    /// Names of all tensors, without counting as read.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.tensors.keys().map(String::as_str).collect()
    }

    /// Names below a prefix, the prefix taken off, without counting as read.
    pub(crate) fn names_under(&self, prefix: &str) -> Vec<&str> {
        self.tensors.keys().filter_map(|name| name.strip_prefix(prefix)).collect()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Array> {
        let array = self.tensors.get(name)?;
        self.read.borrow_mut().insert(name.to_string());
        Some(array)
    }

    pub(crate) fn array(&self, name: &str) -> &Array {
        self.get(name).unwrap_or_else(|| panic!("{}: no tensor {name}", self.name))
    }

    /// Asserts `max |got - expected| / max(1, max |expected|) <= tolerance`.
    pub(crate) fn close(&self, kind: &'static str, what: &str, got: &[f64], expected: &[f64], tolerance: f64) {
        assert_eq!(got.len(), expected.len(), "{} {what}: number of entries", self.name);
        let scale = expected.iter().fold(1.0f64, |m, v| m.max(v.abs()));
        let error = distance(got, expected) / scale;
        let mut worst = self.worst.borrow_mut();
        let entry = worst.entry(kind).or_insert((0.0, String::new()));
        if error >= entry.0 {
            *entry = (error, what.to_string());
        }
        assert!(error <= tolerance, "{} {what}: error {error:.3e} is above {tolerance:.0e}", self.name);
    }

    /// The same for a tensor, against a stored array.
    pub(crate) fn close_tensor<const D: usize>(
        &self,
        kind: &'static str,
        what: &str,
        got: &Tensor<D>,
        expected: &Array,
        tolerance: f64,
    ) {
        assert_eq!(got.dims().to_vec(), expected.shape, "{} {what}: shape", self.name);
        self.close(kind, what, &values(got), &expected.values, tolerance);
    }

    /// Fails on every tensor and parameter that was not read and is not on the list.
    pub(crate) fn finish(self, optional: &[Optional]) {
        let mut all: BTreeSet<String> = self.tensors.keys().cloned().collect();
        leaves(&self.parameters, "", &mut all);
        let unread: Vec<String> = all
            .difference(&self.read.borrow())
            .filter(|name| !optional.iter().any(|(pattern, _)| matches(pattern, name)))
            .cloned()
            .collect();
        for (kind, (error, what)) in self.worst.borrow().iter() {
            println!("{}: worst {kind} error {error:.2e} ({what})", self.name);
        }
        self.finished.set(true);
        assert!(unread.is_empty(), "{}: not read, and not on the optional list: {unread:#?}", self.name);
    }
}

impl Drop for Topic {
    fn drop(&mut self) {
        assert!(self.finished.get() || std::thread::panicking(), "{}: the test forgot to finish the topic", self.name);
    }
}

/// A parameter, with its path for the list of what was read.
#[derive(Clone)]
pub(crate) struct Node<'a> {
    topic: &'a Topic,
    path: String,
    value: &'a Value,
}

impl<'a> Node<'a> {
    pub(crate) fn get(&self, key: &str) -> Option<Node<'a>> {
        let value = self.value.get(key)?;
        Some(Node { topic: self.topic, path: format!("{}#{key}", self.path), value })
    }

    pub(crate) fn at(&self, key: &str) -> Node<'a> {
        self.get(key).unwrap_or_else(|| panic!("{}: no parameter {}#{key}", self.topic.name, self.path))
    }

    /// Keys and values of an object.
    pub(crate) fn entries(&self) -> Vec<(&'a str, Node<'a>)> {
        self.value.as_object().expect("an object").keys().map(|key| (key.as_str(), self.at(key))).collect()
    }

    /// The value itself, which now counts as read with all below it.
    pub(crate) fn value(&self) -> &'a Value {
        leaves(self.value, &self.path, &mut self.topic.read.borrow_mut());
        self.value
    }

    pub(crate) fn f64(&self) -> f64 {
        self.value().as_f64().unwrap_or_else(|| panic!("{}: not a number", self.path))
    }

    pub(crate) fn usize(&self) -> usize {
        self.value().as_u64().unwrap_or_else(|| panic!("{}: not a whole number", self.path)) as usize
    }

    pub(crate) fn str(&self) -> &'a str {
        self.value().as_str().unwrap_or_else(|| panic!("{}: not a text", self.path))
    }

    pub(crate) fn bool(&self) -> bool {
        self.value().as_bool().unwrap_or_else(|| panic!("{}: not true or false", self.path))
    }

    pub(crate) fn indices(&self) -> Vec<usize> {
        let list = self.value().as_array().unwrap_or_else(|| panic!("{}: not a list", self.path));
        list.iter().map(|v| v.as_u64().expect("a whole number") as usize).collect()
    }
}

/// Paths of everything that is not an object.
fn leaves(value: &Value, path: &str, into: &mut BTreeSet<String>) {
    match value.as_object() {
        Some(object) => object.iter().for_each(|(key, value)| leaves(value, &format!("{path}#{key}"), into)),
        None => {
            into.insert(path.to_string());
        }
    }
}

fn matches(pattern: &str, name: &str) -> bool {
    if !pattern.contains('*') {
        return name.starts_with(pattern);
    }
    let (pattern, name): (Vec<&str>, Vec<&str>) = (pattern.split('#').collect(), name.split('#').collect());
    pattern.len() <= name.len() && pattern.iter().zip(&name).all(|(p, n)| *p == "*" || p == n)
}

fn widen(name: &str, view: &safetensors::tensor::TensorView<'_>) -> Array {
    use safetensors::Dtype;
    let bytes = view.data();
    let values = match view.dtype() {
        Dtype::F64 => bytes.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().unwrap())).collect(),
        Dtype::F32 => bytes.chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap()).into()).collect(),
        Dtype::I32 => bytes.chunks_exact(4).map(|b| i32::from_le_bytes(b.try_into().unwrap()).into()).collect(),
        Dtype::I64 => bytes.chunks_exact(8).map(|b| i64::from_le_bytes(b.try_into().unwrap()) as f64).collect(),
        other => panic!("{name}: vectors are f64, f32, i32 or i64, not {other:?}"),
    };
    Array { shape: view.shape().to_vec(), values }
}

/// The largest difference between two lists of one length; infinite where one is NaN, which `max` would drop.
pub(crate) fn distance(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len(), "number of entries");
    a.iter().zip(b).fold(0.0, |m: f64, (a, b)| {
        let d = (a - b).abs();
        if d.is_nan() { f64::INFINITY } else { m.max(d) }
    })
}

/// All entries of a tensor, widened.
pub(crate) fn values<const D: usize>(tensor: &Tensor<D>) -> Vec<f64> {
    tensor.to_data().iter::<f64>().collect()
}
