//! DDPM ancestral sampling, with classifier guidance on the mean.
//!
//! Ho et al. 2020, Algorithm 2; Dhariwal and Nichol 2021, "Diffusion Models Beat GANs on Image Synthesis",
//! Algorithm 1. As in the published code the guidance gradient is the one at x_t, not at the predicted mean where the
//! paper's expansion puts it; its authors found no notable difference.

use burn::tensor::Tensor;

use super::{
    catalogue::{Entry, Needs},
    process::Process,
    sampler::{Past, Sampler, Step, StepInput},
    update::{Part, Term},
};

/// DDPM has no settings of its own: the variance belongs to the model.
#[derive(Debug, Clone, Copy)]
pub struct Ddpm;

impl Sampler for Ddpm {
    fn adds_noise(&self, _process: &Process, i: usize) -> bool {
        i > 0
    }

    fn step(&self, input: StepInput<'_>, noise: Option<Tensor<4>>) -> Step {
        let StepInput { process, i, x_t, output, gradient, .. } = input;
        let (_, variance) = process.split(output.clone());
        let (x0, eps) = process.estimate(i, x_t.clone(), output);
        let p = process.p_mean_variance(x0.clone(), variance, x_t.clone(), &vec![i; x_t.dims()[0]]);
        let mean = match gradient {
            // Dhariwal and Nichol 2021, Algorithm 1: mu + Sigma g. With the small fixed variance Sigma is 0 at index
            // 0, so the last step is not guided there.
            Some(gradient) => p.mean + p.variance * gradient,
            None => p.mean,
        };
        let x_prev = match noise {
            Some(noise) => mean + (p.log_variance * 0.5).exp() * noise,
            None => mean,
        };
        Step { x_prev, x0, eps, x_t }
    }

    /// With a fixed variance; a learned one is another weight in every pixel.
    fn parts(&self, process: &Process, i: usize, _past: &[Past]) -> Vec<Part> {
        let Some(variance) = process.fixed_variance(i) else {
            return Vec::new();
        };
        let schedule = &process.schedule;
        let mut parts = vec![
            Part::new(Term::X0, schedule.posterior_mean_coef1[i]),
            Part::new(Term::Xt, schedule.posterior_mean_coef2[i]),
            Part::new(Term::Gradient, variance.value),
        ];
        if i > 0 {
            parts.push(Part::new(Term::Noise, libm::exp(0.5 * variance.log)));
        }
        parts
    }
}

/// What DDPM says about itself.
pub fn entry() -> Entry {
    Entry {
        name: "ddpm",
        label: "DDPM",
        help: "Adds fresh noise in every step, as the model was trained. Wants more steps than DDIM.",
        params: Vec::new(),
        needs: Needs::default(),
    }
}
