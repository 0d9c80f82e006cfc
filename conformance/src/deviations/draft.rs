//! Drafts of known deviations, made from the failures of a run, and of entries for what it declined too often. All keys are
//! filled in but the reason, which only people know.
//!
//! A draft is narrowed to the kind of step that failed and to the kind of answer, so that it stands for one cause and hides no
//! other. It is never narrowed to one answer: that would tie it to one case.

use super::{Deviation, Range};
use crate::adapter::hello::Hello;
use crate::adapter::reply::Reply;
use crate::engine::declined::Declined;
use crate::engine::deviation::door;
use crate::engine::outcome::{Failure, Origin, Report};
use crate::{SavedCase, files};
use array_ctypes_spec::Step;
use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;

/// A draft: an entry without a reason, and what the failure looked like.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The entry. Its case is named relative to the file that will list it.
    pub deviation: Deviation,
    expected: String,
    found: String,
    /// The text of its case file; `None` for an example of the page.
    file: Option<String>,
}

impl Draft {
    /// The draft for a failure. Its case file will be in `folder`, which stands beside the file of deviations.
    pub fn of(failure: &Failure, hello: &Hello, folder: &Path) -> Draft {
        let Failure { rule, case, origin, prediction, reply, .. } = failure;
        let found = reply.found(prediction.step);
        let name = match origin {
            Origin::Page(example) => example.to_string(),
            _ => folder.join(files::name(failure)).display().to_string().replace('\\', "/"),
        };
        let step = case.script.get(prediction.step).filter(|_| !reply.is_lost());
        let deviation = Deviation {
            implementation: hello.name.clone(),
            is_shared: false,
            rule: *rule,
            also: Vec::new(),
            versions: vec![Range::default()],
            runtime: None,
            found: kind_of_answer(reply, &found),
            step: step.map(kind_of_step),
            view: None,
            door: door(case).map(str::to_owned),
            traits: Vec::new(),
            reason: String::new(),
            link: None,
            case: SavedCase { name, case: case.clone(), before: failure.before().to_vec() },
        };
        let file = (!matches!(origin, Origin::Page(_))).then(|| files::content(failure, &hello.title()));
        Draft { deviation, expected: prediction.expectation.to_string(), found, file }
    }

    /// The same for every failure of the rule.
    #[must_use]
    pub fn widened(mut self) -> Draft {
        (self.deviation.found, self.deviation.step) = (None, None);
        self
    }

    /// The path of the case file relative to the file of deviations, and its text; `None` for an example of the page.
    pub fn file(&self) -> Option<(&Path, &str)> {
        self.file.as_ref().map(|text| (Path::new(&self.deviation.case.name), &**text))
    }
}

/// The text of a file of known deviations with these drafts, and an entry for each rule of which the run declined too much.
pub fn skeleton(report: &Report, drafts: &[Draft]) -> String {
    let hello = &report.hello;
    let mut out = format!(
        "# Known deviations of {}, as a run found them. Fill in each reason, in your words: without it the file is refused.\n\
         # Each entry stands for one cause, as far as a run can tell. Move the rules that another entry's cause breaks into its\n\
         # `also`, or widen `step` and `found`; further keys are `link`, `view`, `traits`, and `since` and `before` for versions.\n\n\
         implementation = {}\n",
        line(&hello.title()),
        quoted(&hello.name),
    );
    for Draft { deviation, expected, found, .. } in drafts {
        let rule = deviation.rule;
        let _ = writeln!(out, "\n# {}", line(rule.text()));
        let _ = writeln!(out, "# expected: {}\n# found:    {}", line(expected), line(found));
        let _ = writeln!(out, "[[deviation]]\nrule = {}", quoted(rule.id()));
        for (key, pattern) in [("door", &deviation.door), ("step", &deviation.step), ("found", &deviation.found)] {
            if let Some(pattern) = pattern {
                let _ = writeln!(out, "{key} = {}", quoted(pattern));
            }
        }
        let _ = writeln!(out, "case = {}\nreason = \"\"", quoted(&deviation.case.name));
    }
    for (rule, tally) in report.too_much_declined() {
        let _ = writeln!(out, "\n# {}", line(rule.text()));
        let _ = writeln!(out, "# declined: {:.1} % of its cases", tally.percent_declined());
        let is_about = |declined: &&Declined| declined.rules.iter().any(|(of, _)| *of == rule);
        for Declined { reason, .. } in report.declined.iter().filter(is_about) {
            let _ = writeln!(out, "# because:  {}", line(reason));
        }
        let _ = writeln!(out, "[[declined]]\nrule = {}\nreason = \"\"", quoted(rule.id()));
    }
    out
}

/// Words that are followed by another word of the step's kind.
const FIRST_OF_TWO: [&str; 5] = ["forked", "absent", "ctypeslib", "interface", "struct"];

/// A pattern of the steps that ask the same, with any arguments.
fn kind_of_step(step: &Step) -> String {
    let text = step.to_string();
    let mut kind = String::new();
    let mut words = text.split(' ').peekable();
    while let Some(word) = words.next() {
        kind.push_str(word);
        if words.peek().is_some() {
            kind.push(' ');
        }
        if !FIRST_OF_TWO.contains(&word) {
            break;
        }
    }
    if words.peek().is_some() {
        kind.push('*');
    }
    kind
}

/// A pattern of the answers of the same kind; `None` if only the exact answer would do.
fn kind_of_answer(reply: &Reply, found: &str) -> Option<String> {
    if reply.is_lost() {
        let signal = found.split(|c: char| !c.is_ascii_alphanumeric()).find(|word| word.starts_with("SIG"));
        return signal.map(|signal| format!("*{signal}*"));
    }
    let (first, rest) = found.split_once([' ', ':']).unwrap_or((found, ""));
    match first {
        "None" | "True" | "False" => Some(found.to_owned()),
        "raises" => Some(format!("raises {}*", rest.split(':').next().unwrap_or_default())),
        list if list.starts_with('[') => Some("[*".to_owned()),
        _ => None,
    }
}

/// A text as TOML: a string of JSON, in which TOML also wants `DEL` escaped.
fn quoted(text: &str) -> String {
    Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

/// A text as a comment of one line.
fn line(text: &str) -> String {
    const MOST: usize = 200;
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    let cut: String = line.chars().take(MOST).collect();
    if cut.len() < line.len() { format!("{cut}…") } else { line }
}
