//! Platforms as JSON.

use super::{Result, entry, number, text, wrong};
use array_ctypes_spec::platform::{ByteOrder, DataModel, LongDouble, Platform};
use serde_json::{Value, json};
use std::str::FromStr;

/// Returns the list of the words for an enum's variants. A variant without a word does not compile.
macro_rules! words {
    ($Type:ident { $($variant:ident $word:literal,)* }) => {{
        const _: fn($Type) = |part| match part { $($Type::$variant => {})* };
        &[$(($word, $Type::$variant)),*]
    }};
}

/// The words of the protocol for byte orders.
pub const BYTE_ORDERS: &[(&str, ByteOrder)] = words!(ByteOrder {
    Little "little",
    Big "big",
});

/// The words of the protocol for data models.
pub const DATA_MODELS: &[(&str, DataModel)] = words!(DataModel {
    Lp64 "LP64",
    Llp64 "LLP64",
    Ilp32 "ILP32",
});

/// The words of the protocol for formats of long double.
pub const LONG_DOUBLES: &[(&str, LongDouble)] = words!(LongDouble {
    Binary64 "binary64",
    X87In12 "x87-12",
    X87In16 "x87-16",
    Binary128 "binary128",
    DoubleDouble "double-double",
});

/// A platform as JSON.
pub fn from_platform(platform: &Platform) -> Value {
    json!({
        "byte_order": word_of(BYTE_ORDERS, platform.byte_order),
        "data_model": word_of(DATA_MODELS, platform.data_model),
        "long_double": word_of(LONG_DOUBLES, platform.long_double),
        "long_double_align": platform.long_double_align,
        "eight_byte_align": platform.eight_byte_align,
        "wchar_size": platform.wchar_size,
        "granularity": platform.granularity,
    })
}

fn word_of<T: PartialEq>(words: &[(&'static str, T)], part: T) -> Option<&'static str> {
    words.iter().find(|(_, known)| *known == part).map(|(word, _)| *word)
}

/// The platform that JSON describes.
pub(super) fn to_platform(value: &Value) -> Result<Platform> {
    fn named<T: Copy>(value: &Value, key: &str, words: &[(&str, T)]) -> Result<T> {
        let word = text(entry(value, key)?, key)?;
        let known = words.iter().find(|(known, _)| *known == word);
        let expected = || words.iter().map(|(known, _)| *known).collect::<Vec<_>>().join(" or ");
        known.map_or_else(|| wrong(key, &expected(), value), |(_, part)| Ok(*part))
    }
    Ok(Platform {
        byte_order: named(value, "byte_order", BYTE_ORDERS)?,
        data_model: named(value, "data_model", DATA_MODELS)?,
        long_double: named(value, "long_double", LONG_DOUBLES)?,
        long_double_align: power(value, "long_double_align")?,
        eight_byte_align: power(value, "eight_byte_align")?,
        wchar_size: power(value, "wchar_size")?,
        granularity: match number::<u32>(entry(value, "granularity")?, "granularity")? {
            unit if unit.is_power_of_two() => unit,
            _ => return wrong("granularity", "a power of two, in bytes", value),
        },
    })
}

/// A small power of two: an alignment, or the size of a character.
fn power<T: FromStr + Into<u64> + Copy>(object: &Value, key: &str) -> Result<T> {
    match number::<T>(entry(object, key)?, key)? {
        number if matches!(number.into(), 1 | 2 | 4 | 8 | 16) => Ok(number),
        _ => wrong(key, "1, 2, 4, 8 or 16 bytes", &object[key]),
    }
}
