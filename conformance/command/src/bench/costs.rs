//! What asking costs: the figures of all implementations, which each form of the output is made of.

use super::Measured;
use super::compare::{Row, rows};
use array_ctypes_conformance::adapter::cost::Question;
use serde::Serialize;

/// The figures of all implementations.
#[derive(Clone, Debug, Default)]
pub struct Costs {
    /// The implementations that were measured.
    pub measured: Vec<Measured>,
    /// The implementations that could not be measured.
    pub not_measured: Vec<NotMeasured>,
    /// Remarks for the reader.
    pub notes: Vec<String>,
}

/// An implementation that could not be measured.
#[derive(Clone, Debug, Serialize)]
pub struct NotMeasured {
    /// The arguments that name it.
    pub implementation: String,
    /// Why it could not be measured.
    pub message: String,
}

/// What the figures are about.
pub const ABOUT: &str =
    "Nanoseconds a call, of a C-contiguous array of 3 by 4 integers of 4 bytes, without the loop around it.";

/// Each question that has a row, with its rows.
pub(super) fn groups(costs: &Costs) -> impl Iterator<Item = (Question, Vec<Row<'_>>)> {
    let all = Question::ALL.into_iter().map(|question| (question, rows(&costs.measured, question)));
    all.filter(|(_, rows)| !rows.is_empty())
}
