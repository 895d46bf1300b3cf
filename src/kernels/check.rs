//! Each kernel against its slow twin: the same in plain tensor operations, which differentiate themselves.

use burn::tensor::module::conv2d;
use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, Tensor, TensorData, activation};

use super::{Form, Prepared, group_norm};
use crate::{Error, Result};

/// The largest difference on `device` between a kernel and its twin, in values of order 1 and in the gradient of a sum
/// of them: over convolutions and norms of many shapes, with odd sides and channels that fill no vector among them.
pub(crate) async fn largest_difference(device: &Device) -> Result<f32> {
    let mut largest = 0.0;
    // The last one is too large for a card to take at once.
    let shapes = [
        [1, 3, 8, 8, 8],
        [2, 5, 3, 7, 9],
        [2, 4, 8, 7, 9],
        [1, 4, 4, 1, 1],
        [3, 4, 8, 2, 5],
        [1, 64, 64, 16, 16],
        [2, 32, 16, 4, 4],
        [1, 8, 8, 364, 364],
    ];
    for [n, input, output, height, width] in shapes {
        for side in [1, 3] {
            let weight = wave([output, input, side, side], 1.4 / ((side * side * input) as f32).sqrt(), device);
            // Without a kernel for this shape, networks take the twin itself.
            let Some(prepared) = Prepared::of(&weight) else { continue };
            let bias = wave([output], 0.5, device);
            let options = ConvOptions::new([1; 2], [side / 2; 2], [1; 2], 1);
            let x = wave([n, input, height, width], 1.4, device);
            let kernel = |x| prepared.conv(x, bias.clone());
            let twin = |x| conv2d(x, weight.clone(), Some(bias.clone()), options.clone());
            largest = worse(largest, difference(&x, kernel, twin).await?);
        }
    }
    for [n, c, groups, height, width] in [[1, 32, 32, 4, 4], [2, 12, 4, 3, 5], [3, 64, 32, 8, 8], [1, 8, 1, 1, 2]] {
        // Gains and biases of their own for each image, or the same for all; alone, or among those of other layers.
        for (silu, rows, at, width_of_all) in [(false, n, 0, 2 * c), (true, n, 3, 2 * c + 5), (true, 1, 4, 2 * c + 4)] {
            let affine = wave([rows, width_of_all], 1.0, device);
            let part = |first: usize| affine.clone().narrow(1, first, c).expand([n, c]);
            let (gain, bias) = (part(at), part(at + c));
            let form = Form { groups, epsilon: 1e-5, silu, at };
            let kernel = |x| group_norm(x, affine.clone(), form);
            let twin = |x: Tensor<4>| {
                let x = x.reshape([n, groups, c / groups * height * width]);
                let centred = x.clone() - x.mean_dim(2);
                let normed = centred.clone() / (centred.square().mean_dim(2) + form.epsilon).sqrt();
                let [gain, bias] = [&gain, &bias].map(|each| each.clone().reshape([n, c, 1, 1]));
                let z = normed.reshape([n, c, height, width]) * gain + bias;
                if silu { activation::silu(z) } else { z }
            };
            largest = worse(largest, difference(&wave([n, c, height, width], 2.0, device), kernel, twin).await?);
        }
    }
    Ok(largest)
}

/// The larger of the two; `max` would drop NaN, and a NaN is the very thing to notice.
fn worse(a: f32, b: f32) -> f32 {
    if b.is_nan() { f32::INFINITY } else { a.max(b) }
}

async fn difference(
    x: &Tensor<4>,
    kernel: impl Fn(Tensor<4>) -> Tensor<4>,
    twin: impl Fn(Tensor<4>) -> Tensor<4>,
) -> Result<f32> {
    let (ours, theirs) = (values_and_gradient(x, kernel).await?, values_and_gradient(x, twin).await?);
    Ok(ours.iter().zip(&theirs).map(|(a, b)| (a - b).abs()).fold(0.0, worse))
}

/// What `f` makes of `x`, and the gradient at `x` of a sum in which every value counts differently.
async fn values_and_gradient(x: &Tensor<4>, f: impl Fn(Tensor<4>) -> Tensor<4>) -> Result<Vec<f32>> {
    let lost = |error: String| Error::Device(format!("a kernel could not be checked: {error}"));
    let x = x.clone().autodiff().require_grad();
    let y = f(x.clone());
    let pull = wave(y.dims(), 1.0, &x.device().without_autodiff());
    let mut gradients = (y.clone() * Tensor::from_inner(pull)).sum().backward();
    let gradient = x.grad_remove(&mut gradients).ok_or_else(|| lost("it lost its gradient".into()))?;
    let mut numbers = Vec::new();
    for tensor in [y.inner(), gradient] {
        let data = tensor.into_data_async().await.map_err(|error| lost(error.to_string()))?;
        numbers.extend(data.iter::<f32>());
    }
    Ok(numbers)
}

/// A tensor of fixed, irregular numbers within ±`scale`: the same on every device.
pub(crate) fn wave<const D: usize>(shape: [usize; D], scale: f32, device: &Device) -> Tensor<D> {
    let values: Vec<f32> =
        (0..shape.iter().product::<usize>()).map(|i| scale * libm::sinf(i as f32 * 1.7 + 0.3)).collect();
    Tensor::from_data(TensorData::new(values, shape), device)
}

#[cfg(all(test, not(target_family = "wasm")))]
mod tests {
    use super::*;

    #[test]
    fn kernels_are_their_twins() {
        let largest = pollster::block_on(largest_difference(&Device::flex())).unwrap();
        assert!(largest < 2e-5, "{largest}");
    }

    /// A kernel would give them no gradient, and nothing would say so.
    #[test]
    fn weights_that_are_trained_have_no_kernel() {
        let weight = wave([8, 8, 3, 3], 1.0, &Device::flex());
        assert!(Prepared::of(&weight).is_some());
        assert!(Prepared::of(&weight.autodiff().require_grad()).is_none());
    }

    /// The exponential inside: far out, where it must neither overflow nor turn into nonsense.
    #[test]
    fn silu_holds_far_from_zero() {
        let device = Device::flex();
        // With a gain of zero the bias decides where SiLU is asked.
        for z in [-200.0f32, -88.5, -20.0, -1.0, 0.0, 1.0, 20.0, 88.5, 200.0] {
            let x = Tensor::<3>::from_data([[[-1.0f32, 1.0]]], &device);
            let form = Form { groups: 1, epsilon: 0.0, silu: true, at: 0 };
            let affine = Tensor::<2>::from_data([[0.0, z]], &device);
            let y: Vec<f32> = group_norm(x, affine, form).into_data().iter().collect();
            let exact = f64::from(z) / (1.0 + (-f64::from(z)).exp());
            for y in y {
                assert!((f64::from(y) - exact).abs() <= 2e-7 * exact.abs() + 1e-30, "silu({z}) = {y}, not {exact}");
            }
        }
    }
}
