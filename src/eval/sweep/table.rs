//! Sweeps as text.

use super::catalogue::Sweep;
use super::measures::{COLUMNS, Measure, Number};
use super::{Finished, Measured};

/// The whole page, from sweeps with their catalogue entries.
pub fn page(sweeps: &[(&Sweep, Finished)]) -> String {
    let sections: Vec<String> = sweeps.iter().map(|(sweep, finished)| section(sweep, finished)).collect();
    format!("{HEAD}\n{}", sections.join("\n"))
}

const HEAD: &str = "\
# Sweeps

The same noise and the same labels at every point, with one thing changed. This page is written by `guidelight eval
sweep`; each section says by which call, and the numbers behind it are in the `.json` file of its name.

FID, KID, precision and recall are against 20 subsets of training images, as many as there are samples; what follows
± holds 95 % of the subsets. The first row of a table is real pictures that nothing was trained on, in the same
number: what a perfect model would get. FID grows as sets get smaller, so compare within one table. Class and style are
seen by the judge, a classifier trained on clean images. *Nearest* is the median distance to the nearest training image.
Seconds are wall-clock time of sampling alone, beside whatever else the machine did.
";

/// A sweep: heading, how it came to be, table, plot.
pub fn section(sweep: &Sweep, finished: &Finished) -> String {
    let Finished { command, count, settings, device, .. } = finished;
    let steps = &settings.steps;
    format!(
        "## {}\n\n{} {count} samples a point, with `{}` in {steps} steps unless the table says otherwise, on `{device}`.\n\
         {}Written by `{command}`.\n\n{}\n![{}]({}.svg)\n",
        sweep.title,
        sweep.about,
        settings.sampler.entry().name,
        remarks(finished),
        table(sweep, finished),
        caption(sweep),
        sweep.name,
    )
}

/// What a plot shows, in a sentence.
pub fn caption(sweep: &Sweep) -> String {
    format!("{}: what is measured, by {}", sweep.title, sweep.axis)
}

/// What is to be known about some columns.
fn remarks(finished: &Finished) -> String {
    let mut text = String::new();
    if finished.points.iter().any(|point| point.likeness.is_some()) {
        text += "Likeness is the PSNR between what is left of sample and reference after the low pass. Distances are \
                 those of features of EfficientNet-lite0: of a sample to its reference, and (diversity) of two samples \
                 of one reference. In the first row the sample is another real picture.\n";
    }
    if let Some([ratio, _]) = finished.points.iter().find_map(|point| point.ratio) {
        let baseline = finished.points.first().map_or("", |point| &point.label);
        text += &format!(
            "The baseline is `{baseline}`. Ratios are those of FID; the interval is that of a paired \
             bootstrap, {} resamples with the same images of both sets, 95 %.\n",
            ratio.resamples
        );
    }
    text
}

fn table(sweep: &Sweep, finished: &Finished) -> String {
    let rows: Vec<&Measured> = std::iter::once(&finished.real).chain(&finished.points).collect();
    let columns: Vec<&Measure> =
        COLUMNS.iter().filter(|column| rows.iter().any(|row| (column.of)(row).is_some())).collect();
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let cells = |first: &str, rest: &dyn Fn(&Measure) -> String| {
        line(std::iter::once(first.to_owned()).chain(columns.iter().map(|column| rest(column))).collect())
    };
    let mut text = cells(sweep.axis, &|column| column.heading.into());
    text += &line(vec!["---".into(); columns.len() + 1]);
    for row in rows {
        text += &cells(&row.label, &|column| (column.of)(row).map_or_else(|| "–".into(), |got| written(column, got)));
    }
    text
}

/// A point in one line, for people who wait.
pub fn line(point: &Measured) -> String {
    let number = |measure: &Measure| Some(format!("{} {}", measure.heading, written(measure, (measure.of)(point)?)));
    COLUMNS.iter().filter_map(number).collect::<Vec<_>>().join(", ")
}

fn written(measure: &Measure, Number { value, interval }: Number) -> String {
    let Measure { digits, unit, .. } = *measure;
    match interval {
        // Half the width says it all where the number is in the middle.
        Some((low, high)) if (high - value - (value - low)).abs() <= 1e-9 * (high - low).abs() => {
            format!("{value:.digits$}{unit} ± {:.digits$}", high - value)
        }
        Some((low, high)) => format!("{value:.digits$}{unit} ({low:.digits$} to {high:.digits$})"),
        None => format!("{value:.digits$}{unit}"),
    }
}
