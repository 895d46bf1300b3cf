//! Noise schedules: how much of the image is left at each timestep, as float64 tables.
//!
//! Linear: Ho et al. 2020, "Denoising Diffusion Probabilistic Models", section 4, scaled to any number of timesteps.
//! Cosine: Nichol and Dhariwal 2021, "Improved Denoising Diffusion Probabilistic Models", Eq. 17.
//! Scaled linear: the code released with Rombach et al. 2022, "High-Resolution Image Synthesis with Latent Diffusion
//! Models".
//! Zero terminal SNR: Lin et al. 2024, "Common Diffusion Noise Schedules and Sample Steps are Flawed", Algorithm 1.
//!
//! # Index convention
//!
//! The one place where it is stated; everything else links here.
//!
//! * A *timestep* `t` runs over `0..T` of the schedule a network was trained with; `t = 0` is the least noisy.
//! * An *index* `i` runs over `0..n` of the (possibly respaced) chain that is executed; `timestep_map[i]` is its
//!   timestep, which may lie between two. A chain executes `i = n - 1, …, 0`, and step number `k = 0, 1, …` is the one
//!   at `i = n - 1 - k`.
//! * `abar[i]` belongs to the state `x_i` that enters the step at `i`; the step ends at level `abar_prev[i]`, which is
//!   `abar[i - 1]`, and 1 (a clean image) at `i = 0`.
//! * Networks are told the original timestep, [`Schedule::network_t`], never the index.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Smallest number of steps a chain can have: the clipped posterior variance of index 0 is borrowed from index 1.
const MIN_STEPS: usize = 2;

/// Largest T: a model file may ask for any, and its tables must fit a browser's memory.
const MAX_TIMESTEPS: usize = 100_000;

/// Largest beta of the cosine schedule, so that abar never reaches 0 (Nichol and Dhariwal 2021, section 3.2).
const COSINE_BETA_MAX: f64 = 0.999;

/// The timestep range that networks see when `rescale_timesteps` is on, whatever T is.
const RESCALED_RANGE: f64 = 1000.0;

fn check_betas(betas: &[f64], allowed: impl Fn(f64) -> bool) -> Result<()> {
    match betas.iter().position(|beta| !allowed(*beta)) {
        None => Ok(()),
        Some(i) => Err(Error::invalid(
            format!("beta {i} of the noise schedule"),
            "a number between 0 and 1, both excluded (a linear schedule needs more than 20 timesteps)",
            betas[i].to_string(),
        )),
    }
}

/// The shape of a noise schedule.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScheduleKind {
    /// Betas evenly spaced from `0.1 / T` to `20 / T`.
    Linear,
    /// abar follows a squared cosine.
    Cosine,
    /// Betas evenly spaced between two of any size, whatever T is.
    LinearBetween {
        /// Beta of timestep 0.
        first: f64,
        /// Beta of timestep T-1.
        last: f64,
    },
    /// Square roots of betas evenly spaced between those of two betas.
    ScaledLinear {
        /// Beta of timestep 0.
        first: f64,
        /// Beta of timestep T-1.
        last: f64,
    },
}

impl ScheduleKind {
    /// The betas of `timesteps` steps, unchecked: a linear schedule of 20 timesteps or fewer reaches 1 and more.
    pub fn betas(self, timesteps: usize) -> Vec<f64> {
        match self {
            Self::Linear => linear_betas(timesteps),
            Self::Cosine => cosine_betas(timesteps),
            Self::LinearBetween { first, last } => evenly_spaced(first, last, timesteps),
            Self::ScaledLinear { first, last } => {
                let roots = evenly_spaced(libm::sqrt(first), libm::sqrt(last), timesteps);
                roots.into_iter().map(|root| root * root).collect()
            }
        }
    }
}

fn linear_betas(timesteps: usize) -> Vec<f64> {
    let scale = 1000.0 / timesteps as f64;
    let (first, last) = (scale * 0.0001, scale * 0.02);
    evenly_spaced(first, last, timesteps)
}

