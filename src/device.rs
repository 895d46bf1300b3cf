//! The compute device: chosen, awaited and checked. Besides `web.rs`, the only file that knows the platform.

use burn::tensor::{Device, Tensor, activation, module, ops::ConvOptions};

use crate::kernels::{self, Form, Prepared, check::wave};
use crate::{Error, Result};

/// The processor itself: burn's Flex backend, on every platform.
#[cfg(feature = "cpu")]
pub fn cpu() -> Device {
    Device::flex()
}

/// Sentences about a GPU that stopped working after it was handed out: lost, or refusing a command.
#[cfg(all(target_family = "wasm", feature = "webgpu"))]
pub type Troubles = async_channel::Receiver<String>;

/// The browser's GPU: the device, the name of its adapter, and the channel on which trouble is reported.
///
/// The browser must offer WebGPU with `timestamp-query`; without that feature burn panics, so the caller checks it
/// first. The runtime behind the device is set up once a page; later calls hand out the same one.
#[cfg(all(target_family = "wasm", feature = "webgpu"))]
pub async fn webgpu() -> Result<(Device, String, Troubles)> {
    use burn_wgpu::{WgpuBackend, WgpuSetup};
    use std::cell::OnceCell;

    /// Commands put together before they are sent to the GPU: more than burn's 32, because in a browser each
    /// submission crosses to another process.
    const TASKS_MAX: usize = 64;

    thread_local! {
        static OPENED: OnceCell<(Device, WgpuSetup)> = const { OnceCell::new() };
    }

    let opened = OPENED.with(|opened| opened.get().cloned());
    let (device, setup) = match opened {
        Some(opened) => opened,
        None => {
            run_constructors();
            let options = Device::wgpu_options().graphics_api(WgpuBackend::WebGpu).tasks_max(TASKS_MAX);
            let opened = options.init_with_setup_async().await;
            let opened = opened.map_err(|error| Error::Device(format!("WebGPU cannot be used: {error}")))?;
            OPENED.with(|cell| cell.get_or_init(|| opened).clone())
        }
    };
    let info = setup.adapter.get_info();
    let words: Vec<String> = [info.name, info.driver, info.driver_info].into_iter().filter(|w| !w.is_empty()).collect();
    let adapter = if words.is_empty() { "a GPU that the browser does not name".into() } else { words.join(", ") };
    Ok((device, adapter, watch(&setup.device)))
}

/// Runs the constructors with which the shader compiler registers its instructions.
///
/// Unless somebody calls them by name, the linker takes the module for a program that runs once, and has every exported
/// function call all of them anew: every allocation that JavaScript asks for, every promise that settles. That took
/// more time than the whole step.
#[cfg(all(target_family = "wasm", feature = "webgpu"))]
#[expect(unsafe_code, reason = "a function that the linker makes can only be named as a foreign one")]
fn run_constructors() {
    unsafe extern "C" {
        fn __wasm_call_ctors();
    }
    // SAFETY: The linker defines it with this signature. All constructors are those of the crate `inventory`, which may
    // run at any time and more than once.
    unsafe { __wasm_call_ctors() }
}

#[cfg(all(target_family = "wasm", feature = "webgpu"))]
fn watch(device: &burn_wgpu::wgpu::Device) -> Troubles {
    let (report, troubles) = async_channel::unbounded();
    let report_lost = report.clone();
    // A report that nobody listens to any more is no error of ours.
    device.set_device_lost_callback(move |reason, message| {
        let _ = report_lost.try_send(format!("the GPU was lost ({reason:?}): {message}"));
    });
    device.on_uncaptured_error(std::sync::Arc::new(move |error: burn_wgpu::wgpu::Error| {
        let _ = report.try_send(format!("the GPU refused a command: {error}"));
    }));
    troubles
}

/// What [`probe`] gives on the processor; the tests hold it against what it gives today.
const PROBE: &str = include_str!("device/probe.json");

