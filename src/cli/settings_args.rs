//! Flags for the settings of a run, drawn from the catalogue: a new method has its flags without a line here.

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use crate::Result;
use crate::diffusion::catalogue::{Entry, Param, ParamKind};
use crate::session::{Settings, catalogue};

/// The settings that were given as flags, in the order of the catalogue.
#[derive(Debug, Clone, Default)]
pub(super) struct SettingsArgs {
    given: Vec<(&'static str, String)>,
}

/// Keys beside those of methods, and what they are. `model`, `class` and `style` mean more on the command line.
fn own() -> [(&'static str, String); 5] {
    let names = |entries: &[Entry]| entries.iter().map(|entry| entry.name).collect::<Vec<_>>().join(", ");
    let all = catalogue();
    [
        ("method", format!("Comma list of {}; or none", names(&all.guidance))),
        ("start", format!("What to start from: {}", names(&all.starts))),
        ("sampler", format!("One of {}", names(&all.samplers))),
        ("steps", "Number of steps, or a respacing such as ddim25, trailing25, karras25, 10,15 or at0-400-999".into()),
        ("seed", "Seed of all noise".into()),
    ]
}

/// What a person reads about a setting.
fn help(param: &Param) -> String {
    let all = catalogue();
    let has = |entry: &&Entry| entry.params.iter().any(|known| known.key == param.key);
    let users: Vec<&str> = all.guidance.iter().chain(&all.starts).filter(has).map(|entry| entry.name).collect();
    let samplers: Vec<&str> = all.samplers.iter().filter(has).map(|entry| entry.name).collect();
    let of = match (users.is_empty(), samplers.len()) {
        (false, _) => format!("{}: ", users.join(", ")),
        (true, n) if n == all.samplers.len() => String::new(),
        _ => format!("{}: ", samplers.join(", ")),
    };
    let values = match &param.kind {
        ParamKind::Number { lowest, largest, default, .. } => format!("{lowest} to {largest} [default: {default}]"),
        ParamKind::Choice { choices, default } => format!("{} [default: {default}]", choices.join(", ")),
        ParamKind::Class => "a class or none [default: none]".into(),
        ParamKind::Text { example } => format!("such as \"{example}\""),
    };
    format!("{of}{}; {values}", param.label)
}

impl SettingsArgs {
    /// Sets what was given. A value that cannot be is refused.
    pub(super) fn apply(&self, settings: &mut Settings) -> Result<()> {
        self.given.iter().try_for_each(|(key, value)| settings.set(key, value))
    }
}

impl Args for SettingsArgs {
    fn augment_args(command: Command) -> Command {
        let flag = |key: &'static str, help: String| {
            Arg::new(key).long(key).value_name("VALUE").allow_hyphen_values(true).help(help)
        };
        let own = own().into_iter().map(|(key, help)| flag(key, help).help_heading("Sampling"));
        let params = catalogue().params().into_iter().map(|param| {
            let heading = if param.advanced { "Settings of methods, advanced" } else { "Settings of methods" };
            flag(param.key, help(param)).help_heading(heading)
        });
        command.args(own.chain(params).collect::<Vec<_>>())
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for SettingsArgs {
    fn from_arg_matches(matches: &ArgMatches) -> std::result::Result<Self, clap::Error> {
        let mut args = Self::default();
        args.update_from_arg_matches(matches)?;
        Ok(args)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> std::result::Result<(), clap::Error> {
        let keys = own().map(|(key, _)| key).into_iter().chain(catalogue().params().into_iter().map(|param| param.key));
        let given = keys.filter_map(|key| Some((key, matches.get_one::<String>(key)?.clone())));
        self.given = given.collect();
        Ok(())
    }
}
