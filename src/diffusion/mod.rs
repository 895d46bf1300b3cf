//! Networks → one step: the noise schedule, what a prediction means, and one sampler a file.

pub mod catalogue;
pub mod ddim;
pub mod ddpm;
pub mod losses;
pub mod noise;
pub mod process;
pub mod respacing;
pub mod sampler;
pub mod schedule;

pub use losses::{Example, Loss, LossTerms, min_snr_weights, training_losses};
pub use noise::{CounterNoise, NoiseSource, Stream};
pub use process::{Prediction, Process, ProcessConfig, Variance};
pub use sampler::{Sampler, SamplerKind, Step, StepInput};
pub use schedule::{Schedule, ScheduleKind};
