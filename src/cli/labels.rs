//! What each image shall show: the labels of the command line.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::{Deserialize, Serialize};

use super::draw::{labels_of, require_same_labels, typical};
use crate::data::{Dataset, TRAIN};
use crate::models::{Labels, label};
use crate::session::{Models, Settings};
use crate::{Error, Result};

/// The word that goes through all labels in turn.
const EACH: &str = "each";

/// Options that say what each image shows, and how many there are.
#[derive(Debug, Args)]
pub(super) struct LabelArgs {
    /// Class name or index, `none`, or `each` to go through all classes [default: none]
    #[arg(long)]
    class: Option<String>,
    /// Style name or index, `none`, or `each` to go through all styles [default: none]
    #[arg(long)]
    style: Option<String>,
    /// Class names or indices, one an image, such as `1,4` or `food,none`
    #[arg(long, value_name = "LIST", value_delimiter = ',', conflicts_with = "class")]
    labels: Option<Vec<String>>,
    /// Data set whose training images decide the labels: class and style as often as they occur together there
    #[arg(long, value_name = "FILE", conflicts_with_all = ["class", "style", "labels"])]
    labels_like: Option<PathBuf>,
    /// Number of images [default: one a label, 1 for a link, else 16]
    #[arg(long)]
    count: Option<usize>,
}

/// The labels of images by name; `null` is no label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct NamedLabels {
    /// A class an image.
    pub(super) class: Vec<Option<String>>,
    /// A style an image.
    pub(super) style: Vec<Option<String>>,
}

impl NamedLabels {
    /// Names what a model knows by index.
    pub(super) fn new(labels: &Labels, models: &Models) -> Self {
        let named = |labels: &[Option<usize>], names: &[String]| {
            labels.iter().map(|label| label.map(|label| names[label].clone())).collect()
        };
        Self { class: named(&labels.class, &models.classes), style: named(&labels.style, &models.styles) }
    }

    fn indices(&self, models: &Models) -> Result<Labels> {
        if self.class.len() != self.style.len() {
            let expected = format!("a style for each of {} classes", self.class.len());
            return Err(Error::invalid("labels", expected, self.style.len().to_string()));
        }
        let indices = |key: &str, labels: &[Option<String>], names: &[String]| -> Result<Vec<_>> {
            labels.iter().map(|name| name.as_ref().map_or(Ok(None), |name| label(key, name, names))).collect()
        };
        Ok(Labels {
            class: indices("class", &self.class, &models.classes)?,
            style: indices("style", &self.style, &models.styles)?,
        })
    }
}

impl LabelArgs {
    /// Refuses to draw nothing.
    pub(super) fn check(&self) -> Result<()> {
        if self.count == Some(0) {
            return Err(Error::invalid("--count", "at least one image", "0"));
        }
        Ok(())
    }

    /// Writes the one class and the one style to the settings.
    pub(super) fn apply(&self, settings: &mut Settings) -> Result<()> {
        for (key, asked) in [("class", &self.class), ("style", &self.style)] {
            if let Some(asked) = asked {
                settings.set(key, if asked == EACH { crate::session::NONE } else { asked })?;
            }
        }
        Ok(())
    }

    /// The labels of the images: those of an `earlier` run where no flag says otherwise, `count` of them unless a flag,
    /// labels or an earlier run do.
    pub(super) fn resolve(
        &self,
        settings: &Settings,
        earlier: Option<&NamedLabels>,
        models: &Models,
        count: usize,
    ) -> Result<Labels> {
        let count = earlier.map_or(count, |earlier| earlier.class.len());
        if let Some(path) = &self.labels_like {
            return frequent_labels(path, models, self.count.unwrap_or(count));
        }
        let listed = |list: &Vec<String>| list.iter().map(|item| class_of(item, models)).collect::<Result<Vec<_>>>();
        let listed = self.labels.as_ref().map(listed).transpose()?;
        // Flags may replace all of an earlier run's labels: then they decide nothing.
        let earlier = earlier.filter(|_| self.class.is_none() || self.style.is_none());
        let earlier = earlier.map(|earlier| earlier.indices(models)).transpose()?;
        let known = listed.as_ref().or(earlier.as_ref().map(|labels| &labels.class)).map(Vec::len);
        let count = match (self.count, known) {
            (Some(count), Some(known)) if count != known => {
                return Err(Error::invalid("--count", format!("{known}, one a label"), count.to_string()));
            }
            (asked, known) => asked.or(known).unwrap_or(count),
        };
        let labels = |key: &str, flag: &Option<String>, earlier: Option<&Vec<Option<usize>>>, setting: &str, names| {
            let label = |k: usize| match (flag, earlier.and_then(|earlier| earlier.get(k))) {
                (None, Some(earlier)) => Ok(*earlier),
                (flag, _) => one(key, flag.as_deref().unwrap_or(setting), names, k),
            };
            (0..count).map(label).collect::<Result<Vec<_>>>()
        };
        let earlier = earlier.as_ref();
        let class = earlier.map(|labels| &labels.class);
        let style = earlier.map(|labels| &labels.style);
        Ok(Labels {
            class: match listed {
                Some(listed) => listed,
                None => labels("class", &self.class, class, &settings.class, &models.classes)?,
            },
            style: labels("style", &self.style, style, &settings.style, &models.styles)?,
        })
    }
}

fn one(key: &str, asked: &str, names: &[String], k: usize) -> Result<Option<usize>> {
    match asked {
        EACH => Ok((!names.is_empty()).then(|| k % names.len())),
        _ => label(key, asked, names),
    }
}

fn class_of(item: &str, models: &Models) -> Result<Option<usize>> {
    match item.trim() {
        "" => Err(Error::invalid("--labels", "a class name or index for each image", "nothing between two commas")),
        item => label("--labels", item, &models.classes),
    }
}

/// Labels of `count` images that show what the training images without skin tones show, as often as they do.
fn frequent_labels(path: &Path, models: &Models, count: usize) -> Result<Labels> {
    let data = Dataset::load(path)?;
    let labels =
        require_same_labels(&data, models).and_then(|()| Ok(labels_of(&data, &typical(&data, TRAIN, count)?, models)));
    labels.map_err(|error| error.in_file(path))
}
