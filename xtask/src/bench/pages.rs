//! The tables of the book, one for each part.

use std::fmt::Write;

use akira_measure::{Metric, Unit};
use anyhow::{Result, bail};

use super::results::{PartResults, Results};
use crate::root;

/// Where the tables are.
const FOLDER: &str = "book/src/benchmarks";

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
            bail!("{path} does not show bench/results.json; mend: cargo xtask bench");
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
    let mut text = String::from("| what | value | ratio | target | |\n|---|---:|---:|---:|---|\n");
    for metric in &part.metrics {
        text += &row(part, metric);
    }
    let _ = writeln!(text, "\nCommit `{}`, {}.", part.commit, part.toolchain);
    for note in notes(part) {
        let _ = writeln!(text, "\n{note}");
    }
    for (method, command) in methods(part) {
        let _ = writeln!(text, "\n{method}:\n\n```sh\n{command}\n```");
    }
    text
}

fn row(part: &PartResults, metric: &Metric) -> String {
    let ratio = part.ratio(metric);
    let against = metric
        .against
        .as_deref()
        .and_then(|id| id.rsplit('/').next());
    let ratio_text = match (ratio, against) {
        (Some(ratio), Some(against)) => format!("{ratio:.2} × {against}"),
        _ => String::new(),
    };
    let target = metric.target.map(|target| target.to_string());
    let met = metric
        .target
        .and_then(|target| target.is_met(metric.value, ratio));
    let met = match met {
        Some(true) => "met",
        Some(false) => "not met",
        None => "",
    };
    format!(
        "| {} | {} | {ratio_text} | {} | {met} |\n",
        metric.title,
        value(metric),
        target.unwrap_or_default()
    )
}

fn value(metric: &Metric) -> String {
    let unit = match metric.unit {
        Unit::Instructions => "instructions",
        Unit::Bytes => "bytes",
        Unit::Count | Unit::Ratio => "",
        Unit::Seconds => "s",
    };
    let digits = if metric.value.abs() < 100.0 { 2 } else { 0 };
    let per = metric.per.as_ref().map(|per| format!(" per {per}"));
    format!(
        "{:.digits$} {unit}{}",
        metric.value,
        per.unwrap_or_default()
    )
}

fn notes(part: &PartResults) -> impl Iterator<Item = String> {
    part.metrics.iter().filter_map(|metric| {
        let note = metric.note.as_ref()?;
        Some(format!("*{}*: {note}", metric.title))
    })
}

fn methods(part: &PartResults) -> Vec<(&str, &str)> {
    let mut methods: Vec<_> = part
        .metrics
        .iter()
        .map(|metric| (metric.method.as_str(), metric.command.as_str()))
        .collect();
    methods.dedup();
    methods
}
