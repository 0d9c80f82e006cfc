//! Rules, with their levels and profiles. The one table of them is in `rule/table.rs`.
//!
//! The prose of a rule stands in its chapter's Markdown, after a line `r[chapter.rule] LEVEL · profile`. The compiler
//! refuses a rule in the table without such a line there, and a line there without a rule in the table.

use std::fmt;

#[macro_use]
mod table;

/// How binding a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// Breaking it is a failure.
    Must,
    /// Breaking it is a warning, and a failure where strictness is asked for.
    Should,
    /// It allows.
    May,
}

impl Level {
    /// `MUST`, `SHOULD` or `MAY`.
    pub const fn name(self) -> &'static str {
        match self {
            Level::Must => "MUST",
            Level::Should => "SHOULD",
            Level::May => "MAY",
        }
    }
}

/// Declares the profiles with their names.
macro_rules! profiles {
    ($($(#[$doc:meta])* $Profile:ident $name:literal,)*) => {
        /// What an implementation claims to be, and so which rules apply to it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Profile { $($(#[$doc])* $Profile,)* }

        impl Profile {
            /// All profiles, in order.
            pub const ALL: &'static [Profile] = &[$(Profile::$Profile),*];

            /// The name, as in `core`.
            pub const fn name(self) -> &'static str {
                match self { $(Profile::$Profile => $name,)* }
            }

            /// The profile of that name.
            pub fn from_name(name: &str) -> Option<Profile> {
                Profile::ALL.iter().copied().find(|profile| profile.name() == name)
            }
        }
    };
}

profiles! {
    /// Any language that hands out pointer, shape and byte strides.
    Core "core",
    /// Python's `ctypes` attribute, or its like.
    Ctypes "ctypes",
    /// Objects of the interface keep the array, or leave it alone.
    Lifetime "lifetime",
    /// The newer reading of the documentation: a pointer that `data_as` gives keeps the array.
    Holds "holds",
    /// The older reading of the documentation: such a pointer does not keep the array.
    Borrows "borrows",
    /// `__array_interface__` and `__array_struct__`.
    Interface "interface",
    /// Python's buffer protocol.
    Buffer "buffer",
    /// `DLPack`.
    Dlpack "dlpack",
    /// Arrays in a file that is mapped to memory.
    Memmap "memmap",
    /// `numpy.ctypeslib`, or its like.
    Ctypeslib "ctypeslib",
    /// The interface where ctypes is missing.
    Absent "absent",
}

struct Entry {
    id: &'static str,
    level: Level,
    profile: Profile,
}

/// A rule of the specification: its place in the table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rule {
    chapter: u8,
    position: u8,
}

/// How many rules the chapters before each have.
const BEFORE: [u8; Chapter::ALL.len()] = {
    let mut before = [0; Chapter::ALL.len()];
    let mut chapter = 1;
    while chapter < before.len() {
        before[chapter] = before[chapter - 1] + Chapter::ALL[chapter - 1].entries().len() as u8;
        chapter += 1;
    }
    before
};

macro_rules! define {
    ([] $($chapter:ident $Chapter:ident $file:literal { $($rule:ident $id:literal $level:ident $profile:ident;)* })*) => {
        /// A chapter of the specification.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Chapter {
            $(#[doc = concat!("The chapter `", stringify!($chapter), "`.")] $Chapter,)*
        }

        impl Chapter {
            /// All chapters, in order.
            pub const ALL: &'static [Chapter] = &[$(Chapter::$Chapter),*];

            /// The name, as in `layout`.
            pub fn name(self) -> &'static str {
                match self { $(Chapter::$Chapter => stringify!($chapter),)* }
            }

            /// The prose, in Markdown.
            pub fn prose(self) -> &'static str {
                match self { $(Chapter::$Chapter => include_str!(concat!("../chapters/", $file)),)* }
            }

            const fn entries(self) -> &'static [Entry] {
                match self {
                    $(Chapter::$Chapter => &[$(Entry { id: $id, level: Level::$level, profile: Profile::$profile }),*],)*
                }
            }
        }

        /// Every rule by name: `rules::data::first_element` is `data.first-element`.
        #[expect(non_upper_case_globals, reason = "a rule, its check and its tests have one name")]
        pub mod rules {
            $(
                #[doc = concat!("Rules of the chapter `", stringify!($chapter), "`.")]
                pub mod $chapter {
                    use crate::vocabulary::rule::{Chapter, Level, Profile, Rule, declared};

                    #[expect(non_camel_case_types, reason = "a rule, its check and its tests have one name")]
                    enum Position { $($rule,)* }

                    const TABLE: &[[&str; 3]] = &[$([$id, Level::$level.name(), Profile::$profile.name()]),*];

                    /// How many rules, from the first on, the prose declares as the table does, and how many in all.
                    const DECLARED: (usize, usize) = declared(include_str!(concat!("../chapters/", $file)), TABLE);

                    $(
                        #[doc = concat!("`", $id, "`")]
                        pub const $rule: Rule =
                            Rule { chapter: Chapter::$Chapter as u8, position: Position::$rule as u8 };

                        const _: () = assert!(
                            DECLARED.0 > Position::$rule as usize,
                            concat!($file, " lacks, in its place, a line `r[", $id, "] LEVEL · profile` as in the table")
                        );
                    )*

                    const _: () = assert!(DECLARED.1 == TABLE.len(), concat!($file, " has a rule that the table lacks"));
                }
            )*
        }
    };
}

