//! Sets of pictures against the training images, in the numbers that the field reports.
//!
//! The protocol: real pictures are those without skin tones. Fréchet and kernel distances are between a set and
//! subsets of the training images of the same size, so that sets of one size compare, and held-out real pictures of
//! that size say what a perfect model would get. Mean and interval are over the subsets.

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use indicatif::{ProgressBar, ProgressStyle};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use rayon::prelude::*;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};

use super::bootstrap::{self, Ratio};
use super::efficientnet::{EfficientNetLite0, WIDTH};
use super::judge::{BATCH, Verdict, best, tensor};
use super::metrics::{Features, frechet, inception_score, kernel, precision_recall};
use super::nearest::{SIDE, distances, thumbnails};
use crate::data::{Dataset, TEST, TRAIN};
use crate::models::EncoderUNet;
use crate::weights::container::sha256;
use crate::{Error, Result, files};

/// Subsets of the training images that a set is compared with.
const SUBSETS: u64 = 20;

/// Neighbours of precision and recall, as published.
const NEIGHBOURS: usize = 3;

/// Standard deviations to each side of a mean that hold 95 % of a Gaussian.
const INTERVAL: f64 = 1.96;

/// Resamples of a paired bootstrap.
const RESAMPLES: usize = 500;

/// Of a larger data set, this many training images, drawn once, stand for all: slow features would take hours.
const MOST_TRAINING: usize = 6000;

/// The same for held-out images; sets of samples have as many at the most, and 20 subsets still differ.
const MOST_HELD_OUT: usize = 1000;

/// Pictures whose slow features go into one cache file: a stop loses at most these.
const KEPT_TOGETHER: usize = 1024;

/// Pictures with what they are meant to show.
#[derive(Debug, Clone, PartialEq)]
pub struct Pictures {
    /// What the set is called.
    pub name: String,
    /// Planes of u8, each `[3, size, size]`.
    pub images: Vec<Vec<u8>>,
    /// The asked-for class of each; empty if nothing was asked for.
    pub class: Vec<usize>,
    /// The asked-for style of each, likewise.
    pub style: Vec<usize>,
}

impl Pictures {
    /// Images of a data set, with their own labels.
    pub fn of(name: &str, data: &Dataset, indices: &[usize]) -> Self {
        Self {
            name: name.into(),
            images: indices.iter().map(|&i| data.image(i).to_vec()).collect(),
            class: indices.iter().map(|&i| data.class()[i].into()).collect(),
            style: indices.iter().map(|&i| data.style()[i].into()).collect(),
        }
    }
}

/// A mean over the subsets and half the width of its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// Mean.
    pub mean: f64,
    /// The values of single subsets lie within this of the mean, 19 times out of 20.
    pub within: f64,
}

impl Estimate {
    fn of(values: &[f64]) -> Self {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
        Self { mean, within: INTERVAL * variance.sqrt() }
    }
}

/// What is measured of a set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// The set.
    pub name: String,
    /// Number of pictures.
    pub images: usize,
    /// Fréchet distance to the training images on EfficientNet-lite0's features.
    pub fid: Estimate,
    /// The same on the clean classifier's features.
    pub fid_clean: Estimate,
    /// Kernel distance on EfficientNet-lite0's features.
    pub kid: Estimate,
    /// The same on the clean classifier's features.
    pub kid_clean: Estimate,
    /// Precision on EfficientNet-lite0's features.
    pub precision: Estimate,
    /// Recall on the same.
    pub recall: Estimate,
    /// Inception score in form, of the clean classifier's class probabilities, in one split.
    pub inception_score: f64,
    /// Share of pictures in which the clean classifier sees the asked-for class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_accuracy: Option<f64>,
    /// The same for the style.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style_accuracy: Option<f64>,
    /// Median distance to the nearest training image.
    pub nearest_median: f64,
}

/// The judges, and what they saw in the training images.
pub struct Evaluator {
    clean: EncoderUNet,
    lite0: EfficientNetLite0,
    device: Device,
    cache: PathBuf,
    size: usize,
    real: Features,
    real_clean: Features,
    known: Features,
    held_out: Pictures,
}

