//! What a limit with a list allows: everything, or the values that it lists.

use array_ctypes_spec::{Form, Outside, Step, View};

/// The values that a limit allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allowed<T> {
    /// Every value.
    All,
    /// These values and no others.
    Only(Vec<T>),
}

impl<T> Allowed<T> {
    /// These values and no others.
    pub fn only(values: impl IntoIterator<Item = T>) -> Allowed<T> {
        Allowed::Only(values.into_iter().collect())
    }

    /// Returns true if every value is allowed, or a listed one meets the condition.
    pub fn any(&self, mut meets: impl FnMut(&T) -> bool) -> bool {
        match self {
            Allowed::All => true,
            Allowed::Only(values) => values.iter().any(&mut meets),
        }
    }

    /// The listed values; `None` if every value is allowed.
    pub fn list(&self) -> Option<&[T]> {
        match self {
            Allowed::All => None,
            Allowed::Only(values) => Some(values),
        }
    }
}

/// Declares the view operations: the first word of the text form of each.
macro_rules! views {
    ($(#[$about:meta])* pub enum ViewWord { $($(#[$doc:meta])* $Word:ident = $word:literal,)* }) => {
        $(#[$about])*
        pub enum ViewWord { $($(#[$doc])* $Word,)* }

        impl ViewWord {
            /// All of them, in the order of the specification.
            pub const ALL: &'static [ViewWord] = &[$(ViewWord::$Word),*];

            /// Its first word in cases.
            pub fn word(self) -> &'static str {
                match self { $(ViewWord::$Word => $word,)* }
            }

            /// The operation of a view.
            pub fn of(view: &View) -> ViewWord {
                match view { $(View::$Word { .. } => ViewWord::$Word,)* }
            }
        }
    };
}

views! {
    /// A view operation, whatever its arguments.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum ViewWord {
        /// One index of an axis.
        Index = "index",
        /// A slice of an axis.
        Slice = "slice",
        /// An axis from its end to its start.
        Reverse = "reverse",
        /// The axes in another order.
        Transpose = "transpose",
        /// One axis more.
        NewAxis = "newaxis",
        /// A longer shape, with strides of zero.
        Broadcast = "broadcast",
        /// Another shape of as many elements.
        Reshape = "reshape",
        /// A field of a structured type.
        Field = "field",
        /// The same memory as another type.
        Reinterpret = "view",
    }
}

impl ViewWord {
    /// The one of that word.
    pub fn from_word(word: &str) -> Option<ViewWord> {
        ViewWord::ALL.iter().copied().find(|known| known.word() == word)
    }
}

/// The first word of a step that is sent to implementations, such as `data` or `drop`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepWord(&'static str);

impl StepWord {
    /// All of them, in the order of the specification.
    pub fn all() -> impl Iterator<Item = StepWord> {
        // The steps that the suite does itself are never sent. `drop array` shares its word with `drop N`.
        let is_sent = |form: &&Form| !Outside::FORMS.contains(form) && !form.word.contains(' ');
        Step::forms().filter(is_sent).map(|form| StepWord(form.word))
    }

    /// The one of that word.
    pub fn from_word(word: &str) -> Option<StepWord> {
        StepWord::all().find(|known| known.0 == word)
    }

    /// The word.
    pub fn word(self) -> &'static str {
        self.0
    }

    /// The word of a step; `None` for a step that the suite does itself.
    pub fn of(step: &Step) -> Option<StepWord> {
        Some(StepWord::first(match step {
            Step::Ask(question) => question.word(),
            Step::Write(write) => write.word(),
            Step::Act(act) => act.word(),
            Step::Consumer(step) => step.word(),
            Step::Producer(step) => step.word(),
            Step::Forked(_) => return StepWord::from_word("forked"),
            Step::Outside(_) => return None,
        }))
    }

    fn first(words: &'static str) -> StepWord {
        StepWord(words.split(' ').next().unwrap_or(words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_view_operations_are_those_of_the_specification() {
        let words: Vec<&str> = ViewWord::ALL.iter().map(|view| view.word()).collect();
        assert_eq!(words, View::FORMS.iter().map(|form| form.word).collect::<Vec<_>>());
    }
}
