//! Reads result files.

use super::line::{self, Failure, Found, Line, OfCause, OfRule, Summary};
use super::{FORMAT, Run, verdict};
use array_ctypes_conformance::engine::shard::Shard;
use array_ctypes_conformance::engine::standing::Standing;
use array_ctypes_conformance::files::{self, FileError};
use array_ctypes_conformance::spec::Rule;
use serde_json::Value;
use std::fmt;
use std::path::{Path, PathBuf};

/// A result file that cannot be read.
#[derive(Debug)]
pub struct ReadError {
    path: PathBuf,
    line: usize,
    message: String,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, message) = (self.path.display(), &self.message);
        if self.line == 0 { write!(f, "{path}: {message}") } else { write!(f, "{path}, line {}: {message}", self.line) }
    }
}

impl std::error::Error for ReadError {}

/// Reads the runs of a file. One that was cut off has what was found by then.
///
/// # Errors
/// [`ReadError`], with the line.
pub fn read(path: &Path) -> Result<Vec<Run>, ReadError> {
    let wrong = |message: String| ReadError { path: path.to_owned(), line: 0, message };
    let text = files::text(path).map_err(|error| match error {
        FileError::Io(_, error) => wrong(format!("expected a result file, found: {error}")),
        error => wrong(error.to_string()),
    })?;
    of_text(path, &text)
}

/// Reads the runs of a text, which messages name by that path.
///
/// # Errors
/// [`ReadError`], with the line.
pub fn of_text(path: &Path, text: &str) -> Result<Vec<Run>, ReadError> {
    let wrong = |line: usize, message: String| ReadError { path: path.to_owned(), line, message };
    let mut runs: Vec<Reading> = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let parsed = match parse(line) {
            Ok(parsed) => parsed,
            // Who was killed may have written half of a line.
            Err(_) if at + 1 == lines.len() && !text.ends_with('\n') => break,
            Err(message) => return Err(wrong(at + 1, message)),
        };
        match (parsed, runs.last_mut()) {
            (Line::Run(mut header), _) if header.format == FORMAT => {
                let shard: Shard = header.shard.parse().map_err(|message| wrong(at + 1, message))?;
                header.shard = shard.to_string();
                runs.push(Reading { run: Run::new(*header), found: Vec::new(), is_complete: false });
            }
            (Line::Run(header), _) => {
                let found = header.format;
                let message = format!("expected version {FORMAT} of the result format, found {found}; use an `array-ctypes` that writes and reads the same");
                return Err(wrong(at + 1, message));
            }
            (line, Some(reading)) if !reading.is_complete => reading.add(line),
            _ => return Err(wrong(at + 1, "expected a line of the kind `run` first, found another; give a file that `check --format json` or `--report json=FILE` wrote".to_owned())),
        }
    }
    if runs.is_empty() {
        return Err(wrong(
            0,
            "expected results, found none; give a file that `check --format json` or `--report json=FILE` wrote"
                .to_owned(),
        ));
    }
    runs.into_iter().map(|reading| reading.finish().map_err(|message| wrong(0, message))).collect()
}

fn parse(line: &str) -> Result<Line, String> {
    // First the version: another may have other lines.
    let value: Value = serde_json::from_str(line).map_err(|error| format!("expected an object of JSON: {error}"))?;
    let kind = value["kind"].as_str().unwrap_or("");
    if kind == "run" && value["format"] != FORMAT {
        return Err(format!(
            "expected version {FORMAT} of the result format, found {}; use an `array-ctypes` that writes and reads the same",
            value["format"]
        ));
    }
    expect_counts(&value)?;
    if let Some(rule) = value["rule"].as_str().filter(|rule| !is_name(rule)) {
        return Err(format!("expected the name of a rule, found {rule:?}"));
    }
    serde_json::from_value(value).map_err(|error| format!("expected a line of the result format: {error}"))
}

/// The greatest count that is read. Whatever counts cases stays below, and so do sums of it.
const MAX_COUNT: u64 = 1 << 48;

/// Expects that no number of a line is greater than a count can be.
fn expect_counts(value: &Value) -> Result<(), String> {
    match value {
        Value::Number(number) if number.as_u64().is_some_and(|number| number > MAX_COUNT) => {
            Err(format!("expected a count of at most {MAX_COUNT}, found {number}"))
        }
        Value::Array(values) => values.iter().try_for_each(expect_counts),
        Value::Object(entries) => entries.values().try_for_each(expect_counts),
        _ => Ok(()),
    }
}