/// The largest difference between what `device` makes of a small network, forward and backward, and what a processor
/// made of it: about 1e-6 where it computes what it should.
///
/// A GPU driver that miscompiles a kernel does not say so: only its numbers tell. The network has every kind of
/// operation of the real ones: convolution with and without stride, normalisation, SiLU, attention, softmax, and the
/// gradient of a log probability with respect to its input.
pub async fn self_test(device: &Device) -> Result<f32> {
    let broken = |error| Error::Device(format!("the self test lost its numbers: {error}"));
    let (got, want) = (probe(device).await?, serde_json::from_str::<Vec<f32>>(PROBE).map_err(broken)?);
    if got.len() != want.len() {
        return Ok(f32::INFINITY);
    }
    let difference = got.iter().zip(&want).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    // `max` drops NaN, and a NaN is the very thing to notice.
    Ok(if got.iter().chain(&want).all(|v| v.is_finite()) { difference } else { f32::INFINITY })
}

/// The largest difference on `device` between its fast kernels and plain tensor operations, over many shapes, in values
/// and gradients of order 1: about 1e-5 where both are sound. Slower than [`self_test`], and finds what that leaves out.
pub async fn kernel_test(device: &Device) -> Result<f32> {
    kernels::check::largest_difference(device).await
}

/// Output and input gradient of the test network, one after the other.
async fn probe(device: &Device) -> Result<Vec<f32>> {
    /// Odd, so that blocks and vectors are not whole.
    const SIDE: usize = 7;
    const INPUTS: usize = 4;
    const CHANNELS: usize = 16;
    const CLASSES: usize = 5;
    /// Brings the gradient to the order of 1, so that what is wrong with it shows.
    const PULL: f32 = 64.0;
    let bias = wave([CHANNELS], 0.5, device);
    let conv = |x: Tensor<4>, weight: Tensor<4>| match Prepared::of(&weight) {
        Some(prepared) => prepared.conv(x, bias.clone()),
        None => module::conv2d(x, weight, Some(bias.clone()), ConvOptions::new([1; 2], [0; 2], [1; 2], 1)),
    };
    let norm = |x: Tensor<4>, silu| {
        kernels::group_norm(x, wave([1, 2 * CHANNELS], 2.0, device), Form { groups: 4, epsilon: 1e-5, silu, at: 0 })
    };
    let x = wave([1, INPUTS, SIDE, SIDE], 1.0, device).autodiff().require_grad();
    let h = norm(conv(x.clone(), wave([CHANNELS, INPUTS, 3, 3], 0.4, device)), true);
    let h = norm(conv(h, wave([CHANNELS, CHANNELS, 1, 1], 0.3, device)), false);
    let halving = ConvOptions::new([2; 2], [1; 2], [1; 2], 1);
    let h = activation::silu(module::conv2d(h, wave([CHANNELS, CHANNELS, 3, 3], 0.2, device), None, halving));
    let [_, _, side, _] = h.dims();
    let tokens = h.reshape([1, CHANNELS, side * side]);
    let attention = activation::softmax(tokens.clone().swap_dims(1, 2).matmul(tokens.clone()), 2);
    let pooled = tokens.matmul(attention.swap_dims(1, 2)).mean_dim(2).reshape([1, CHANNELS]);
    let log_p = activation::log_softmax(pooled.matmul(wave([CHANNELS, CLASSES], 1.0, device)), 1);
    let mut gradients = (log_p.clone().slice([0..1, 0..1]) * PULL).backward();
    let gradient =
        x.grad_remove(&mut gradients).ok_or_else(|| Error::Device("the self test lost its gradient".into()))?;
    let mut numbers = read(log_p.inner()).await?;
    numbers.extend(read(gradient).await?);
    Ok(numbers)
}

/// The values of `tensor`, awaited: a browser cannot wait for its GPU in any other way.
pub async fn read<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>> {
    let data = tensor.into_data_async().await;
    let data = data.map_err(|error| Error::Device(format!("the device could not return a result: {error}")))?;
    Ok(data.iter::<f32>().collect())
}

#[cfg(all(test, not(target_family = "wasm")))]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_the_self_test_are_those_of_the_processor() {
        const TOLERANCE: f32 = 2e-6;
        let difference = pollster::block_on(self_test(&cpu())).unwrap();
        let today = pollster::block_on(probe(&cpu())).unwrap();
        assert!(difference < TOLERANCE, "src/device/probe.json is off by {difference}; it should be {today:?}");
    }
}
