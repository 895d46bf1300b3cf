//! Respacing: which of the T training timesteps a shorter chain visits.
//!
//! Nichol and Dhariwal 2021, section 4 (evenly spaced sections) and Song et al. 2021, "Denoising Diffusion Implicit
//! Models", appendix D (uniform stride and quadratic). Lin et al. 2024, "Common Diffusion Noise Schedules and Sample
//! Steps are Flawed", section 3.3 (trailing). Karras et al. 2022, "Elucidating the Design Space of Diffusion-Based
//! Generative Models", Eq. 5 (Karras).

use std::collections::BTreeSet;

use super::schedule::{Schedule, evenly_spaced};
use crate::error::{Error, Result};

/// rho of Karras et al. 2022, Eq. 5: how much denser the steps are at little noise.
const RHO: f64 = 7.0;

/// Karras et al. 2022 start at this sigma (Table 1). The cosine schedule goes on to 20,000, where a third of the steps
/// would see nothing but noise.
const KARRAS_SIGMA_MAX: f64 = 80.0;

/// The timesteps of `schedule` that `spec` asks for, ascending: those of [`space_timesteps`], or `"karras25"`, that many
/// noise levels of [`karras_sigmas`], which lie between timesteps.
pub fn space(schedule: &Schedule, spec: &str) -> Result<Vec<f64>> {
    let spec = spec.trim();
    let timesteps = schedule.len();
    let Some(count) = spec.strip_prefix("karras") else {
        return Ok(space_timesteps(timesteps, spec)?.into_iter().map(|t| t as f64).collect());
    };
    let count = parse_count(spec, count)?;
    require_up_to(timesteps, count, spec)?;
    let noise = |i: usize| schedule.level(i).noise();
    let largest = (0..timesteps).rev().map(noise).find(|noise| noise.is_finite()).unwrap_or(KARRAS_SIGMA_MAX);
    let sigmas = karras_sigmas(count, noise(0), largest.min(KARRAS_SIGMA_MAX));
    Ok(sigmas.into_iter().rev().map(|sigma| schedule.index_of(sigma)).collect())
}

/// `count` noise levels from `max` down to `min`, evenly spaced in their 7th root. Karras et al. 2022, Eq. 5.
pub fn karras_sigmas(count: usize, min: f64, max: f64) -> Vec<f64> {
    let root = |sigma| libm::pow(sigma, 1.0 / RHO);
    let mut sigmas: Vec<f64> =
        evenly_spaced(root(max), root(min), count).into_iter().map(|root| libm::pow(root, RHO)).collect();
    // The ends themselves, not their root's power.
    if let [first, .., last] = &mut sigmas[..] {
        (*first, *last) = (max, min);
    }
    sigmas
}

/// The timesteps that `spec` keeps of `timesteps`, ascending.
///
/// * `""` keeps all.
/// * `"25"`: evenly spaced, first and last included. Positions are rounded half to even, as in Python.
/// * `"10,15,20"`: that many out of each equal section (the first `T mod sections` are one longer).
/// * `"ddim25"`: the smallest whole stride from 0 that gives exactly 25; an error where there is none. It never
///   visits `T - 1`, so such a chain starts a little below the noisiest level.
/// * `"uniform25"`, `"quad25"`: the DDIM paper's stride `T / 25` and squares of even points up to `0.8 T`.
/// * `"trailing25"`: 25 equal strides down from `T - 1`, which is visited, to one stride above clean.
/// * `"fast27"`: GLIDE's hand-picked 27 for its upsampler.
/// * `"at0-120-400-999"`: these timesteps, in any order.
///
/// A single count of 1 keeps only timestep 0, which no chain can start from.
///
/// ```
/// use guidelight::diffusion::respacing::space_timesteps;
///
/// assert_eq!(space_timesteps(1000, "4")?, [0, 333, 666, 999]);
/// assert_eq!(space_timesteps(1000, "ddim4")?, [0, 250, 500, 750]);
/// assert_eq!(space_timesteps(1000, "trailing4")?, [249, 499, 749, 999]);
/// assert_eq!(space_timesteps(1000, "3,1")?, [0, 250, 499, 500]);
/// assert_eq!(space_timesteps(1000, "at0-120-400-999")?, [0, 120, 400, 999]);
/// let error = space_timesteps(1000, "many").unwrap_err().to_string();
/// assert!(error.starts_with("steps: expected a count such as 25,"), "{error}");
/// # Ok::<(), guidelight::Error>(())
/// ```
pub fn space_timesteps(timesteps: usize, spec: &str) -> Result<Vec<usize>> {
    let spec = spec.trim();
    if spec.is_empty() {
        return Ok((0..timesteps).collect());
    }
    if spec == "fast27" {
        let mut kept: BTreeSet<usize> = sections(timesteps, "10,10,3,2,2")?.into_iter().collect();
        // GLIDE starts a little below the noisiest level, where its upsampler was unreliable.
        kept.remove(&(timesteps - 1));
        kept.insert(timesteps.saturating_sub(3));
        return Ok(kept.into_iter().collect());
    }
    for (prefix, make) in [
        ("ddim", whole_stride as fn(usize, usize) -> Option<Vec<usize>>),
        ("uniform", uniform_sequence),
        ("quad", quadratic_sequence),
    ] {
        if let Some(count) = spec.strip_prefix(prefix) {
            let mut kept = make(timesteps, parse_count(spec, count)?).ok_or_else(|| {
                Error::invalid("steps", format!("a count that a whole stride over {timesteps} timesteps gives"), spec)
            })?;
            kept.dedup();
            return Ok(kept);
        }
    }
    if let Some(list) = spec.strip_prefix("at") {
        return own_sequence(timesteps, list).ok_or_else(|| {
            let last = timesteps.saturating_sub(1);
            Error::invalid(
                "steps",
                format!("two or more different timesteps from 0 to {last} such as at0-{last}"),
                spec,
            )
        });
    }
    if let Some(count) = spec.strip_prefix("trailing") {
        let count = parse_count(spec, count)?;
        require_up_to(timesteps, count, spec)?;
        return Ok(trailing_sequence(timesteps, count));
    }
    sections(timesteps, spec)
}