fn cosine_betas(timesteps: usize) -> Vec<f64> {
    // libm, not std: the tables are the same bits natively and in the browser.
    let g = |s: f64| libm::pow(libm::cos((s + 0.008) / 1.008 * std::f64::consts::PI / 2.0), 2.0);
    let n = timesteps as f64;
    (0..timesteps).map(|i| (1.0 - g((i + 1) as f64 / n) / g(i as f64 / n)).min(COSINE_BETA_MAX)).collect()
}

/// `n` values from `first` to `last`, both included.
pub(crate) fn evenly_spaced(first: f64, last: f64, n: usize) -> Vec<f64> {
    let step = (last - first) / (n.max(2) - 1) as f64;
    let mut values: Vec<f64> = (0..n).map(|i| first + i as f64 * step).collect();
    if n > 1 {
        values[n - 1] = last;
    }
    values
}

/// The value of `table` at an index that may lie between two.
fn between(index: f64, table: impl Fn(usize) -> f64) -> f64 {
    let below = index as usize;
    match index.fract() {
        0.0 => table(below),
        part => table(below) + (table(below + 1) - table(below)) * part,
    }
}

/// abar: the running product of `1 - beta`.
pub fn alphas_cumprod(betas: &[f64]) -> Vec<f64> {
    betas
        .iter()
        .scan(1.0, |abar, beta| {
            *abar *= 1.0 - beta;
            Some(*abar)
        })
        .collect()
}

/// One noise level in the letters of the solver papers: `x = alpha x_0 + sigma eps`, `alpha^2 + sigma^2 = 1`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// `sqrt(abar)`; 0 where nothing of the image is left.
    pub alpha: f64,
    /// `sqrt(1 - abar)`; 0 for a clean image.
    pub sigma: f64,
}

impl Level {
    /// The level at `abar`.
    pub fn new(abar: f64) -> Self {
        Self { alpha: libm::sqrt(abar), sigma: libm::sqrt(1.0 - abar) }
    }

    /// `sigma / alpha`: the sigma of Karras et al. 2022, whose state is `x / alpha`. Infinite for pure noise.
    pub fn noise(self) -> f64 {
        self.sigma / self.alpha
    }

    /// `ln(alpha / sigma)`, half the logarithm of the signal-to-noise ratio. Infinite at both ends.
    pub fn lambda(self) -> f64 {
        libm::log(self.alpha) - libm::log(self.sigma)
    }

    /// Whether nothing of the image is left: no polynomial in lambda goes through an estimate made here.
    pub fn is_pure_noise(self) -> bool {
        self.alpha == 0.0
    }
}

/// The tables of one chain, one entry an index; see the [module](self) for the index convention.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    /// Original timestep of each index.
    pub timestep_map: Vec<f64>,
    /// Variance added by each forward step.
    pub betas: Vec<f64>,
    /// abar: the share of the clean image's variance that is left.
    pub abar: Vec<f64>,
    /// abar of the level a step ends at; 1 at index 0.
    pub abar_prev: Vec<f64>,
    /// `sqrt(abar)`.
    pub sqrt_abar: Vec<f64>,
    /// `sqrt(1 - abar)`.
    pub sqrt_one_minus_abar: Vec<f64>,
    /// `ln(1 - abar)`.
    pub log_one_minus_abar: Vec<f64>,
    /// `sqrt(1 / abar)`.
    pub sqrt_recip_abar: Vec<f64>,
    /// `sqrt(1 / abar - 1)`.
    pub sqrt_recipm1_abar: Vec<f64>,
    /// Variance of q(x_{i-1} | x_i, x_0), Ho et al. 2020, Eq. 7; 0 at index 0.
    pub posterior_variance: Vec<f64>,
    /// Its logarithm, with entry 1 repeated at entry 0, where the variance is 0.
    pub posterior_log_variance_clipped: Vec<f64>,
    /// Weight of x_0 in the posterior mean, Ho et al. 2020, Eq. 7.
    pub posterior_mean_coef1: Vec<f64>,
    /// Weight of x_t in the posterior mean, Ho et al. 2020, Eq. 7.
    pub posterior_mean_coef2: Vec<f64>,
    /// What a timestep is multiplied with before a network sees it.
    timestep_scale: f64,
    /// T of the schedule the chain was cut from.
    timesteps: usize,
}