impl Evaluator {
    /// Looks at the training images. Slow features are kept in `cache`, so that a second call is quick.
    pub fn new(
        data: &Dataset,
        clean: EncoderUNet,
        lite0: EfficientNetLite0,
        device: &Device,
        cache: &Path,
    ) -> Result<Self> {
        if !data.size().is_multiple_of(SIDE) {
            return Err(Error::invalid(
                "data set",
                format!("images of a side divisible by {SIDE}"),
                data.size().to_string(),
            ));
        }
        let plain = |split, most| {
            let all: Vec<usize> = data.indices(split).into_iter().filter(|&i| data.tone()[i] == 0).collect();
            match all.len() > most {
                true => subset(all.len(), most, 0).into_iter().map(|k| all[k]).collect(),
                false => all,
            }
        };
        let mut evaluator = Self {
            clean,
            lite0,
            device: device.clone(),
            cache: cache.to_owned(),
            size: data.size(),
            real: Features { width: 1, values: Vec::new() },
            real_clean: Features { width: 1, values: Vec::new() },
            known: thumbnails(data.indices(TRAIN).into_iter().map(|i| data.image(i)), data.size()),
            held_out: Pictures::of(&format!("held-out {}", data.info().name), data, &plain(TEST, MOST_HELD_OUT)),
        };
        let train = Pictures::of("training images", data, &plain(TRAIN, MOST_TRAINING));
        evaluator.real = evaluator.neutral(&train)?;
        evaluator.real_clean = evaluator.verdict(&train)?.features;
        Ok(evaluator)
    }

    /// Real pictures that nothing was trained on: what a perfect model would get.
    pub fn held_out(&self) -> &Pictures {
        &self.held_out
    }

    /// Measures a set.
    pub fn report(&self, pictures: &Pictures) -> Result<Report> {
        let count = pictures.images.len();
        let area = pictures.images.first().map_or(0, Vec::len);
        if area != 3 * self.size * self.size {
            let expected = format!("pictures of side {}", self.size);
            return Err(Error::invalid(&pictures.name, expected, format!("{count} pictures of {area} bytes")));
        }
        if count > self.real.len() {
            let expected =
                format!("at most {} pictures, as many as the training images compared with", self.real.len());
            return Err(Error::invalid(&pictures.name, expected, count.to_string()));
        }
        let features = self.neutral(pictures)?;
        let verdict = self.verdict(pictures)?;
        let compare = |number: u64| -> Result<[f64; 6]> {
            let subset = subset(self.real.len(), count, number);
            let (real, real_clean) = (self.real.select(&subset), self.real_clean.select(&subset));
            let (precision, recall) = precision_recall(&real, &features, NEIGHBOURS)?;
            Ok([
                frechet(&real, &features)?,
                frechet(&real_clean, &verdict.features)?,
                kernel(&real, &features)?,
                kernel(&real_clean, &verdict.features)?,
                precision,
                recall,
            ])
        };
        let values = (0..SUBSETS).into_par_iter().map(compare).collect::<Result<Vec<_>>>()?;
        let [fid, fid_clean, kid, kid_clean, precision, recall] = [0, 1, 2, 3, 4, 5]
            .map(|k: usize| Estimate::of(&values.iter().map(|subset| subset[k]).collect::<Vec<f64>>()));
        let accuracy = |asked: &[usize], probabilities: &Features| {
            let right = asked.iter().zip(best(probabilities)).filter(|(asked, seen)| **asked == *seen).count();
            (!asked.is_empty()).then(|| right as f64 / asked.len() as f64)
        };
        let mut nearest = distances(&thumbnails(pictures.images.iter().map(Vec::as_slice), self.size), &self.known);
        nearest.sort_by(f64::total_cmp);
        Ok(Report {
            name: pictures.name.clone(),
            images: count,
            fid,
            fid_clean,
            kid,
            kid_clean,
            precision,
            recall,
            inception_score: inception_score(&verdict.class, 1)?,
            class_accuracy: accuracy(&pictures.class, &verdict.class),
            style_accuracy: verdict.style.as_ref().and_then(|style| accuracy(&pictures.style, style)),
            nearest_median: nearest[count / 2],
        })
    }

