//! What an implementation can answer, and what the specification can expect.
//!
//! Answers are plain data: they travel through a pipe as well as through a function call. Numbers read through a
//! pointer are raw bytes, because a conversion would quiet signalling NaNs. Addresses are a type of their own.

use super::dtype::Dtype;
use super::rule::Rule;
use std::fmt;

/// The most bytes that one answer has, so that reserved memory is never predicted as a whole.
pub(crate) const MOST_READ: u64 = 1 << 20;

/// An address in bytes: relative to the buffer of the case, or absolute.
///
/// The specification predicts addresses relative to the buffer; implementations report absolute ones. The judge resolves
/// both with the base address of the buffer, which it learns by other means than the interface under test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Address {
    /// This many bytes after (or, negative, before) the first byte of the buffer.
    InBuffer(i64),
    /// An address as the processor sees it, unsigned.
    Absolute(u64),
}

impl Address {
    /// The absolute address, given that of the buffer and the width of a pointer in bytes (4 or 8).
    pub fn resolve(self, buffer: u64, pointer_size: u64) -> u64 {
        let full = match self {
            Address::InBuffer(offset) => buffer.wrapping_add(offset as u64),
            Address::Absolute(address) => address,
        };
        if pointer_size == 4 { full & 0xFFFF_FFFF } else { full }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::InBuffer(offset) => write!(f, "buffer{offset:+}"),
            Address::Absolute(address) => write!(f, "{address:#x}"),
        }
    }
}

/// Declares kinds of refusals; the name of each is its own.
macro_rules! raises {
    ($($(#[$doc:meta])* $Kind:ident,)*) => {
        /// How an implementation refuses, named after the exceptions of Python that the field knows them by.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Raises { $($(#[$doc])* $Kind,)* }

        impl Raises {
            /// All kinds, in order.
            pub const ALL: [Raises; [$(Raises::$Kind),*].len()] = [$(Raises::$Kind),*];

            /// The name, as in `TypeError`.
            pub fn name(self) -> &'static str {
                match self { $(Raises::$Kind => stringify!($Kind),)* }
            }
        }
    };
}

raises! {
    /// A thing of the wrong kind.
    TypeError,
    /// A thing of the right kind with a value that is refused.
    ValueError,
    /// A number too large for its place.
    OverflowError,
    /// No such attribute, or one that cannot be set.
    AttributeError,
    /// An index outside the array, or a field that is not there.
    IndexError,
    /// A key that is not there.
    KeyError,
    /// Known and not supported.
    NotImplementedError,
    /// The buffer cannot be exported as asked.
    BufferError,
    /// The system refuses: a file that is not there, or may not be opened that way.
    OSError,
    /// Anything else.
    OtherError,
}

impl Raises {
    /// All kinds: each language has its own errors, so a rule that binds all of them asks only for an error.
    pub const ANY: &'static [Raises] = &Raises::ALL;

    /// The kind of that name; [`Raises::OtherError`] if there is none.
    pub fn from_name(name: &str) -> Raises {
        Raises::ALL.into_iter().find(|kind| kind.name() == name).unwrap_or(Raises::OtherError)
    }
}

/// The facts of an array as an importer of an array interface sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Address of the first element.
    pub data: Address,
    /// True if the array refuses writes.
    pub read_only: bool,
    /// Lengths of the axes, in elements.
    pub shape: Vec<u64>,
    /// Byte strides.
    pub strides: Vec<i64>,
    /// Array-interface type string.
    pub typestr: String,
    /// The memory of the elements in C order, if the array is a copy.
    pub elements: Option<Vec<u8>>,
}

impl Imported {
    /// The elements as a text shows them: nothing, unless the array is a copy.
    fn shown_elements(&self) -> String {
        let of = |bytes: &Vec<u8>| bytes.iter().map(|byte| format!(" {byte:02x}")).collect::<String>();
        self.elements.as_ref().map_or_else(String::new, |bytes| format!(", elements{}", of(bytes)))
    }
}

/// What an implementation answers to one step of a script.
///
/// ```
/// use array_ctypes_spec::Answer;
/// assert_eq!(Answer::integers([2, 3]).to_string(), "[2, 3]");
/// assert_eq!(Answer::Bytes(vec![1, 0]).to_string(), "bytes 01 00");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Python's `None`; a NULL pointer; the answer of a step that only acts.
    Nothing,
    /// A truth value.
    Bool(bool),
    /// An address.
    Address(Address),
    /// One integer.
    Integer(i128),
    /// A sequence of integers, such as a shape in elements or strides in bytes.
    Integers(Vec<i64>),
    /// A floating-point number, as the bits of its binary64. All NaNs are equal.
    Float(u64),
    /// A complex number, as the bits of the binary64 of its parts: the real one first. All NaNs are equal.
    Complex([u64; 2]),
    /// Raw bytes of memory.
    Bytes(Vec<u8>),
    /// Text: a type string, a type's name, a printed form.
    Text(String),
    /// Which object it is, as a number that no other object of the case has.
    Object(u64),
    /// The facts of an imported array.
    Imported(Box<Imported>),
    /// A refusal.
    Raises(Raises),
    /// The name of the signal that ended the process which did the step, such as `SIGSEGV`.
    Signal(String),
    /// The system does not let the suite read or write another process's memory, so nothing is judged.
    NotObserved,
    /// The implementation declines the step, for this reason. Nothing is judged, and the case counts as declined.
    Declined(String),
}

