//! The forward process on one picture: what is left of it at a timestep, and what the networks make of that.

use burn::tensor::{Tensor, TensorData};

use super::Models;
use crate::{
    device::read,
    diffusion::{CounterNoise, Stream, noise::draw_like},
    error::{Error, Result},
    guidance::classifier,
    models::Labels,
};

/// A picture under noise. Images are planar, `[C, H, W]` row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Noised {
    /// abar at the timestep.
    pub abar: f64,
    /// `sqrt(abar) x_0 + sqrt(1 - abar) noise`. Ho et al. 2020, Eq. 4.
    pub x_t: Vec<f32>,
    /// The noise that was mixed in.
    pub noise: Vec<f32>,
    /// The denoiser's estimate of the picture.
    pub x0: Vec<f32>,
    /// Its estimate of the noise.
    pub eps: Vec<f32>,
    /// Mean square of eps - noise: the simple loss at this picture, timestep and noise. Ho et al. 2020, Eq. 14.
    pub error: f64,
    /// Class probabilities, if a classifier is loaded.
    pub probabilities: Option<Vec<f32>>,
}

impl Models {
    /// Noises a picture up to timestep `t` with the noise of `seed`, which is the same at every timestep. The networks
    /// are told `told` instead of `t`, if it is given: how x_0 follows from what they say is a matter of the true one.
    ///
    /// # Shapes
    /// `x0` is planar, `[C, H, W]` row by row, in -1..1.
    ///
    /// # Errors
    /// Numbers that are no image of the model's size, a timestep outside the chain, or a label that does not exist.
    pub async fn noised(
        &self,
        x0: Vec<f32>,
        t: usize,
        told: Option<usize>,
        seed: u64,
        labels: Labels,
    ) -> Result<Noised> {
        let [c, h, w] = self.shape;
        if x0.len() != c * h * w {
            let expected = format!("{c} planes of {h}x{w} numbers");
            return Err(Error::invalid("x0", expected, format!("{} numbers", x0.len())));
        }
        let process = self.process.full()?;
        let told = told.unwrap_or(t);
        for (what, t) in [("t", t), ("told", told)] {
            self.require_timestep(what, t as f64)?;
        }
        self.require_labels(&labels)?;
        let x0 = Tensor::<4>::from_data(TensorData::new(x0, [1, c, h, w]), (&self.device, self.dtype));
        let noise = draw_like(&CounterNoise { seed, first: 0 }, Stream::Start, 0, &x0);
        let x_t = process.q_sample(x0, &[t], noise.clone());
        let network_t = [process.schedule.network_t(told)];
        let output = self.denoiser.forward(x_t.clone(), &network_t, &labels);
        let (x0, eps) = process.estimate(t, x_t.clone(), output);
        let error = read((eps.clone() - noise.clone()).square().mean()).await?;
        let probabilities = match &self.classifier {
            Some(network) => Some(read(classifier::probabilities(&**network, &x_t, &network_t)).await?),
            None => None,
        };
        Ok(Noised {
            abar: process.schedule.abar[t],
            x_t: read(x_t).await?,
            noise: read(noise).await?,
            x0: read(x0).await?,
            eps: read(eps).await?,
            error: error.first().copied().unwrap_or(f32::NAN).into(),
            probabilities,
        })
    }
}
