//! Batches as a function of (seed, step): which images, how augmented, at which timestep, with which labels dropped.

use burn::tensor::{Device, Tensor, TensorData};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use rayon::prelude::*;

use super::config::{Augment, TrainConfig};
use crate::data::{Dataset, TRAIN};
use crate::models::Labels;
use crate::{Error, Result};

/// One step's worth of training data, on the host.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// Pixels in −1..1, `[N, 3, size, size]`.
    pub images: Vec<f32>,
    /// True class of each image.
    pub class: Vec<usize>,
    /// True style of each image.
    pub style: Vec<usize>,
    /// What the UNet is told.
    pub labels: Labels,
    /// Timestep of each image; `None` is a noise-free image.
    pub t: Vec<Option<usize>>,
}

impl Batch {
    /// The images on a device.
    ///
    /// # Shapes
    /// `[N, 3, size, size]`
    pub fn tensor(&self, size: usize, device: &Device) -> Tensor<4> {
        let shape = [self.class.len(), 3, size, size];
        Tensor::from_data(TensorData::new(self.images.clone(), shape), device)
    }
}

/// Draws batches from the training split.
pub struct Batches<'a> {
    data: &'a Dataset,
    config: &'a TrainConfig,
    classes: Vec<ClassPool>,
    timesteps: usize,
}

/// The training images of one class, with running sums of their weights.
struct ClassPool {
    up_to: f64,
    images: Vec<(f64, usize)>,
    flip: bool,
}

impl<'a> Batches<'a> {
    /// Prepares the class pools; a class without a training image is an error.
    pub fn new(data: &'a Dataset, config: &'a TrainConfig) -> Result<Self> {
        let known = |what: &str, class: &str| {
            let found = data.classes().iter().any(|name| name == class);
            let expected = format!("one of {}", data.classes().join(", "));
            found.then_some(()).ok_or_else(|| Error::invalid(what, expected, class))
        };
        config.class_weights.keys().try_for_each(|class| known("class-weights", class))?;
        config.augment.no_flip.iter().try_for_each(|class| known("augment.no-flip", class))?;
        let mut pools = Vec::new();
        let mut up_to = 0.0;
        for (class, name) in data.classes().iter().enumerate() {
            let mut sum = 0.0;
            let members = data.indices(TRAIN).into_iter().filter(|&i| usize::from(data.class()[i]) == class);
            let images: Vec<_> = members
                .map(|i| {
                    sum += if data.tone()[i] == 0 { 1.0 } else { config.tone_weight };
                    (sum, i)
                })
                .collect();
            if images.is_empty() {
                return Err(Error::invalid(format!("class `{name}`"), "training images", "none"));
            }
            let size = if config.uniform_classes { 1.0 } else { sum };
            up_to += size * config.class_weights.get(name).copied().unwrap_or(1.0);
            pools.push(ClassPool { up_to, images, flip: !config.augment.no_flip.contains(name) });
        }
        Ok(Self { data, config, classes: pools, timesteps: config.diffusion.timesteps })
    }

    /// The batch of a step.
    pub fn at(&self, step: u64) -> Batch {
        let size = self.data.size();
        let count = self.config.batch;
        let mut images = vec![0.0; count * 3 * size * size];
        let drawn: Vec<Drawn> = images
            .par_chunks_mut(3 * size * size)
            .enumerate()
            .map(|(k, pixels)| self.draw(step * count as u64 + k as u64, pixels))
            .collect();
        Batch {
            images,
            class: drawn.iter().map(|d| d.class).collect(),
            style: drawn.iter().map(|d| d.style).collect(),
            labels: Labels {
                class: drawn.iter().map(|d| d.keep_class.then_some(d.class)).collect(),
                style: drawn.iter().map(|d| d.keep_style.then_some(d.style)).collect(),
            },
            t: drawn.iter().map(|d| d.t).collect(),
        }
    }

    /// Draws image number `index` of the run.
    fn draw(&self, index: u64, pixels: &mut [f32]) -> Drawn {
        let mut rng = Draws::new(self.config.seed, index);
        let last = self.classes.last().map_or(0.0, |pool| pool.up_to);
        let position = rng.unit() * last;
        let class = self.classes.partition_point(|pool| pool.up_to <= position).min(self.classes.len() - 1);
        let pool = &self.classes[class];
        let position = rng.unit() * pool.images.last().map_or(0.0, |(sum, _)| *sum);
        let image = pool.images.partition_point(|(sum, _)| *sum <= position).min(pool.images.len() - 1);
        let image = pool.images[image].1;
        augment(self.data.image(image), self.data.size(), &self.config.augment, pool.flip, &mut rng, pixels);
        let t = rng.below(self.timesteps);
        Drawn {
            class,
            style: usize::from(self.data.style()[image]),
            keep_class: rng.unit() >= self.config.label_dropout,
            keep_style: rng.unit() >= self.config.label_dropout,
            t: (rng.unit() >= self.config.clean).then_some(t),
        }
    }
}

