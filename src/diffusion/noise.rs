//! Noise: standard normals as a pure function of where they are used.
//!
//! Every draw is a function of (seed, image index, stream, step, element): image k is the same alone or in a batch,
//! a run that goes back and forks draws the same noise again, and native and browser runs agree to the bit. So
//! nothing here has state, the generator is ChaCha8 (Bernstein 2008) used as a counter, and the transform of Box and
//! Muller (1958) is computed in float64 with the `libm` crate, because the standard library's `ln` and `cos` differ
//! between targets in the last bit.

use burn::tensor::{Tensor, TensorData};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

/// What noise is used for; draws of different streams never share numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u64)]
pub enum Stream {
    /// The state a chain starts from.
    Start = 0,
    /// The noise a sampling step adds.
    Step = 1,
    /// The noise on a reference image.
    Reference = 2,
    /// The noise mixed into training images.
    Training = 3,
    /// The noise on a known picture.
    Known = 4,
    /// The noise that takes a chain back up.
    Jump = 5,
    /// Points drawn from a known density.
    Data = 6,
}

/// Where a chain gets its standard normals from.
pub trait NoiseSource {
    /// Standard normals for one use, row-major.
    ///
    /// # Shapes
    /// `shape` is `[N, C, H, W]`; the result has that many entries. `step` counts executed steps from 0.
    fn draw(&self, stream: Stream, step: usize, shape: [usize; 4]) -> Vec<f32>;
}

/// The noise of every run: a function of a seed and the index of the first image in the batch.
///
/// ```
/// use guidelight::diffusion::{CounterNoise, NoiseSource, Stream};
///
/// let batch = CounterNoise { seed: 7, first: 0 }.draw(Stream::Start, 0, [2, 3, 32, 32]);
/// let second = CounterNoise { seed: 7, first: 1 }.draw(Stream::Start, 0, [1, 3, 32, 32]);
/// assert_eq!(batch[3 * 32 * 32..], second);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CounterNoise {
    /// The seed of the run.
    pub seed: u64,
    /// Index of the batch's first image.
    pub first: u64,
}

impl NoiseSource for CounterNoise {
    fn draw(&self, stream: Stream, step: usize, shape: [usize; 4]) -> Vec<f32> {
        let [n, c, h, w] = shape;
        let elements = c * h * w;
        let mut values = Vec::with_capacity(n * elements);
        for image in 0..n as u64 {
            image_noise(self.seed, self.first + image, stream, step as u64, elements, &mut values);
        }
        values
    }
}

/// Appends one image's noise: seed, image index and step are the key, the stream is ChaCha's stream, and elements
/// 2j and 2j + 1 come from words 4j..4j + 4.
fn image_noise(seed: u64, image: u64, stream: Stream, step: u64, elements: usize, values: &mut Vec<f32>) {
    let mut key = [0; 32];
    for (bytes, number) in key.chunks_exact_mut(8).zip([seed, image, step]) {
        bytes.copy_from_slice(&number.to_le_bytes());
    }
    let mut rng = ChaCha8Rng::from_seed(key);
    rng.set_stream(stream as u64);
    for left in (1..=elements).rev().step_by(2) {
        let [cosine, sine] = normal_pair(rng.next_u64(), rng.next_u64());
        values.push(cosine);
        if left > 1 {
            values.push(sine);
        }
    }
}

/// Box and Muller 1958: two standard normals from 2 x 53 random bits.
fn normal_pair(a: u64, b: u64) -> [f32; 2] {
    const UNIT: f64 = 1.0 / (1u64 << 53) as f64;
    // The radius draws from (0, 1], so that its logarithm is finite; the angle from [0, 1).
    let radius = libm::sqrt(-2.0 * libm::log(((a >> 11) + 1) as f64 * UNIT));
    let angle = std::f64::consts::TAU * ((b >> 11) as f64 * UNIT);
    [(radius * libm::cos(angle)) as f32, (radius * libm::sin(angle)) as f32]
}

