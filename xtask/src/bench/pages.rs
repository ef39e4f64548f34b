//! Generates the tables of the book, one file for each part, with the measured things in rows and
//! their subjects in columns.

use std::fmt::Write;

use akira_measure::{Metric, Unit};
use anyhow::{Result, bail};

use super::results::{PartResults, Results};
use crate::root;

/// Directory of the tables.
const FOLDER: &str = "book/src/benchmarks";

/// Column with which the others are compared.
const OURS: &str = "akira";

/// Writes every table.
pub(super) fn write(results: &Results) -> Result<()> {
    std::fs::create_dir_all(root().join(FOLDER))?;
    for (path, text) in all(results) {
        std::fs::write(root().join(path), text)?;
    }
    Ok(())
}

/// Fails if the book shows other numbers.
pub(super) fn check(results: &Results) -> Result<()> {
    for (path, text) in all(results) {
        if std::fs::read_to_string(root().join(&path)).unwrap_or_default() != text {
            bail!("{path} does not show bench/results.json; fix: cargo xtask bench");
        }
    }
    Ok(())
}

fn all(results: &Results) -> Vec<(String, String)> {
    let pages = results.parts.iter();
    let pages = pages.map(|(name, part)| (format!("{FOLDER}/{name}.md"), page(part)));
    pages.collect()
}

fn page(part: &PartResults) -> String {
    let (times, counts): (Vec<_>, Vec<_>) = part
        .metrics
        .iter()
        .partition(|metric| metric.unit == Unit::Seconds);
    let mut text = String::new();
    for metrics in [counts, times] {
        if !metrics.is_empty() {
            text += &table(part, &metrics);
        }
    }
    for metric in &part.metrics {
        if let Some(note) = &metric.note {
            let _ = writeln!(text, "*{}*: {note}\n", metric.title);
        }
    }
    let _ = writeln!(
        text,
        "Measured at commit `{}` with {}.",
        part.commit, part.toolchain
    );
    for (method, command) in methods(part) {
        let _ = writeln!(text, "\n{method}:\n\n```sh\n{command}\n```");
    }
    text
}

fn table(part: &PartResults, metrics: &[&Metric]) -> String {
    let columns = columns(metrics);
    let targets = metrics.iter().any(|metric| metric.target.is_some());
    let mut text = String::from("| |");
    for column in &columns {
        let _ = write!(text, " {column} |");
    }
    text += if targets {
        " target |\n|---|"
    } else {
        "\n|---|"
    };
    text += &"---:|".repeat(columns.len());
    text += if targets { "---|\n" } else { "\n" };
    for what in distinct(metrics.iter().map(|metric| metric.what())) {
        text += &row(part, metrics, what, &columns);
        text += &if targets {
            target(part, metrics, what)
        } else {
            String::new()
        };
        text.push('\n');
    }
    text + "\n"
}

/// Returns the subjects of the numbers, Akira first.
fn columns<'a>(metrics: &[&'a Metric]) -> Vec<&'a str> {
    let mut columns = distinct(metrics.iter().map(|metric| metric.whose()));
    columns.sort_by_key(|column| *column != OURS);
    columns
}

fn row(part: &PartResults, metrics: &[&Metric], what: &str, columns: &[&str]) -> String {
    let of_row: Vec<_> = metrics
        .iter()
        .filter(|metric| metric.what() == what)
        .collect();
    let ours = of_row.iter().find(|metric| metric.whose() == OURS);
    let first = ours.or(of_row.first());
    let title = first.map_or_else(String::new, |metric| title(metric));
    let mut text = format!("| {title} |");
    for column in columns {
        let metric = of_row.iter().find(|metric| metric.whose() == *column);
        let cell = metric.map_or_else(String::new, |metric| cell(part, metric));
        let _ = write!(text, " {cell} |");
    }
    text
}

fn title(metric: &Metric) -> String {
    let unit = match metric.unit {
        Unit::Instructions => "instructions",
        Unit::Bytes => "bytes",
        Unit::Count | Unit::Ratio | Unit::Seconds => "",
    };
    let per = metric.per.as_ref().map(|per| format!("per {per}"));
    let what = [unit.to_owned(), per.unwrap_or_default()].join(" ");
    match what.trim() {
        "" => metric.title.clone(),
        what => format!("{}, {what}", metric.title),
    }
}

/// Returns the text of a number, with its ratio to the metric that it is compared with.
fn cell(part: &PartResults, metric: &Metric) -> String {
    let value = value(metric);
    match part.ratio(metric) {
        Some(ratio) => format!("{value} ({ratio:.2} ×)"),
        None => value,
    }
}

fn value(metric: &Metric) -> String {
    let value = metric.value;
    match metric.unit {
        Unit::Seconds if value < 1e-6 => format!("{:.1} ns", value * 1e9),
        Unit::Seconds if value < 1e-3 => format!("{:.2} µs", value * 1e6),
        Unit::Seconds => format!("{:.2} ms", value * 1e3),
        _ if value.abs() >= 1e6 => format!("{:.2} M", value / 1e6),
        _ if value.abs() < 100.0 && value.fract() != 0.0 => format!("{value:.2}"),
        _ => format!("{value:.0}"),
    }
}

fn target(part: &PartResults, metrics: &[&Metric], what: &str) -> String {
    let mut with_target = metrics.iter().filter(|metric| metric.what() == what);
    let found = with_target.find_map(|metric| Some((metric, metric.target?)));
    let Some((metric, target)) = found else {
        return " |".into();
    };
    let met = match target.is_met(metric.value, part.ratio(metric)) {
        Some(true) => "met",
        Some(false) => "not met",
        None => "not known",
    };
    // The target of another column does not apply to the default.
    match metric.whose() {
        OURS => format!(" {target}: {met} |"),
        other => format!(" {target}: {met} in `{other}` |"),
    }
}

fn methods(part: &PartResults) -> Vec<(&str, &str)> {
    let methods = part.metrics.iter();
    distinct(methods.map(|metric| (metric.method.as_str(), metric.command.as_str())))
}

fn distinct<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut distinct = Vec::new();
    for item in items {
        if !distinct.contains(&item) {
            distinct.push(item);
        }
    }
    distinct
}
