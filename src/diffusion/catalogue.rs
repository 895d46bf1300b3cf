//! What a sampler or guidance method says about itself: pages and command lines draw their controls from it, and
//! [`Values`] holds what they are set to.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    error::{Error, Result},
    models::NONE,
};

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
    /// A reference picture.
    pub reference: bool,
    /// A chosen class.
    pub class: bool,
    /// A classifier of noisy images.
    pub classifier: bool,
    /// A second, weaker denoiser.
    pub weak: bool,
}

/// One setting of a method.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Param {
    /// Its key in the settings.
    pub key: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// Most people leave it alone.
    pub advanced: bool,
    /// Its kind, range and default, in the same object as the key.
    #[serde(flatten)]
    pub kind: ParamKind,
}

/// What values a setting takes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ParamKind {
    /// A number. Whole ones only where `min` and `step` are whole.
    Number {
        /// Smallest value a slider offers.
        min: f64,
        /// Largest value a slider offers.
        max: f64,
        /// Distance between two values offered.
        step: f64,
        /// Value if nothing is said.
        default: f64,
        /// Smallest value accepted.
        lowest: f64,
        /// Largest value accepted.
        largest: f64,
    },
    /// One of a few names.
    Choice {
        /// The names.
        choices: Vec<&'static str>,
        /// Value if nothing is said.
        default: &'static str,
    },
    /// Name or index of a class, or `none`, which is the default.
    Class,
    /// A short text, empty by default. The method says what is wrong with it.
    Text {
        /// What it may look like.
        example: &'static str,
    },
}

impl Param {
    /// A number that a slider offers from `min` to `max`; nothing beyond is accepted.
    pub fn number(key: &'static str, label: &'static str, [min, max]: [f64; 2], step: f64, default: f64) -> Self {
        let kind = ParamKind::Number { min, max, step, default, lowest: min, largest: max };
        Self { key, label, advanced: false, kind }
    }

    /// One of a few names.
    pub fn choice(key: &'static str, label: &'static str, choices: Vec<&'static str>, default: &'static str) -> Self {
        Self { key, label, advanced: false, kind: ParamKind::Choice { choices, default } }
    }

    /// A class.
    pub fn class(key: &'static str, label: &'static str) -> Self {
        Self { key, label, advanced: false, kind: ParamKind::Class }
    }

    /// A short text.
    pub fn text(key: &'static str, label: &'static str, example: &'static str) -> Self {
        Self { key, label, advanced: false, kind: ParamKind::Text { example } }
    }

    /// The same number, with typed values accepted from `low` to `high`.
    pub fn accepting(mut self, low: f64, high: f64) -> Self {
        if let ParamKind::Number { lowest, largest, .. } = &mut self.kind {
            (*lowest, *largest) = (low, high);
        }
        self
    }

    /// The same setting, out of the way.
    pub fn advanced(mut self) -> Self {
        self.advanced = true;
        self
    }

    /// Its value if nothing is said.
    pub fn default(&self) -> Value {
        match &self.kind {
            ParamKind::Number { default, .. } => Value::Number(*default),
            ParamKind::Choice { default, .. } => Value::Text((*default).into()),
            ParamKind::Class => Value::Text(NONE.into()),
            ParamKind::Text { .. } => Value::Text(String::new()),
        }
    }

    /// Reads a value from its text.
    pub fn read(&self, text: &str) -> Result<Value> {
        let text = text.trim();
        let refused = |expected: String| Err(Error::invalid(self.key, expected, text));
        match &self.kind {
            ParamKind::Number { min, step, lowest, largest, .. } => {
                let whole = min.fract() == 0.0 && step.fract() == 0.0;
                let number = text.parse::<f64>().ok().filter(|v| (*lowest..=*largest).contains(v));
                match number.filter(|v| !whole || v.fract() == 0.0) {
                    Some(number) => Ok(Value::Number(number)),
                    None => {
                        refused(format!("a {}number from {lowest} to {largest}", if whole { "whole " } else { "" }))
                    }
                }
            }
            ParamKind::Choice { choices, .. } if !choices.contains(&text) => {
                refused(format!("one of {}", choices.join(", ")))
            }
            ParamKind::Class if text.is_empty() => Ok(Value::Text(NONE.into())),
            ParamKind::Choice { .. } | ParamKind::Class | ParamKind::Text { .. } => Ok(Value::Text(text.into())),
        }
    }
}

/// The value of a setting.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Of a number.
    Number(f64),
    /// Of anything else.
    Text(String),
}

impl Serialize for Value {
    /// A whole number has no point, as people write it.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) if number.fract() == 0.0 => serializer.serialize_i64(*number as i64),
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

/// What the settings of all methods are set to. A method reads its own by key; a key that is in no catalogue is a
/// mistake in the program, and a panic.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Values(BTreeMap<&'static str, Value>);

impl Values {
    /// The defaults of these settings.
    pub fn defaults<'a>(params: impl IntoIterator<Item = &'a Param>) -> Self {
        Self(params.into_iter().map(|param| (param.key, param.default())).collect())
    }

    /// Sets one of them.
    pub fn set(&mut self, key: &'static str, value: Value) {
        self.0.insert(key, value);
    }

    /// One of them.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// A number.
    pub fn number(&self, key: &str) -> f64 {
        match self.get(key) {
            Some(Value::Number(number)) => *number,
            other => panic!("setting `{key}`: expected a number, got {other:?}"),
        }
    }

    /// A whole number that is at least 0.
    pub fn whole(&self, key: &str) -> usize {
        self.number(key) as usize
    }

    /// A name or a text.
    pub fn text(&self, key: &str) -> &str {
        match self.get(key) {
            Some(Value::Text(text)) => text,
            other => panic!("setting `{key}`: expected a text, got {other:?}"),
        }
    }
}

/// The one of `all` with this name; the setting it comes from has no others.
pub(crate) fn named<T: Copy>(all: &[T], name_of: impl Fn(T) -> &'static str, name: &str) -> T {
    match all.iter().find(|item| name_of(**item) == name) {
        Some(item) => *item,
        None => panic!("`{name}` is no choice of its setting"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_and_refused_in_a_sentence() {
        let scale = Param::number("scale", "", [0.0, 20.0], 0.5, 4.0).accepting(0.0, 1000.0);
        assert_eq!(scale.read(" 2.25 ").unwrap(), Value::Number(2.25));
        assert_eq!(scale.read("1000").unwrap(), Value::Number(1000.0));
        let error = scale.read("1001").unwrap_err().to_string();
        assert_eq!(error, "scale: expected a number from 0 to 1000, got 1001");
        let order = Param::number("order", "", [1.0, 3.0], 1.0, 2.0);
        for text in ["1.5", "0", "NaN", "inf", ""] {
            assert!(order.read(text).unwrap_err().to_string().contains("a whole number from 1 to 3"), "{text}");
        }
        let kernel = Param::choice("kernel", "", vec!["cubic", "box"], "cubic");
        assert_eq!(kernel.read("hat").unwrap_err().to_string(), "kernel: expected one of cubic, box, got hat");
        assert_eq!(Param::class("negative", "").read("").unwrap(), Value::Text("none".into()));
    }
}
