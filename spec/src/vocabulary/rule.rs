//! Rules, with their levels, profiles and texts.
//!
//! A rule is declared once, in its chapter's Markdown: a line `r[chapter.rule] LEVEL · profile`, an empty line, and a
//! paragraph. The build script makes the table of rules and their constants from that, in the order of the prose.

use std::fmt;

mod names;

pub use names::{Chapter, Level, Profile};

// Defines `for_each_rule!`.
include!(concat!(env!("OUT_DIR"), "/for_each_rule.rs"));

/// Every rule by name: `rules::data::first_element` is `data.first-element`.
#[expect(non_upper_case_globals, reason = "a rule, its check and its tests have one name")]
pub mod rules {
    include!(concat!(env!("OUT_DIR"), "/rules.rs"));
}

/// The declaration of a rule.
struct Entry {
    id: &'static str,
    chapter: Chapter,
    level: Level,
    profile: Profile,
    text: &'static str,
}

/// A rule of the specification: its place in the table.
///
/// ```
/// use array_ctypes_spec::{Level, Profile, Rule, rules};
/// let rule = rules::shape::strides;
/// assert_eq!((rule.id(), rule.level(), rule.profile()), ("shape.strides", Level::Must, Profile::Core));
/// assert!(Rule::all().any(|other| other == rule));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rule(u16);

macro_rules! prose {
    ([] $($chapter:ident $Chapter:ident $file:literal $rules:tt)*) => {
        impl Chapter {
            /// The prose, in Markdown.
            pub fn prose(self) -> &'static str {
                match self { $(Chapter::$Chapter => include_str!(concat!("../chapters/", $file)),)* }
            }
        }
    };
}

for_each_rule!(prose);

impl Rule {
    /// Every rule, in the order of the chapters and of the rules in them.
    pub fn all() -> impl Iterator<Item = Rule> {
        (0..rules::TABLE.len() as u16).map(Rule)
    }

    /// The rule of that identifier.
    pub fn from_id(id: &str) -> Option<Rule> {
        Rule::all().find(|rule| rule.id() == id)
    }

    fn entry(self) -> &'static Entry {
        &rules::TABLE[self.index()]
    }

    /// The place in the table, counted from 0.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// The chapter.
    pub fn chapter(self) -> Chapter {
        self.entry().chapter
    }

    /// The identifier, as in `data.first-element`.
    pub fn id(self) -> &'static str {
        self.entry().id
    }

    /// How binding it is.
    pub fn level(self) -> Level {
        self.entry().level
    }

    /// The profile: the rule binds the implementations that claim it.
    pub fn profile(self) -> Profile {
        self.entry().profile
    }

    /// The text of the rule: the paragraph after its identifier, in Markdown.
    pub fn text(self) -> &'static str {
        self.entry().text
    }

    /// Where the rule comes from: one source or more, at the end of its text. A source is a page as `[label]` that the chapter links
    /// to; a standard (`C`, `POSIX`, `Python`); an issue (`numpy issue 2671`) or test of NumPy; what was `measured`; `what users
    /// expect`; or `what a declaration of limits means`. [`sources`](crate::sources) has them all.
    pub fn sources(self) -> impl Iterator<Item = String> {
        let sources = self.text().rsplit_once("Source:").map_or("", |(_, sources)| sources.trim());
        sources.trim_end_matches('.').split(';').map(|source| source.trim().replace('\n', " "))
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
