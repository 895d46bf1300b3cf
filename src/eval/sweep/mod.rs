//! Sweeps: the same samples again and again with one thing changed, as numbers, a table and a plot.

pub mod catalogue;
pub mod kept;
pub mod measures;
pub mod plot;
pub mod table;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::bootstrap::Ratio;
use super::likeness::Likeness;
use super::report::Report;
use crate::session::Settings;

/// What is known of one point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Measured {
    /// The value of what is varied, as people read it.
    pub label: String,
    /// Wall-clock seconds a sample; real pictures took none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// Against the training images.
    pub report: Report,
    /// Against the references, where there are some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub likeness: Option<Likeness>,
    /// Fréchet distances over those of the first point, on EfficientNet-lite0's and on the clean classifier's features.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratio: Option<[Ratio; 2]>,
}

/// A sweep that was run: everything its table and its plot show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Finished {
    /// Its name in the catalogue.
    pub sweep: String,
    /// The command that wrote it, without the paths of files.
    pub command: String,
    /// Images a point.
    pub count: usize,
    /// What the points share.
    pub settings: Settings,
    /// Where samples were computed.
    pub device: String,
    /// SHA-256 of the files that took part, by what they are.
    pub files: BTreeMap<String, String>,
    /// Real pictures that nothing was trained on.
    pub real: Measured,
    /// The points, in order.
    pub points: Vec<Measured>,
}

#[cfg(test)]
mod tests {
    use super::catalogue::Sweep;
    use super::{Finished, Measured, plot, table};
    use crate::eval::bootstrap::Ratio;
    use crate::eval::likeness::Likeness;
    use crate::eval::report::{Estimate, Report};

    fn point(label: &str, fid: f64) -> Measured {
        let estimate = |mean: f64| Estimate { mean, within: mean / 10.0 };
        Measured {
            label: label.into(),
            seconds: Some(0.125),
            report: Report {
                name: "samples".into(),
                images: 8,
                fid: estimate(fid),
                fid_clean: estimate(fid / 40.0),
                kid: estimate(0.25),
                kid_clean: estimate(0.5),
                precision: estimate(0.25),
                recall: estimate(0.125),
                inception_score: 5.0,
                class_accuracy: Some(0.875),
                style_accuracy: None,
                nearest_median: 0.125,
            },
            likeness: None,
            ratio: None,
        }
    }

    fn finished(name: &str) -> (&'static Sweep, Finished) {
        let sweep = Sweep::named(name).unwrap();
        let points = sweep.points().unwrap();
        let points = points.iter().enumerate().map(|(k, (label, ..))| point(label, 400.0 + 10.0 * k as f64)).collect();
        let real = Measured { seconds: None, ..point("held-out emoji", 180.0) };
        let finished = Finished {
            sweep: name.into(),
            command: format!("guidelight eval sweep {name}"),
            count: 8,
            settings: sweep.settings().unwrap(),
            device: "flex".into(),
            files: [("model".into(), "ab".into())].into(),
            real,
            points,
        };
        (sweep, finished)
    }

    #[test]
    fn a_table_has_a_row_a_point_and_no_column_without_numbers() {
        let (sweep, mut finished) = finished("classifier-scale");
        let text = table::section(sweep, &finished);
        let rows: Vec<&str> = text.lines().filter(|line| line.starts_with('|')).collect();
        assert_eq!(rows.len(), 2 + 1 + 6);
        assert!(rows[0].starts_with("| classifier scale | FID, EfficientNet-lite0 |"), "{}", rows[0]);
        assert!(!rows[0].contains("style") && !rows[0].contains("likeness"), "{}", rows[0]);
        assert!(rows[2].starts_with("| held-out emoji | 180.0 ± 18.0 |") && rows[2].ends_with("| – |"), "{}", rows[2]);
        assert!(rows[4].contains("| 1 | 410.0 ± 41.0 |") && rows[4].contains("| 87.5 % |"), "{}", rows[4]);
        assert!(text.contains("(classifier-scale.svg)") && text.contains("`guidelight eval sweep classifier-scale`"));

        finished.points[2].likeness =
            Some(Likeness { low_pass: 30.0, low_pass_own: Some(20.0), perceptual: 1.5, diversity: None });
        let ratio = Ratio { ratio: 1.01, mean: 1.02, low: 0.99, high: 1.04, resamples: 500 };
        finished.points[2].ratio = Some([ratio; 2]);
        let text = table::section(sweep, &finished);
        assert!(text.contains("| 2 | 30.0 dB | 20.0 dB | 1.50 |") && text.contains("1.010 (0.980 to 1.030)"), "{text}");
        assert!(text.contains("500 resamples"), "{text}");
    }

    #[test]
    fn a_plot_is_the_same_every_time_and_says_what_it_shows() {
        let (sweep, finished) = finished("precision");
        let svg = plot::svg(sweep, &finished).unwrap();
        assert_eq!(svg, plot::svg(sweep, &finished).unwrap());
        assert!(svg.contains("<title>Precision of the stored weights:"), "{}", &svg[..300]);
        for word in ["int8", "denoiser&apos;s weights", "FID, clean classifier", "class seen", "sans-serif"] {
            assert!(svg.contains(word), "no `{word}`");
        }
        let options = resvg::usvg::Options::default();
        resvg::usvg::Tree::from_str(&svg, &options).unwrap();
    }

    #[test]
    fn equal_numbers_and_a_single_point_can_be_drawn() {
        let (sweep, mut finished) = finished("eta");
        finished.points.truncate(1);
        finished.points[0].report.fid = Estimate { mean: 0.0, within: 0.0 };
        plot::svg(sweep, &finished).unwrap();
        finished.points.clear();
        plot::svg(sweep, &finished).unwrap();
    }

    #[test]
    fn numbers_read_back_from_their_file() {
        let (_, finished) = finished("ilvr-n");
        let json = serde_json::to_string(&finished).unwrap();
        assert_eq!(serde_json::from_str::<Finished>(&json).unwrap(), finished);
    }
}
