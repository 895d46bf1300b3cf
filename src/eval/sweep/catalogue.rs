//! Every sweep, as data: a new one is an entry here.

use crate::session::Settings;
use crate::weights::Precision;
use crate::{Error, Result};

/// One sweep.
#[derive(Debug, Clone, Copy)]
pub struct Sweep {
    /// Its name on the command line and of its files.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What is varied, as the plots' axis says it.
    pub axis: &'static str,
    /// A sentence on what is held.
    pub about: &'static str,
    /// Settings that differ from the defaults at every point.
    pub fixed: &'static [(&'static str, &'static str)],
    /// What images are asked to be.
    pub subject: Subject,
    /// What is varied.
    pub varied: Varied,
}

/// What the images of a point are asked to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Classes and styles as often as they occur together among training images.
    Labels,
    /// Like held-out emoji, several samples of each.
    References,
}

/// What is varied, and its values.
#[derive(Debug, Clone, Copy)]
pub enum Varied {
    /// A setting.
    Setting {
        /// Its key.
        key: &'static str,
        /// At most 6 values.
        values: &'static [&'static str],
    },
    /// How the denoiser's weights are stored. The first is the baseline of the paired bootstrap.
    Precision(&'static [(&'static str, Precision)]),
}

/// The page's default.
const GUIDED: (&str, &str) = ("method", "conditional,classifier");
const ILVR: (&str, &str) = ("method", "ilvr");

const ODE: Varied = Varied::Setting { key: "sampler", values: &["ddim", "euler", "dpmpp", "unipc", "heun"] };
const SDE: Varied = Varied::Setting { key: "sampler", values: &["ddim", "ddpm", "euler-ancestral", "dpmpp-sde"] };

/// Every sweep.
pub const SWEEPS: [Sweep; 12] = [
    Sweep {
        name: "classifier-scale",
        title: "Classifier scale",
        axis: "classifier scale",
        about: "The network is told class and style; the gradient of the classifier is added with a growing scale.",
        fixed: &[GUIDED],
        subject: Subject::Labels,
        varied: Varied::Setting { key: "scale", values: &["0", "1", "2", "4", "8", "16"] },
    },
    Sweep {
        name: "cfg-weight",
        title: "Weight of classifier-free guidance",
        axis: "weight w",
        about: "1 is the plain conditional network, and costs half as much as any other weight.",
        fixed: &[("method", "classifier-free")],
        subject: Subject::Labels,
        varied: Varied::Setting { key: "cfg-weight", values: &["1", "1.5", "2", "3", "4", "6"] },
    },
    Sweep {
        name: "steps-ddim",
        title: "Steps of DDIM",
        axis: "steps",
        about: "Without fresh noise, told class and style, with the classifier on top.",
        fixed: &[GUIDED, ("sampler", "ddim")],
        subject: Subject::Labels,
        varied: Varied::Setting { key: "steps", values: &["5", "10", "25", "50", "100"] },
    },
    Sweep {
        name: "steps-ddpm",
        title: "Steps of DDPM",
        axis: "steps",
        about: "With fresh noise in every step, told class and style, with the classifier on top.",
        fixed: &[GUIDED, ("sampler", "ddpm")],
        subject: Subject::Labels,
        varied: Varied::Setting { key: "steps", values: &["10", "25", "50", "100"] },
    },
    Sweep {
        name: "ode-10",
        title: "Samplers without fresh noise, 10 steps",
        axis: "sampler",
        about: "Told class and style, with the classifier on top. Heun asks twice in each step.",
        fixed: &[GUIDED, ("steps", "10")],
        subject: Subject::Labels,
        varied: ODE,
    },
    Sweep {
        name: "sde-10",
        title: "Samplers with fresh noise, 10 steps",
        axis: "sampler",
        about: "Told class and style, with the classifier on top. DDIM at eta 1.",
        fixed: &[GUIDED, ("steps", "10"), ("eta", "1")],
        subject: Subject::Labels,
        varied: SDE,
    },
    Sweep {
        name: "ode-25",
        title: "Samplers without fresh noise, 25 steps",
        axis: "sampler",
        about: "Told class and style, with the classifier on top. Heun asks twice in each step.",
        fixed: &[GUIDED],
        subject: Subject::Labels,
        varied: ODE,
    },
    Sweep {
        name: "sde-25",
        title: "Samplers with fresh noise, 25 steps",
        axis: "sampler",
        about: "Told class and style, with the classifier on top. DDIM at eta 1.",
        fixed: &[GUIDED, ("eta", "1")],
        subject: Subject::Labels,
        varied: SDE,
    },
    Sweep {
        name: "eta",
        title: "Fresh noise in DDIM",
        axis: "eta",
        about: "0 is deterministic, 1 has as much noise as DDPM.",
        fixed: &[GUIDED, ("sampler", "ddim")],
        subject: Subject::Labels,
        varied: Varied::Setting { key: "eta", values: &["0", "0.25", "0.5", "0.75", "1"] },
    },
    Sweep {
        name: "ilvr-n",
        title: "Coarseness of ILVR",
        axis: "N",
        about: "The network is told nothing: what it shows comes from the low frequencies of the reference.",
        fixed: &[ILVR],
        subject: Subject::References,
        varied: Varied::Setting { key: "down-n", values: &["2", "4", "8", "16"] },
    },
    Sweep {
        name: "ilvr-stop",
        title: "Free steps at the end of ILVR",
        axis: "stop step",
        about: "Of 25 steps, the reference leads all but the last 1, 7, 13 and 19, or (24) none.",
        fixed: &[ILVR],
        subject: Subject::References,
        varied: Varied::Setting { key: "range-t", values: &["0", "6", "12", "18", "24"] },
    },
    Sweep {
        name: "precision",
        title: "Precision of the stored weights",
        axis: "denoiser's weights",
        about: "The trained denoiser is stored and read back; every step is computed in f32. Training keeps its weights \
                in f16, so f32 holds the same numbers unless weights of a checkpoint are given. The classifier that \
                guides stays as shipped.",
        fixed: &[GUIDED],
        subject: Subject::Labels,
        varied: Varied::Precision(&[
            ("f32", Precision::F32),
            ("f16", Precision::F16),
            ("int8", Precision::Int8),
            ("int4", Precision::Int4),
        ]),
    },
];

