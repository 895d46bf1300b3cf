//! Where a run starts: from noise, from a noised picture, or from the noise that a picture inverts to.

use std::ops::Range;

use burn::tensor::{Tensor, TensorData};

use super::{Plan, SEED_MAX};
use crate::{
    diffusion::{
        CounterNoise, NoiseSource, Stream,
        catalogue::{Entry, Needs, Param, Values},
        ddim::reverse_step,
        noise::{draw_like, slerp},
    },
    error::Result,
    guidance::needed,
    models::Denoiser,
};

/// The starts that can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Noise of a seed, or between those of two.
    Noise,
    /// A picture, noised part of the way: Meng et al. 2022, "SDEdit".
    Sdedit,
    /// The state that DDIM at eta 0 would have reached the picture from: Song et al. 2021, section 4.3.
    Inversion,
}

impl Start {
    /// Every start, the default first.
    pub const ALL: [Self; 3] = [Self::Noise, Self::Sdedit, Self::Inversion];

    /// Its name in the settings.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// What it says about itself.
    pub fn entry(self) -> Entry {
        let strength = || Param::number("strength", "How far back", [0.05, 1.0], 0.05, 0.6).accepting(0.0, 1.0);
        let needs = Needs { reference: true, ..Needs::default() };
        match self {
            Self::Noise => Entry {
                name: "noise",
                label: "Noise",
                help: "The noise of a seed, or on the way from one seed to another.",
                params: vec![
                    Param::number("blend", "Towards another seed", [0.0, 1.0], 0.05, 0.0).advanced(),
                    Param::number("blend-seed", "Other seed", [0.0, 1000.0], 1.0, 1.0)
                        .accepting(0.0, SEED_MAX as f64)
                        .advanced(),
                ],
                needs: Needs::default(),
            },
            Self::Sdedit => Entry {
                name: "sdedit",
                label: "A noised picture (SDEdit)",
                help: "The picture loses its details to noise, and the model paints new ones.",
                params: vec![strength()],
                needs,
            },
            Self::Inversion => Entry {
                name: "inversion",
                label: "An inverted picture (DDIM)",
                help: "Runs the deterministic chain backwards from the picture: at eta 0 the way down leads back to it, \
                       and to a variation once another class is chosen on the way.",
                params: vec![strength()],
                needs,
            },
        }
    }

    /// What a run begins with.
    ///
    /// # Shapes
    /// `like` is a batch of images, and so is the state.
    pub(super) fn begin(self, plan: &Plan, values: &Values, first: u64, like: &Tensor<4>) -> Result<Beginning> {
        let n = plan.process.schedule.len();
        let noise = || draw_like(&*plan.noise, Stream::Start, 0, like);
        if self == Self::Noise {
            let blend = values.number("blend");
            let other = CounterNoise { seed: values.number("blend-seed") as u64, first };
            let x_t = if blend == 0.0 { noise() } else { between(&*plan.noise, &other, blend, like) };
            return Ok(Beginning { x_t, steps: n, to_invert: 0..0 });
        }
        let picture = needed(plan.init.as_ref(), &format!("the start `{}`", self.name()))?.clone();
        // At least one step, so that there is something to see.
        let steps = ((values.number("strength") * n as f64).round() as usize).clamp(1, n);
        if self == Self::Inversion {
            return Ok(Beginning { x_t: picture, steps, to_invert: 0..steps - 1 });
        }
        let levels = vec![steps - 1; picture.dims()[0]];
        Ok(Beginning { x_t: plan.process.q_sample(picture, &levels, noise()), steps, to_invert: 0..0 })
    }
}

/// The state a run begins with.
pub(super) struct Beginning {
    pub(super) x_t: Tensor<4>,
    /// Number of steps of the run.
    pub(super) steps: usize,
    /// Levels of the chain that the state is first led up, one after the other.
    pub(super) to_invert: Range<usize>,
}

/// One step of inversion, from level `i` up to `i + 1`.
pub(super) fn invert(plan: &Plan, denoiser: &dyn Denoiser, i: usize, x: Tensor<4>) -> Tensor<4> {
    let t = vec![plan.process.schedule.network_t(i); x.dims()[0]];
    let output = denoiser.forward(x.clone(), &t, &plan.told);
    reverse_step(&plan.process, i, x, output).x_prev
}

/// Start noise on the arc between two sources, image by image.
fn between(from: &dyn NoiseSource, to: &dyn NoiseSource, blend: f64, like: &Tensor<4>) -> Tensor<4> {
    let shape = like.dims();
    let draw = |source: &dyn NoiseSource| -> Vec<f64> {
        source.draw(Stream::Start, 0, shape).into_iter().map(f64::from).collect()
    };
    let (a, b) = (draw(from), draw(to));
    let image = shape[1..].iter().product();
    let mixed: Vec<f64> = a.chunks(image).zip(b.chunks(image)).flat_map(|(a, b)| slerp(a, b, blend)).collect();
    Tensor::from_data(TensorData::new(mixed, shape), (&like.device(), like.dtype()))
}