impl Answer {
    /// The address that a pointer holds.
    pub fn address<T>(pointer: *const T) -> Answer {
        Answer::Address(Address::Absolute(pointer as usize as u64))
    }

    /// A sequence of integers. What passes 64 bits, with its sign, saturates.
    pub fn integers<T: TryInto<i64>>(items: impl IntoIterator<Item = T>) -> Answer {
        Answer::Integers(items.into_iter().map(|item| item.try_into().unwrap_or(i64::MAX)).collect())
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Answer::Nothing => f.write_str("None"),
            Answer::Bool(value) => f.write_str(if *value { "True" } else { "False" }),
            Answer::Address(address) => write!(f, "{address}"),
            Answer::Integer(value) => write!(f, "{value}"),
            Answer::Integers(values) => write!(f, "{values:?}"),
            Answer::Float(bits) => write!(f, "{:?} (bits {bits:016x})", f64::from_bits(*bits)),
            Answer::Complex([real, imaginary]) => {
                let [re, im] = [real, imaginary].map(|bits| f64::from_bits(*bits));
                write!(f, "({re:?}, {im:?}) (bits {real:016x} {imaginary:016x})")
            }
            Answer::Bytes(bytes) => {
                f.write_str("bytes")?;
                bytes.iter().try_for_each(|byte| write!(f, " {byte:02x}"))
            }
            Answer::Text(text) => write!(f, "{text:?}"),
            Answer::Object(id) => write!(f, "object {id}"),
            Answer::Imported(seen) => write!(
                f,
                "array at {}, shape {:?}, strides {:?}, {}{}{}",
                seen.data,
                seen.shape,
                seen.strides,
                seen.typestr,
                if seen.read_only { ", read-only" } else { "" },
                seen.shown_elements()
            ),
            Answer::Raises(kind) => write!(f, "raises {}", kind.name()),
            Answer::Signal(name) => write!(f, "dies of {name}"),
            Answer::NotObserved => f.write_str("not seen"),
            Answer::Declined(reason) => write!(f, "declined: {reason}"),
        }
    }
}