for_each_rule!(define);

/// How many rules of the table, from the first on, the prose declares in lines `r[id] LEVEL · profile`, in that order; and how
/// many rules it declares at all. One walk over the prose: the compiler is slow at this.
const fn declared(prose: &str, table: &[[&str; 3]]) -> (usize, usize) {
    let prose = prose.as_bytes();
    let (mut agreed, mut all, mut at) = (0, 0, 0);
    while at < prose.len() {
        if follows(prose, at, b"r[") {
            if agreed == all && all < table.len() && declares(prose, at, &table[all]) {
                agreed += 1;
            }
            all += 1;
        }
        while at < prose.len() && prose[at] != b'\n' {
            at += 1;
        }
        at += 1;
    }
    (agreed, all)
}

const fn declares(prose: &[u8], at: usize, rule: &[&str; 3]) -> bool {
    let [id, level, profile] = rule;
    let after_id = at + 2 + id.len();
    let after_level = after_id + 2 + level.len();
    let after_mark = after_level + " · ".len();
    follows(prose, at + 2, id.as_bytes())
        && follows(prose, after_id, b"] ")
        && follows(prose, after_id + 2, level.as_bytes())
        && follows(prose, after_level, " · ".as_bytes())
        && follows(prose, after_mark, profile.as_bytes())
        && follows(prose, after_mark + profile.len(), b"\n")
}

const fn follows(text: &[u8], at: usize, part: &[u8]) -> bool {
    let mut i = 0;
    while i < part.len() {
        if at + i >= text.len() || text[at + i] != part[i] {
            return false;
        }
        i += 1;
    }
    true
}

impl Rule {
    /// Every rule, in the order of the chapters and of the rules in them.
    pub fn all() -> impl Iterator<Item = Rule> {
        Chapter::ALL.iter().flat_map(|chapter| {
            (0..chapter.entries().len()).map(|position| Rule { chapter: *chapter as u8, position: position as u8 })
        })
    }

    /// The rule of that identifier.
    pub fn from_id(id: &str) -> Option<Rule> {
        Rule::all().find(|rule| rule.id() == id)
    }

    fn entry(self) -> &'static Entry {
        &self.chapter().entries()[usize::from(self.position)]
    }

    /// The place in the table, counted from 0.
    pub fn index(self) -> usize {
        usize::from(BEFORE[usize::from(self.chapter)]) + usize::from(self.position)
    }

    /// The chapter.
    pub fn chapter(self) -> Chapter {
        Chapter::ALL[usize::from(self.chapter)]
    }

    /// The identifier, as in `data.first-element`.
    pub fn id(self) -> &'static str {
        self.entry().id
    }

    /// How binding it is.
    pub fn level(self) -> Level {
        self.entry().level
    }

    /// Whom it binds.
    pub fn profile(self) -> Profile {
        self.entry().profile
    }

    /// The text of the rule: the paragraph after its identifier, in Markdown.
    pub fn text(self) -> &'static str {
        let mark = format!("r[{}] ", self.id());
        let prose = self.chapter().prose();
        let after = prose.split_once(mark.as_str()).and_then(|(_, rest)| rest.split_once('\n'));
        after.map_or("", |(_, rest)| rest.trim_start().split("\n\n").next().unwrap_or("").trim())
    }

    /// Where the rule comes from, which its text ends with: one source or more. A source is a page as `[label]` that the chapter
    /// links to; a standard (`C`, `POSIX`, `Python`); an issue (`numpy issue 2671`) or test of NumPy; what was `measured`; `what
    /// users expect`; or `what a declaration of limits means` to this suite.
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
