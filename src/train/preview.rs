//! What a training run shows of itself: samples from the averaged weights, for people to look at.

use std::rc::Rc;

use burn::tensor::{DType, Device};
use image::RgbImage;

use super::config::TrainConfig;
use crate::Result;
use crate::data::{Dataset, grid};
use crate::device::read;
use crate::guidance::Method;
use crate::models::{Labels, UNet};
use crate::pixels::{RGB, sample_bytes};
use crate::session::{Models, Options, Session, Settings};

/// Samples of each class: a row of the sheet.
const COLUMNS: usize = 8;

/// Few steps, because the sheet is drawn again with every checkpoint: together they cost about as much as four
/// training steps of batch 64.
const STEPS: &str = "20";

const ZOOM: usize = 2;

/// A sheet with a row for each class, told to the network, and the styles in turn. The same noise every time, so that
/// sheets of one run compare.
pub(super) fn sheet(network: &UNet, config: &TrainConfig, data: &Dataset, device: &Device) -> Result<RgbImage> {
    let size = config.network.image_size;
    let models = Models {
        denoiser: Rc::new(network.clone()),
        weak: None,
        classifier: None,
        process: config.diffusion.clone(),
        shape: [RGB, size, size],
        classes: data.classes().to_vec(),
        styles: data.styles().to_vec(),
        device: device.clone(),
        dtype: DType::F32,
    };
    let settings = Settings { method: vec![Method::Conditional], steps: STEPS.into(), ..Settings::default() };
    let mut images = Vec::new();
    for class in 0..data.classes().len() {
        let style = (0..COLUMNS).map(|k| (!data.styles().is_empty()).then(|| k % data.styles().len())).collect();
        let labels = Labels { class: vec![Some(class); COLUMNS], style };
        let options = Options { labels: Some(labels), first: (class * COLUMNS) as u64, ..Options::default() };
        let x0 = Session::new(models.clone(), settings.clone(), options)?.finish();
        images.extend(sample_bytes(&pollster::block_on(read(x0))?));
    }
    let images: Vec<&[u8]> = images.chunks(RGB * size * size).collect();
    Ok(grid(&images, size, COLUMNS, ZOOM))
}