/// Returns true if a text can be the name of a rule, of this or a later specification.
fn is_name(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-".contains(c))
}

/// A run that is being read.
struct Reading {
    run: Run,
    found: Vec<Found>,
    is_complete: bool,
}

impl Reading {
    fn add(&mut self, line: Line) {
        let run = &mut self.run;
        match line {
            // The caller begins a run.
            Line::Run(_) => {}
            Line::Found(found) => self.found.push(*found),
            Line::Failure(failure) if failure.repeated => run.repeated.push(*failure),
            Line::Failure(failure) => run.failures.push(*failure),
            Line::Known(known) => run.known.push(known),
            Line::Lost(lost) => run.lost.push(lost),
            Line::Missing(missing) => run.missing.push(missing),
            Line::Ignored(ignored) => run.ignored = Some(ignored),
            Line::Declined(declined) => run.declined.push(declined),
            Line::Door(door) => run.doors.push(door),
            Line::Rule(rule) => run.rules.push(*rule),
            Line::Other => {}
            Line::Summary(summary) => {
                run.summary = *summary;
                self.is_complete = true;
            }
        }
    }

    fn finish(self) -> Result<Run, String> {
        let Reading { mut run, found, is_complete } = self;
        if is_complete {
            run.rules = std::mem::take(&mut run.rules).into_iter().map(verdict::judged).collect();
        } else {
            run.rules.clear();
            run.failures.extend(found.into_iter().filter_map(cut_off));
            run.failures.sort_by_key(|failure| Rule::from_id(&failure.rule).map(Rule::index));
            run.failures.dedup_by(|one, other| one.rule == other.rule && one.cause == other.cause);
            for failure in &run.failures {
                if run.rules.last().is_none_or(|rule| rule.rule != failure.rule) {
                    run.rules.push(broken(failure));
                }
            }
            let partial = Some("its end: the results are cut off".to_owned());
            run.summary = Summary { partial, incomplete: true, ..Summary::default() };
        }
        let mut names: Vec<&str> = run.rules.iter().map(|rule| &*rule.rule).collect();
        names.sort_unstable();
        if let Some((name, _)) = names.iter().zip(names.iter().skip(1)).find(|(name, next)| name == next) {
            return Err(format!("expected a line of the kind `rule` for each rule, found two for {name}"));
        }
        if let Some(failure) = run.failures.iter().find(|failure| names.binary_search(&&*failure.rule).is_err()) {
            return Err(format!(
                "expected a line of the kind `rule` for each failure, found none for {}",
                failure.rule
            ));
        }
        verdict::conclude(&mut run);
        Ok(run)
    }
}

/// The failure of a run that was cut off. Its case was not made small.
fn cut_off(found: Found) -> Option<Failure> {
    let rule = Rule::from_id(&found.rule)?;
    let script = found.case["script"].as_array().map_or(&[][..], Vec::as_slice).iter();
    let cause = OfCause {
        step: found.case["script"][found.step].as_str().unwrap_or("array").split(' ').next().unwrap_or("").to_owned(),
        elements: String::new(),
        difference: String::new(),
        raises: None,
    };
    Some(Failure {
        level: rule.level().name().to_owned(),
        text: rule.text().to_owned(),
        array: String::new(),
        asked: line::asked(rule, found.step, script.map(|step| step.as_str().unwrap_or_default().to_owned())),
        expectation: Value::Null,
        answer: Value::Null,
        met: cause.clone(),
        cause,
        small: false,
        alone: None,
        before: None,
        before_count: 0,
        beside: Vec::new(),
        repeated: false,
        described: format!("  case found ({}), not made small because the run was cut off\n", found.origin),
        drawing: String::new(),
        snippet: String::new(),
        repeat: found.repeat,
        rule: found.rule,
        origin: found.origin,
        case: found.case,
        step: found.step,
        expected: found.expected,
        found: found.found,
        place: None,
        saved: found.saved,
    })
}

/// The rule of a failure, of which nothing is known but that.
fn broken(failure: &Failure) -> OfRule {
    let is_must = failure.level == "MUST";
    OfRule {
        rule: failure.rule.clone(),
        level: failure.level.clone(),
        profile: Rule::from_id(&failure.rule).map_or("", |rule| rule.profile().name()).to_owned(),
        standing: if is_must { Standing::Failed } else { Standing::Warned }.name().to_owned(),
        cases: 1,
        failed: 1,
        known: 0,
        not_applicable: 0,
        not_observed: 0,
        declined: 0,
        broken: Vec::new(),
        excluded_by: None,
        waiver: None,
    }
}
