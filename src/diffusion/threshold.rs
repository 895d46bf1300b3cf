//! Dynamic thresholding: an x_0 estimate that strong guidance drove out of range is pressed back together.
//!
//! Saharia et al. 2022, "Photorealistic Text-to-Image Diffusion Models with Deep Language Understanding" (Imagen),
//! section 2.3: s is a high quantile of |x_0| in each image; where it exceeds 1, x_0 is clipped to -s..s and divided by
//! s. Plain clipping leaves saturated areas at -1 and 1 instead.
//!
//! The quantile is interpolated linearly between two order statistics. Sorting would read the device back, which a
//! browser cannot wait for, so the lower one is found by bisection.

use burn::tensor::Tensor;

use super::{
    catalogue::{Param, Values, named},
    process::Clip,
};

/// The usual quantile.
pub const QUANTILE: f64 = 0.995;

/// Halvings of the range in which an order statistic is searched: beyond float32, and short of 1e-9 in float64.
const HALVINGS: usize = 36;

/// What a run does about x_0 estimates that are out of range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClipMode {
    /// What the model's card says.
    Model,
    /// Nothing.
    None,
    /// They are clipped to -1..1.
    Static,
    /// [`dynamic_threshold`].
    Dynamic,
}

impl ClipMode {
    /// Every mode, the default first.
    pub const ALL: [Self; 4] = [Self::Model, Self::None, Self::Static, Self::Dynamic];

    /// Its name in the settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::None => "none",
            Self::Static => "static",
            Self::Dynamic => "dynamic",
        }
    }

    /// What the settings say, for a model that says `model`.
    pub fn of(values: &Values, model: Clip) -> Clip {
        match named(&Self::ALL, Self::name, values.text("clip")) {
            Self::Model => model,
            Self::None => Clip::None,
            Self::Static => Clip::Static,
            Self::Dynamic => Clip::Dynamic { quantile: values.number("clip-quantile"), max: f64::INFINITY },
        }
    }
}

/// Clips every image of x_0 to -s..s and divides it by s, the `quantile` of its |x_0| held between 1 and `max`.
///
/// # Shapes
/// `x0` and the result are `[N, C, H, W]`.
pub fn dynamic_threshold(x0: Tensor<4>, quantile: f64, max: f64) -> Tensor<4> {
    let [n, ..] = x0.dims();
    let s = quantile_of(x0.clone().abs().flatten(1, 3), quantile).clamp_min(1.0);
    let s = if max.is_finite() { s.clamp_max(max) } else { s };
    (x0 / s.reshape([n, 1, 1, 1])).clamp(-1.0, 1.0)
}

/// A quantile of each row of numbers that are at least 0.
///
/// # Shapes
/// `[N, M]` → `[N, 1]`.
fn quantile_of(values: Tensor<2>, quantile: f64) -> Tensor<2> {
    let [_, m] = values.dims();
    let position = quantile * (m - 1) as f64;
    let k = position.floor();
    let at_most = |bound: Tensor<2>| values.clone().lower_equal(bound).float().sum_dim(1);

    // At most k values are in 0..=low, more than k in 0..=high.
    let largest = values.clone().max_dim(1);
    let (mut low, mut high) = (largest.zeros_like() - 1.0, largest.clone());
    for _ in 0..HALVINGS {
        let middle = (low.clone() + high.clone()) * 0.5;
        let enough = at_most(middle.clone()).greater_elem(k + 0.5);
        low = low.mask_where(enough.clone().bool_not(), middle.clone());
        high = high.mask_where(enough, middle);
    }
    // The value itself, and the next one: the same again where it occurs more often.
    let outside = values.clone().greater(high);
    let value = values.clone().mask_fill(outside, 0.0).max_dim(1);
    let not_above = values.clone().lower_equal(value.clone());
    let above = values.clone().mask_where(not_above, largest.expand(values.dims())).min_dim(1);
    let repeated = at_most(value.clone()).greater_elem(k + 1.5);
    let next = above.mask_where(repeated, value.clone());
    value.clone() + (next - value) * (position - k)
}

/// The settings of what keeps x_0 in range.
pub fn params() -> [Param; 2] {
    [
        Param::choice("clip", "Clipping of x0", ClipMode::ALL.map(ClipMode::name).to_vec(), "model"),
        Param::number("clip-quantile", "Dynamic threshold (quantile)", [0.8, 1.0], 0.005, QUANTILE).accepting(0.0, 1.0),
    ]
}
