//! Noise read from a file: the draws of a run that was made elsewhere.

use std::rc::Rc;

use half::f16;
use safetensors::tensor::{Dtype, SafeTensors};

use crate::diffusion::noise::{CounterNoise, NoiseSource, Stream};
use crate::{Error, Result};

/// The tensor that holds the draws.
const TENSOR: &str = "noise";

/// The draws of some images: row 0 is x_T, row k the draw of the k-th executed step.
#[derive(Debug)]
pub(super) struct NoiseFile {
    rows: usize,
    /// Numbers of one row, `[N, C, H, W]`.
    row: usize,
    /// Numbers of one image.
    image: usize,
    values: Vec<f32>,
}

/// The draws of a batch out of a file; what a file does not hold comes from the seed.
struct Batch {
    file: Rc<NoiseFile>,
    rest: CounterNoise,
}

impl NoiseFile {
    /// Reads a safetensors file with a tensor `noise` in f16, f32 or f64.
    ///
    /// # Shapes
    /// `shape` is `[N, C, H, W]`; the tensor is `[K, N, C, H, W]`, or `[K, C, H, W]` for a single image.
    pub(super) fn parse(bytes: &[u8], shape: [usize; 4]) -> Result<Self> {
        let broken = |got: String| Error::invalid("noise", "a complete safetensors file", got);
        let file = SafeTensors::deserialize(bytes).map_err(|error| broken(error.to_string()))?;
        let tensor = file.tensor(TENSOR).map_err(|_| {
            let names = file.names().join(", ");
            Error::invalid(
                "noise",
                format!("a tensor `{TENSOR}`"),
                if names.is_empty() { "none".into() } else { names },
            )
        })?;
        let [n, c, h, w] = shape;
        let rows = match *tensor.shape() {
            [rows, images, channels, height, width] if [images, channels, height, width] == shape => Some(rows),
            [rows, channels, height, width] if [1, channels, height, width] == shape => Some(rows),
            _ => None,
        };
        let rows = rows.filter(|rows| *rows > 0).ok_or_else(|| {
            let expected = format!("shape [1 and as many rows as there are draws, {n}, {c}, {h}, {w}]");
            Error::invalid(format!("tensor `{TENSOR}`"), expected, format!("{:?}", tensor.shape()))
        })?;
        let data = tensor.data();
        let values: Vec<f32> = match tensor.dtype() {
            Dtype::F16 => data.as_chunks().0.iter().map(|&bytes| f16::from_le_bytes(bytes).to_f32()).collect(),
            Dtype::F32 => data.as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect(),
            Dtype::F64 => data.as_chunks().0.iter().map(|&bytes| f64::from_le_bytes(bytes) as f32).collect(),
            other => {
                let got = format!("{other:?}");
                return Err(Error::invalid(format!("tensor `{TENSOR}`"), "type F16, F32 or F64", got));
            }
        };
        if let Some(value) = values.iter().find(|value| !value.is_finite()) {
            return Err(Error::invalid(format!("tensor `{TENSOR}`"), "finite numbers", value.to_string()));
        }
        Ok(Self { rows, row: n * c * h * w, image: c * h * w, values })
    }

    /// Refuses a run of more steps than there are draws. The last step draws nothing, so x_T stands in for its row.
    pub(super) fn require(&self, steps: usize) -> Result<()> {
        if steps <= self.rows {
            return Ok(());
        }
        let expected = format!("at least {steps} rows for {steps} steps");
        Err(Error::invalid(format!("tensor `{TENSOR}`"), expected, self.rows.to_string()))
    }

    /// The noise of the batch that begins with image `first`.
    pub(super) fn batch(self: Rc<Self>, seed: u64, first: u64) -> Rc<dyn NoiseSource> {
        Rc::new(Batch { file: self, rest: CounterNoise { seed, first } })
    }
}

