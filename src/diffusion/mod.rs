//! Networks → one step: the noise schedule, what a prediction means, and one sampler a file.

pub mod catalogue;
pub mod ddim;
pub mod ddpm;
pub mod dpm_solver;
pub mod dpmpp;
pub mod dpmpp_sde;
pub mod euler;
pub mod euler_ancestral;
pub mod heun;
pub mod lcm;
pub mod losses;
mod multistep;
pub mod noise;
pub mod process;
pub mod respacing;
pub mod sampler;
pub mod schedule;
pub mod threshold;
pub mod unipc;
pub mod update;
pub mod walk;

pub use losses::{Example, Loss, LossTerms, min_snr_weights, training_losses};
pub use noise::{CounterNoise, NoiseSource, Stream};
pub use process::{Clip, Prediction, Process, ProcessConfig, Variance};
pub use sampler::{Past, Sampler, SamplerKind, Step, StepInput};
pub use schedule::{Level, Schedule, ScheduleKind};
pub use threshold::ClipMode;
pub use update::{Part, Term};
