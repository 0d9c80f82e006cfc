//! The words of the protocol: one table for each set of them, from which printing, parsing and lists come.
//!
//! [`words!`] declares an enum of bare words. [`forms!`] declares one whose variants are a word with arguments; each
//! argument prints and parses itself, as an [`Argument`](super::argument::Argument).

use std::fmt;

/// A line of text that the protocol knows: a word, and its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Form {
    /// The word.
    pub word: &'static str,
    /// What stands for each argument, as in `AXIS`. One that ends with `…` stands for any number of them.
    pub arguments: &'static [&'static str],
    /// What it means, in Markdown.
    pub about: &'static str,
}

impl fmt::Display for Form {
    /// As in `index AXIS AT`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word)?;
        self.arguments.iter().try_for_each(|argument| write!(f, " {argument}"))
    }
}

/// Lists forms as in "`reverse AXIS`, `field NAME`".
pub(super) fn list(forms: &[Form]) -> String {
    forms.iter().map(|form| format!("`{form}`")).collect::<Vec<_>>().join(", ")
}

/// Declares an enum whose variants are words.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The word.
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word,)* }
            }

            /// The one of that word.
            pub fn from_word(word: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|item| item.word() == word)
            }
        }

        impl $crate::vocabulary::argument::Argument for $name {
            fn take(rest: &mut $crate::vocabulary::argument::Rest) -> Option<Self> {
                $name::from_word(rest.word()?)
            }

            fn show(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, " {}", self.word())
            }
        }
    };
}

/// Declares an enum whose variants are a word with arguments. A row is `Variant "word"`, with the arguments in braces, or in
/// parentheses with a name for each; behind each type stands what the form shows for it.
macro_rules! forms {
    ($(#[$doc:meta])* $Name:ident { $(
        $(#[doc = $about:literal])+
        $Variant:ident $word:literal
        $(( $($bound:ident: $Bound:ty = $bound_form:literal),+ ))?
        $({ $($(#[$field_doc:meta])* $field:ident: $Field:ty = $field_form:literal,)+ })?,
    )* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $Name { $(
            $(#[doc = $about])+
            #[doc = concat!("\n\n`", $word, $($(" ", $bound_form,)+)? $($(" ", $field_form,)+)? "`")]
            $Variant $(( $($Bound),+ ))? $({ $($(#[$field_doc])* $field: $Field,)+ })?,
        )* }

        impl $Name {
            /// The text form of each, in order.
            pub const FORMS: &'static [$crate::vocabulary::words::Form] = &[$($crate::vocabulary::words::Form {
                word: $word,
                arguments: &[$($($bound_form),+)? $($($field_form),+)?],
                about: concat!($($about),+),
            }),*];

            /// The word that the text form begins with.
            pub fn word(&self) -> &'static str {
                match self { $($Name::$Variant { .. } => $word,)* }
            }

            /// Reads a text form.
            pub(crate) fn parse(text: &str) -> Option<$Name> {
                $(
                    if let Some(mut rest) = $crate::vocabulary::argument::Rest::after(text, $word) {
                        let read = |_rest: &mut $crate::vocabulary::argument::Rest| Some($Name::$Variant
                            $(( $(<$Bound as $crate::vocabulary::argument::Argument>::take(_rest)?),+ ))?
                            $({ $($field: <$Field as $crate::vocabulary::argument::Argument>::take(_rest)?),+ })?
                        );
                        let read = read(&mut rest);
                        if read.is_some() && rest.is_read() {
                            return read;
                        }
                    }
                )*
                None
            }
        }

        impl std::fmt::Display for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())?;
                match self { $(
                    $Name::$Variant $(( $($bound),+ ))? $({ $($field),+ })? => {
                        $($($crate::vocabulary::argument::Argument::show($bound, f)?;)+)?
                        $($($crate::vocabulary::argument::Argument::show($field, f)?;)+)?
                    }
                )* }
                Ok(())
            }
        }

        /// As the rest of a line.
        impl $crate::vocabulary::argument::Argument for $Name {
            fn take(rest: &mut $crate::vocabulary::argument::Rest) -> Option<Self> {
                $Name::parse(rest.all()?)
            }

            fn show(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, " {self}")
            }
        }
    };
}

pub(crate) use {forms, words};
