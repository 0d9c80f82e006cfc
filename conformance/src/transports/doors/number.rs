//! Numbers of Rust as answers.

use array_ctypes_spec::Answer;

/// A number of Rust, as it lies in memory.
pub trait Number: Copy {
    /// The answer that it is the value of an element.
    fn answer(self) -> Answer;

    /// The number that lies in memory as these bytes; `None` if it has another size.
    fn from_memory(bytes: &[u8]) -> Option<Self>;
}

macro_rules! numbers {
    ($($type:ty: $value:ident => $answer:expr;)*) => { $(
        impl Number for $type {
            fn answer(self) -> Answer {
                let $value = self;
                $answer
            }

            fn from_memory(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(<$type>::from_ne_bytes)
            }
        }
    )* };
}

numbers! {
    i8: value => Answer::Integer(value.into());
    i16: value => Answer::Integer(value.into());
    i32: value => Answer::Integer(value.into());
    i64: value => Answer::Integer(value.into());
    u8: value => Answer::Integer(value.into());
    u16: value => Answer::Integer(value.into());
    u32: value => Answer::Integer(value.into());
    u64: value => Answer::Integer(value.into());
    f32: value => Answer::Float(f64::from(value).to_bits());
    f64: value => Answer::Float(value.to_bits());
}
