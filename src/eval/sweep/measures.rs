//! What a table's columns and a plot's lines are made of.

use super::Measured;
use crate::eval::bootstrap::Ratio;
use crate::eval::report::Estimate;

/// One number of a point.
#[derive(Clone, Copy)]
pub struct Measure {
    /// Column heading.
    pub heading: &'static str,
    /// Name in a plot's key.
    pub short: &'static str,
    /// Digits after the point.
    pub digits: usize,
    /// Written after the number.
    pub unit: &'static str,
    /// The number, if the point has it.
    pub of: fn(&Measured) -> Option<Number>,
}

/// A number and the interval around it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    /// The number.
    pub value: f64,
    /// Ends of its 95 % interval.
    pub interval: Option<(f64, f64)>,
}

/// Measures with one unit: one part of a plot.
pub struct Panel {
    /// What its vertical axis shows.
    pub title: &'static str,
    /// Where that axis starts, if not close to the lowest number.
    pub from: Option<f64>,
    /// Its lines.
    pub lines: &'static [Measure],
}

const FID: Measure = Measure {
    heading: "FID, EfficientNet-lite0",
    short: "FID",
    digits: 1,
    unit: "",
    of: |point| Some(estimate(point.report.fid, 1.0)),
};
const FID_CLEAN: Measure = Measure {
    heading: "FID, clean classifier",
    short: "FID",
    digits: 2,
    unit: "",
    of: |point| Some(estimate(point.report.fid_clean, 1.0)),
};
const KID: Measure = Measure {
    heading: "KID × 1000",
    short: "KID",
    digits: 0,
    unit: "",
    of: |point| Some(estimate(point.report.kid, 1000.0)),
};
const PRECISION: Measure = Measure {
    heading: "precision",
    short: "precision",
    digits: 1,
    unit: " %",
    of: |point| Some(plain(100.0 * point.report.precision.mean)),
};
const RECALL: Measure = Measure {
    heading: "recall",
    short: "recall",
    digits: 1,
    unit: " %",
    of: |point| Some(plain(100.0 * point.report.recall.mean)),
};
const CLASS: Measure = Measure {
    heading: "class seen",
    short: "class seen",
    digits: 1,
    unit: " %",
    of: |point| point.report.class_accuracy.map(|share| plain(100.0 * share)),
};
const STYLE: Measure = Measure {
    heading: "style seen",
    short: "style seen",
    digits: 1,
    unit: " %",
    of: |point| point.report.style_accuracy.map(|share| plain(100.0 * share)),
};
const NEAREST: Measure = Measure {
    heading: "nearest",
    short: "nearest",
    digits: 3,
    unit: "",
    of: |point| Some(plain(point.report.nearest_median)),
};
const LOW_PASS: Measure = Measure {
    heading: "low-pass likeness, default N",
    short: "at the default N",
    digits: 1,
    unit: " dB",
    of: |point| point.likeness.as_ref().map(|likeness| plain(likeness.low_pass)),
};
const LOW_PASS_OWN: Measure = Measure {
    heading: "low-pass likeness, N of the point",
    short: "at N of the point",
    digits: 1,
    unit: " dB",
    of: |point| point.likeness.as_ref().and_then(|likeness| likeness.low_pass_own).map(plain),
};
const PERCEPTUAL: Measure = Measure {
    heading: "distance to the reference",
    short: "to the reference",
    digits: 2,
    unit: "",
    of: |point| point.likeness.as_ref().map(|likeness| plain(likeness.perceptual)),
};
const DIVERSITY: Measure = Measure {
    heading: "diversity",
    short: "diversity",
    digits: 2,
    unit: "",
    of: |point| point.likeness.as_ref().and_then(|likeness| likeness.diversity).map(plain),
};
const RATIO: Measure = Measure {
    heading: "FID over the baseline's",
    short: "EfficientNet-lite0",
    digits: 3,
    unit: "",
    of: |point| point.ratio.map(|[neutral, _]| ratio(neutral)),
};
const RATIO_CLEAN: Measure = Measure {
    heading: "the same, clean classifier",
    short: "clean classifier",
    digits: 3,
    unit: "",
    of: |point| point.ratio.map(|[_, clean]| ratio(clean)),
};
const SECONDS: Measure = Measure {
    heading: "seconds a sample",
    short: "seconds",
    digits: 3,
    unit: "",
    of: |point| point.seconds.map(plain),
};

/// Columns of a table; one that no point has a number for is left out.
pub const COLUMNS: [Measure; 15] = [
    LOW_PASS,
    LOW_PASS_OWN,
    PERCEPTUAL,
    DIVERSITY,
    FID,
    FID_CLEAN,
    RATIO,
    RATIO_CLEAN,
    KID,
    PRECISION,
    RECALL,
    CLASS,
    STYLE,
    NEAREST,
    SECONDS,
];

/// Parts of a plot, likewise.
pub const PANELS: [Panel; 7] = [
    Panel { title: "low-pass likeness, dB", from: None, lines: &[LOW_PASS, LOW_PASS_OWN] },
    Panel { title: "perceptual distance", from: None, lines: &[PERCEPTUAL, DIVERSITY] },
    Panel { title: "FID, EfficientNet-lite0", from: None, lines: &[FID] },
    Panel { title: "FID, clean classifier", from: None, lines: &[FID_CLEAN] },
    Panel { title: "FID over the baseline's", from: None, lines: &[RATIO, RATIO_CLEAN] },
    Panel { title: "shares, %", from: Some(0.0), lines: &[CLASS, STYLE, PRECISION, RECALL] },
    Panel { title: "seconds a sample", from: Some(0.0), lines: &[SECONDS] },
];

fn plain(value: f64) -> Number {
    Number { value, interval: None }
}

fn estimate(estimate: Estimate, scale: f64) -> Number {
    let (value, within) = (estimate.mean * scale, estimate.within * scale);
    Number { value, interval: Some((value - within, value + within)) }
}

fn ratio(ratio: Ratio) -> Number {
    Number { value: ratio.ratio, interval: Some(ratio.interval()) }
}
