//! Kinds of plain element types.

/// In which sizes a kind comes.
#[derive(Clone, Copy)]
pub(super) enum Sizes {
    /// Numbers.
    Numbers {
        /// Sizes of a part, in bytes.
        each: &'static [u32],
        /// How many parts a number has.
        parts: u32,
        /// True if a part may also be a long double, in the size that the platform gives it.
        long_double: bool,
    },
    /// As wide as a pointer.
    Pointer,
    /// Any number of characters, of that many bytes each.
    Characters {
        /// Bytes of one.
        bytes: u32,
    },
}

const fn numbers(each: &'static [u32]) -> Sizes {
    Sizes::Numbers { each, parts: 1, long_double: false }
}

/// Declares the kinds: the character of each in type strings, and in which sizes it comes.
macro_rules! kinds {
    ($($(#[$doc:meta])* $Kind:ident $code:literal $sizes:expr;)*) => {
        /// Kind of a plain element type.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Kind { $($(#[$doc])* $Kind,)* }

        impl Kind {
            /// All kinds, in order.
            pub const ALL: [Kind; [$(Kind::$Kind),*].len()] = [$(Kind::$Kind),*];

            /// The characters of all kinds in type strings, in order.
            pub const CODES: &'static str = concat!($($code),*);

            /// The character of type strings.
            pub fn code(self) -> char {
                match self { $(Kind::$Kind => $code,)* }
            }

            /// The kind of that character.
            pub fn from_code(code: char) -> Option<Kind> {
                match code { $($code => Some(Kind::$Kind),)* _ => None }
            }

            pub(super) fn sizes(self) -> Sizes {
                match self { $(Kind::$Kind => $sizes,)* }
            }
        }
    };
}

kinds! {
    /// One byte, `b`.
    Bool 'b' numbers(&[1]);
    /// Two's complement, `i`.
    Int 'i' numbers(&[1, 2, 4, 8]);
    /// Unsigned, `u`.
    UInt 'u' numbers(&[1, 2, 4, 8]);
    /// Floating point: half, float, double, and long double in the size that the platform gives it, `f`.
    Float 'f' Sizes::Numbers { each: &[2, 4, 8], parts: 1, long_double: true };
    /// A pair of floats, `c`.
    Complex 'c' Sizes::Numbers { each: &[4, 8], parts: 2, long_double: true };
    /// A span of time, 8 bytes, `m`.
    Timedelta 'm' numbers(&[8]);
    /// A point in time, 8 bytes, `M`.
    Datetime 'M' numbers(&[8]);
    /// Reference to an object, `O`.
    Object 'O' Sizes::Pointer;
    /// Byte string of fixed length, `S`.
    Bytes 'S' Sizes::Characters { bytes: 1 };
    /// Text of fixed length, 4 bytes a character, `U`.
    Unicode 'U' Sizes::Characters { bytes: 4 };
    /// Raw bytes of fixed length, `V`.
    Void 'V' Sizes::Characters { bytes: 1 };
}

impl Kind {
    /// Returns true if types of the kind have a unit of time.
    pub fn has_unit(self) -> bool {
        matches!(self, Kind::Timedelta | Kind::Datetime)
    }
}
