//! What the multistep solvers share: how far they may look back, and their steps in lambda.

use super::{process::Process, sampler::StepInput};

/// In chains shorter than this the step before the last is at most of order 2: few points, and far apart.
const SHORT: usize = 15;

/// The order of a step of a DPM-Solver of order `order`, which starts with order 1 and ends with it.
///
/// Lu et al. 2022, "DPM-Solver++", section 4 and appendix: lambda is infinite at a clean image, so no polynomial in it
/// leads there; few steps are more stable with lower orders at their end.
pub(super) fn order_of(input: &StepInput<'_>, order: usize) -> usize {
    let allowed = match input.i {
        0 if ends_low(input.process) => 1,
        1 if is_short(input.process) => 2,
        _ => order,
    };
    order.min(allowed).min(known(input) + 1)
}

/// Whether the last step must be of order 1.
pub(super) fn ends_low(process: &Process) -> bool {
    process.schedule.level_prev(0).sigma == 0.0 || is_short(process)
}

fn is_short(process: &Process) -> bool {
    process.schedule.len() < SHORT
}

/// How many earlier estimates a polynomial in lambda can go through.
pub(super) fn known(input: &StepInput<'_>) -> usize {
    input.past.iter().take_while(|past| !past.level.is_pure_noise()).count()
}

/// The step's h in lambda.
pub(super) fn stride(input: &StepInput<'_>) -> f64 {
    input.level_prev().lambda() - input.level().lambda()
}

/// h of the step that was `back` steps before, 1 for the last one.
pub(super) fn earlier_stride(input: &StepInput<'_>, back: usize) -> f64 {
    let later = if back == 1 { input.level() } else { input.past[back - 2].level };
    later.lambda() - input.past[back - 1].level.lambda()
}
