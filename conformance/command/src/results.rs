//! The results of runs as data: what `check` writes as it goes, as JSON Lines, and what every report is made from.
//!
//! [`mod@line`] has the records, whose form is part of the interface (`results.schema.json`, [`FORMAT`]); [`written`] makes them from
//! an outcome, [`read`] reads files of them, [`merge`] makes one run of its shards, [`causes`] groups the failures, `verdict`
//! says how the command ends, and [`baseline`] what has changed.

pub mod baseline;
pub mod causes;
pub mod line;
pub mod merge;
pub mod read;
pub(crate) mod verdict;
pub mod written;

use line::{Declined, Door, Failure, Header, Ignored, Known, Line, Lost, Missing, OfRule, Summary};

/// The version of the format. It changes when a reader of an earlier one would misread it.
pub const FORMAT: u64 = 1;

/// The results of one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// What was run.
    pub header: Header,
    /// The failures that are reported, in the order of the rules.
    pub failures: Vec<Failure>,
    /// Failures with the cause of another, or too many of a rule.
    pub repeated: Vec<Failure>,
    /// The known deviations.
    pub known: Vec<Known>,
    /// The cases that were lost.
    pub lost: Vec<Lost>,
    /// The abilities that are not declared.
    pub missing: Vec<Missing>,
    /// The process that was not looked at.
    pub ignored: Option<Ignored>,
    /// What was declined, by reason.
    pub declined: Vec<Declined>,
    /// What the doors of a consumer took and refused.
    pub doors: Vec<Door>,
    /// The rules that the run was about.
    pub rules: Vec<OfRule>,
    /// How it ended.
    pub summary: Summary,
}

impl Run {
    /// A run of which nothing is known yet.
    fn new(header: Header) -> Run {
        Run {
            header,
            failures: Vec::new(),
            repeated: Vec::new(),
            known: Vec::new(),
            lost: Vec::new(),
            missing: Vec::new(),
            ignored: None,
            declined: Vec::new(),
            doors: Vec::new(),
            rules: Vec::new(),
            summary: Summary::default(),
        }
    }

    /// The lines, the header first and the summary last.
    pub fn lines(&self) -> Vec<Line> {
        let failures = self.failures.iter().chain(&self.repeated);
        let mut lines = vec![Line::Run(Box::new(self.header.clone()))];
        lines.extend(failures.map(|failure| Line::Failure(Box::new(failure.clone()))));
        lines.extend(self.known.iter().cloned().map(Line::Known));
        lines.extend(self.lost.iter().cloned().map(Line::Lost));
        lines.extend(self.missing.iter().cloned().map(Line::Missing));
        lines.extend(self.ignored.iter().cloned().map(Line::Ignored));
        lines.extend(self.declined.iter().cloned().map(Line::Declined));
        lines.extend(self.doors.iter().cloned().map(Line::Door));
        lines.extend(self.rules.iter().cloned().map(|rule| Line::Rule(Box::new(rule))));
        lines.push(Line::Summary(Box::new(self.summary.clone())));
        lines
    }

    /// What a rule's line says.
    pub fn rule(&self, rule: &str) -> Option<&OfRule> {
        self.rules.iter().find(|other| other.rule == rule)
    }

    /// The number of rules with that standing.
    pub fn count(&self, standing: &str) -> usize {
        self.rules.iter().filter(|rule| rule.standing == standing).count()
    }
}