/// A draw as a tensor of the shape, device and precision of `like`.
pub(crate) fn draw_like(source: &dyn NoiseSource, stream: Stream, step: usize, like: &Tensor<4>) -> Tensor<4> {
    let shape = like.dims();
    let values = source.draw(stream, step, shape);
    assert_eq!(values.len(), shape.iter().product::<usize>(), "noise: one number an element");
    Tensor::from_data(TensorData::new(values, shape), (&like.device(), like.dtype()))
}

/// Spherical interpolation between two noises, over the whole of them: `alpha` 0 gives `z1`, 1 gives `z2`.
///
/// Shoemake 1985; used on latents by Song et al. 2021, section 5.3. A straight line would pass through noise of too
/// small a norm.
pub fn slerp(z1: &[f64], z2: &[f64], alpha: f64) -> Vec<f64> {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let cosine = dot(z1, z2) / libm::sqrt(dot(z1, z1) * dot(z2, z2));
    let theta = libm::acos(cosine.clamp(-1.0, 1.0));
    let (w1, w2) = if theta < 1e-6 {
        // Parallel noises: the arc is a straight line.
        (1.0 - alpha, alpha)
    } else {
        (libm::sin((1.0 - alpha) * theta) / libm::sin(theta), libm::sin(alpha * theta) / libm::sin(theta))
    };
    z1.iter().zip(z2).map(|(a, b)| w1 * a + w2 * b).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOISE: CounterNoise = CounterNoise { seed: 7, first: 0 };

    /// From an independent implementation. The browser tests check them too: change them and every shared seed changes its picture.
    #[test]
    fn bits_are_pinned() {
        let bits = |stream, step| -> Vec<u32> {
            NOISE.draw(stream, step, [1, 1, 1, 3]).into_iter().map(f32::to_bits).collect()
        };
        assert_eq!(bits(Stream::Start, 0), [0xbf3780dc, 0x3e1f897e, 0xbf82960e]);
        assert_eq!(bits(Stream::Step, 3), [0x3fa84c3c, 0x3fe97a3e, 0x3d8b3181]);
    }

    #[test]
    fn an_image_does_not_depend_on_its_batch() {
        let shape = [1, 3, 5, 5];
        let batch = NOISE.draw(Stream::Step, 2, [4, 3, 5, 5]);
        for image in 0..4 {
            let alone = CounterNoise { seed: 7, first: image }.draw(Stream::Step, 2, shape);
            assert_eq!(alone, batch[image as usize * 75..][..75]);
        }
    }

    #[test]
    fn seeds_streams_steps_and_images_differ() {
        let shape = [1, 1, 4, 4];
        let draws = [
            NOISE.draw(Stream::Start, 0, shape),
            NOISE.draw(Stream::Step, 0, shape),
            NOISE.draw(Stream::Step, 1, shape),
            NOISE.draw(Stream::Reference, 0, shape),
            CounterNoise { seed: 8, first: 0 }.draw(Stream::Start, 0, shape),
            CounterNoise { seed: 7, first: 1 }.draw(Stream::Start, 0, shape),
        ];
        for (k, draw) in draws.iter().enumerate() {
            assert!(draws[..k].iter().all(|other| other != draw), "draw {k} repeats an earlier one");
        }
    }

    #[test]
    fn draws_are_standard_normal() {
        let z = NOISE.draw(Stream::Start, 0, [16, 3, 64, 64]);
        let n = z.len() as f64;
        let moment = |power: i32| z.iter().map(|&z| f64::from(z).powi(power)).sum::<f64>() / n;
        // Five standard errors of each moment over n draws.
        assert!(moment(1).abs() < 5.0 / n.sqrt());
        assert!((moment(2) - 1.0).abs() < 5.0 * (2.0 / n).sqrt());
        assert!(moment(3).abs() < 5.0 * (15.0 / n).sqrt());
        assert!((moment(4) - 3.0).abs() < 5.0 * (96.0 / n).sqrt());
    }
}