impl Schedule {
    /// The full schedule of `timesteps` steps.
    pub fn new(kind: ScheduleKind, timesteps: usize) -> Result<Self> {
        if timesteps > MAX_TIMESTEPS {
            let expected = format!("at most {MAX_TIMESTEPS} timesteps");
            return Err(Error::invalid("the noise schedule", expected, timesteps.to_string()));
        }
        Self::from_betas(kind.betas(timesteps))
    }

    /// A schedule from its betas, each strictly between 0 and 1.
    pub fn from_betas(betas: Vec<f64>) -> Result<Self> {
        check_betas(&betas, |beta| beta > 0.0 && beta < 1.0)?;
        let timestep_map = (0..betas.len()).map(|t| t as f64).collect();
        let timesteps = betas.len();
        Self::tables(betas, 1.0, timestep_map, timesteps, 1.0)
    }

    /// A chain over these levels, least noisy first, whose last step ends at `end`; a network is told `timesteps`.
    ///
    /// The front door is [`Schedule::at`]; this one is for levels that no schedule has.
    pub fn from_levels(abar: &[f64], end: f64, timesteps: Vec<f64>) -> Result<Self> {
        assert_eq!(abar.len(), timesteps.len(), "timesteps: one a level");
        let ends = std::iter::once(&end).chain(abar);
        let betas = abar.iter().zip(ends).map(|(abar, end)| 1.0 - abar / end).collect();
        Self::tables(betas, end, timesteps, abar.len(), 1.0)
    }

    /// `end` is abar of the level that the step at index 0 ends at.
    fn tables(
        betas: Vec<f64>,
        end: f64,
        timestep_map: Vec<f64>,
        timesteps: usize,
        timestep_scale: f64,
    ) -> Result<Self> {
        let n = betas.len();
        if n < MIN_STEPS {
            return Err(Error::invalid("the noise schedule", format!("at least {MIN_STEPS} steps"), n.to_string()));
        }
        // A beta of 1 leaves nothing of the image; the one after it would be no number.
        check_betas(&betas, |beta| beta > 0.0 && beta <= 1.0)?;
        let abar: Vec<f64> = alphas_cumprod(&betas).into_iter().map(|abar| abar * end).collect();
        let abar_prev: Vec<f64> = std::iter::once(end).chain(abar[..n - 1].iter().copied()).collect();
        let of_abar = |f: fn(f64) -> f64| abar.iter().map(|&a| f(a)).collect::<Vec<f64>>();
        let posterior_variance: Vec<f64> = (0..n).map(|i| betas[i] * (1.0 - abar_prev[i]) / (1.0 - abar[i])).collect();
        Ok(Self {
            sqrt_abar: of_abar(libm::sqrt),
            sqrt_one_minus_abar: of_abar(|a| libm::sqrt(1.0 - a)),
            log_one_minus_abar: of_abar(|a| libm::log(1.0 - a)),
            sqrt_recip_abar: of_abar(|a| libm::sqrt(1.0 / a)),
            sqrt_recipm1_abar: of_abar(|a| libm::sqrt(1.0 / a - 1.0)),
            posterior_log_variance_clipped: (0..n).map(|i| libm::log(posterior_variance[i.max(1)])).collect(),
            posterior_mean_coef1: (0..n).map(|i| betas[i] * libm::sqrt(abar_prev[i]) / (1.0 - abar[i])).collect(),
            posterior_mean_coef2: (0..n)
                .map(|i| (1.0 - abar_prev[i]) * libm::sqrt(1.0 - betas[i]) / (1.0 - abar[i]))
                .collect(),
            timestep_map,
            betas,
            abar_prev,
            abar,
            posterior_variance,
            timestep_scale,
            timesteps,
        })
    }

    /// The chain that visits only `timesteps` of this one, ascending and without repeats; it keeps their abar.
    ///
    /// Nichol and Dhariwal 2021, section 4: `beta_i = 1 - abar[t_i] / abar[t_(i-1)]`.
    pub fn respace(&self, timesteps: &[usize]) -> Result<Self> {
        self.at(&timesteps.iter().map(|&t| t as f64).collect::<Vec<_>>())
    }

