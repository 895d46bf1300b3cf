//! `guidelight bench`: what networks and steps cost on this machine, and how far that is from what it could do.

use std::rc::Rc;
use std::time::Instant;

use clap::Args;
use serde::Serialize;

use super::model_files::{Loaded, ModelArgs};
use super::outputs::{print, print_json};
use crate::guidance::Method;
use crate::models::ModelInfo;
use crate::session::{Case, Clock, Limits, Models, Settings, limits, measure};
use crate::{Error, Result};

/// Options of `bench`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  guidelight bench --batch 1,4,16\n  guidelight bench --model emoji32-nano --case unet --json"
)]
pub struct BenchArgs {
    #[command(flatten)]
    models: ModelArgs,
    /// What to measure: unet, classifier, gradient, guided, cfg [default: all that the models allow]
    #[arg(long = "case", value_name = "CASE", value_delimiter = ',')]
    cases: Vec<Case>,
    /// Images computed together
    #[arg(long, value_delimiter = ',', default_value = "1")]
    batch: Vec<usize>,
    /// How often each case is measured; all take turns
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// What is printed.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Report {
    model: String,
    classifier: Option<String>,
    device: String,
    threads: usize,
    limits: Limits,
    rows: Vec<Row>,
    skipped: Vec<Skipped>,
}

/// A case with a batch.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Row {
    case: &'static str,
    batch: usize,
    /// Milliseconds of one execution: the middle one of the rounds, the shortest and the longest.
    median: f64,
    low: f64,
    high: f64,
    rounds: usize,
    /// A second.
    multiply_adds: f64,
    /// The share of the device's multiply-adds.
    of_peak: f64,
    /// The share of the device's bandwidth that reading every weight once takes up.
    of_bandwidth: f64,
}

#[derive(Serialize)]
struct Skipped {
    case: &'static str,
    reason: String,
}

impl BenchArgs {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        if self.rounds == 0 {
            return Err(Error::invalid("--rounds", "a positive number", "0"));
        }
        let shelf = self.models.shelf()?;
        let mut settings = Settings { method: Vec::new(), ..Settings::default() };
        if self.models.has_classifier(&shelf, &settings.model) {
            settings.method.push(Method::Classifier);
        }
        let Loaded { models, unet, classifier, .. } = self.models.load(&shelf, &settings, None)?;
        let report = self.measure(&models, &unet, classifier.as_ref())?;
        if self.json { print_json(&report) } else { print(&table(&report)) }
    }

    fn measure(&self, models: &Models, unet: &ModelInfo, classifier: Option<&ModelInfo>) -> Result<Report> {
        let begun = Instant::now();
        let clock: Clock = Rc::new(move || begun.elapsed().as_secs_f64() * 1e3);
        let asked = if self.cases.is_empty() { &Case::ALL[..] } else { &self.cases };
        let (cases, without): (Vec<Case>, Vec<Case>) =
            asked.iter().partition(|case| classifier.is_some() || !case.needs_classifier());
        let reason = || format!("no classifier goes with `{}`", unet.name);
        let skipped = without.iter().map(|case| Skipped { case: case.name(), reason: reason() }).collect();

        let run = |case, batch| pollster::block_on(measure(models, case, batch, &clock));
        let all: Vec<(Case, usize)> =
            cases.iter().flat_map(|case| self.batch.iter().map(|batch| (*case, *batch))).collect();
        for (case, batch) in &all {
            run(*case, *batch)?;
        }
        let limits = pollster::block_on(limits(&models.device, &clock))?;
        let mut times = vec![Vec::with_capacity(self.rounds); all.len()];
        for _ in 0..self.rounds {
            for ((case, batch), times) in all.iter().zip(&mut times) {
                times.push(run(*case, *batch)?);
            }
        }
        let cost = |info: &ModelInfo| (info.multiply_adds, info.parameters as u64);
        let (unet_cost, classifier_cost) = (cost(unet), classifier.map_or((0, 0), cost));
        let row = |((case, batch), mut times): ((Case, usize), Vec<f64>)| {
            times.sort_by(f64::total_cmp);
            let median = times[times.len() / 2];
            let multiply_adds = case.multiply_adds(unet_cost.0, classifier_cost.0) * batch as u64;
            let multiply_adds = multiply_adds as f64 / median * 1e3;
            let weights = read_once(case, unet_cost.1, classifier_cost.1) * size_of::<f32>() as u64;
            Row {
                case: case.name(),
                batch,
                median,
                low: times[0],
                high: times[times.len() - 1],
                rounds: times.len(),
                multiply_adds,
                of_peak: multiply_adds / limits.multiply_adds,
                of_bandwidth: weights as f64 / median * 1e3 / limits.bytes,
            }
        };
        Ok(Report {
            model: unet.name.clone(),
            classifier: classifier.map(|info| info.name.clone()),
            device: self.models.device_name(),
            threads: rayon::current_num_threads(),
            limits,
            rows: all.into_iter().zip(times).map(row).collect(),
            skipped,
        })
    }
}

/// Weights that a case cannot do without reading.
fn read_once(case: Case, unet: u64, classifier: u64) -> u64 {
    match case {
        Case::Unet | Case::Cfg => unet,
        Case::Classifier | Case::Gradient => classifier,
        Case::Guided => unet + classifier,
    }
}

/// The report for people.
fn table(report: &Report) -> String {
    const GIGA: f64 = 1e9;
    let Report { model, classifier, device, threads, limits, rows, skipped } = report;
    let with = classifier.as_ref().map_or_else(String::new, |name| format!(" with `{name}`"));
    let head = [
        format!("`{model}`{with} on {device}, {threads} threads"),
        format!(
            "limits: {:.1} G multiply-adds a second (matrix product), {:.1} GB a second (sum)",
            limits.multiply_adds / GIGA,
            limits.bytes / GIGA
        ),
        format!(
            "{:<12}{:>6}{:>12}{:>20}{:>14}{:>10}{:>14}",
            "case", "batch", "ms", "range", "G madds/s", "of peak", "of bandwidth"
        ),
    ];
    let rows = rows.iter().map(|row| {
        format!(
            "{:<12}{:>6}{:>12.2}{:>20}{:>14.2}{:>9.0}%{:>13.1}%",
            row.case,
            row.batch,
            row.median,
            format!("{:.2}-{:.2}", row.low, row.high),
            row.multiply_adds / GIGA,
            row.of_peak * 100.0,
            row.of_bandwidth * 100.0
        )
    });
    let skipped = skipped.iter().map(|Skipped { case, reason }| format!("{case}: skipped, {reason}"));
    head.into_iter().chain(rows).chain(skipped).collect::<Vec<_>>().join("\n")
}