impl NoiseSource for Batch {
    fn draw(&self, stream: Stream, step: usize, shape: [usize; 4]) -> Vec<f32> {
        let row = match stream {
            Stream::Start => 0,
            Stream::Step => step + 1,
            _ => return self.rest.draw(stream, step, shape),
        };
        let NoiseFile { row: length, image, ref values, .. } = *self.file;
        let start = row * length + self.rest.first as usize * image;
        values[start..start + shape.iter().product::<usize>()].to_vec()
    }
}

#[cfg(test)]
mod tests {
    use safetensors::tensor::TensorView;

    use super::*;

    fn file(dtype: Dtype, shape: &[usize], values: &[f64]) -> Vec<u8> {
        let bytes: Vec<u8> = match dtype {
            Dtype::F16 => values.iter().flat_map(|&v| f16::from_f64(v).to_le_bytes()).collect(),
            Dtype::F32 => values.iter().flat_map(|&v| (v as f32).to_le_bytes()).collect(),
            _ => values.iter().flat_map(|&v| v.to_le_bytes()).collect(),
        };
        let view = TensorView::new(dtype, shape.to_vec(), &bytes).unwrap();
        safetensors::serialize([(TENSOR, view)], None).unwrap()
    }

    /// 4 rows of 3 images of 2 numbers: ten times the row, plus the image, plus a half for the second number.
    fn example() -> Vec<f64> {
        (0..24).map(|i| f64::from(i / 6 * 10 + i / 2 % 3) + f64::from(i % 2) / 2.0).collect()
    }

    #[test]
    fn a_batch_takes_the_draws_of_its_images_in_every_type() {
        for dtype in [Dtype::F16, Dtype::F32, Dtype::F64] {
            let noise = NoiseFile::parse(&file(dtype, &[4, 3, 1, 1, 2], &example()), [3, 1, 1, 2]).unwrap();
            let batch = Rc::new(noise).batch(7, 1);
            let shape = [2, 1, 1, 2];
            assert_eq!(batch.draw(Stream::Start, 0, shape), [1.0, 1.5, 2.0, 2.5], "{dtype:?}");
            assert_eq!(batch.draw(Stream::Step, 0, shape), [11.0, 11.5, 12.0, 12.5]);
            assert_eq!(batch.draw(Stream::Step, 2, shape), [31.0, 31.5, 32.0, 32.5]);
            let seeded = CounterNoise { seed: 7, first: 1 }.draw(Stream::Reference, 2, shape);
            assert_eq!(batch.draw(Stream::Reference, 2, shape), seeded);
        }
    }

    #[test]
    fn a_single_image_needs_no_dimension_of_its_own() {
        let bytes = file(Dtype::F32, &[12, 1, 1, 2], &example());
        let noise = NoiseFile::parse(&bytes, [1, 1, 1, 2]).unwrap();
        assert!(noise.require(12).is_ok());
        assert_eq!(
            noise.require(13).unwrap_err().to_string(),
            "tensor `noise`: expected at least 13 rows for 13 steps, got 12"
        );
        assert_eq!(Rc::new(noise).batch(0, 0).draw(Stream::Step, 0, [1, 1, 1, 2]), [1.0, 1.5]);
    }

    #[test]
    fn other_files_are_refused_in_a_sentence() {
        let refused = |bytes: &[u8], hint: &str| {
            let error = NoiseFile::parse(bytes, [3, 1, 1, 2]).unwrap_err().to_string();
            assert!(error.contains(hint) && !error.contains('\n'), "{error}");
        };
        let good = file(Dtype::F32, &[4, 3, 1, 1, 2], &example());
        refused(&good[..good.len() - 1], "complete safetensors file");
        refused(&file(Dtype::F32, &[2, 6, 1, 1, 2], &example()), "got [2, 6, 1, 1, 2]");
        refused(&file(Dtype::F32, &[12, 1, 1, 2], &example()), "got [12, 1, 1, 2]");
        refused(&file(Dtype::I64, &[4, 3, 1, 1, 2], &example()), "F16, F32 or F64");
        refused(&file(Dtype::F64, &[4, 3, 1, 1, 2], &[f64::NAN; 24]), "finite");
    }
}