    /// How far `other` is from the training images in comparison with `baseline`, whose images have the same seeds: on
    /// EfficientNet-lite0's features and on the clean classifier's.
    pub fn paired(&self, baseline: &Pictures, other: &Pictures) -> Result<[Ratio; 2]> {
        let compare = |a: &Features, b: &Features, real: &Features| bootstrap::paired(a, b, real, RESAMPLES, 0);
        Ok([
            compare(&self.neutral(baseline)?, &self.neutral(other)?, &self.real)?,
            compare(&self.verdict(baseline)?.features, &self.verdict(other)?.features, &self.real_clean)?,
        ])
    }

    fn verdict(&self, pictures: &Pictures) -> Result<Verdict> {
        let verdicts = self.batches("clean classifier", &pictures.name, &pictures.images, |batch| {
            Verdict::of(&self.clean, tensor(batch, self.size, &self.device), 0.0)
        })?;
        Verdict::join(verdicts).ok_or_else(|| Error::invalid(&pictures.name, "pictures", "none"))
    }

    /// EfficientNet-lite0's features, from the cache where it saw these very pictures before.
    pub fn neutral(&self, pictures: &Pictures) -> Result<Features> {
        let mut all = Features { width: WIDTH, values: Vec::new() };
        for images in pictures.images.chunks(KEPT_TOGETHER) {
            let path = self.cache.join(format!(
                "lite0-{}-{}.safetensors",
                &self.lite0.sha256()[..8],
                &sha256(&images.concat())[..16]
            ));
            let features = match recall_features(&path) {
                Some(features) => features,
                None => {
                    let look = |batch: &[&[u8]]| self.lite0.features(batch, self.size);
                    let parts = self.batches("EfficientNet-lite0", &pictures.name, images, look)?;
                    let values = parts.into_iter().flat_map(|part| part.values).collect();
                    let features = Features { width: WIDTH, values };
                    keep_features(&path, &features)?;
                    features
                }
            };
            all.values.extend(features.values);
        }
        Ok(all)
    }

    fn batches<T>(
        &self,
        judge: &str,
        name: &str,
        images: &[Vec<u8>],
        f: impl Fn(&[&[u8]]) -> Result<T>,
    ) -> Result<Vec<T>> {
        let style = ProgressStyle::with_template("{bar:32} {pos}/{len} · {msg} · {eta} left");
        let bar = ProgressBar::new(images.len() as u64)
            .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
            .with_message(format!("{judge} looks at {name}"));
        let images: Vec<&[u8]> = images.iter().map(Vec::as_slice).collect();
        let parts = images.chunks(BATCH).map(|batch| {
            let part = f(batch);
            bar.inc(batch.len() as u64);
            part
        });
        let parts = parts.collect();
        bar.finish_and_clear();
        parts
    }
}

/// `count` different indices below `n`, drawn with the number of the subset as seed.
fn subset(n: usize, count: usize, number: u64) -> Vec<usize> {
    let mut rng = ChaCha8Rng::seed_from_u64(number);
    let mut indices: Vec<usize> = (0..n).collect();
    for k in 0..count {
        // Fisher and Yates, as far as it is needed.
        indices.swap(k, k + (rng.next_u64() % (n - k) as u64) as usize);
    }
    indices.truncate(count);
    indices
}

/// The one tensor of a cache file.
const FEATURES: &str = "features";

/// A cache that cannot be read is no trouble: the features are computed again.
fn recall_features(path: &Path) -> Option<Features> {
    let bytes = std::fs::read(path).ok()?;
    let file = SafeTensors::deserialize(&bytes).ok()?;
    let view = file.tensor(FEATURES).ok().filter(|view| view.dtype() == Dtype::F64)?;
    let values = view.data().as_chunks().0.iter().map(|&eight| f64::from_le_bytes(eight)).collect();
    (view.shape().get(1) == Some(&WIDTH)).then_some(Features { width: WIDTH, values })
}

fn keep_features(path: &Path, features: &Features) -> Result<()> {
    let bytes: Vec<u8> = features.values.iter().flat_map(|v| v.to_le_bytes()).collect();
    let shape = vec![features.len(), features.width];
    let file =
        TensorView::new(Dtype::F64, shape, &bytes).and_then(|view| safetensors::serialize([(FEATURES, view)], None));
    files::write(path, &file.map_err(|error| Error::Device(error.to_string()))?)
}
