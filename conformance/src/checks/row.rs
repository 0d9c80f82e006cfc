//! A row: when a case asks about one rule, how often, and what.

use super::ask::Ask;
use array_ctypes_spec::{Question, Step};

/// When a case asks about a rule, how often, and what.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    /// Asks at one opportunity in so many.
    times: u32,
    /// Where there is an opportunity.
    when: fn(&Ask) -> bool,
    what: What,
    /// The module of the row.
    pub(crate) module: &'static str,
}

/// What a case asks.
#[derive(Clone, Copy)]
enum What {
    /// These questions, each unless the script has it already.
    Once(&'static [Question]),
    /// These questions, whatever the script has.
    Again(&'static [Question]),
    /// What the function adds to the script.
    Do(fn(&mut Ask)),
}

/// Asks these questions, each unless the script has it already.
pub(crate) const fn once(questions: &'static [Question]) -> Row {
    row(What::Once(questions))
}

/// Asks these questions, whatever the script has.
pub(crate) const fn again(questions: &'static [Question]) -> Row {
    row(What::Again(questions))
}

/// Calls a function that adds steps to the script.
pub(crate) const fn act(add: fn(&mut Ask)) -> Row {
    row(What::Do(add))
}

/// Asks nothing: every case answers, or the questions of other rules serve.
pub(crate) const fn nothing() -> Row {
    once(&[])
}

const fn row(what: What) -> Row {
    Row { times: 1, when: |_| true, what, module: "" }
}

impl Row {
    /// Asks at one opportunity in so many.
    pub(crate) const fn one_in(self, times: u32) -> Row {
        Row { times, ..self }
    }

    /// Asks only where that holds.
    pub(crate) const fn when(self, when: fn(&Ask) -> bool) -> Row {
        Row { when, ..self }
    }

    pub(super) const fn of(self, module: &'static str) -> Row {
        Row { module, ..self }
    }

    /// Adds the steps of this row to the script.
    pub(crate) fn add(&self, ask: &mut Ask) {
        if !(self.when)(ask) || self.times > 1 && !ask.one_in(self.times) {
            return;
        }
        match self.what {
            What::Once(questions) => questions.iter().for_each(|question| ask.once(question.clone())),
            What::Again(questions) => ask.script.extend(questions.iter().cloned().map(Step::Ask)),
            What::Do(add) => add(ask),
        }
    }
}

/// Declares the rows of a chapter, each under the name of its rule.
///
/// A row without a rule is dead code, a rule without a row does not compile: the table of [rows](crate::engine::rows) names each.
macro_rules! rows {
    ($($rule:ident: $row:expr;)*) => {
        $(pub(crate) const fn $rule() -> $crate::checks::row::Row {
            $row.of(module_path!())
        })*
    };
}

pub(crate) use rows;
