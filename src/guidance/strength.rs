//! How strongly a method pulls, and when: a scale, an interval of timesteps and a schedule.
//!
//! Kynkäänniemi et al. 2024, "Applying Guidance in a Limited Interval Improves Sample and Distribution Quality": a
//! strength that is 0 outside an interval. Wang et al. 2024, "Analysis of Classifier-Free Guidance Weight Schedulers",
//! section 4: strengths that change with the timestep, with a mean of 1 over all of them.

use super::StepContext;
use crate::{
    diffusion::catalogue::{Param, Values, named},
    error::{Error, Result},
};

/// The course of a strength, where u = t / T falls from 1 (noise) to 0 (image).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Curve {
    /// 1.
    Constant,
    /// `2 (1 - u)`: more and more.
    Rising,
    /// `2 u`: less and less.
    Falling,
    /// `1 + cos(pi u)`: hardly at first, then fully.
    Cosine,
}

impl Curve {
    /// Every course, the default first.
    pub const ALL: [Self; 4] = [Self::Constant, Self::Rising, Self::Falling, Self::Cosine];

    /// Its name in the settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Rising => "rising",
            Self::Falling => "falling",
            Self::Cosine => "cosine",
        }
    }

    /// Its factor at u.
    pub fn at(self, u: f64) -> f64 {
        match self {
            Self::Constant => 1.0,
            Self::Rising => 2.0 * (1.0 - u),
            Self::Falling => 2.0 * u,
            Self::Cosine => 1.0 + libm::cos(std::f64::consts::PI * u),
        }
    }
}

/// The keys of a method's interval and schedule: its first and last share of T, and its course.
pub type Keys = [&'static str; 3];

/// A strength.
///
/// ```
/// use guidelight::diffusion::ProcessConfig;
/// use guidelight::guidance::{StepContext, Strength, strength::Curve};
/// use guidelight::models::Labels;
///
/// let (process, labels) = (ProcessConfig::default().respaced("10")?, Labels::null(1));
/// let course = |strength: Strength| -> Vec<f64> {
///     let at = |i| strength.at(&StepContext { process: &process, i, executed: 9 - i, labels: &labels });
///     (0..10).rev().map(at).collect()
/// };
/// // From noise to image: only while there is more noise than image,
/// let early = Strength { from: 0.5, ..Strength::constant(4.0) };
/// assert_eq!(course(early), [4.0, 4.0, 4.0, 4.0, 4.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
/// // or more and more, to twice the mean.
/// let rising = course(Strength { curve: Curve::Rising, ..Strength::constant(4.0) });
/// assert_eq!((rising[0], rising[9]), (0.0, 8.0));
/// # Ok::<(), guidelight::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Strength {
    /// Its mean.
    pub scale: f64,
    /// It acts at timesteps from this share of T on.
    pub from: f64,
    /// It acts at timesteps up to this share of T.
    pub to: f64,
    /// Its course.
    pub curve: Curve,
    /// The last timestep at which it acts: [`guided_up_to`](crate::diffusion::ProcessConfig::guided_up_to) of a model,
    /// for methods whose gradient grows beyond measure in pure noise.
    pub up_to: Option<usize>,
}

impl Strength {
    /// The same at every timestep.
    pub fn constant(scale: f64) -> Self {
        Self { scale, from: 0.0, to: 1.0, curve: Curve::Constant, up_to: None }
    }

    /// What the settings say. An interval that ends before it begins is refused.
    pub fn of(values: &Values, scale: f64, [from, to, curve]: Keys) -> Result<Self> {
        let [first, last] = [from, to].map(|key| values.number(key));
        if first > last {
            return Err(Error::invalid(to, format!("at least `{from}`, {first}"), last.to_string()));
        }
        let curve = named(&Curve::ALL, Curve::name, values.text(curve));
        Ok(Self { scale, from: first, to: last, curve, up_to: None })
    }

    /// The strength at a step.
    pub fn at(&self, context: &StepContext<'_>) -> f64 {
        let schedule = &context.process.schedule;
        let t = schedule.timestep_map[context.i];
        // As far through the T timesteps as t is: 0 at the first, 1 at the last.
        let u = t / (schedule.timesteps().max(2) - 1) as f64;
        let outside = u < self.from || u > self.to || self.up_to.is_some_and(|up_to| t > up_to as f64);
        if outside { 0.0 } else { self.scale * self.curve.at(u) }
    }

    /// The settings of an interval and a schedule.
    pub fn params([from, to, curve]: Keys) -> [Param; 3] {
        [
            Param::number(from, "From this share of the timesteps", [0.0, 1.0], 0.05, 0.0).advanced(),
            Param::number(to, "Up to this share of the timesteps", [0.0, 1.0], 0.05, 1.0).advanced(),
            Param::choice(curve, "Schedule", Curve::ALL.map(Curve::name).to_vec(), "constant").advanced(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{diffusion::ProcessConfig, models::Labels};

    #[test]
    fn a_schedule_has_mean_1_and_an_interval_has_ends() {
        let process = ProcessConfig::default().full().unwrap();
        let labels = Labels::null(1);
        let at =
            |strength: Strength, i| strength.at(&StepContext { process: &process, i, executed: 0, labels: &labels });
        for curve in Curve::ALL {
            let strength = Strength { curve, ..Strength::constant(3.0) };
            let mean = (0..1000).map(|i| at(strength, i)).sum::<f64>() / 1000.0;
            assert!((mean - 3.0).abs() < 1e-9, "{curve:?}: {mean}");
        }
        assert!(at(Strength { curve: Curve::Rising, ..Strength::constant(1.0) }, 10) > 1.9);
        assert!(at(Strength { curve: Curve::Falling, ..Strength::constant(1.0) }, 10) < 0.1);
        let part = Strength { from: 0.2, to: 0.8, up_to: Some(700), ..Strength::constant(2.0) };
        assert_eq!([100, 300, 700, 701, 900].map(|i| at(part, i)), [0.0, 2.0, 2.0, 0.0, 0.0]);
    }
}
