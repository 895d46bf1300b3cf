//! Sweeps as pictures: a few panels in one SVG, the same bytes for the same numbers.
//!
//! Points stand at even distances, whatever their values. Text is left to the viewer's own fonts, so that none is
//! needed here, and the background is white, so that a dark page does not swallow the axes.

use plotters::coord::ranged1d::{IntoSegmentedCoord, SegmentValue};
use plotters::prelude::*;

use super::catalogue::Sweep;
use super::measures::{Measure, Number, PANELS, Panel};
use super::{Finished, table};
use crate::{Error, Result};

/// Pixels of a panel.
const PANEL: (u32, u32) = (330, 270);

/// Most panels side by side.
const ACROSS: usize = 3;

/// Okabe and Ito's colours, told apart by everybody.
const COLOURS: [RGBColor; 4] =
    [RGBColor(0, 114, 178), RGBColor(213, 94, 0), RGBColor(0, 158, 115), RGBColor(170, 80, 140)];

const FONT: &str = "sans-serif";
// plotters draws text a fifth smaller than it is told.
const TITLE: u32 = 18;
const TEXT: u32 = 15;

/// Radius of a mark in pixels.
const MARK: i32 = 4;

/// Half the width of an interval's end, in pixels.
const CAP: i32 = 3;

/// Part of the range of values that is left free above and below.
const MARGIN: f64 = 0.1;

/// Parts of a panel's height that a key takes: its edges and each of its lines.
const KEY_EDGES: f64 = 0.06;
const KEY_LINE: f64 = 0.1;

/// Numbers on the axes have at most this many parts of one.
const TICK: f64 = 1e6;

type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

/// A measure with the positions and numbers of its points.
type Line = (&'static Measure, Vec<(usize, Number)>);

/// The plot as SVG.
pub fn svg(sweep: &Sweep, finished: &Finished) -> Result<String> {
    let panels: Vec<(&Panel, Vec<Line>)> = PANELS.iter().map(|panel| (panel, lines(panel, finished))).collect();
    let panels: Vec<_> = panels.into_iter().filter(|(_, lines)| !lines.is_empty()).collect();
    // Rows of about the same length: 4 panels are 2 and 2.
    let down = panels.len().div_ceil(ACROSS).max(1);
    let across = panels.len().div_ceil(down).max(1);
    let labels: Vec<&str> = finished.points.iter().map(|point| point.label.as_str()).collect();
    let mut text = String::new();
    let mut drawn = || -> Drawn {
        let size = (PANEL.0 * across as u32, PANEL.1 * down as u32);
        let area = SVGBackend::with_string(&mut text, size).into_drawing_area();
        area.fill(&WHITE)?;
        for ((panel, lines), area) in panels.iter().zip(area.split_evenly((down, across))) {
            draw(panel, lines, sweep, &labels, &area)?;
        }
        area.present()
    };
    drawn().map_err(|error| Error::Device(format!("the plot could not be drawn: {error}")))?;
    Ok(named(&text, &table::caption(sweep)))
}

/// The lines of a panel that have points.
fn lines(panel: &'static Panel, finished: &Finished) -> Vec<Line> {
    let line = |measure: &'static Measure| {
        let points = finished.points.iter().enumerate();
        let points: Vec<_> = points.filter_map(|(k, point)| Some((k, (measure.of)(point)?))).collect();
        (measure, points)
    };
    panel.lines.iter().map(line).filter(|(_, points)| !points.is_empty()).collect()
}

fn draw(
    panel: &Panel,
    lines: &[Line],
    sweep: &Sweep,
    labels: &[&str],
    area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
) -> Drawn {
    let ends = lines.iter().flat_map(|(_, points)| points).flat_map(|(_, number)| {
        let (low, high) = number.interval.unwrap_or((number.value, number.value));
        [low, high]
    });
    let (low, high) = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    let low = panel.from.unwrap_or(low).min(low);
    // Where all values are the same there is no range to take a part of.
    let free = if high > low { MARGIN * (high - low) } else { 1e-3 + MARGIN * high.abs() };
    let (bottom, top) = (if panel.from.is_some() { low } else { low - free }, high + free);
    let key = if lines.len() > 1 { KEY_EDGES + KEY_LINE * lines.len() as f64 } else { 0.0 };
    let top = bottom + (top - bottom) / (1.0 - key);
    let x = (0..labels.len().saturating_sub(1)).into_segmented();
    let mut chart = ChartBuilder::on(area)
        .caption(panel.title, (FONT, TITLE))
        .margin(8)
        .x_label_area_size(36)
        .y_label_area_size(46)
        .build_cartesian_2d(x, bottom..top)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(BLACK.mix(0.15))
        .x_labels(labels.len())
        .x_label_formatter(&|at| match at {
            SegmentValue::CenterOf(k) | SegmentValue::Exact(k) => {
                labels.get(*k).copied().unwrap_or_default().to_owned()
            }
            SegmentValue::Last => String::new(),
        })
        .y_labels(6)
        .y_label_formatter(&|value| ((value * TICK).round() / TICK).to_string())
        .x_desc(sweep.axis)
        .label_style((FONT, TEXT))
        .axis_desc_style((FONT, TEXT))
        .draw()?;
    for (number, (measure, points)) in lines.iter().enumerate() {
        let colour = COLOURS[number % COLOURS.len()];
        let at = |k: usize, value: f64| (SegmentValue::CenterOf(k), value);
        for (k, Number { interval, .. }) in points {
            if let Some((low, high)) = *interval {
                chart.draw_series([PathElement::new(vec![at(*k, low), at(*k, high)], colour)])?;
                let cap = |value| EmptyElement::at(at(*k, value)) + PathElement::new(vec![(-CAP, 0), (CAP, 0)], colour);
                chart.draw_series([cap(low), cap(high)])?;
            }
        }
        // Storage formats have an order but nothing between them.
        if !sweep.stores() {
            let path = points.iter().map(|(k, number)| at(*k, number.value));
            chart.draw_series(LineSeries::new(path, colour.stroke_width(2)))?;
        }
        let marks = points.iter().map(|(k, got)| mark(number, at(*k, got.value), colour));
        chart.draw_series(marks)?.label(measure.short).legend(move |(x, y)| mark(number, (x + 8, y), colour));
    }
    if lines.len() > 1 {
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperRight)
            .label_font((FONT, TEXT))
            .background_style(WHITE.mix(0.8))
            .draw()?;
    }
    Ok(())
}

/// Lines differ in their marks too: every other one is hollow.
fn mark<C>(number: usize, at: C, colour: RGBColor) -> Circle<C, i32> {
    let style = if number.is_multiple_of(2) { colour.filled() } else { colour.stroke_width(2) };
    Circle::new(at, MARK, style)
}

/// With a name that a screen reader reads out.
fn named(svg: &str, title: &str) -> String {
    let title = title.replace('&', "&amp;").replace('<', "&lt;");
    match svg.split_once("<svg ").and_then(|(head, rest)| Some((head, rest.split_once('>')?))) {
        Some((head, (attributes, rest))) => {
            format!("{head}<svg role=\"img\" {attributes}>\n<title>{title}</title>{rest}\n")
        }
        None => svg.into(),
    }
}
