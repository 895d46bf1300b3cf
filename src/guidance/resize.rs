//! MATLAB-style separable resampling as dense 1-D matrices, and the low-pass filter phi_N made of them.
//!
//! The resampling ILVR uses (Choi et al. 2021, "ILVR: Conditioning Method for Denoising Diffusion Probabilistic
//! Models", section 3.1; Shocher et al., ResizeRight's predecessor): kernels are widened when shrinking, weights sum
//! to 1, and the border is mirrored with the edge pixel repeated. Written as matrices, one filter is two small
//! products, which suits a GPU, and every factor and kernel works, also box and down to one pixel.
//!
//! phi_N is not a projection except for box: `phi(phi(x))` differs from `phi(x)` by a tenth to a third.

use burn::tensor::{DType, Device, Tensor, TensorData};

use crate::error::{Error, Result};

/// Keeps lanczos finite at 0: the spacing of float32 at 1, as in the reference.
const LANCZOS_EPSILON: f64 = f32::EPSILON as f64;

/// The shape a pixel is spread with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kernel {
    /// Keys 1981 with a = -0.5, 4 taps.
    Cubic,
    /// Sinc windowed by a wider sinc, 4 taps.
    Lanczos2,
    /// The same with 6 taps: the closest of them to a projection.
    Lanczos3,
    /// Triangle, 2 taps.
    Linear,
    /// Mean of the block when shrinking by a whole factor, nearest when growing.
    Box,
}

impl Kernel {
    /// Every kernel, the default first.
    pub const ALL: [Self; 5] = [Self::Cubic, Self::Lanczos2, Self::Lanczos3, Self::Linear, Self::Box];

    /// Its name in the settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cubic => "cubic",
            Self::Lanczos2 => "lanczos2",
            Self::Lanczos3 => "lanczos3",
            Self::Linear => "linear",
            Self::Box => "box",
        }
    }

    /// Width of its support in pixels, when not shrinking.
    pub fn width(self) -> f64 {
        match self {
            Self::Cubic | Self::Lanczos2 => 4.0,
            Self::Lanczos3 => 6.0,
            Self::Linear => 2.0,
            Self::Box => 1.0,
        }
    }

    /// Its value at distance `d`, in pixels.
    pub fn at(self, d: f64) -> f64 {
        let a = d.abs();
        match self {
            Self::Cubic if a <= 1.0 => 1.5 * a * a * a - 2.5 * a * a + 1.0,
            Self::Cubic if a <= 2.0 => -0.5 * a * a * a + 2.5 * a * a - 4.0 * a + 2.0,
            Self::Lanczos2 => lanczos(d, 2.0),
            Self::Lanczos3 => lanczos(d, 3.0),
            Self::Linear if a <= 1.0 => 1.0 - a,
            Self::Box if (-0.5..0.5).contains(&d) => 1.0,
            _ => 0.0,
        }
    }
}

fn lanczos(d: f64, lobes: f64) -> f64 {
    if d.abs() >= lobes {
        return 0.0;
    }
    let x = std::f64::consts::PI * d;
    (libm::sin(x) * libm::sin(x / lobes) + LANCZOS_EPSILON) / (x * x / lobes + LANCZOS_EPSILON)
}

/// A dense matrix in float64, row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    /// Number of rows: pixels out.
    pub rows: usize,
    /// Number of columns: pixels in.
    pub columns: usize,
    /// The entries.
    pub values: Vec<f64>,
}

impl Matrix {
    /// `self` after `first`.
    pub fn after(&self, first: &Self) -> Self {
        assert_eq!(self.columns, first.rows, "matrix product: inner sizes");
        let mut values = vec![0.0; self.rows * first.columns];
        for (row, out) in self.values.chunks(self.columns).zip(values.chunks_mut(first.columns)) {
            for (weight, inner) in row.iter().zip(first.values.chunks(first.columns)) {
                out.iter_mut().zip(inner).for_each(|(out, inner)| *out += weight * inner);
            }
        }
        Self { rows: self.rows, columns: first.columns, values }
    }

    /// As `[1, 1, rows, columns]`, or its transpose.
    fn tensor(&self, transposed: bool, device: &Device, dtype: DType) -> Tensor<4> {
        let shape = [1, 1, self.rows, self.columns];
        let tensor = Tensor::<4>::from_data(TensorData::new(self.values.clone(), shape), (device, dtype));
        if transposed { tensor.swap_dims(2, 3) } else { tensor }
    }
}