/// What the specification expects of the answer to one step.
#[derive(Clone, Debug, PartialEq)]
pub enum Expectation {
    /// This answer and no other.
    Is(Answer),
    /// One of these answers.
    OneOf(Vec<Answer>),
    /// As many bytes as these, equal where `counts` is true; the others (padding) may have any value.
    SomeBytes {
        /// The bytes.
        bytes: Vec<u8>,
        /// For each byte, true if it counts.
        counts: Vec<bool>,
    },
    /// As many integers as these, equal where `counts` is true; the others (strides that reach no element) may have
    /// any value.
    SomeIntegers {
        /// The integers.
        integers: Vec<i64>,
        /// For each integer, true if it counts.
        counts: Vec<bool>,
    },
    /// This import, in which some strides, or the address, may have any value: those that reach no element, and all of a
    /// copy. Its elements count if they are there.
    SomeImported {
        /// The array.
        imported: Box<Imported>,
        /// True if its address counts.
        address_counts: bool,
        /// For each stride, true if it counts.
        strides_count: Vec<bool>,
    },
    /// The answer that the same implementation gave to that step, counted from 0.
    SameAs(usize),
    /// Another object than the one of that step, counted from 0.
    FreshFrom(usize),
    /// A refusal, of one of these kinds.
    Raises(&'static [Raises]),
    /// The array exists: the implementation did not refuse it.
    Accepted,
    /// The process dies of a memory fault: SIGSEGV or SIGBUS.
    Faults,
    /// The implementation replied: it did not crash, hang or exit.
    Answered,
    /// An address that is that remainder modulo that number, which is not 0.
    Congruent {
        /// The number.
        modulus: u32,
        /// The remainder.
        remainder: u32,
    },
    /// An address outside of the array's memory.
    Elsewhere {
        /// Where that memory starts, in bytes from the buffer's first.
        start: i64,
        /// How many bytes it has.
        size: u64,
    },
    /// The array exists, or the implementation refused it in one of these ways.
    AcceptedOr(&'static [Raises]),
    /// A format of the buffer protocol, as text, that means this element type: see [`crate::interface::format::means`].
    Means(Box<Dtype>),
    /// A format of the buffer protocol, as text, of that many bytes: see [`crate::interface::format::spans`].
    Spans(u64),
    /// A type description, as Python prints it, that describes this element type: see [`crate::dtype::Descr::describes`].
    Describes(Box<Dtype>),
    /// One of these expectations is met. None of them compares with another step.
    AnyOf(Vec<Expectation>),
}

impl Expectation {
    /// Expects the bytes that count; all of them if `counts` is true everywhere, or empty.
    pub fn bytes(bytes: Vec<u8>, counts: Vec<bool>) -> Expectation {
        let some = counts.contains(&false);
        if some { Expectation::SomeBytes { bytes, counts } } else { Expectation::Is(Answer::Bytes(bytes)) }
    }

    /// Expects this array, with those of its strides that count, and its address if it has elements.
    pub fn imported(imported: Box<Imported>) -> Expectation {
        let is_empty = imported.shape.contains(&0);
        let strides_count: Vec<bool> = imported.shape.iter().map(|length| !is_empty && *length > 1).collect();
        if strides_count.contains(&false) {
            Expectation::SomeImported { imported, address_counts: !is_empty, strides_count }
        } else {
            Expectation::Is(Answer::Imported(imported))
        }
    }

    /// Expects a copy of this array: wherever it lies, and with whatever strides.
    pub fn copied(imported: Box<Imported>) -> Expectation {
        let strides_count = vec![false; imported.shape.len()];
        Expectation::SomeImported { imported, address_counts: false, strides_count }
    }

    /// Expects the integers that count; all of them if `counts` is true everywhere, or empty.
    pub fn integers(integers: Vec<i64>, counts: Vec<bool>) -> Expectation {
        let some = counts.contains(&false);
        if some { Expectation::SomeIntegers { integers, counts } } else { Expectation::Is(Answer::Integers(integers)) }
    }
}

/// A list in which `any` stands for each integer that does not count.
fn some_integers(integers: &[i64], counts: &[bool]) -> String {
    let integers = integers.iter().zip(counts);
    let shown = integers.map(|(value, counts)| if *counts { value.to_string() } else { "any".into() });
    format!("[{}]", shown.collect::<Vec<_>>().join(", "))
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let join = |names: Vec<String>| names.join(" or ");
        match self {
            Expectation::Is(answer) => write!(f, "{answer}"),
            Expectation::OneOf(answers) => f.write_str(&join(answers.iter().map(Answer::to_string).collect())),
            Expectation::SomeIntegers { integers, counts } => f.write_str(&some_integers(integers, counts)),
            Expectation::SomeBytes { bytes, counts } => {
                f.write_str("bytes")?;
                let mut bytes = bytes.iter().zip(counts);
                bytes.try_for_each(|(byte, counts)| if *counts { write!(f, " {byte:02x}") } else { f.write_str(" ..") })
            }
            Expectation::SomeImported { imported, address_counts, strides_count } => {
                let data = if *address_counts { imported.data.to_string() } else { "any".to_owned() };
                let read_only = if imported.read_only { ", read-only" } else { "" };
                let (shape, typestr) = (&imported.shape, &imported.typestr);
                let strides = some_integers(&imported.strides, strides_count);
                let elements = imported.shown_elements();
                write!(f, "array at {data}, shape {shape:?}, strides {strides}, {typestr}{read_only}{elements}")
            }
            Expectation::SameAs(step) => write!(f, "the answer to step {step}"),
            Expectation::FreshFrom(step) => write!(f, "another object than that of step {step}"),
            Expectation::Accepted => f.write_str("the array to be made"),
            Expectation::Faults => f.write_str("dies of SIGSEGV or SIGBUS"),
            Expectation::Answered => f.write_str("a reply"),
            Expectation::Congruent { modulus, remainder } => {
                write!(f, "an address that is {remainder} modulo {modulus}")
            }
            Expectation::Elsewhere { start, size } => {
                write!(f, "an address outside of the {size} bytes at {}", Address::InBuffer(*start))
            }
            Expectation::AcceptedOr(kinds) if kinds.len() == Raises::ANY.len() => {
                f.write_str("the array to be made, or refused")
            }
            Expectation::AcceptedOr(kinds) => write!(
                f,
                "the array to be made, or refused: {}",
                join(kinds.iter().map(|kind| kind.name().to_owned()).collect())
            ),
            Expectation::Means(dtype) => write!(f, "a format that means {}", dtype.descr()),
            Expectation::Describes(dtype) => write!(f, "a description that means {}", dtype.descr()),
            Expectation::Spans(size) => write!(f, "a format of {size} bytes"),
            Expectation::AnyOf(any) => f.write_str(&join(any.iter().map(Expectation::to_string).collect())),
            Expectation::Raises(kinds) if kinds.len() == Raises::ANY.len() => f.write_str("raises an error"),
            Expectation::Raises(kinds) => {
                write!(f, "raises {}", join(kinds.iter().map(|kind| kind.name().to_owned()).collect()))
            }
        }
    }
}

/// One expectation, of one rule, about the answer to one step.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// The position of the step in the script, counted from 0.
    pub step: usize,
    /// The rule.
    pub rule: Rule,
    /// What the rule expects of the answer.
    pub expectation: Expectation,
    /// What an earlier answer must be for the rule to expect anything; `None` if it always does.
    pub given: Option<Given>,
}

/// The outcome of a step on which a prediction depends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// The array was taken in that step, counted from 0.
    Taken(usize),
    /// The array was refused in that step, counted from 0.
    Refused(usize),
}
