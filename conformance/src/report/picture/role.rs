//! What a byte of an element is: part of a value, the most significant byte of a number, or padding.

use array_ctypes_spec::dtype::{Dtype, Kind, Plain};
use array_ctypes_spec::platform::{ByteOrder, LongDouble, Platform};

/// The most fields that are looked at. Bytes of types with more are values.
const MAX_STEPS: u32 = 10_000;

/// What a byte of an element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// No value reads it.
    Padding,
    /// A byte of a value.
    Value,
    /// The most significant byte of a number, or of a character.
    MostSignificant,
}

impl Role {
    /// The role of the byte at that place in an element. Where fields overlap, a value counts more than padding.
    pub(super) fn of(dtype: &Dtype, platform: &Platform, at: u64) -> Role {
        let mut steps = MAX_STEPS;
        let role = search(dtype, platform, at, &mut steps);
        if steps == 0 { Role::Value } else { role }
    }
}

fn search(dtype: &Dtype, platform: &Platform, at: u64, steps: &mut u32) -> Role {
    let record = match dtype {
        Dtype::Plain(plain) => return of_plain(plain, platform, at),
        Dtype::Record(record) => record,
    };
    let mut role = Role::Padding;
    for field in &record.fields {
        if *steps == 0 || role == Role::MostSignificant {
            break;
        }
        *steps -= 1;
        let inside = at.checked_sub(field.offset).filter(|inside| *inside < field.size());
        if let Some(inside) = inside.and_then(|inside| inside.checked_rem(field.dtype.item_size())) {
            role = role.max(search(&field.dtype, platform, inside, steps));
        }
    }
    role
}

fn of_plain(plain: &Plain, platform: &Platform, at: u64) -> Role {
    let size = u64::from(plain.size);
    let parts = match plain.kind {
        Kind::Complex => 2,
        Kind::Unicode => size / 4,
        _ => 1,
    };
    let part = (size / parts.max(1)).max(1);
    let long_double = platform.long_double;
    let is_long_double = matches!(plain.kind, Kind::Float | Kind::Complex) && part == long_double.size();
    let value = if is_long_double { long_double.value_bytes() } else { part };
    let from_first = at % part;
    let from_low = if plain.order == ByteOrder::Little { from_first } else { part - 1 - from_first };
    // The first of a pair of doubles is the high one, in either order.
    let is_pair = is_long_double && long_double == LongDouble::DoubleDouble && plain.order == ByteOrder::Little;
    if from_low >= value {
        Role::Padding
    } else if plain.has_order() && from_low + 1 == value && !is_pair {
        Role::MostSignificant
    } else {
        Role::Value
    }
}
