//! Loaded model files → [`Models`], once it is known that they go together.

use std::rc::Rc;

use burn::tensor::{DType, Device, Tensor, TensorData};

use super::Models;
use crate::{
    device::read,
    diffusion::ProcessConfig,
    error::{Error, Result},
    models::{Denoiser, EncoderUNet, Labels, ModelInfo, NONE, NoisyClassifier, load_classifier, load_unet},
    pixels::RGB,
    weights::Weights,
};

/// A denoiser with everything that its file says.
pub struct LoadedUnet {
    network: Rc<dyn Denoiser>,
    info: ModelInfo,
    process: ProcessConfig,
}

/// A classifier of noisy images with everything that its file says.
pub struct LoadedClassifier {
    network: Rc<EncoderUNet>,
    info: ModelInfo,
    process: ProcessConfig,
}

impl LoadedUnet {
    /// Puts a denoiser on `device`.
    pub fn new(weights: Weights, device: &Device) -> Result<Self> {
        let process = process(&weights)?;
        let (network, info) = load_unet(weights, device)?;
        let wanted = [RGB, if process.variance.is_learned() { 2 * RGB } else { RGB }];
        if info.channels != wanted {
            let say = |[inputs, outputs]: [usize; 2]| format!("{inputs} channels in and {outputs} out");
            return Err(Error::invalid(model(&info), say(wanted), say(info.channels)));
        }
        Ok(Self { network, info, process })
    }

    /// What people want to know about it.
    pub fn info(&self) -> &ModelInfo {
        &self.info
    }
}

impl LoadedClassifier {
    /// Puts a classifier on `device`.
    pub fn new(weights: Weights, device: &Device) -> Result<Self> {
        let process = process(&weights)?;
        let (network, info) = load_classifier(weights, device)?;
        let [channels, _] = info.channels;
        if channels != RGB {
            return Err(Error::invalid(model(&info), format!("{RGB} channels in"), channels.to_string()));
        }
        Ok(Self { network: Rc::new(network), info, process })
    }

    /// What people want to know about it.
    pub fn info(&self) -> &ModelInfo {
        &self.info
    }
}

impl Models {
    /// A denoiser on `device`, with the classifier that guides it if there is one.
    pub fn new(unet: &LoadedUnet, classifier: Option<&LoadedClassifier>, device: &Device) -> Result<Self> {
        if let Some(LoadedClassifier { info, process, .. }) = classifier {
            let wanted = &unet.info;
            if info.size != wanted.size {
                let (expected, got) = (format!("images of side {}", wanted.size), info.size.to_string());
                return Err(Error::invalid(model(info), expected, got));
            }
            if info.classes != wanted.classes {
                let expected = format!("the classes of `{}`, {}", wanted.name, wanted.classes.join(", "));
                return Err(Error::invalid(model(info), expected, info.classes.join(", ")));
            }
            // One without styles can be asked about classes alone.
            if !info.styles.is_empty() && info.styles != wanted.styles {
                let styles = if wanted.styles.is_empty() { NONE.into() } else { wanted.styles.join(", ") };
                let expected = format!("the styles of `{}`, {styles}", wanted.name);
                return Err(Error::invalid(model(info), expected, info.styles.join(", ")));
            }
            require_noise(&unet.process, process, model(info))?;
        }
        Ok(Self {
            denoiser: unet.network.clone(),
            weak: None,
            classifier: classifier.map(|loaded| loaded.network.clone() as Rc<dyn NoisyClassifier>),
            process: unet.process.clone(),
            shape: [RGB, unet.info.size, unet.info.size],
            classes: unet.info.classes.clone(),
            styles: unet.info.styles.clone(),
            device: device.clone(),
            dtype: DType::F32,
        })
    }

