//! The one adapter between burn's module tree and the tensor names of published checkpoints.
//!
//! A name is the path through the module tree with two mechanical changes: an enum variant (which kind of layer sits
//! in a slot) is no part of it, and a field that ends in `_` and digits is a slot of a PyTorch `Sequential`. So
//! `input_blocks.1.0.Res.in_layers_2.weight` is `input_blocks.1.0.in_layers.2.weight`. Layouts need no change, because
//! [`layers`](super::layers) keeps PyTorch's.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Bool, DType, Device, Int, Tensor, TensorData};

use crate::{Error, Result};

/// Follows the traversal and knows the published name of the parameter it stands at.
#[derive(Default)]
struct Path {
    parts: Vec<Option<String>>,
}

impl Path {
    fn enter(&mut self, name: &str, container: &str) {
        self.parts.push((!container.starts_with("Enum")).then(|| sequential(name)));
    }

    fn exit(&mut self) {
        self.parts.pop();
    }

    fn name(&self) -> String {
        self.parts.iter().flatten().map(String::as_str).collect::<Vec<_>>().join(".")
    }
}

/// `in_layers_2` → `in_layers.2`, `_2` → `2`
fn sequential(field: &str) -> String {
    match field.rsplit_once('_') {
        Some((name, slot)) if !slot.is_empty() && slot.bytes().all(|b| b.is_ascii_digit()) => match name {
            "" => slot.to_owned(),
            name => format!("{name}.{slot}"),
        },
        _ => field.to_owned(),
    }
}

/// Name and shape of every parameter, in the order of the module tree.
pub fn shapes<M: Module>(module: &M) -> Vec<(String, Vec<usize>)> {
    #[derive(Default)]
    struct Shapes(Path, Vec<(String, Vec<usize>)>);
    impl ModuleVisitor for Shapes {
        fn enter_module(&mut self, name: &str, container: &str) {
            self.0.enter(name, container);
        }
        fn exit_module(&mut self, _: &str, _: &str) {
            self.0.exit();
        }
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            self.1.push((self.0.name(), param.lazy_shape().to_vec()));
        }
    }
    let mut visitor = Shapes::default();
    module.visit(&mut visitor);
    visitor.1
}

/// Reads every parameter back to the host, under its published name.
///
/// Synchronous: for native use and for the CPU device in a browser.
pub fn export<M: Module>(module: &M) -> Vec<(String, TensorData)> {
    #[derive(Default)]
    struct Export(Path, Vec<(String, TensorData)>);
    impl ModuleVisitor for Export {
        fn enter_module(&mut self, name: &str, container: &str) {
            self.0.enter(name, container);
        }
        fn exit_module(&mut self, _: &str, _: &str) {
            self.0.exit();
        }
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            self.1.push((self.0.name(), param.val().into_data()));
        }
    }
    let mut visitor = Export::default();
    module.visit(&mut visitor);
    visitor.1
}

/// Gives every parameter its tensor from `tensors`, in precision `dtype`.
///
/// Fails, naming the tensor, when one is missing, has another shape, or is left over.
pub fn import<M: Module>(
    module: M,
    mut tensors: BTreeMap<String, TensorData>,
    dtype: DType,
    device: &Device,
) -> Result<M> {
    for (name, shape) in shapes(&module) {
        let got = tensors.get(&name).ok_or_else(|| Error::invalid("weights", format!("a tensor `{name}`"), "none"))?;
        if got.shape().to_vec() != shape {
            let got = format!("{:?}", got.shape().to_vec());
            return Err(Error::invalid(format!("tensor `{name}`"), format!("shape {shape:?}"), got));
        }
    }
    let module = module.map(&mut Import { path: Path::default(), tensors: &mut tensors, dtype, device });
    match tensors.keys().next() {
        None => Ok(module),
        Some(name) => Err(Error::invalid(
            "weights",
            "only tensors of this architecture",
            format!("{} more, the first `{name}`", tensors.len()),
        )),
    }
}

struct Import<'a> {
    path: Path,
    tensors: &'a mut BTreeMap<String, TensorData>,
    dtype: DType,
    device: &'a Device,
}

impl ModuleMapper for Import<'_> {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.path.enter(name, container);
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.exit();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        match self.tensors.remove(&self.path.name()) {
            Some(data) => {
                let tensor = Tensor::from_data(data, (self.device, self.dtype));
                // On an autodiff device the network is there to be trained.
                Param::initialized(param.id, tensor).set_require_grad(self.device.is_autodiff())
            }
            None => param,
        }
    }

    fn map_int<const D: usize>(&mut self, param: Param<Tensor<D, Int>>) -> Param<Tensor<D, Int>> {
        param
    }

    fn map_bool<const D: usize>(&mut self, param: Param<Tensor<D, Bool>>) -> Param<Tensor<D, Bool>> {
        param
    }
}
