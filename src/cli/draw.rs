//! Many images through [`Session`], batch after batch.

use std::ops::Range;

use indicatif::{ProgressBar, ProgressStyle};

use super::npz::Samples;
use crate::data::Dataset;
use crate::device::read;
use crate::models::Labels;
use crate::pixels::sample_bytes;
use crate::session::{Models, Options, Session, Settings, StepTensors, require_finite};
use crate::{Error, Result};

/// One image for each of `labels`, `batch` at a time; image k is the same whatever the batch, up to rounding.
///
/// `options` gives what a batch of images has beside its labels. `watch` sees every step of every batch, and `bar` goes
/// on with each, by as many as there are images.
pub(super) fn draw(
    models: &Models,
    settings: &Settings,
    labels: &Labels,
    batch: usize,
    options: impl Fn(Range<usize>) -> Options,
    bar: &ProgressBar,
    mut watch: impl FnMut(Range<usize>, &StepTensors) -> Result<()>,
) -> Result<Samples> {
    let count = labels.class.len();
    let mut samples = Samples { size: models.shape[1], ..Samples::default() };
    for first in (0..count).step_by(batch) {
        let images = first..count.min(first + batch);
        let options =
            Options { labels: Some(labels.slice(images.clone())), first: first as u64, ..options(images.clone()) };
        let mut session = Session::new(models.clone(), settings.clone(), options)?;
        bar.set_length((count * (session.to_invert() + session.total())) as u64);
        while session.invert() {
            bar.inc(images.len() as u64);
        }
        let x0 = session.run(|step| {
            bar.inc(images.len() as u64);
            watch(images.clone(), step)
        })?;
        let pixels = pollster::block_on(read(x0.permute([0, 2, 3, 1])))?;
        require_finite(&pixels, || "samples".into())?;
        samples.pixels.extend(sample_bytes(&pixels));
    }
    // A file has labels for all of its images or for none.
    let whole = |labels: &[Option<usize>]| {
        let labels: Option<Vec<i64>> = labels.iter().map(|label| label.map(|label| label as i64)).collect();
        labels.unwrap_or_default()
    };
    (samples.labels, samples.styles) = (whole(&labels.class), whole(&labels.style));
    Ok(samples)
}

/// Images of one split of a data set that show what its images without skin tones show, as often as they do: evenly
/// spaced ones, sorted by class and style.
pub(super) fn typical(data: &Dataset, split: u8, count: usize) -> Result<Vec<usize>> {
    let mut plain: Vec<usize> = data.indices(split).into_iter().filter(|&i| data.tone()[i] == 0).collect();
    if plain.is_empty() {
        return Err(Error::invalid("data set", "images without skin tones in each split", "none in one"));
    }
    plain.sort_by_key(|&i| (data.class()[i], data.style()[i]));
    Ok((0..count).map(|k| plain[k * plain.len() / count]).collect())
}

/// The labels of images of a data set, as far as the model knows such.
pub(super) fn labels_of(data: &Dataset, indices: &[usize], models: &Models) -> Labels {
    let label = |labels: &[u8]| indices.iter().map(|&i| Some(labels[i].into())).collect();
    let style = if models.styles.is_empty() { vec![None; indices.len()] } else { label(data.style()) };
    Labels { class: label(data.class()), style }
}

/// Refuses a data set that is not what a model was trained on.
pub(super) fn require_same_labels(data: &Dataset, models: &Models) -> Result<()> {
    let compare = |what: &str, known: &[String], got: &[String]| {
        let expected = || format!("the {what} of the model, {}", known.join(", "));
        if got == known { Ok(()) } else { Err(Error::invalid("data set", expected(), got.join(", "))) }
    };
    compare("classes", &models.classes, data.classes())?;
    if models.styles.is_empty() { Ok(()) } else { compare("styles", &models.styles, data.styles()) }
}

