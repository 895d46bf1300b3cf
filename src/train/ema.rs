//! Exponential moving average of the weights: samples come from it, not from the weights themselves.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::Tensor;

/// The averaged parameters, flattened, in the order of the module tree.
pub struct Ema {
    averages: Vec<Tensor<1>>,
}

/// The parameters of a module, flattened and free of autodiff.
fn flat<M: Module>(module: &M) -> Vec<Tensor<1>> {
    struct Flat(Vec<Tensor<1>>);
    impl ModuleVisitor for Flat {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let value = param.val();
            let value = if value.is_autodiff() { value.inner() } else { value };
            self.0.push(value.flatten(0, D - 1));
        }
    }
    let mut visitor = Flat(Vec::new());
    module.visit(&mut visitor);
    visitor.0
}

impl Ema {
    /// Starts at the module's weights.
    pub fn new<M: Module>(module: &M) -> Self {
        Self { averages: flat(module) }
    }

    /// `average ← decay · average + (1 − decay) · weights`.
    ///
    /// The decay is held down early, `(1 + step) / (10 + step)`, so that the random start is forgotten quickly.
    pub fn update<M: Module>(&mut self, module: &M, decay: f64, step: u64) {
        let decay = decay.min((1 + step) as f64 / (10 + step) as f64);
        let averages = std::mem::take(&mut self.averages);
        let pairs = averages.into_iter().zip(flat(module));
        self.averages = pairs.map(|(average, value)| average * decay + value * (1.0 - decay)).collect();
    }

    /// The module with the averaged weights, ready for inference.
    pub fn apply<M: Module>(&self, module: &M) -> M {
        struct Put<'a>(std::slice::Iter<'a, Tensor<1>>);
        impl ModuleMapper for Put<'_> {
            fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
                let shape = param.lazy_shape();
                match self.0.next() {
                    Some(average) => Param::initialized(param.id, average.clone().reshape(shape)),
                    None => param,
                }
            }
        }
        module.valid().map(&mut Put(self.averages.iter()))
    }
}
