//! Enums whose variants are words of the protocol: one table each.

/// Declares an enum whose variants are words of the text form.
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
    };
}

pub(crate) use words;