impl Sweep {
    /// The sweep with a name.
    pub fn named(name: &str) -> Result<&'static Self> {
        SWEEPS.iter().find(|sweep| sweep.name == name).ok_or_else(|| {
            let names: Vec<&str> = SWEEPS.iter().map(|sweep| sweep.name).collect();
            Error::invalid("sweep", format!("one of {}", names.join(", ")), name)
        })
    }

    /// Whether the denoiser is stored in other ways than its file is.
    pub fn stores(&self) -> bool {
        matches!(self.varied, Varied::Precision(_))
    }

    /// Whether this is the setting that is varied.
    pub fn varies(&self, setting: &str) -> bool {
        matches!(self.varied, Varied::Setting { key, .. } if key == setting)
    }

    /// What all points share.
    pub fn settings(&self) -> Result<Settings> {
        let mut settings = Settings::default();
        self.fixed.iter().try_for_each(|(key, value)| settings.set(key, value))?;
        Ok(settings)
    }

    /// The points: label, settings, and how the denoiser is stored if not as it is.
    pub fn points(&self) -> Result<Vec<(&'static str, Settings, Option<Precision>)>> {
        let settings = self.settings()?;
        match self.varied {
            Varied::Setting { key, values } => values
                .iter()
                .map(|value| {
                    let mut settings = settings.clone();
                    settings.set(key, value)?;
                    Ok((*value, settings, None))
                })
                .collect(),
            Varied::Precision(stored) => {
                Ok(stored.iter().map(|(label, precision)| (*label, settings.clone(), Some(*precision))).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::ProcessConfig;

    #[test]
    fn every_point_can_be_run() {
        for sweep in SWEEPS {
            let points = sweep.points().unwrap();
            assert!((2..=6).contains(&points.len()), "{}: {} points", sweep.name, points.len());
            for (k, (label, settings, precision)) in points.iter().enumerate() {
                let steps = ProcessConfig::default().respaced(&settings.steps).unwrap().schedule.len();
                assert!(
                    settings.values.whole("range-t") < steps,
                    "{} {label}: nothing but free steps is the last point",
                    sweep.name
                );
                assert!(32_usize.is_multiple_of(settings.values.whole("down-n")), "{} {label}", sweep.name);
                for (other, earlier, stored) in &points[..k] {
                    assert_ne!((settings, precision), (earlier, stored), "{}: {label} and {other}", sweep.name);
                }
            }
            assert_eq!(Sweep::named(sweep.name).unwrap().title, sweep.title);
        }
        assert!(Sweep::named("magic").is_err());
    }

    #[test]
    fn a_sweep_of_references_uses_them() {
        use crate::guidance::Method;
        for sweep in SWEEPS {
            let needs = sweep.settings().unwrap().uses(Method::Ilvr);
            assert_eq!(needs, sweep.subject == Subject::References, "{}", sweep.name);
        }
    }
}
