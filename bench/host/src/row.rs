//! Rows that are measured twice: with Akira, and with its engine called directly.

use akira_measure::{Line, Metric, Target, Unit};

/// Measured row.
pub(crate) struct Row {
    /// Prefix of the metrics' ids.
    id: String,
    title: String,
    per: &'static str,
    target: Option<Target>,
    note: Option<&'static str>,
    /// Prefix of the id of the metric that is subtracted.
    less: Option<&'static str>,
}

impl Row {
    pub(crate) fn new(id: &str, title: &str, per: &'static str) -> Self {
        Self {
            id: id.into(),
            title: title.into(),
            per,
            target: None,
            note: None,
            less: None,
        }
    }

    /// Sets the target for Akira's number.
    pub(crate) fn target(mut self, target: Target) -> Self {
        self.target = Some(target);
        self
    }

    /// Sets the note that explains a missed target and names the floor.
    pub(crate) fn note(mut self, note: &'static str) -> Self {
        self.note = Some(note);
        self
    }

    /// Subtracts the measurement of another row.
    pub(crate) fn less(mut self, id: &'static str) -> Self {
        self.less = Some(id);
        self
    }

    /// Measures both, and divides by `times`.
    pub(crate) fn measure(&self, times: u32, bare: impl FnMut(), akira: impl FnMut()) {
        self.print("wasmi", times, self.metric("wasmi"), bare);
        let metric = self.metric("akira").gated();
        let metric = metric.against(&format!("{}/wasmi", self.id));
        let metric = match self.target {
            Some(target) => metric.target(target),
            None => metric,
        };
        let metric = match self.note {
            Some(note) => metric.note(note),
            None => metric,
        };
        self.print("akira", times, metric, akira);
    }

    /// Measures work of Akira that the engine alone does not do.
    pub(crate) fn measure_ours(&self, times: u32, akira: impl FnMut()) {
        self.print("akira", times, self.metric("akira").gated(), akira);
    }

    fn metric(&self, whose: &str) -> Metric {
        let id = format!("{}/{whose}", self.id);
        Metric::new(&id, &self.title, Unit::Instructions, 0.0).per(self.per)
    }

    fn print(&self, whose: &str, times: u32, metric: Metric, work: impl FnMut()) {
        let line = Line::measured(metric, times, work);
        match self.less {
            Some(id) => line.less(&format!("{id}/{whose}")).print(),
            None => line.print(),
        }
    }
}
