//! DPM-Solver++, multistep, of order 1 to 3: the probability-flow ODE solved exactly in its linear part, with a
//! polynomial through the latest estimates of x_0 in between.
//!
//! Lu et al. 2022, "DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models", Eq. 9 (the exact
//! solution), Proposition 4.1 and Algorithm 2 (2M). Order 1 is DDIM at eta 0. The singlestep variants are not here.
//!
//! Order 3 is only in the paper's code, and that code gives the second derivative half its weight in the exact solution:
//! measured on data with a known solution it is of second order. Here it has its full weight, and third order.

use burn::tensor::Tensor;

use super::{
    catalogue::{Entry, Needs, Param},
    multistep::{Reach, earlier_stride, order_of, stride},
    process::Process,
    sampler::{Past, Sampler, Step, StepInput},
    update::{Part, Term},
};

/// Largest order.
pub const ORDER_MAX: usize = 3;

/// DPM-Solver++.
#[derive(Debug, Clone, Copy)]
pub struct DpmPp {
    /// 1, 2 or 3.
    pub order: usize,
    /// How order 2 weighs the slope.
    pub form: Form,
    /// Order 3 weighs the curvature by half, as the published code does. That keeps it at second order.
    pub half_curvature: bool,
}

/// Two ways to order 2, which differ in the third.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The paper's 2M.
    Midpoint,
    /// The exact integral of the line through two estimates.
    Heun,
}

impl DpmPp {
    /// The solver as published, but for the curvature of order 3.
    pub fn new(order: usize) -> Self {
        assert!((1..=ORDER_MAX).contains(&order), "order: {order} is not 1, 2 or 3");
        Self { order, form: Form::Midpoint, half_curvature: false }
    }

    /// What order 2 weighs the slope with, h being the step in lambda.
    fn slope_weight(&self, h: f64) -> f64 {
        let phi = libm::expm1(-h);
        if self.form == Form::Midpoint { -0.5 * phi } else { phi / h + 1.0 }
    }
}

impl Sampler for DpmPp {
    fn adds_noise(&self, _process: &Process, _i: usize) -> bool {
        false
    }

    fn looks_back(&self) -> usize {
        self.order - 1
    }

    fn step(&self, input: StepInput<'_>, _noise: Option<Tensor<4>>) -> Step {
        let (x0, eps) = input.estimate();
        let (at, to, h) = (input.level(), input.level_prev(), stride(input.reach()));
        // e^-h - 1 and its integrals over the step, divided by h and h^2: phi_1 to phi_3 of the exponential integrator.
        let phi = libm::expm1(-h);
        let (phi_2, phi_3) = (phi / h + 1.0, (phi + h) / (h * h) - 0.5);
        // (x0 - x0 of the step before) over the part of h that lies between them.
        let slope = |back: usize| {
            let later = if back == 1 { &x0 } else { &input.past[back - 2].step.x0 };
            let earlier = input.past[back - 1].step.x0.clone();
            (later.clone() - earlier) * (h / earlier_stride(input.reach(), back))
        };
        let linear = input.x_t.clone() * (to.sigma / at.sigma) - x0.clone() * (to.alpha * phi);
        let x_prev = match order_of(input.reach(), self.order) {
            1 => linear,
            2 => linear + slope(1) * (to.alpha * self.slope_weight(h)),
            _ => {
                let (r0, r1) = (earlier_stride(input.reach(), 1) / h, earlier_stride(input.reach(), 2) / h);
                let (near, far) = (slope(1), slope(2));
                let curve = near.clone() - far;
                let first = near + curve.clone() * (r0 / (r0 + r1));
                // h^2 times the second derivative, or its half.
                let second = curve * (if self.half_curvature { 1.0 } else { 2.0 } / (r0 + r1));
                linear + first * (to.alpha * phi_2) - second * (to.alpha * phi_3)
            }
        };
        Step { x_prev, x0, eps, x_t: input.x_t }
    }

    /// Of order 1 and 2.
    fn parts(&self, process: &Process, i: usize, past: &[Past]) -> Vec<Part> {
        let reach = Reach { process, i, past };
        let (at, to, h) = (process.schedule.level(i), process.schedule.level_prev(i), stride(reach));
        let phi = libm::expm1(-h);
        let (xt, x0) = (to.sigma / at.sigma, -to.alpha * phi);
        match order_of(reach, self.order) {
            1 => vec![Part::new(Term::Xt, xt), Part::new(Term::X0, x0)],
            2 => {
                let along = to.alpha * self.slope_weight(h) * h / earlier_stride(reach, 1);
                vec![Part::new(Term::Xt, xt), Part::new(Term::X0, x0 + along), Part::new(Term::EarlierX0, -along)]
            }
            _ => Vec::new(),
        }
    }
}

/// The setting that says the order of a multistep solver.
pub fn order_param() -> Param {
    Param::number("order", "Order", [1.0, ORDER_MAX as f64], 1.0, 2.0)
}

/// What DPM-Solver++ says about itself.
pub fn entry() -> Entry {
    Entry {
        name: "dpmpp",
        label: "DPM-Solver++",
        help: "Extrapolates from the last predictions: a good image in 10 to 20 steps, without fresh noise. Order 2 is \
               known as 2M, 3 as 3M.",
        params: vec![order_param()],
        needs: Needs::default(),
    }
}