/// The matrix that resamples `size` pixels to `ceil(size * scale)`.
pub fn matrix(size: usize, scale: f64, kernel: Kernel) -> Matrix {
    let rows = (size as f64 * scale).ceil() as usize;
    // Shrinking widens the kernel, so that it also averages.
    let squeeze = scale.min(1.0);
    let width = kernel.width() / squeeze;
    let taps = width.ceil() as i64 + 2;
    let mut values = vec![0.0; rows * size];
    for (o, row) in values.chunks_mut(size).enumerate() {
        // Pixels count from 1 here; the output is centred on the input.
        let shift = (rows as f64 - size as f64 * scale) / 2.0;
        let centre = ((o + 1) as f64 - shift) / scale + 0.5 * (1.0 - 1.0 / scale);
        let first = (centre - width / 2.0).floor() as i64;
        let weights: Vec<f64> =
            (first..first + taps).map(|tap| squeeze * kernel.at(squeeze * (centre - tap as f64))).collect();
        let total: f64 = weights.iter().sum();
        for (tap, weight) in (first..).zip(weights) {
            row[mirrored(tap - 1, size)] += weight / total;
        }
    }
    Matrix { rows, columns: size, values }
}

/// Folds an index outside `0..size` back in, the edge pixel repeated.
fn mirrored(index: i64, size: usize) -> usize {
    let folded = index.rem_euclid(2 * size as i64) as usize;
    if folded < size { folded } else { 2 * size - 1 - folded }
}

/// Resamples the height and width of images.
///
/// # Shapes
/// `x` is `[N, C, H, W]`, `height` has H columns, `width` has W; the output is `[N, C, height.rows, width.rows]`.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use guidelight::guidance::resize::{Kernel, matrix, resample};
///
/// let wide = Tensor::<4>::from_floats([[[[0.0, 2.0, 4.0, 6.0], [0.0, 2.0, 4.0, 6.0]]]], &Device::flex());
/// let same = matrix(2, 1.0, Kernel::Cubic);
/// let half = matrix(4, 0.5, Kernel::Box);
/// let square: Vec<f32> = resample(wide, &same, &half).into_data().iter().collect();
/// assert_eq!(square, [1.0, 5.0, 1.0, 5.0]);
/// ```
pub fn resample(x: Tensor<4>, height: &Matrix, width: &Matrix) -> Tensor<4> {
    let (device, dtype) = (x.device(), x.dtype());
    height.tensor(false, &device, dtype).matmul(x).matmul(width.tensor(true, &device, dtype))
}

/// phi_N: shrinks by N and grows back, on one device.
///
/// ```
/// use burn::tensor::{DType, Device, Tensor};
/// use guidelight::guidance::resize::{Kernel, LowPass};
///
/// let device = Device::flex();
/// let stripes = Tensor::<4>::from_floats([[[[0.0, 1.0, 4.0, 7.0], [0.0, 1.0, 4.0, 7.0]]]], &device);
/// // With box it is the mean of each block of N x N pixels.
/// let phi_2 = LowPass::new([2, 4], 2, Kernel::Box, &device, DType::F32)?;
/// let coarse: Vec<f32> = phi_2.apply(stripes).into_data().iter().collect();
/// assert_eq!(coarse, [0.5, 0.5, 5.5, 5.5, 0.5, 0.5, 5.5, 5.5]);
/// assert!(LowPass::new([2, 4], 3, Kernel::Box, &device, DType::F32).is_err(), "3 divides neither side");
/// # Ok::<(), guidelight::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct LowPass {
    height: Tensor<4>,
    width: Tensor<4>,
}

impl LowPass {
    /// The filter for images of `size` (height, width), both divisible by `factor`.
    pub fn new(size: [usize; 2], factor: usize, kernel: Kernel, device: &Device, dtype: DType) -> Result<Self> {
        if factor == 0 || size.iter().any(|side| !side.is_multiple_of(factor)) {
            let [h, w] = size;
            return Err(Error::invalid(
                "down-n",
                format!("a whole number that divides the image size {h}x{w}"),
                factor.to_string(),
            ));
        }
        let [height, width] = size.map(|side| {
            let down = matrix(side, 1.0 / factor as f64, kernel);
            matrix(side / factor, factor as f64, kernel).after(&down)
        });
        Ok(Self { height: height.tensor(false, device, dtype), width: width.tensor(true, device, dtype) })
    }

    /// phi_N(x), `[N, C, H, W]` → the same.
    pub fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        self.height.clone().matmul(x).matmul(self.width.clone())
    }
}