    /// The same for timesteps that may lie between two of this chain's: lambda is interpolated there.
    pub fn at(&self, timesteps: &[f64]) -> Result<Self> {
        let n = self.len();
        let mut last_abar = 1.0;
        let mut betas = Vec::with_capacity(timesteps.len());
        let mut map = Vec::with_capacity(timesteps.len());
        for (k, &t) in timesteps.iter().enumerate() {
            if !(0.0..=(n - 1) as f64).contains(&t) || (k > 0 && t <= timesteps[k - 1]) {
                return Err(Error::invalid(
                    "the timesteps of a respaced chain",
                    format!("ascending numbers below {n}"),
                    format!("{t} at position {k}"),
                ));
            }
            let abar = self.abar_at(t);
            betas.push(1.0 - abar / last_abar);
            last_abar = abar;
            map.push(between(t, |i| self.timestep_map[i]));
        }
        Self::tables(betas, 1.0, map, self.timesteps, self.timestep_scale)
    }

    /// abar at an index, which may lie between two: lambda is interpolated there.
    pub fn abar_at(&self, index: f64) -> f64 {
        match index.fract() {
            0.0 => self.abar[index as usize],
            // abar is the logistic function of 2 lambda.
            _ => 1.0 / (1.0 + libm::exp(-2.0 * between(index, |i| self.level(i).lambda()))),
        }
    }

    /// The index, with its fraction, at which a chain is as noisy as [`Level::noise`] says: the inverse of
    /// [`Schedule::at`]. What lies outside is moved to the nearest end.
    pub fn index_of(&self, noise: f64) -> f64 {
        let above = (0..self.len()).position(|i| self.level(i).noise() >= noise).unwrap_or(self.len() - 1);
        let upper = self.level(above).noise();
        if above == 0 || upper <= noise {
            return above as f64;
        }
        let (lower, upper) = (libm::log(self.level(above - 1).noise()), libm::log(upper));
        (above - 1) as f64 + (libm::log(noise) - lower) / (upper - lower)
    }

    /// Shifts and stretches `sqrt(abar)` so that the noisiest level holds nothing of the image and the least noisy one
    /// stays. Lin et al. 2024, Algorithm 1.
    pub fn with_zero_terminal_snr(self) -> Result<Self> {
        let n = self.len();
        let (first, last) = (self.sqrt_abar[0], self.sqrt_abar[n - 1]);
        let mut previous = 1.0;
        let mut betas: Vec<f64> = Vec::with_capacity(n);
        for root in &self.sqrt_abar {
            let root = (root - last) * first / (first - last);
            betas.push(1.0 - root * root / previous);
            previous = root * root;
        }
        Self::tables(betas, 1.0, self.timestep_map, self.timesteps, self.timestep_scale)
    }

    /// The level that enters the step at `i`.
    pub fn level(&self, i: usize) -> Level {
        Level::new(self.abar[i])
    }

    /// The level that the step at `i` ends at.
    pub fn level_prev(&self, i: usize) -> Level {
        Level::new(self.abar_prev[i])
    }

    /// Tells networks `t * 1000 / T` instead of `t` (guided-diffusion's `rescale_timesteps`).
    pub fn with_rescaled_timesteps(mut self) -> Self {
        self.timestep_scale = RESCALED_RANGE / self.timesteps as f64;
        self
    }

    /// Number of steps in the chain.
    pub fn len(&self) -> usize {
        self.betas.len()
    }

    /// Always false: a chain has at least two steps.
    pub fn is_empty(&self) -> bool {
        self.betas.is_empty()
    }

    /// T of the schedule this chain was cut from.
    pub fn timesteps(&self) -> usize {
        self.timesteps
    }

    /// What a network is told at index `i`: the original timestep, rescaled where the model wants it.
    pub fn network_t(&self, i: usize) -> f64 {
        self.timestep_map[i] * self.timestep_scale
    }
}
