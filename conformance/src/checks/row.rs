//! A row says when a case asks about one rule, how often and what, and which features an implementation needs for the
//! rule to bind it.
//!
//! Most rules only need "ask this question when that holds", which is data. A function is for a check that needs
//! thought. The condition is tested before anything is drawn, so a change of it moves no choice in cases where it still
//! holds.

use super::ask::Ask;
use crate::adapter::hello::Hello;
use array_ctypes_spec::{Profile, Question, Step};

/// When a case asks about a rule, how often, and what.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    /// The row asks at one opportunity in `times`.
    times: u32,
    /// Returns true if the case is an opportunity.
    when: fn(&Ask) -> bool,
    what: What,
    /// What an implementation needs for the rule to bind it, beside the rule's profile.
    need: Option<Need>,
    /// The module that declares the row.
    pub(crate) module: &'static str,
    /// The row as it is written there.
    pub(crate) text: &'static str,
}

/// What an implementation may lack although it claims the profile of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// The C structure behind `__array_struct__`.
    ArrayStruct,
    /// A library to load.
    Library,
    /// Counted references.
    ReferenceCounts,
    /// Foreign functions.
    Functions,
    /// Types of what the interface object yields.
    Types,
    /// Elements that are set through the library.
    Assignment,
    /// Arrays that may be written to.
    Writeable,
    /// An address of arrays without elements.
    AddressIfEmpty,
    /// Types of what `__array_interface__` has.
    InterfaceTypes,
    /// Arguments of `__dlpack__`.
    DlpackArguments,
    /// Capsules of `DLPack` and buffers that are kept.
    Exports,
    /// Another profile, which the rule is about too.
    Profile(Profile),
}

impl Need {
    fn is_met_by(self, hello: &Hello) -> bool {
        match self {
            Need::ArrayStruct => hello.limits.array_struct,
            Need::Library => hello.limits.load_library,
            Need::ReferenceCounts => hello.limits.counts_references,
            Need::Functions => hello.limits.functions,
            Need::Types => hello.limits.types,
            Need::Assignment => hello.limits.assigns,
            Need::Writeable => hello.limits.writeable,
            Need::AddressIfEmpty => hello.limits.address_if_empty,
            Need::InterfaceTypes => hello.limits.interface_types,
            Need::DlpackArguments => hello.limits.dlpack_arguments,
            Need::Exports => hello.limits.exports,
            Need::Profile(profile) => hello.profiles.contains(&profile),
        }
    }

    /// The limit that declares it, and what that means; `None` for a profile.
    fn ability(self) -> Option<Ability> {
        let (limit, about) = match self {
            Need::ArrayStruct => ("array_struct", "the C structure behind `__array_struct__` can be looked at"),
            Need::Library => ("load_library", "there is a library to load"),
            Need::ReferenceCounts => ("counts_references", "references to arrays are counted"),
            Need::Functions => ("functions", "the implementation answers `hand …` and `walk …`"),
            Need::Types => ("types", "the implementation answers `type …`"),
            Need::Assignment => ("assigns", "elements can be set through the library"),
            Need::Writeable => ("writeable", "the library has arrays that may be written to"),
            Need::AddressIfEmpty => ("address_if_empty", "an array without elements has an address of its own"),
            Need::InterfaceTypes => {
                ("interface_types", "the implementation answers `interface data-type`, `shape-type` and `strides-type`")
            }
            Need::DlpackArguments => (
                "dlpack_arguments",
                "the implementation answers all requests and members of `dlpack`, and `dlpack-device`",
            ),
            Need::Exports => ("exports", "the implementation answers `export N dlpack` and `export N buffer`"),
            Need::Profile(_) => return None,
        };
        Some(Ability { limit, about })
    }
}

/// What an implementation declares by a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ability {
    /// The limit.
    pub limit: &'static str,
    /// What it means that the limit is `true`.
    pub about: &'static str,
}

/// What a case asks.
#[derive(Clone, Copy)]
enum What {
    /// These questions, each unless the script has it already.
    Once(&'static [Question]),
    /// These questions, even if the script has them already.
    Again(&'static [Question]),
    /// The steps that the function adds.
    Call(fn(&mut Ask)),
}

/// Asks these questions, each unless the script has it already.
pub(crate) const fn once(questions: &'static [Question]) -> Row {
    row(What::Once(questions))
}

/// Asks these questions, even if the script has them already.
pub(crate) const fn again(questions: &'static [Question]) -> Row {
    row(What::Again(questions))
}

/// Calls a function that adds steps to the script.
pub(crate) const fn act(add: fn(&mut Ask)) -> Row {
    row(What::Call(add))
}

/// Asks nothing: the questions of other rows are enough.
pub(crate) const fn nothing() -> Row {
    once(&[])
}

const fn row(what: What) -> Row {
    Row { times: 1, when: |_| true, what, need: None, module: "", text: "" }
}

impl Row {
    /// Asks at one opportunity in so many.
    pub(crate) const fn one_in(self, times: u32) -> Row {
        Row { times, ..self }
    }

    /// Asks only if the condition is true.
    pub(crate) const fn when(self, when: fn(&Ask) -> bool) -> Row {
        Row { when, ..self }
    }

    /// Binds only those implementations that have this.
    pub(crate) const fn needs(self, need: Need) -> Row {
        Row { need: Some(need), ..self }
    }

    /// Returns true if the implementation has what the row needs.
    pub(crate) fn binds(&self, hello: &Hello) -> bool {
        self.need.is_none_or(|need| need.is_met_by(hello))
    }

    /// The ability that the row needs and the implementation does not declare, if there is one.
    pub(crate) fn missing(&self, hello: &Hello) -> Option<Ability> {
        self.need.filter(|need| !need.is_met_by(hello)).and_then(Need::ability)
    }

    /// The other profile that the row is about and the implementation does not claim, if there is one.
    pub(crate) fn missing_profile(&self, hello: &Hello) -> Option<Profile> {
        match self.need {
            Some(Need::Profile(profile)) if !hello.profiles.contains(&profile) => Some(profile),
            _ => None,
        }
    }

    pub(super) const fn of(self, module: &'static str, text: &'static str) -> Row {
        Row { module, text, ..self }
    }

    /// Adds the steps of this row to the script.
    pub(crate) fn add(&self, ask: &mut Ask) {
        if !(self.when)(ask) || self.times > 1 && !ask.one_in(self.times) {
            return;
        }
        match self.what {
            What::Once(questions) => questions.iter().for_each(|question| ask.once(question.clone())),
            What::Again(questions) => ask.script.extend(questions.iter().cloned().map(Step::Ask)),
            What::Call(add) => add(ask),
        }
    }
}

/// Declares the rows of a chapter, each under the name of its rule.
///
/// A row without a rule is dead code. A rule without a row does not compile, because the
/// [table](crate::engine::table) names each.
macro_rules! rows {
    ($($rule:ident: $row:expr;)*) => {
        $(pub(crate) const fn $rule() -> $crate::checks::row::Row {
            $row.of(module_path!(), stringify!($row))
        })*
    };
}

pub(crate) use rows;
