//! Every step of a run, kept for a file: the numbers as a tensor, or an animated picture.

use std::ops::Range;

use burn::tensor::Tensor;
use image::codecs::gif::{GifEncoder, Repeat};
use image::{Delay, DynamicImage, Frame};
use safetensors::tensor::{Dtype, TensorView};

use crate::data::grid;
use crate::device::read;
use crate::pixels::sample_bytes;
use crate::{Error, Result};

/// The tensor of a trajectory.
const TENSOR: &str = "sample";

/// Length of the moving part in ms, however many steps it has, within what browsers show.
const LENGTH: usize = 3000;
const SHORTEST: usize = 20;
const LONGEST: usize = 200;

/// How long the last picture is held, in ms.
const HELD: usize = 1500;

/// Small images are shown this many times as large, up to this side.
const ZOOM_MAX: usize = 4;
const SIDE_MAX: usize = 256;

/// The palette looks at every tenth pixel: what the encoder's authors advise between quality and time.
const SPEED: i32 = 10;

/// One tensor of every step, for all images of a run.
pub(super) struct Film {
    /// N, C, H and W.
    shape: [usize; 4],
    /// A step each, planar.
    frames: Vec<Vec<f32>>,
}

impl Film {
    /// An empty film of `[N, C, H, W]`.
    pub(super) fn new(shape: [usize; 4]) -> Self {
        Self { shape, frames: Vec::new() }
    }

    /// Keeps what the `step`-th step, counted from 1, made of some of the images.
    pub(super) fn keep(&mut self, images: Range<usize>, step: usize, x: &Tensor<4>) -> Result<()> {
        let [n, c, h, w] = self.shape;
        let image = c * h * w;
        let values = pollster::block_on(read(x.clone()))?;
        if self.frames.len() < step {
            self.frames.resize_with(step, || vec![0.0; n * image]);
        }
        self.frames[step - 1][images.start * image..images.end * image].copy_from_slice(&values);
        Ok(())
    }

    /// All of it as a safetensors file.
    ///
    /// # Shapes
    /// Tensor `sample`, f32, `[K, N, C, H, W]`; row k − 1 is what the k-th executed step made.
    pub(super) fn tensor(&self) -> Result<Vec<u8>> {
        let bytes: Vec<u8> = self.frames.iter().flatten().flat_map(|value| value.to_le_bytes()).collect();
        let [n, c, h, w] = self.shape;
        let unwritable = |error: safetensors::SafeTensorError| Error::Device(error.to_string());
        let view = TensorView::new(Dtype::F32, vec![self.frames.len(), n, c, h, w], &bytes).map_err(unwritable)?;
        safetensors::serialize([(TENSOR, view)], None).map_err(unwritable)
    }

    /// The images side by side, a picture a step, as an animated GIF.
    pub(super) fn gif(&self, columns: usize) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.encode_gif(&mut bytes, columns)
            .map_err(|error| Error::Device(format!("the animation could not be encoded: {error}")))?;
        Ok(bytes)
    }

    fn encode_gif(&self, bytes: &mut Vec<u8>, columns: usize) -> image::ImageResult<()> {
        let [_, c, size, _] = self.shape;
        let moving = (LENGTH / self.frames.len().max(1)).clamp(SHORTEST, LONGEST);
        let mut gif = GifEncoder::new_with_speed(bytes, SPEED);
        gif.set_repeat(Repeat::Infinite)?;
        for (k, frame) in self.frames.iter().enumerate() {
            let pixels = sample_bytes(frame);
            let images: Vec<&[u8]> = pixels.chunks(c * size * size).collect();
            let picture = grid(&images, size, columns, (SIDE_MAX / size).clamp(1, ZOOM_MAX));
            let ms = if k + 1 == self.frames.len() { HELD } else { moving };
            let delay = Delay::from_numer_denom_ms(ms as u32, 1);
            gif.encode_frame(Frame::from_parts(DynamicImage::from(picture).into_rgba8(), 0, 0, delay))?;
        }
        Ok(())
    }
}
