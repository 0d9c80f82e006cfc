//! Laws of conversion: integers into C types, and back out of their bytes.

use crate::arrays::{platforms, typestr};
use crate::cases;
use crate::types::{ORDERS, simples};
use array_ctypes_spec::ctype::{CType, Class, Simple, Stored, store};
use array_ctypes_spec::platform::{ByteOrder, LongDouble, Platform};
use array_ctypes_spec::{Answer, Array, Buffer, Expectation, Question, Raises, Step, expect};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Integers, those near a power of two on purpose.
fn integers() -> impl Strategy<Value = i64> {
    let near = (0u32..64, -2i64..3, any::<bool>()).prop_map(|(power, off, negative)| {
        let near = (1i64.wrapping_shl(power)).wrapping_add(off);
        if negative { near.wrapping_neg() } else { near }
    });
    // A little past the middle of two floats, so little that a double does not show it.
    let middle = (54u32..63, 0u32..30).prop_map(|(power, low)| (1i64 << power) + (1i64 << (power - 24)) + (1 << low));
    prop_oneof![any::<i64>(), near, middle, -3i64..300]
}

/// Integer types of ctypes, those of more than one byte also in a byte order of their own.
fn integer_types() -> impl Strategy<Value = (CType, Simple)> {
    let integer =
        simples().prop_filter("an integer", |simple| matches!(simple.class(), Class::Signed | Class::Unsigned));
    (integer, prop::option::of(select(&ORDERS[..]))).prop_map(|(simple, order)| {
        let order = order.filter(|_| simple.has_orders(&Platform::X86_64_LINUX));
        (order.map_or(CType::Simple(simple), |order| CType::Swapped(simple, order)), simple)
    })
}

/// The number modulo 2^n, in the range of the type.
fn modulo(value: i64, simple: Simple, platform: Platform) -> i128 {
    let bits = 8 * simple.size(&platform) as u32;
    let least = if simple.class() == Class::Signed { -(1i128 << (bits - 1)) } else { 0 };
    (i128::from(value) - least).rem_euclid(1i128 << bits) + least
}

/// The one expectation of one question about an array of these bytes.
fn ask(platform: Platform, bytes: &[u8], question: Question) -> Option<Expectation> {
    let array = Array::contiguous(bytes.to_vec(), typestr(&format!("|V{}", bytes.len())), &[1]);
    expect(&platform, &array, &[Step::Ask(question)]).pop().map(|prediction| prediction.expectation)
}

fn bytes_of(stored: Result<Stored, Raises>) -> Vec<u8> {
    match stored {
        Ok(Stored::Number(number)) => number.bytes().to_vec(),
        other => panic!("expected bytes, found {other:?}"),
    }
}

/// An array with an axis of length 1 for each of these strides, which no element depends on.
fn with_strides(strides: Vec<i64>) -> Array {
    Array {
        buffer: Buffer { size: 1, bytes: vec![0], at: 0 },
        map: None,
        owner: None,
        writeable: true,
        dtype: typestr("|i1"),
        offset: 0,
        shape: vec![1; strides.len()],
        strides,
        views: vec![],
    }
}

