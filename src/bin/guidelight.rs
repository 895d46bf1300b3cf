//! The command line: everything that is done outside the browser.

#[cfg(not(target_family = "wasm"))]
mod native {
    use std::process::ExitCode;

    use clap::{Parser, Subcommand};
    use guidelight::cli::eval::EvalCommand;
    use guidelight::cli::quantize::QuantizeArgs;
    use guidelight::cli::sample::SampleArgs;
    use guidelight::data::cli::DataCommand;
    use guidelight::train::cli::TrainCommand;

    /// Guided diffusion that people can watch, steer and take apart.
    #[derive(Parser)]
    #[command(version)]
    struct Cli {
        #[command(subcommand)]
        command: Command,
    }

    #[derive(Subcommand)]
    enum Command {
        /// Build data sets and look at them
        #[command(subcommand)]
        Data(DataCommand),
        /// Train networks
        #[command(subcommand)]
        Train(TrainCommand),
        /// Store trained weights for the site
        Quantize(QuantizeArgs),
        /// Draw samples
        Sample(Box<SampleArgs>),
        /// Measure samples and classifiers
        #[command(subcommand)]
        Eval(EvalCommand),
    }

    pub(super) fn main() -> ExitCode {
        let result = match Cli::parse().command {
            Command::Data(command) => command.run(),
            Command::Train(command) => command.run(),
            Command::Quantize(args) => args.run(),
            Command::Sample(args) => args.run(),
            Command::Eval(command) => command.run(),
        };
        match result {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("guidelight: {error}");
                ExitCode::FAILURE
            }
        }
    }
}

#[cfg(not(target_family = "wasm"))]
fn main() -> std::process::ExitCode {
    native::main()
}

/// In the browser there is no command line.
#[cfg(target_family = "wasm")]
fn main() {}
