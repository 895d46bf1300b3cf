//! UniPC: a multistep predictor, and a corrector that reuses the network's next answer, so that it costs nothing.
//!
//! Zhao et al. 2023, "UniPC: A Unified Predictor-Corrector Framework for Fast Sampling of Diffusion Models", Eq. 5
//! (UniC), Eq. 8 (UniP) and Algorithms 1 and 2, in terms of x_0. The network is asked at the *predicted* state; its
//! answer corrects that state, and stands for the corrected one as well.

use burn::tensor::Tensor;

use super::{
    catalogue::{Entry, Needs},
    dpmpp::{ORDER_MAX, order_param},
    multistep::{ends_low, known},
    process::Process,
    sampler::{Past, Sampler, Step, StepInput},
    schedule::Level,
};

/// UniPC.
#[derive(Debug, Clone, Copy)]
pub struct UniPc {
    /// 1, 2 or 3.
    pub order: usize,
    /// The paper's B(h).
    pub b: B,
    /// This many steps after the first are not corrected.
    pub uncorrected: usize,
}

/// The paper's two choices of B(h), with h of x_0's sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum B {
    /// `-h`. It is infinite for the step into a clean image, which takes order 1 and does without it.
    H1,
    /// `e^-h - 1`.
    H2,
}

impl UniPc {
    /// The solver as published, with the second B(h).
    pub fn new(order: usize) -> Self {
        assert!((1..=ORDER_MAX).contains(&order), "order: {order} is not 1, 2 or 3");
        Self { order, b: B::H2, uncorrected: 0 }
    }

    /// The order that the step at `i` may have: the last ones go down to 1, as lambda of a clean image is infinite.
    fn allowed(&self, process: &Process, i: usize) -> usize {
        if ends_low(process) { self.order.min(i + 1) } else { self.order }
    }

    /// UniC: the state again, by a rule that also goes through the estimate at the state itself.
    fn corrected(&self, input: &StepInput<'_>, x0: &Tensor<4>) -> Tensor<4> {
        let known = known(input.reach());
        if known == 0 || input.i + 1 + self.uncorrected >= input.process.schedule.len() {
            return input.x_t.clone();
        }
        let (last, earlier) = (&input.past[0], &input.past[1..known]);
        // The order that led here, with one estimate less to look back on.
        let order = self.allowed(input.process, input.i + 1).min(known);
        let rule = Rule::new(last.level, input.level(), &earlier[..order - 1], &last.step.x0);
        let mut weights = if order == 1 { vec![0.5] } else { rule.weights(self.b, true) };
        let own = weights.pop().unwrap_or(0.0);
        let correction = rule.sum(&weights, Some((x0.clone() - last.step.x0.clone()) * own));
        // Whatever guidance did to the predicted state stays done.
        let moved = input.x_t.clone() - last.step.x_prev.clone();
        rule.state(self.b, last.step.x_t.clone(), correction) + moved
    }
}

impl Sampler for UniPc {
    fn adds_noise(&self, _process: &Process, _i: usize) -> bool {
        false
    }

    fn looks_back(&self) -> usize {
        self.order
    }

    fn step(&self, input: StepInput<'_>, _noise: Option<Tensor<4>>) -> Step {
        let (x0, eps) = input.estimate();
        let x_t = self.corrected(&input, &x0);
        // UniP.
        let order = self.allowed(input.process, input.i).min(known(input.reach()) + 1);
        let rule = Rule::new(input.level(), input.level_prev(), &input.past[..order - 1], &x0);
        let weights = match order {
            1 => Vec::new(),
            2 => vec![0.5],
            _ => rule.weights(self.b, false),
        };
        let x_prev = rule.state(self.b, x_t.clone(), rule.sum(&weights, None));
        Step { x_prev, x0, eps, x_t }
    }
}

/// The integrator from one level to another through the estimate at the first and those before it.
struct Rule<'a> {
    at: Level,
    to: Level,
    h: f64,
    x0: &'a Tensor<4>,
    /// The paper's r of the earlier estimates: where they lie, in steps of h from the first level.
    r: Vec<f64>,
    earlier: &'a [Past],
}

impl<'a> Rule<'a> {
    fn new(at: Level, to: Level, earlier: &'a [Past], x0: &'a Tensor<4>) -> Self {
        let h = to.lambda() - at.lambda();
        let r = earlier.iter().map(|past| (past.level.lambda() - at.lambda()) / h).collect();
        Self { at, to, h, x0, r, earlier }
    }

    /// The paper's rho: the weights with which the differences give the integrals of the powers of r. `with_end` also
    /// takes the difference at the end of the step, r = 1.
    fn weights(&self, b: B, with_end: bool) -> Vec<f64> {
        let (h, phi) = (-self.h, libm::expm1(-self.h));
        let b = if b == B::H1 { h } else { phi };
        let r: Vec<f64> = self.r.iter().copied().chain(with_end.then_some(1.0)).collect();
        // Row k: sum of rho r^k = k! h phi_(k+1) / B, with h phi_1 = e^h - 1 and phi_(k+1) = (phi_k - 1 / k!) / h.
        let (mut integral, mut factorial) = (phi / h - 1.0, 1.0);
        let mut rows = Vec::new();
        for k in 0..r.len() {
            let mut row: Vec<f64> = r.iter().map(|r| r.powi(k as i32)).collect();
            row.push(integral * factorial / b);
            rows.push(row);
            factorial *= (k + 2) as f64;
            integral = integral / h - 1.0 / factorial;
        }
        solve(rows)
    }

    /// The weighted differences to the earlier estimates, and one more.
    fn sum(&self, weights: &[f64], more: Option<Tensor<4>>) -> Option<Tensor<4>> {
        let differences = self.earlier.iter().zip(&self.r).zip(weights).map(|((past, r), weight)| {
            let difference = past.step.x0.clone() - self.x0.clone();
            difference * (weight / r)
        });
        differences.chain(more).reduce(|a, b| a + b)
    }

    /// The linear part of the solution from `x`, with a correction.
    fn state(&self, b: B, x: Tensor<4>, correction: Option<Tensor<4>>) -> Tensor<4> {
        let phi = libm::expm1(-self.h);
        let linear = x * (self.to.sigma / self.at.sigma) - self.x0.clone() * (self.to.alpha * phi);
        match correction {
            Some(correction) => linear - correction * (self.to.alpha * if b == B::H1 { -self.h } else { phi }),
            None => linear,
        }
    }
}

/// Solves a few linear equations, each a row with its right side at the end, by elimination.
fn solve(mut rows: Vec<Vec<f64>>) -> Vec<f64> {
    let n = rows.len();
    for column in 0..n {
        let largest = (column..n).max_by(|&a, &b| rows[a][column].abs().total_cmp(&rows[b][column].abs()));
        rows.swap(column, largest.unwrap_or(column));
        let pivot = rows[column].clone();
        for (_, row) in rows.iter_mut().enumerate().filter(|(row, _)| *row != column) {
            let factor = row[column] / pivot[column];
            row.iter_mut().zip(&pivot).for_each(|(entry, above)| *entry -= factor * above);
        }
    }
    (0..n).map(|k| rows[k][n] / rows[k][k]).collect()
}

/// What UniPC says about itself.
pub fn entry() -> Entry {
    Entry {
        name: "unipc",
        label: "UniPC",
        help: "Predicts like DPM-Solver++ and corrects every state with the network's next answer, at no cost. Good below \
               10 steps.",
        params: vec![order_param()],
        needs: Needs::default(),
    }
}