/// The integer that a long double of these bytes is, least significant first.
fn integer_of(format: LongDouble, bytes: &[u8]) -> f64 {
    let number = bytes.iter().rev().fold(0u128, |number, byte| number << 8 | u128::from(*byte));
    // Significand as an integer, and how many of its bits are fraction.
    let (sign, exponent, significand, fraction) = match format {
        LongDouble::Binary64 => return f64::from_bits(number as u64),
        LongDouble::DoubleDouble => return f64::from_bits(number as u64) + f64::from_bits((number >> 64) as u64),
        LongDouble::X87In12 | LongDouble::X87In16 => {
            (number >> 79 & 1, (number >> 64) as i32 & 0x7FFF, number & u128::from(u64::MAX), 63)
        }
        LongDouble::Binary128 => {
            let implicit = u128::from(number << 1 != 0) << 112;
            (number >> 127, (number >> 112) as i32 & 0x7FFF, number & ((1 << 112) - 1) | implicit, 112)
        }
    };
    let magnitude = significand as f64 * f64::from(exponent - 16383 - fraction).exp2();
    if sign == 1 { -magnitude } else { magnitude }
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn an_integer_stored_and_read_is_the_integer_modulo_2_to_the_n(
        platform in platforms(), (ctype, simple) in integer_types(), value in integers()
    ) {
        let bytes = bytes_of(store(&platform, &ctype, value));
        prop_assert_eq!(bytes.len() as u64, simple.size(&platform));
        let answer = ask(platform, &bytes, Question::Index(0, ctype));
        prop_assert_eq!(answer, Some(Expectation::Is(Answer::Integer(modulo(value, simple, platform)))));
    }

    #[test]
    fn strides_as_an_integer_type_are_the_strides_modulo_2_to_the_n(
        platform in platforms(), (ctype, simple) in integer_types(), strides in vec(integers(), 1..4)
    ) {
        let array = with_strides(strides.clone());
        let predictions = expect(&platform, &array, &[Step::Ask(Question::StridesAs(ctype.clone()))]);
        let (Expectation::Is(Answer::Bytes(bytes)) | Expectation::SomeBytes { bytes, .. }) = &predictions[0].expectation
        else {
            panic!("{predictions:?}")
        };
        let order = if let CType::Swapped(_, order) = ctype { order } else { platform.byte_order };
        let items: Vec<i128> = bytes.chunks(simple.size(&platform) as usize).map(|item| {
            let little: Vec<u8> = if order == ByteOrder::Little { item.to_vec() } else { item.iter().rev().copied().collect() };
            little.iter().rev().fold(0i128, |number, byte| number << 8 | i128::from(*byte))
        }).collect();
        let unsigned = |stride: &i64| i128::from(*stride).rem_euclid(1i128 << (8 * simple.size(&platform)));
        prop_assert_eq!(items, strides.iter().map(unsigned).collect::<Vec<_>>());
        let fits = strides.iter().all(|stride| modulo(*stride, simple, platform) == i128::from(*stride));
        let rule = match ctype {
            CType::Swapped(..) => "ctype.byte-order",
            _ if fits => "shape.strides-as",
            _ => "ctype.integer-wraps",
        };
        prop_assert_eq!(predictions[0].rule.id(), rule);
    }

    #[test]
    fn a_float_is_the_integer_rounded_to_binary64_and_from_there(platform in platforms(), value in integers()) {
        let double = value as f64;
        for (simple, number) in [(Simple::Double, double), (Simple::Float, f64::from(double as f32))] {
            let bytes = bytes_of(store(&platform, &CType::Simple(simple), value));
            let answer = ask(platform, &bytes, Question::Index(0, CType::Simple(simple)));
            prop_assert_eq!(answer, Some(Expectation::Is(Answer::Float(number.to_bits()))));
        }
    }

    #[test]
    fn a_long_double_of_any_format_is_the_integer_rounded_to_binary64(
        value in integers(), platform in platforms(), format in select(&[
            LongDouble::Binary64, LongDouble::X87In12, LongDouble::X87In16, LongDouble::Binary128, LongDouble::DoubleDouble,
        ][..])
    ) {
        let platform = Platform { long_double: format, byte_order: ByteOrder::Little, ..platform };
        let little = bytes_of(store(&platform, &CType::Simple(Simple::LongDouble), value));
        prop_assert_eq!(little.len() as u64, format.size());
        prop_assert_eq!(integer_of(format, &little).to_bits(), (value as f64).to_bits());
        let big = bytes_of(store(&Platform { byte_order: ByteOrder::Big, ..platform }, &CType::Simple(Simple::LongDouble), value));
        let part = if format == LongDouble::DoubleDouble { 8 } else { little.len() };
        let reversed: Vec<u8> = little.chunks(part).flat_map(|part| part.iter().rev().copied()).collect();
        prop_assert_eq!(big, reversed);
    }

    #[test]
    fn the_padding_of_a_long_double_does_not_count(value in integers(), platform in platforms()) {
        let Ok(Stored::Number(number)) = store(&platform, &CType::Simple(Simple::LongDouble), value) else {
            panic!("long double takes every integer")
        };
        prop_assert_eq!(number.value_bytes() as u64, platform.long_double.value_bytes());
        prop_assert!(number.bytes()[number.value_bytes()..].iter().all(|byte| *byte == 0));
    }

    #[test]
    fn types_that_are_no_numbers_take_integers_as_ctypes_does(platform in platforms(), value in integers()) {
        let stored = |simple: Simple| store(&platform, &CType::Simple(simple), value);
        prop_assert_eq!(bytes_of(stored(Simple::Bool)), [u8::from(value != 0)]);
        let character = stored(Simple::Char);
        prop_assert_eq!(character.is_ok(), u8::try_from(value).is_ok());
        if let Ok(byte) = u8::try_from(value) {
            prop_assert_eq!(bytes_of(character), [byte]);
        } else {
            prop_assert_eq!(character, Err(Raises::TypeError));
        }
        prop_assert_eq!(stored(Simple::WChar), Err(Raises::TypeError));
        prop_assert_eq!(stored(Simple::PyObject), Ok(Stored::Object));
        prop_assert_eq!(stored(Simple::VoidP), stored(Simple::SizeT));
        prop_assert_eq!(stored(Simple::CharP), stored(Simple::SizeT));
    }

    #[test]
    fn a_void_pointer_reads_as_an_unsigned_number_or_as_none(platform in platforms(), value in integers()) {
        let bytes = bytes_of(store(&platform, &CType::Simple(Simple::VoidP), value));
        let number = modulo(value, Simple::SizeT, platform);
        let expected = if number == 0 { Answer::Nothing } else { Answer::Integer(number) };
        let answer = ask(platform, &bytes, Question::Index(0, CType::Simple(Simple::VoidP)));
        prop_assert_eq!(answer, Some(Expectation::Is(expected)));
    }

    #[test]
    fn an_alias_stores_as_its_canonical_type(
        platform in platforms(), simple in simples(), value in integers()
    ) {
        let ctype = CType::Simple(simple);
        let canonical = ctype.canonical(&platform);
        prop_assert_eq!(canonical.canonical(&platform), canonical.clone());
        prop_assert_eq!(canonical.layout(&platform), ctype.layout(&platform));
        prop_assert_eq!(store(&platform, &canonical, value), store(&platform, &ctype, value));
    }

    #[test]
    fn item_i_of_a_pointer_is_the_bytes_at_i_times_the_size(
        platform in platforms(), bytes in vec(any::<u8>(), 24), offset in 0i64..24, at in -4i64..5,
        (ctype, simple) in integer_types()
    ) {
        let size = simple.size(&platform) as i64;
        let mut array = Array::contiguous(bytes.clone(), typestr("|V1"), &[]);
        array.offset = offset;
        let answer = expect(&platform, &array, &[Step::Ask(Question::Index(at, ctype.clone()))]).pop();
        let start = offset + at * size;
        if start >= 0 && start + size <= 24 {
            let expected = ask(platform, &bytes[start as usize..(start + size) as usize], Question::Index(0, ctype));
            prop_assert_eq!(answer.map(|answer| answer.expectation), expected);
        } else {
            prop_assert_eq!(answer, None);
        }
    }
}

#[test]
fn a_float_rounds_twice() {
    let value = (1 << 60) + (1 << 36) + 1;
    let once = value as f32;
    let bytes = bytes_of(store(&Platform::X86_64_LINUX, &CType::Simple(Simple::Float), value));
    assert_eq!(f32::from_le_bytes(bytes.try_into().unwrap()).to_bits() + 1, once.to_bits());
}
