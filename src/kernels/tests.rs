//! Each kernel against the same in plain tensor operations, which differentiate themselves: values and gradients, over
//! random shapes with odd sides among them.

use burn::tensor::module::conv2d;
use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, Distribution, Tensor, activation};

use super::{Form, Prepared, group_norm};

fn random<const D: usize>(shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::random(shape, Distribution::Normal(0.3, 1.0), device)
}

/// The largest difference between values, and between gradients at `x` of a sum with uneven weights.
fn differences<const D: usize>(
    x: &Tensor<D>,
    kernel: impl Fn(Tensor<D>) -> Tensor<D>,
    plain: impl Fn(Tensor<D>) -> Tensor<D>,
) -> [f32; 2] {
    let run = |f: &dyn Fn(Tensor<D>) -> Tensor<D>| {
        let x = x.clone().autodiff().require_grad();
        let y = f(x.clone());
        let pull = Tensor::<1, burn::tensor::Int>::arange(0..y.shape().num_elements() as i64, &y.device());
        let pull = (pull.float() * 1.7).sin().reshape(y.shape());
        let mut gradients = (y.clone() * pull).sum().backward();
        [y.inner(), x.grad_remove(&mut gradients).unwrap()]
    };
    let (ours, theirs) = (run(&kernel), run(&plain));
    [0, 1].map(|i| (ours[i].clone() - theirs[i].clone()).abs().max().into_scalar::<f32>())
}

#[test]
fn prepared_weights_give_the_convolution() {
    let device = Device::flex();
    device.seed(5);
    for [n, input, output, height, width] in
        [[1, 3, 8, 8, 8], [2, 5, 3, 7, 9], [1, 1, 1, 1, 1], [3, 4, 6, 2, 5], [1, 64, 64, 16, 16], [2, 32, 16, 4, 4]]
    {
        for side in [1, 3] {
            let weight = random([output, input, side, side], &device) / ((side * side * input) as f64).sqrt();
            let bias = random([output], &device);
            let prepared = Prepared::of(&weight).unwrap();
            let options = ConvOptions::new([1; 2], [side / 2; 2], [1; 2], 1);
            let [values, gradients] = differences(
                &random([n, input, height, width], &device),
                |x| prepared.conv(x, bias.clone()),
                |x| conv2d(x, weight.clone(), Some(bias.clone()), options.clone()),
            );
            let shape = [n, input, output, height, width, side];
            assert!(values < 2e-5 && gradients < 2e-5, "{shape:?}: {values} {gradients}");
        }
    }
}

#[test]
fn group_norm_is_its_formula() {
    let device = Device::flex();
    device.seed(6);
    for [n, c, groups, height, width] in [[1, 32, 32, 4, 4], [2, 12, 4, 3, 5], [3, 64, 32, 8, 8], [1, 8, 1, 1, 2]] {
        for silu in [false, true] {
            let x = random([n, c, height, width], &device) * 3.0;
            let (gain, bias) = (random([n, c], &device), random([n, c], &device));
            let form = Form { groups, epsilon: 1e-5, silu };
            let plain = |x: Tensor<4>| {
                let x = x.reshape([n, groups, c / groups * height * width]);
                let centred = x.clone() - x.mean_dim(2);
                let normed = centred.clone() / (centred.square().mean_dim(2) + 1e-5).sqrt();
                let z = normed.reshape([n, c, height, width]) * gain.clone().reshape([n, c, 1, 1]);
                let z = z + bias.clone().reshape([n, c, 1, 1]);
                if silu { activation::silu(z) } else { z }
            };
            let kernel = |x: Tensor<4>| group_norm(x, gain.clone(), bias.clone(), form);
            let [values, gradients] = differences(&x, kernel, plain);
            assert!(values < 1e-5 && gradients < 1e-5, "{n} {c} {groups} {silu}: {values} {gradients}");
        }
    }
}

/// The exponential inside: far out, where it must neither overflow nor turn into nonsense.
#[test]
fn silu_holds_far_from_zero() {
    let device = Device::flex();
    let row = |values: &[f32]| Tensor::<1>::from_data(values, &device).reshape([1, values.len()]);
    // Two values in a group of their own normalise to ±1, so the bias decides where SiLU is asked.
    for z in [-200.0f32, -88.5, -20.0, -1.0, 0.0, 1.0, 20.0, 88.5, 200.0] {
        let x = Tensor::<3>::from_data([[[-1.0f32, 1.0]]], &device);
        let form = Form { groups: 1, epsilon: 0.0, silu: true };
        let y: Vec<f32> = group_norm(x, row(&[0.0]), row(&[z]), form).into_data().iter().collect();
        let exact = f64::from(z) / (1.0 + (-f64::from(z)).exp());
        for y in y {
            assert!((f64::from(y) - exact).abs() <= 2e-7 * exact.abs() + 1e-30, "silu({z}) = {y}, not {exact}");
        }
    }
}
