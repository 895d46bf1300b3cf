//! Pictures ↔ the product's panels for 1×1 convolutions, on the processor: four pixels stand for four blocks.

use super::blocks::LANES;
use super::product::PANEL;

/// A batch of images seen pixel by pixel; the last four of an image may be more than there are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pixels {
    images: usize,
    area: usize,
}

impl Pixels {
    pub(super) fn new(images: usize, area: usize) -> Self {
        Self { images, area }
    }

    fn groups_an_image(&self) -> usize {
        self.area.div_ceil(LANES)
    }

    /// Groups of four pixels of all images.
    pub(super) fn groups(&self) -> usize {
        self.images * self.groups_an_image()
    }

    /// # Shapes
    /// `x` `[images, channels, area]` → `[groups, channels, 4]`
    pub(super) fn spread(&self, x: &[f32], channels: usize) -> Vec<f32> {
        let mut v = vec![0.0; self.groups() * channels * LANES];
        let image = self.groups_an_image() * channels * LANES;
        for (x, v) in x.chunks_exact(channels * self.area).zip(v.chunks_exact_mut(image)) {
            for (channel, line) in x.chunks_exact(self.area).enumerate() {
                let columns = v.chunks_exact_mut(channels * LANES);
                for (four, column) in line.chunks(LANES).zip(columns) {
                    column[channel * LANES..][..four.len()].copy_from_slice(four);
                }
            }
        }
        v
    }

    /// # Shapes
    /// `m` `[panels, groups, 4, 8]`, `bias` `[channels]` or empty → `[images, channels, area]`
    pub(super) fn collect(&self, m: &[f32], channels: usize, bias: &[f32]) -> Vec<f32> {
        let mut y = vec![0.0; self.images * channels * self.area];
        let each = self.groups_an_image() * LANES * PANEL;
        for (image, y) in y.chunks_exact_mut(channels * self.area).enumerate() {
            for (channel, line) in y.chunks_exact_mut(self.area).enumerate() {
                let bias = bias.get(channel).copied().unwrap_or(0.0);
                let panel = (channel / PANEL * self.images + image) * each + channel % PANEL;
                for (to, from) in line.iter_mut().zip(m[panel..].iter().step_by(PANEL)) {
                    *to = from + bias;
                }
            }
        }
        y
    }
}
