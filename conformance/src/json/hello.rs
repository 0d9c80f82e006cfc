//! The adapter's part of the handshake as JSON: platform, profiles and limits.

use super::{Result, boolean, entry, list, number, text, wrong};
use crate::adapter::hello::Hello;
use crate::adapter::limits::Limits;
use array_ctypes_spec::Profile;
use array_ctypes_spec::platform::{ByteOrder, DataModel, LongDouble, Platform};
use serde_json::{Value, json};
use std::str::FromStr;

/// The handshake that JSON describes. A limit that is not mentioned does not exist.
///
/// # Errors
/// [`Error`](super::Error), with the place.
pub fn to_hello(value: &Value) -> Result<Hello> {
    let hello = entry(value, "hello")?;
    let protocol: u64 = number(entry(hello, "protocol")?, "protocol")?;
    if protocol != PROTOCOL_VERSION {
        return wrong("protocol", &format!("version {PROTOCOL_VERSION} of the protocol"), hello);
    }
    Ok(Hello {
        name: text(entry(hello, "name")?, "name")?.to_owned(),
        version: text(entry(hello, "version")?, "version")?.to_owned(),
        runtime: hello.get("runtime").map(|runtime| text(runtime, "runtime").map(str::to_owned)).transpose()?,
        platform: to_platform(entry(hello, "platform")?)?,
        profiles: to_profiles(entry(hello, "profiles")?)?,
        limits: hello.get("limits").map_or(Ok(Limits::default()), to_limits)?,
    })
}

fn to_profiles(value: &Value) -> Result<Vec<Profile>> {
    let profiles = list(value, "profiles", |value, place| {
        let profile = Profile::from_name(text(value, place)?);
        let names: Vec<&str> = Profile::ALL.iter().map(|profile| profile.name()).collect();
        profile.map_or_else(|| wrong(place, &format!("one of {}", names.join(", ")), value), Ok)
    })?;
    // `holds` and `borrows` are two readings of one sentence, so exactly one of them goes with `lifetime`.
    let claims = |profile| profiles.contains(&profile);
    match (claims(Profile::Lifetime), claims(Profile::Holds), claims(Profile::Borrows)) {
        (true, true, false) | (true, false, true) | (false, false, false) => Ok(profiles),
        _ => wrong("profiles", "lifetime with one of holds and borrows, or none of the three", value),
    }
}

/// The version of the protocol.
pub const PROTOCOL_VERSION: u64 = 1;

/// The words of the protocol for byte orders.
const BYTE_ORDERS: [(&str, ByteOrder); 2] = [("little", ByteOrder::Little), ("big", ByteOrder::Big)];
/// The words of the protocol for data models.
const DATA_MODELS: [(&str, DataModel); 3] =
    [("LP64", DataModel::Lp64), ("LLP64", DataModel::Llp64), ("ILP32", DataModel::Ilp32)];
/// The words of the protocol for formats of long double.
pub const LONG_DOUBLES: [(&str, LongDouble); 5] = [
    ("binary64", LongDouble::Binary64),
    ("x87-12", LongDouble::X87In12),
    ("x87-16", LongDouble::X87In16),
    ("binary128", LongDouble::Binary128),
    ("double-double", LongDouble::DoubleDouble),
];

/// A platform as JSON.
pub fn from_platform(platform: &Platform) -> Value {
    json!({
        "byte_order": word_of(&BYTE_ORDERS, platform.byte_order),
        "data_model": word_of(&DATA_MODELS, platform.data_model),
        "long_double": word_of(&LONG_DOUBLES, platform.long_double),
        "long_double_align": platform.long_double_align,
        "eight_byte_align": platform.eight_byte_align,
        "wchar_size": platform.wchar_size,
        "granularity": platform.granularity,
    })
}

fn word_of<T: PartialEq>(words: &[(&'static str, T)], part: T) -> Option<&'static str> {
    words.iter().find(|(_, known)| *known == part).map(|(word, _)| *word)
}

fn to_platform(value: &Value) -> Result<Platform> {
    fn named<T: Copy>(value: &Value, key: &str, words: &[(&str, T)]) -> Result<T> {
        let word = text(entry(value, key)?, key)?;
        let known = words.iter().find(|(known, _)| *known == word);
        let expected = || words.iter().map(|(known, _)| *known).collect::<Vec<_>>().join(" or ");
        known.map_or_else(|| wrong(key, &expected(), value), |(_, part)| Ok(*part))
    }
    Ok(Platform {
        byte_order: named(value, "byte_order", &BYTE_ORDERS)?,
        data_model: named(value, "data_model", &DATA_MODELS)?,
        long_double: named(value, "long_double", &LONG_DOUBLES)?,
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

fn to_limits(value: &Value) -> Result<Limits> {
    let mut limits = Limits::default();
    let Some(given) = value.as_object() else { return wrong("limits", "an object", value) };
    for (key, value) in given {
        match key.as_str() {
            "kinds" if text(value, key)?.chars().all(|kind| limits.kinds.contains(kind)) => {
                text(value, key)?.clone_into(&mut limits.kinds);
            }
            "kinds" => return wrong(key, &format!("characters of {:?}", limits.kinds), value),
            "max_item_size" => limits.max_item_size = number(value, key)?,
            "records" => limits.records = boolean(value, key)?,
            "swapped" => limits.swapped = boolean(value, key)?,
            "unaligned" => limits.unaligned = boolean(value, key)?,
            "read_only" => limits.read_only = boolean(value, key)?,
            "strided" => limits.strided = boolean(value, key)?,
            "negative_strides" => limits.negative_strides = boolean(value, key)?,
            "odd_strides" => limits.odd_strides = boolean(value, key)?,
            "overlap" => limits.overlap = boolean(value, key)?,
            "empty" => limits.empty = boolean(value, key)?,
            "array_struct" => limits.array_struct = boolean(value, key)?,
            "load_library" => limits.load_library = boolean(value, key)?,
            "counts_references" => limits.counts_references = boolean(value, key)?,
            "invalid" => limits.invalid = boolean(value, key)?,
            "max_dimensions" => limits.max_dimensions = number(value, key)?,
            "max_bytes" => limits.max_bytes = number(value, key)?,
            "views" => {
                let known = &limits.views;
                let named = list(value, key, |value, place| match text(value, place)? {
                    view if known.iter().any(|known| known == view) => Ok(view.to_owned()),
                    _ => wrong(place, &format!("names of {}", known.join(", ")), value),
                })?;
                limits.views = named;
            }
            _ => return wrong("limits", "limits that the protocol knows", &json!(key)),
        }
    }
    Ok(limits)
}
