//! The command line: everything that is done outside the browser.

#[cfg(not(target_family = "wasm"))]
mod native {
    use std::io::Write as _;
    use std::process::ExitCode;

    use clap::{CommandFactory as _, Parser, Subcommand};
    use clap_complete::Shell;
    use guidelight::cli::bench::BenchArgs;
    use guidelight::cli::convert::ConvertArgs;
    use guidelight::cli::eval::EvalCommand;
    use guidelight::cli::init::InitArgs;
    use guidelight::cli::inspect::InspectArgs;
    use guidelight::cli::interrupt;
    use guidelight::cli::quantize::QuantizeArgs;
    use guidelight::cli::sample::SampleArgs;
    use guidelight::data::cli::DataCommand;
    use guidelight::train::cli::TrainCommand;

    /// Guided diffusion that people can watch, steer and take apart.
    #[derive(Parser)]
    #[command(version, after_help = EXAMPLES)]
    struct Cli {
        #[command(subcommand)]
        command: Command,
    }

    const EXAMPLES: &str = "\
Exit codes: 0 done, 1 could not be done, 2 wrong usage, 130 after Ctrl-C, which leaves no half-written file.

Examples:
  guidelight sample --class animal --count 16 --out samples/animal
  guidelight sample --help";

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
        /// Turn other people's checkpoints into a model file
        Convert(ConvertArgs),
        /// Show what a model file holds
        Inspect(InspectArgs),
        /// Draw samples
        Sample(Box<SampleArgs>),
        /// Measure samples and classifiers
        #[command(subcommand)]
        Eval(EvalCommand),
        /// Measure what networks and steps cost on this machine
        Bench(BenchArgs),
        /// Write a model file with random weights, to measure an architecture
        Init(InitArgs),
        /// Print the completions of a shell
        #[command(
            after_help = "Example:\n  guidelight completions bash > ~/.local/share/bash-completion/completions/guidelight"
        )]
        Completions {
            /// The shell
            shell: Shell,
        },
    }

    pub(super) fn main() -> ExitCode {
        let command = Cli::parse().command;
        let result = interrupt::exit_on_ctrl_c().and_then(|()| match command {
            Command::Data(command) => command.run(),
            Command::Train(command) => command.run(),
            Command::Quantize(args) => args.run(),
            Command::Convert(args) => args.run(),
            Command::Inspect(args) => args.run(),
            Command::Sample(args) => args.run(),
            Command::Eval(command) => command.run(),
            Command::Bench(args) => args.run(),
            Command::Init(args) => args.run(),
            Command::Completions { shell } => {
                print_completions(shell);
                Ok(())
            }
        });
        match (result, interrupt::exit_code()) {
            (Ok(()), _) => ExitCode::SUCCESS,
            (Err(_), Some(code)) => code,
            (Err(error), None) => {
                eprintln!("guidelight: {error}");
                ExitCode::FAILURE
            }
        }
    }

    fn print_completions(shell: Shell) {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), env!("CARGO_BIN_NAME"), &mut script);
        // Whoever has stopped reading has what was wanted.
        let _ = std::io::stdout().write_all(&script);
    }
}

#[cfg(not(target_family = "wasm"))]
fn main() -> std::process::ExitCode {
    native::main()
}

/// In the browser there is no command line.
#[cfg(target_family = "wasm")]
fn main() {}
