//! What the multistep solvers share: how far they may look back, and their steps in lambda.

use super::{process::Process, sampler::Past, schedule::Level};

/// Where a step stands among others.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach<'a> {
    pub(super) process: &'a Process,
    pub(super) i: usize,
    /// The steps before it, the latest first.
    pub(super) past: &'a [Past],
}

impl Reach<'_> {
    fn level(&self) -> Level {
        self.process.schedule.level(self.i)
    }
}

/// In chains shorter than this the step before the last is at most of order 2: few points, and far apart.
const SHORT: usize = 15;

/// The order of a step of a DPM-Solver of order `order`, which starts with order 1 and ends with it.
///
/// Lu et al. 2022, "DPM-Solver++", section 4 and appendix: lambda is infinite at a clean image, so no polynomial in it
/// leads there; few steps are more stable with lower orders at their end.
pub(super) fn order_of(at: Reach<'_>, order: usize) -> usize {
    let allowed = match at.i {
        0 if ends_low(at.process) => 1,
        1 if is_short(at.process) => 2,
        _ => order,
    };
    order.min(allowed).min(known(at) + 1)
}

/// Whether the last step must be of order 1.
pub(super) fn ends_low(process: &Process) -> bool {
    process.schedule.level_prev(0).sigma == 0.0 || is_short(process)
}

fn is_short(process: &Process) -> bool {
    process.schedule.len() < SHORT
}

/// How many earlier estimates a polynomial in lambda can go through.
pub(super) fn known(at: Reach<'_>) -> usize {
    at.past.iter().take_while(|past| !past.level.is_pure_noise()).count()
}

/// The step's h in lambda.
pub(super) fn stride(at: Reach<'_>) -> f64 {
    at.process.schedule.level_prev(at.i).lambda() - at.level().lambda()
}

/// h of the step that was `back` steps before, 1 for the last one.
pub(super) fn earlier_stride(at: Reach<'_>, back: usize) -> f64 {
    let later = if back == 1 { at.level() } else { at.past[back - 2].level };
    later.lambda() - at.past[back - 1].level.lambda()
}