struct Drawn {
    class: usize,
    style: usize,
    keep_class: bool,
    keep_style: bool,
    t: Option<usize>,
}

/// Random numbers of one image of one run.
struct Draws(ChaCha8Rng);

impl Draws {
    fn new(seed: u64, index: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(index);
        Self(rng)
    }

    /// Uniform in 0..1.
    fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Uniform in −1..1.
    fn signed(&mut self) -> f64 {
        2.0 * self.unit() - 1.0
    }

    /// Uniform below `n`.
    fn below(&mut self, n: usize) -> usize {
        (self.unit() * n as f64) as usize
    }
}

/// Copies an image into −1..1, cropped, shifted, turned, mirrored, tinted and partly painted over, as far as asked for;
/// what comes in from outside is background.
fn augment(image: &[u8], size: usize, config: &Augment, flip: bool, rng: &mut Draws, out: &mut [f32]) {
    let mirrored = config.flip && flip && rng.unit() < 0.5;
    let side = size as f64 * (config.crop + (1.0 - config.crop) * rng.unit());
    let slack = size as f64 - side;
    let mut shift = || rng.below(2 * config.shift + 1) as f64 - config.shift as f64;
    let (left, top) = (shift(), shift());
    let (left, top) = (left + slack * rng.unit(), top + slack * rng.unit());
    let zoom = side / size as f64;
    let angle = if config.rotate > 0.0 { config.rotate.to_radians() * rng.signed() } else { 0.0 };
    let (sin, cos) = (libm::sin(angle), libm::cos(angle));
    let tint = [0; 3].map(|_| if config.colour > 0.0 { (1.0 + config.colour * rng.signed()) as f32 } else { 1.0 });
    let hole = hole(size, config, rng);
    let half = size as f64 / 2.0;
    let plane = size * size;
    for y in 0..size {
        for x in 0..size {
            let column = if mirrored { size - 1 - x } else { x };
            // Pixel centres, so that a zoom of 1 and a whole shift copy pixels exactly.
            let (a, b) = ((column as f64 + 0.5 - half) * zoom, (y as f64 + 0.5 - half) * zoom);
            let u = left + half * zoom + (cos * a - sin * b) - 0.5;
            let v = top + half * zoom + (sin * a + cos * b) - 0.5;
            let painted = hole.as_ref().is_some_and(|[across, down]| across.contains(&x) && down.contains(&y));
            for c in 0..3 {
                let grey = match painted {
                    true => f32::from(config.background),
                    false => bilinear(&image[c * plane..(c + 1) * plane], size, config.background, u, v),
                };
                let grey = if tint[c] == 1.0 { grey } else { 255.0 - (255.0 - grey) * tint[c] };
                out[c * plane + y * size + x] = grey.clamp(0.0, 255.0) / 127.5 - 1.0;
            }
        }
    }
}

/// The columns and rows of the square to paint over, if this image has one.
fn hole(size: usize, config: &Augment, rng: &mut Draws) -> Option<[std::ops::Range<usize>; 2]> {
    if config.erase == 0.0 || rng.unit() < 0.5 {
        return None;
    }
    let side = 1 + rng.below((config.erase * size as f64) as usize);
    // The centre is inside; what lies beyond the edge is cut off.
    Some([0; 2].map(|_| {
        let centre = rng.below(size);
        centre.saturating_sub(side / 2)..centre + side.div_ceil(2)
    }))
}

fn bilinear(plane: &[u8], size: usize, background: u8, u: f64, v: f64) -> f32 {
    let (x, y) = (u.floor(), v.floor());
    let (a, b) = ((u - x) as f32, (v - y) as f32);
    let at = |x: f64, y: f64| {
        let inside = (0.0..size as f64).contains(&x) && (0.0..size as f64).contains(&y);
        if inside { f32::from(plane[y as usize * size + x as usize]) } else { f32::from(background) }
    };
    let top = at(x, y) * (1.0 - a) + if a > 0.0 { at(x + 1.0, y) * a } else { 0.0 };
    if b == 0.0 {
        return top;
    }
    let bottom = at(x, y + 1.0) * (1.0 - a) + if a > 0.0 { at(x + 1.0, y + 1.0) * a } else { 0.0 };
    top * (1.0 - b) + bottom * b
}