    /// What the denoiser says about images at timestep `t`, as it is: eps, x_0 or v, and a variance if it learned one.
    ///
    /// # Shapes
    /// `x` is planar, `[N, C, H, W]` row by row; so is the result, with 2C channels where there is a variance.
    ///
    /// # Errors
    /// Numbers that are not whole images, a timestep outside the chain, or a label that does not exist.
    pub async fn predict(&self, x: Vec<f32>, t: f64, class: Option<usize>, style: Option<usize>) -> Result<Vec<f32>> {
        let [c, h, w] = self.shape;
        let n = x.len() / (c * h * w);
        if n == 0 || x.len() != n * c * h * w {
            let expected = format!("{c} planes of {h}x{w} numbers for each image");
            return Err(Error::invalid("x", expected, format!("{} numbers", x.len())));
        }
        self.require_timestep("t", t)?;
        let labels = Labels { class: vec![class; n], style: vec![style; n] };
        self.require_labels(&labels)?;
        let x = Tensor::<4>::from_data(TensorData::new(x, [n, c, h, w]), (&self.device, self.dtype));
        read(self.denoiser.forward(x, &vec![t; n], &labels)).await
    }

    /// Refuses timesteps outside the chain.
    pub(super) fn require_timestep(&self, what: &str, t: f64) -> Result<()> {
        let last = self.process.timesteps - 1;
        let known = (0.0..=last as f64).contains(&t);
        known.then_some(()).ok_or_else(|| Error::invalid(what, format!("0 to {last}"), t.to_string()))
    }

    /// Refuses indices that no class or style has.
    pub(super) fn require_labels(&self, labels: &Labels) -> Result<()> {
        for (what, labels, names) in [("class", &labels.class, &self.classes), ("style", &labels.style, &self.styles)] {
            if let Some(label) = labels.iter().flatten().find(|label| **label >= names.len()) {
                return Err(Error::invalid(what, format!("a label below {}", names.len()), label.to_string()));
            }
        }
        Ok(())
    }

    /// The same with a weaker denoiser, which has to be about the same images and noise.
    pub fn with_weak(mut self, weak: &LoadedUnet) -> Result<Self> {
        let LoadedUnet { network, info, process } = weak;
        let [_, size, _] = self.shape;
        let check = |same: bool, expected: String, got: String| {
            same.then_some(()).ok_or_else(|| Error::invalid(format!("weaker {}", model(info)), expected, got))
        };
        check(info.size == size, format!("images of side {size}"), info.size.to_string())?;
        let labels = |classes: &[String], styles: &[String]| format!("{}; {}", classes.join(", "), styles.join(", "));
        let (wanted, got) = (labels(&self.classes, &self.styles), labels(&info.classes, &info.styles));
        check(wanted == got, format!("the labels {wanted}"), got)?;
        // A variance may differ: it is not asked for.
        let (wanted, got) = (self.process.prediction, process.prediction);
        check(wanted == got, format!("a network that predicts {wanted:?}"), format!("{got:?}"))?;
        require_noise(&self.process, process, format!("weaker {}", model(info)))?;
        self.weak = Some(network.clone());
        Ok(self)
    }
}

/// The noise process of a card.
fn process(weights: &Weights) -> Result<ProcessConfig> {
    let process: ProcessConfig = serde_json::from_value(weights.card.diffusion.clone())
        .map_err(|error| Error::invalid("model card, `diffusion`", "a noise process", error.to_string()))?;
    process.full()?;
    Ok(process)
}

/// Refuses the network `what` if it knows other noise levels than those of `wanted`, or under other timesteps.
fn require_noise(wanted: &ProcessConfig, got: &ProcessConfig, what: String) -> Result<()> {
    // The levels themselves: two cards may describe the same ones in different words.
    if wanted.rescale_timesteps == got.rescale_timesteps && wanted.full()?.schedule.abar == got.full()?.schedule.abar {
        return Ok(());
    }
    let say = |process: &ProcessConfig| {
        let ProcessConfig { schedule, timesteps, rescale_timesteps, zero_terminal_snr, .. } = process;
        format!("{schedule:?}, T = {timesteps}, rescaled {rescale_timesteps}, zero terminal SNR {zero_terminal_snr}")
    };
    Err(Error::invalid(what, format!("the noise process {}", say(wanted)), say(got)))
}

fn model(info: &ModelInfo) -> String {
    format!("model `{}`", info.name)
}
