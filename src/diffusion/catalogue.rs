//! What a sampler or guidance method says about itself, so that a page can draw its controls.

use serde::Serialize;

/// One method.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// Its name in the settings.
    pub name: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// One or two sentences on what it does.
    pub help: &'static str,
    /// Its settings.
    pub params: Vec<Param>,
    /// What has to be there before it can run.
    pub needs: Needs,
}

/// What a method cannot run without.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Needs {
    /// A reference image.
    pub reference: bool,
    /// A chosen class.
    pub class: bool,
}

/// One setting of a method.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Param {
    /// Its key in the settings.
    pub key: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// Its kind, range and default, in the same object as the key.
    #[serde(flatten)]
    pub kind: ParamKind,
}

/// What values a setting takes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ParamKind {
    /// A number in a range. The range is what a slider offers; larger values may be accepted.
    Number {
        /// Smallest value offered.
        min: f64,
        /// Largest value offered.
        max: f64,
        /// Distance between two values offered.
        step: f64,
        /// Value if nothing is said.
        default: f64,
    },
    /// One of a few names.
    Choice {
        /// The names.
        choices: Vec<&'static str>,
        /// Value if nothing is said.
        default: &'static str,
    },
}
