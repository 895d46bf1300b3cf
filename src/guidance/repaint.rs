//! RePaint: what a mask keeps comes from a known picture, the rest is painted to fit.
//!
//! Lugmayr et al. 2022, "RePaint: Inpainting using Denoising Diffusion Probabilistic Models", Eq. 8 and Algorithm 1:
//! before a step the kept part of x_t is replaced with the known picture, noised to t. As the rest was painted without
//! knowing that, the chain goes back up now and then (section 4.2):
//! [`walk`](crate::diffusion::walk::walk).

use std::rc::Rc;

use burn::tensor::{Tensor, TensorData};

use super::{Guidance, Ingredients, StepContext, needed};
use crate::{
    diffusion::{
        NoiseSource, Stream,
        catalogue::{Entry, Needs, Param, Values, named},
        noise::draw_like,
        walk::Resampling,
    },
    error::Result,
};

/// RePaint.
pub struct Repaint {
    /// The known picture in -1..1, `[N, C, H, W]`.
    pub known: Tensor<4>,
    /// 1 where it is kept, 0 where the model paints, nothing between, `[1, 1, H, W]`.
    pub mask: Tensor<4>,
    /// Where the known picture's noise comes from.
    pub noise: Rc<dyn NoiseSource>,
}

impl Guidance for Repaint {
    fn prepare(&self, x_t: Tensor<4>, context: &StepContext<'_>) -> Tensor<4> {
        // The run starts from noise alone, which is what the known picture is at that level.
        if context.executed == 0 {
            return x_t;
        }
        let noise = draw_like(&*self.noise, Stream::Known, context.executed, &x_t);
        let known = context.process.q_sample(self.known.clone(), &vec![context.i; x_t.dims()[0]], noise);
        known * self.mask.clone() + x_t * (self.mask.clone() * -1.0 + 1.0)
    }
}

/// What is kept where no mask is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// All but the middle half of each side.
    Border,
    /// The middle half of each side.
    Middle,
    /// The left half.
    Left,
    /// The right half.
    Right,
    /// The upper half.
    Top,
    /// The lower half.
    Bottom,
}

impl Keep {
    /// Every shape, the default first.
    pub const ALL: [Self; 6] = [Self::Border, Self::Middle, Self::Left, Self::Right, Self::Top, Self::Bottom];

    /// Its name in the settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Border => "border",
            Self::Middle => "middle",
            Self::Left => "left",
            Self::Right => "right",
            Self::Top => "top",
            Self::Bottom => "bottom",
        }
    }

    /// Whether it keeps the pixel in row `y` and column `x` of `[h, w]`.
    fn keeps(self, [y, x]: [usize; 2], [h, w]: [usize; 2]) -> bool {
        let middle = (h / 4..h - h / 4).contains(&y) && (w / 4..w - w / 4).contains(&x);
        match self {
            Self::Border => !middle,
            Self::Middle => middle,
            Self::Left => x < w / 2,
            Self::Right => x >= w / 2,
            Self::Top => y < h / 2,
            Self::Bottom => y >= h / 2,
        }
    }
}

/// What RePaint says about itself.
pub fn entry() -> Entry {
    Entry {
        name: "repaint",
        label: "Inpainting (RePaint)",
        help: "Keeps a part of a picture and paints the rest anew, going back up the chain now and then so that both fit.",
        params: vec![
            Param::choice("keep", "Keep", Keep::ALL.map(Keep::name).to_vec(), "border"),
            Param::number("jump-length", "Jump back by", [1.0, 20.0], 1.0, 5.0).accepting(1.0, 1000.0),
            Param::number("jump-times", "Paint each stretch", [1.0, 10.0], 1.0, 3.0).accepting(1.0, 100.0),
        ],
        needs: Needs { reference: true, ..Needs::default() },
    }
}

/// How the settings go back up the chain.
pub fn resampling(values: &Values) -> Resampling {
    Resampling {
        jump_length: values.whole("jump-length"),
        jump_times: values.whole("jump-times"),
        ..Resampling::default()
    }
}

/// RePaint as the settings have it.
pub fn build(ingredients: &Ingredients<'_>) -> Result<Option<Rc<dyn Guidance>>> {
    let Ingredients { values, like, noise, .. } = *ingredients;
    let known = needed(ingredients.init, "inpainting")?.clone();
    let [_, _, h, w] = like.dims();
    let mask = ingredients.mask.cloned().unwrap_or_else(|| {
        let keep = named(&Keep::ALL, Keep::name, values.text("keep"));
        let kept = (0..h * w).map(|p| f32::from(u8::from(keep.keeps([p / w, p % w], [h, w])))).collect::<Vec<_>>();
        Tensor::from_data(TensorData::new(kept, [1, 1, h, w]), (&like.device(), like.dtype()))
    });
    Ok(Some(Rc::new(Repaint { known, mask, noise: noise.clone() })))
}
