//! What is trained: a network, and its loss on a batch.

use burn::module::Module;
use burn::tensor::{Device, Int, Tensor, TensorData, activation};
use image::RgbImage;

use super::batch::Batch;
use super::config::TrainConfig;
use super::preview;
use crate::Result;
use crate::data::Dataset;
use crate::diffusion::losses::{self, Loss};
use crate::diffusion::process::Process;
use crate::diffusion::{CounterNoise, NoiseSource, Stream};
use crate::models::{Denoiser, EncoderUNet, NetworkConfig, UNet};
use crate::weights::ModelKind;

/// A kind of network and how it learns.
pub trait Task {
    /// The network.
    type Network: Module;

    /// What the network is for.
    const KIND: ModelKind;

    /// A fresh network.
    fn network(config: &NetworkConfig, device: &Device) -> Result<Self::Network>;

    /// The loss of a batch, a scalar.
    fn loss(network: &Self::Network, example: Example<'_>) -> Tensor<1>;

    /// A sheet of pictures that the network makes, if it makes any.
    fn sheet(
        network: &Self::Network,
        config: &TrainConfig,
        data: &Dataset,
        device: &Device,
    ) -> Result<Option<RgbImage>>;
}

/// A batch that has been noised.
pub struct Example<'a> {
    /// How it is to be learned.
    pub config: &'a TrainConfig,
    /// What was drawn.
    pub batch: &'a Batch,
    /// The noise process.
    pub process: &'a Process,
    /// Clean images `[N, 3, size, size]`.
    pub x0: Tensor<4>,
    /// The noise in them, same shape.
    pub noise: Tensor<4>,
    /// Index of each image in the process; noise-free images have 0 here.
    pub i: Vec<usize>,
}

impl<'a> Example<'a> {
    /// Noises a batch; the noise is a function of the seed and the number of the image in the run.
    pub fn new(config: &'a TrainConfig, process: &'a Process, batch: &'a Batch, step: u64, device: &Device) -> Self {
        let x0 = batch.tensor(config.network.image_size, device);
        let shape = x0.dims();
        let source = CounterNoise { seed: config.seed, first: step * shape[0] as u64 };
        let noise = source.draw(Stream::Training, 0, shape);
        let noise = Tensor::from_data(TensorData::new(noise, shape), device);
        let i = batch.t.iter().map(|t| t.unwrap_or(0)).collect();
        Self { config, batch, process, x0, noise, i }
    }

    /// x_t of every image, and the timestep the network is told.
    fn noised(&self) -> (Tensor<4>, Vec<f64>) {
        let mut x_t = self.process.q_sample(self.x0.clone(), &self.i, self.noise.clone());
        if self.batch.t.iter().any(Option::is_none) {
            let n = self.i.len();
            let noisy: Vec<f32> = self.batch.t.iter().map(|t| f32::from(u8::from(t.is_some()))).collect();
            let noisy = Tensor::<4>::from_data(TensorData::new(noisy, [n, 1, 1, 1]), &x_t.device());
            x_t = x_t * noisy.clone() + self.x0.clone() * (noisy.neg() + 1.0);
        }
        (x_t, self.i.iter().map(|&i| self.process.schedule.network_t(i)).collect())
    }
}

/// Learns to predict the noise.
pub struct UnetTask;

impl Task for UnetTask {
    type Network = UNet;

    const KIND: ModelKind = ModelKind::Unet;

    fn network(config: &NetworkConfig, device: &Device) -> Result<UNet> {
        UNet::new(config, device)
    }

    fn loss(network: &UNet, example: Example<'_>) -> Tensor<1> {
        let (x_t, t) = example.noised();
        let output = network.forward(x_t.clone(), &t, &example.batch.labels);
        let Example { config, process, x0, noise, i, .. } = example;
        let mixed = losses::Example { x0, noise, x_t, i: &i };
        let terms = losses::training_losses(process, Loss::RescaledMse, output, mixed);
        let (Some(gamma), Some(mse)) = (config.min_snr, terms.mse) else { return terms.loss.mean() };
        let weights = losses::min_snr_weights(process, gamma, &i);
        let weights = Tensor::from_data(TensorData::new(weights, [i.len()]).convert::<f32>(), &mse.device());
        let weighted = mse * weights;
        terms.vb.map_or(weighted.clone(), |vb| weighted + vb).mean()
    }

    fn sheet(network: &UNet, config: &TrainConfig, data: &Dataset, device: &Device) -> Result<Option<RgbImage>> {
        preview::sheet(network, config, data, device).map(Some)
    }
}

/// Learns to name class and style of noised images.
pub struct ClassifierTask;

impl Task for ClassifierTask {
    type Network = EncoderUNet;

    const KIND: ModelKind = ModelKind::Classifier;

    fn network(config: &NetworkConfig, device: &Device) -> Result<EncoderUNet> {
        EncoderUNet::new(config, device)
    }

    fn loss(network: &EncoderUNet, example: Example<'_>) -> Tensor<1> {
        let (x_t, t) = example.noised();
        let (class, style) = network.forward(x_t, &t);
        let loss = cross_entropy(class, &example.batch.class);
        match style {
            Some(style) => loss + cross_entropy(style, &example.batch.style) * example.config.style_weight,
            None => loss,
        }
    }

    fn sheet(_: &EncoderUNet, _: &TrainConfig, _: &Dataset, _: &Device) -> Result<Option<RgbImage>> {
        Ok(None)
    }
}

/// Mean of −log softmax(logits)\[label\].
///
/// # Shapes
/// `[N, K]`, N labels → scalar
fn cross_entropy(logits: Tensor<2>, labels: &[usize]) -> Tensor<1> {
    let n = labels.len();
    let labels: Vec<i64> = labels.iter().map(|&label| label as i64).collect();
    let index = Tensor::<2, Int>::from_data(TensorData::new(labels, [n, 1]), &logits.device());
    activation::log_softmax(logits, 1).gather(1, index).mean().neg()
}