fn require_up_to(timesteps: usize, count: usize, spec: &str) -> Result<()> {
    if (1..=timesteps).contains(&count) {
        return Ok(());
    }
    Err(Error::invalid("steps", format!("a count from 1 to {timesteps}"), spec))
}

/// Lin et al. 2024, section 3.3: `T - 1, T - 1 - T / count, …`, rounded half to even.
fn trailing_sequence(timesteps: usize, count: usize) -> Vec<usize> {
    let stride = timesteps as f64 / count as f64;
    let position = |k: usize| (timesteps as f64 - k as f64 * stride).round_ties_even() as usize - 1;
    (0..count).rev().map(position).collect()
}

/// Timesteps that somebody chose, joined by hyphens: commas would make them counts of sections.
///
/// `None` if one of them is no timestep or stands there twice, or if there are fewer than two.
fn own_sequence(timesteps: usize, list: &str) -> Option<Vec<usize>> {
    let listed = list.split('-').map(|t| t.trim().parse().ok()).collect::<Option<Vec<usize>>>()?;
    let kept: BTreeSet<usize> = listed.iter().copied().filter(|&t| t < timesteps).collect();
    (kept.len() == listed.len() && kept.len() >= 2).then(|| kept.into_iter().collect())
}

fn parse_count(spec: &str, count: &str) -> Result<usize> {
    count.trim().parse().map_err(|_| {
        Error::invalid(
            "steps",
            "a count such as 25, a list such as 10,15,20, a name such as karras25 or timesteps such as at0-400-999",
            spec,
        )
    })
}

fn whole_stride(timesteps: usize, count: usize) -> Option<Vec<usize>> {
    (1..timesteps)
        .find(|&stride| timesteps.div_ceil(stride) == count)
        .map(|stride| (0..timesteps).step_by(stride).collect())
}

/// The DDIM paper's uniform list: stride `T / count`, rounded down, so it can hold more than `count` entries.
///
/// `None` if `count` is 0 or above T.
pub fn uniform_sequence(timesteps: usize, count: usize) -> Option<Vec<usize>> {
    let stride = timesteps.checked_div(count).filter(|&stride| stride > 0)?;
    Some((0..timesteps).step_by(stride).collect())
}

/// The DDIM paper's quadratic list: squares of `count` even points on `0..sqrt(0.8 T)`, rounded down; small
/// entries can repeat.
///
/// `None` if `count` is 0 or above T.
pub fn quadratic_sequence(timesteps: usize, count: usize) -> Option<Vec<usize>> {
    if count == 0 || count > timesteps {
        return None;
    }
    let roots = evenly_spaced(0.0, libm::sqrt(timesteps as f64 * 0.8), count);
    Some(roots.into_iter().map(|root| (root * root) as usize).collect())
}

fn sections(timesteps: usize, spec: &str) -> Result<Vec<usize>> {
    let counts = spec.split(',').map(|count| parse_count(spec, count)).collect::<Result<Vec<usize>>>()?;
    let (size_per, extra) = (timesteps / counts.len(), timesteps % counts.len());
    let mut kept = BTreeSet::new();
    let mut start = 0;
    for (section, &count) in counts.iter().enumerate() {
        let size = size_per + usize::from(section < extra);
        if count > size {
            return Err(Error::invalid(
                "steps",
                format!("at most {size} in each of {} sections of {timesteps} timesteps", counts.len()),
                spec,
            ));
        }
        let stride = if count <= 1 { 1.0 } else { (size - 1) as f64 / (count - 1) as f64 };
        // Accumulated, not multiplied: the reference adds the stride up, and a half can fall on either side.
        let mut position: f64 = 0.0;
        for _ in 0..count {
            kept.insert(start + position.round_ties_even() as usize);
            position += stride;
        }
        start += size;
    }
    if kept.is_empty() {
        return Err(Error::invalid("steps", "at least one timestep", spec));
    }
    Ok(kept.into_iter().collect())
}