/// A bar that says what is drawn, how far it is and how long it takes. Its unit is one step of one image.
pub(super) fn progress(what: impl std::fmt::Display, images: usize) -> ProgressBar {
    let template = "{msg} {bar:32} {percent:>3} % · {elapsed} gone, {eta} left";
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    // The steps are not known yet; `draw` says how many there are.
    ProgressBar::new(images as u64).with_style(style).with_message(format!("{what}{images} images"))
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use burn::tensor::{DType, Device, Tensor};

    use super::*;
    use crate::data::{TEST, TRAIN};
    use crate::diffusion::ProcessConfig;
    use crate::models::Denoiser;

    /// Finds noise in everything, half as much as there is; more where it is told a class.
    struct Halves;

    impl Denoiser for Halves {
        fn forward(&self, x: Tensor<4>, _t: &[f64], labels: &Labels) -> Tensor<4> {
            let told: Vec<f32> =
                labels.class.iter().map(|class| class.map_or(0.0, |class| class as f32 * 0.1)).collect();
            let told = Tensor::<1>::from_floats(&told[..], &x.device()).reshape([told.len(), 1, 1, 1]);
            let eps = x * 0.5 + told;
            Tensor::cat(vec![eps.clone(), eps.zeros_like()], 1)
        }
    }

    fn models(classes: &[String], styles: &[String]) -> Models {
        Models {
            denoiser: Rc::new(Halves),
            weak: None,
            classifier: None,
            process: ProcessConfig::default(),
            shape: [3, 8, 8],
            classes: classes.to_vec(),
            styles: styles.to_vec(),
            device: Device::flex(),
            dtype: DType::F32,
        }
    }

    #[test]
    fn a_model_without_styles_is_told_none_of_the_data_s() {
        let data = Dataset::load("tests/fixtures/emoji-mini.safetensors").unwrap();
        let (plain, styled) = (models(data.classes(), &[]), models(data.classes(), data.styles()));
        require_same_labels(&data, &plain).unwrap();
        require_same_labels(&data, &styled).unwrap();
        assert_eq!(labels_of(&data, &[0, 1], &plain).style, [None, None]);
        assert!(labels_of(&data, &[0, 1], &styled).style.iter().all(Option::is_some));
        assert!(labels_of(&data, &[0, 1], &plain).class.iter().all(Option::is_some));
        let complaint = |models| require_same_labels(&data, &models).unwrap_err().to_string();
        assert!(complaint(models(&data.classes()[1..], &[])).contains("the classes of the model, person"));
        assert!(complaint(models(data.classes(), &data.styles()[1..])).contains("the styles of the model, noto-v1"));
    }

    #[test]
    fn an_image_is_the_same_in_every_batch_and_keeps_its_labels() {
        let models = models(&["animal", "food"].map(String::from), &[]);
        let mut settings = Settings::default();
        for (key, value) in [("method", "conditional"), ("steps", "4")] {
            settings.set(key, value).unwrap();
        }
        let labels = Labels { class: vec![Some(1), Some(0), Some(1)], style: vec![None; 3] };
        let draw = |batch| {
            let bar = ProgressBar::hidden();
            draw(&models, &settings, &labels, batch, |_| Options::default(), &bar, |_, _| Ok(())).unwrap()
        };
        let (one, two, all) = (draw(1), draw(2), draw(3));
        assert_eq!((&one, &two), (&all, &all));
        assert_eq!((all.len(), &all.labels[..], all.styles.len()), (3, &[1, 0, 1][..], 0));
        let images = all.planar();
        assert!(images[0] != images[1] && images[0] != images[2]);
    }

    #[test]
    fn typical_images_show_what_their_split_shows_as_often() {
        let data = Dataset::load("tests/fixtures/emoji-mini.safetensors").unwrap();
        for split in [TRAIN, TEST] {
            let plain = data.indices(split).into_iter().filter(|&i| data.tone()[i] == 0).count();
            let mut all = typical(&data, split, plain).unwrap();
            let half = typical(&data, split, plain / 2).unwrap();
            assert!(half.iter().all(|i| all.contains(i)) && half.len() == plain / 2);
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), plain, "every image once");
            assert!(all.iter().all(|&i| data.split()[i] == split && data.tone()[i] == 0));

            let kind = |&i: &usize| (data.class()[i], data.style()[i]);
            let often = |images: &[usize]| {
                let mut counts = std::collections::BTreeMap::new();
                images.iter().for_each(|i| *counts.entry(kind(i)).or_insert(0) += 1);
                counts
            };
            let (once, twice) = (often(&all), often(&typical(&data, split, 2 * plain).unwrap()));
            assert_eq!(twice, once.into_iter().map(|(kind, n)| (kind, 2 * n)).collect());
            // Half of them: of every class half of its images, give or take the one at its edge.
            for class in 0..data.classes().len() as u8 {
                let count = |images: &[usize]| images.iter().filter(|&&i| data.class()[i] == class).count();
                assert!(
                    count(&half).abs_diff(count(&all) / 2) <= 1,
                    "class {class}: {} of {}",
                    count(&half),
                    count(&all)
                );
            }
        }
    }
}
