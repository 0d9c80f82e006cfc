//! Invariants of pointers and of reinterpretation over raw memory, for arrays of any layout, drawn by proptest.
//!
//! Each is held against a naive reading of the same bytes, a few lines at the top. The draws are the same in every run
//! and on every machine, so nothing depends on luck; bytes are read in the machine's order, so expectations differ.

use array_ctypes::ctype::{CNumber, Value};
use array_ctypes::spec::View;
use array_ctypes::spec::dtype::Dtype;
use array_ctypes::{Array, Buffer, CArray, dtype};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, RngSeed};
use std::ffi::{c_int, c_long, c_longlong, c_short, c_uint, c_ulong, c_ulonglong, c_ushort};
use std::rc::Rc;

const BIG: bool = cfg!(target_endian = "big");

fn config() -> Config {
    Config { cases: 200, failure_persistence: None, rng_seed: RngSeed::Fixed(0x00C7_79E5), ..Config::default() }
}

/// The number that bytes are, digit by digit.
fn digits(bytes: &[u8], big: bool) -> i128 {
    let number =
        |digits: &mut dyn Iterator<Item = &u8>| digits.fold(0, |number, digit| number * 256 + i128::from(*digit));
    if big { number(&mut bytes.iter()) } else { number(&mut bytes.iter().rev()) }
}

/// What C makes of an integer in that many bytes.
fn wrapped(value: i128, size: usize, signed: bool) -> i128 {
    let count = 1 << (8 * size);
    let rest = value.rem_euclid(count);
    if signed && rest >= count / 2 { rest - count } else { rest }
}

/// Every index, the last axis fastest.
fn indices(shape: &[usize]) -> Vec<Vec<usize>> {
    shape.iter().fold(vec![vec![]], |indices, length| {
        let longer = |index: Vec<usize>| (0..*length).map(move |at| [&index[..], &[at]].concat());
        indices.into_iter().flat_map(longer).collect()
    })
}

/// The bytes of all elements, in the order of their indices.
fn all(array: &Array) -> Vec<u8> {
    indices(array.shape()).iter().flat_map(|index| array.item(index).unwrap()).collect()
}

/// The offset of an element in the buffer: that of the first, plus each index times its stride.
fn offset_of(index: &[usize], first: isize, strides: &[isize]) -> isize {
    first + index.iter().zip(strides).map(|(at, stride)| *at as isize * stride).sum::<isize>()
}

/// What an array is made of, over a buffer with these bytes at this address modulo 4096.
#[derive(Clone, Debug)]
struct Parts {
    bytes: Vec<u8>,
    at: usize,
    dtype: Dtype,
    first: isize,
    shape: Vec<usize>,
    strides: Vec<isize>,
}

impl Parts {
    fn item(&self) -> usize {
        dtype::size(&self.dtype)
    }

    /// The offsets of all elements, in the order of their indices.
    fn offsets(&self) -> Vec<isize> {
        indices(&self.shape).iter().map(|index| offset_of(index, self.first, &self.strides)).collect()
    }

    /// Returns true if a range of bytes is in the buffer.
    fn has(&self, offset: isize, length: usize) -> bool {
        offset >= 0 && offset as usize + length <= self.bytes.len()
    }

    fn fits(&self) -> bool {
        let elements = self.offsets();
        // The address of an array without elements must be in the buffer, too.
        self.has(self.first, 0) && elements.iter().all(|offset| self.has(*offset, self.item()))
    }

    fn array(&self) -> Option<Array> {
        let buffer = Rc::new(Buffer::new(self.bytes.len(), self.at, &self.bytes).unwrap());
        Array::new(&buffer, self.dtype.clone(), self.first, &self.shape, &self.strides, true).ok()
    }
}

fn dtypes() -> impl Strategy<Value = Dtype> {
    select(vec!["|i1", "<i2", ">i2", "<u4", ">u4", "<i8", ">f8", "<c8", "|S3", "<U1", "|V7"])
        .prop_map(|text| Dtype::from_typestr(text).unwrap())
}

/// Parts with up to four axes; strides may be negative, zero or odd. They make an array, or some element is outside.
fn parts() -> impl Strategy<Value = Parts> {
    let axes = || vec((0..4usize, prop_oneof![-24..=24isize, Just(0), select(vec![-8, -3, 1, 4, 7])]), 0..=4);
    (vec(any::<u8>(), 1..=96), 0..4096usize, dtypes(), -4..100isize, axes()).prop_map(
        |(bytes, at, dtype, first, axes)| {
            let (shape, strides) = axes.into_iter().unzip();
            Parts { bytes, at, dtype, first, shape, strides }
        },
    )
}

/// Parts that make an array: the buffer is as large as they need, and some bytes larger.
fn arrays() -> impl Strategy<Value = (Parts, Array)> {
    (parts(), 0..8usize, any::<u8>()).prop_map(|(mut parts, spare, seed)| {
        let low = parts.offsets().into_iter().min().unwrap_or(parts.first);
        parts.first -= low - spare as isize;
        let high = parts.offsets().into_iter().max().unwrap_or(parts.first) as usize;
        parts.bytes = (0..high + parts.item() + spare).map(|at| (at as u8).wrapping_mul(151) ^ seed).collect();
        let array = parts.array().expect("every element is in the buffer");
        (parts, array)
    })
}

/// A C type, the number of its bytes, their order, and what it makes of them.
#[derive(Clone, Copy, Debug)]
struct Target {
    name: &'static str,
    size: usize,
    is: Is,
}

#[derive(Clone, Copy, Debug)]
enum Is {
    Signed,
    Unsigned,
    Float,
}

const fn target<T>(name: &'static str, is: Is) -> Target {
    Target { name, size: size_of::<T>(), is }
}

const TARGETS: [Target; 21] = [
    target::<i8>("c_byte", Is::Signed),
    target::<u8>("c_ubyte", Is::Unsigned),
    target::<c_short>("c_short", Is::Signed),
    target::<c_ushort>("c_ushort", Is::Unsigned),
    target::<c_int>("c_int", Is::Signed),
    target::<c_uint>("c_uint", Is::Unsigned),
    target::<c_long>("c_long", Is::Signed),
    target::<c_ulong>("c_ulong", Is::Unsigned),
    target::<c_longlong>("c_longlong", Is::Signed),
    target::<c_ulonglong>("c_ulonglong", Is::Unsigned),
    target::<i16>("c_int16", Is::Signed),
    target::<u16>("c_uint16", Is::Unsigned),
    target::<i32>("c_int32", Is::Signed),
    target::<u32>("c_uint32", Is::Unsigned),
    target::<i64>("c_int64", Is::Signed),
    target::<u64>("c_uint64", Is::Unsigned),
    target::<usize>("c_size_t", Is::Unsigned),
    target::<isize>("c_ssize_t", Is::Signed),
    target::<isize>("c_intp", Is::Signed),
    target::<f32>("c_float", Is::Float),
    target::<f64>("c_double", Is::Float),
];

impl Target {
    /// The value of these bytes.
    fn value(self, bytes: &[u8], big: bool) -> Value {
        let number = digits(bytes, big);
        match (self.is, self.size) {
            (Is::Float, 4) => Value::Float(f64::from(f32::from_bits(number as u32))),
            (Is::Float, _) => Value::Float(f64::from_bits(number as u64)),
            (Is::Signed, size) => Value::Integer(wrapped(number, size, true)),
            (Is::Unsigned, _) => Value::Integer(number),
        }
    }
}

/// Returns true if two values are the same number, or both no number.
fn same(one: Value, other: Value) -> bool {
    let is_nan = |value| matches!(value, Value::Float(value) if value.is_nan());
    one == other || is_nan(one) && is_nan(other)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn parts_make_an_array_if_and_only_if_every_element_is_in_the_buffer(parts in parts()) {
        prop_assert_eq!(parts.array().is_some(), parts.fits());
    }

    #[test]
    fn the_address_of_an_element_is_the_first_plus_each_index_times_its_stride((parts, array) in arrays()) {
        let ctypes = array.ctypes();
        let start = array.memory().address();
        prop_assert_eq!(start % 4096, parts.at);
        prop_assert_eq!(ctypes.data(), start.wrapping_add_signed(parts.first));
        for (index, offset) in indices(&parts.shape).iter().zip(parts.offsets()) {
            prop_assert_eq!(ctypes.address_of(index).unwrap(), start + offset as usize);
            prop_assert_eq!(array.item(index).unwrap(), &parts.bytes[offset as usize..][..parts.item()]);
        }
        let outside = &parts.shape;
        prop_assert!(outside.is_empty() || ctypes.address_of(outside).is_err(), "an index past every axis");
    }

    #[test]
    fn shape_and_strides_are_those_of_the_array_and_none_without_axes((parts, array) in arrays()) {
        let ctypes = array.ctypes();
        let lengths: Vec<isize> = parts.shape.iter().map(|length| *length as isize).collect();
        prop_assert_eq!(ctypes.shape().map_or(vec![], Vec::from), lengths);
        prop_assert_eq!(ctypes.strides().map_or(vec![], Vec::from), parts.strides);
        prop_assert_eq!(ctypes.shape().is_none(), parts.shape.is_empty());
    }

    #[test]
    fn a_pointer_of_any_type_reads_the_bytes_at_any_alignment_in_both_orders(
        (parts, array) in arrays(),
        target in select(&TARGETS[..]),
        order in select(vec![None, Some(false), Some(true)]),
        items in -12..12isize,
    ) {
        // A type of one byte has no order to choose.
        let order = order.filter(|_| target.size > 1);
        let suffix = order.map_or("", |big| if big { ".__ctype_be__" } else { ".__ctype_le__" });
        let ctype = format!("POINTER({}{suffix})", target.name).parse().unwrap();
        let pointer = array.ctypes().data_as(&ctype).unwrap();
        prop_assert_eq!(pointer.address(), array.ctypes().data());

        let offset = parts.first + items * target.size as isize;
        let read = pointer.index(items);
        prop_assert_eq!(read.is_ok(), parts.has(offset, target.size));
        if let Ok(found) = read {
            let bytes = &parts.bytes[offset as usize..][..target.size];
            let expected = target.value(bytes, order.unwrap_or(BIG));
            prop_assert!(same(found, expected), "expected {:?}, found {:?}", expected, found);
        }
        if parts.has(parts.first, target.size) {
            prop_assert_eq!(pointer.contents().unwrap(), &parts.bytes[parts.first as usize..][..target.size]);
        }
    }

    /// On a little-endian machine, (0, 1) is 4294967296, the number that the page shows; on a big-endian one it is 1.
    #[test]
    fn two_integers_of_32_bits_are_one_of_64(first in any::<i32>(), second in any::<i32>(), at in 0..4096usize) {
        for (first, second) in [(first, second), (0, 1)] {
            let bytes = [first.to_ne_bytes(), second.to_ne_bytes()].concat();
            let buffer = Rc::new(Buffer::new(8, at, &bytes).unwrap());
            let dtype = Dtype::from_typestr(if BIG { ">i4" } else { "<i4" }).unwrap();
            let pair = Array::new(&buffer, dtype, 0, &[2], &[4], true).unwrap();
            let to_longlong = "POINTER(c_longlong)".parse().unwrap();
            let (low, high) = if BIG { (second, first) } else { (first, second) };
            let expected = i128::from(high) * (1 << 32) + wrapped(low.into(), 4, false);
            prop_assert_eq!(pair.ctypes().data_as(&to_longlong).unwrap().index(0).unwrap(), Value::Integer(expected));
            if (first, second) == (0, 1) {
                prop_assert_eq!(expected, if BIG { 1 } else { 4_294_967_296 });
            }
        }
    }

    #[test]
    fn reinterpretation_there_and_back_keeps_every_byte(
        bytes in vec(any::<u8>(), 48),
        at in 0..4096usize,
        rows in 0..3usize,
        columns in 0..7usize,
        (from, to) in (select(&TYPESTRS[..]), select(&TYPESTRS[..])),
    ) {
        let (from, to) = (Dtype::from_typestr(from).unwrap(), Dtype::from_typestr(to).unwrap());
        let (old, new) = (dtype::size(&from), dtype::size(&to));
        let row = columns * old;
        let buffer = Rc::new(Buffer::new(96, at, &bytes).unwrap());
        let memory = buffer.read(buffer.as_ptr(), 96).unwrap();
        let (shape, strides) = ([rows, columns], [row as isize, old as isize]);
        let array = Array::new(&buffer, from.clone(), 0, &shape, &strides, true).unwrap();
        let viewed = array.view(&View::Reinterpret { dtype: to });
        // A smaller element divides the old one, or a row is a whole number of the larger ones.
        let applies = |old: usize, new: usize| if new < old { old % new == 0 } else { row % new == 0 };
        prop_assert_eq!(viewed.is_ok(), applies(old, new));
        if let Ok(viewed) = viewed {
            prop_assert_eq!(viewed.shape(), &[rows, row / new]);
            prop_assert_eq!(viewed.ctypes().data(), array.ctypes().data());
            prop_assert_eq!(all(&viewed), &memory[..rows * row]);
            let back = viewed.view(&View::Reinterpret { dtype: from });
            prop_assert_eq!(back.is_ok(), applies(new, old));
            if let Ok(back) = back {
                prop_assert_eq!((back.shape(), back.strides()), (array.shape(), array.strides()));
                prop_assert_eq!(all(&back), all(&array));
            }
        }
    }

    #[test]
    fn shape_and_strides_wrap_around_as_in_c(length in 0..=isize::MAX, strides in [any::<isize>(), any::<isize>()]) {
        // An array without elements has no bytes, so its lengths and strides may be any numbers.
        let buffer = Rc::new(Buffer::new(1, 0, &[]).unwrap());
        let shape = [0, length.unsigned_abs()];
        let array = Array::new(&buffer, Dtype::from_typestr("|u1").unwrap(), 0, &shape, &strides, true).unwrap();
        let lengths = [0, length];
        let numbers = (lengths, strides);
        prop_assert_eq!(converted::<i8>(&array), expected(numbers, 1, true));
        prop_assert_eq!(converted::<u8>(&array), expected(numbers, 1, false));
        prop_assert_eq!(converted::<i16>(&array), expected(numbers, 2, true));
        prop_assert_eq!(converted::<u16>(&array), expected(numbers, 2, false));
        prop_assert_eq!(converted::<i32>(&array), expected(numbers, 4, true));
        prop_assert_eq!(converted::<u32>(&array), expected(numbers, 4, false));
        prop_assert_eq!(converted::<i64>(&array), expected(numbers, 8, true));
        prop_assert_eq!(converted::<u64>(&array), expected(numbers, 8, false));
        for target in TARGETS.iter().filter(|target| !matches!(target.is, Is::Float)) {
            let ctype = target.name.parse().unwrap();
            let signed = matches!(target.is, Is::Signed);
            for (found, numbers) in [(array.ctypes().shape_as(&ctype), lengths), (array.ctypes().strides_as(&ctype), strides)] {
                let Ok(Some(CArray::Memory { bytes: memory, .. })) = found else { panic!("expected a C array of {}", target.name) };
                let found: Vec<i128> =
                    memory.chunks(target.size).map(|item| wrapped(digits(item, BIG), target.size, signed)).collect();
                prop_assert_eq!(found, numbers.map(|number| wrapped(number as i128, target.size, signed)));
            }
        }
    }

    #[test]
    fn what_is_written_through_the_pointer_is_seen_in_the_array_and_the_other_way(
        (parts, array) in arrays(),
        writes in vec((any::<bool>(), any::<Index>(), vec(any::<u8>(), 16)), 1..6),
        count in 1..=8usize,
    ) {
        let mut model = parts.bytes.clone();
        let to_byte = "POINTER(c_ubyte)".parse().unwrap();
        let pointer = array.ctypes().data_as(&to_byte).unwrap();
        let indices = indices(&parts.shape);
        for (through_pointer, place, bytes) in writes {
            if through_pointer || indices.is_empty() {
                let bytes = &bytes[..count];
                let offset = place.index(model.len() + 2) as isize - 1;
                let written = pointer.write(offset - parts.first, bytes);
                prop_assert_eq!(written.is_ok(), parts.has(offset, bytes.len()));
                if written.is_ok() {
                    model[offset as usize..][..bytes.len()].copy_from_slice(bytes);
                }
            } else {
                let (index, bytes) = (place.get(&indices), &bytes[..parts.item()]);
                array.set_item(index, bytes).unwrap();
                model[offset_of(index, parts.first, &parts.strides) as usize..][..bytes.len()].copy_from_slice(bytes);
            }
        }
        for (index, offset) in indices.iter().zip(parts.offsets()) {
            prop_assert_eq!(array.item(index).unwrap(), &model[offset as usize..][..parts.item()]);
        }
        for (at, byte) in model.iter().enumerate() {
            prop_assert_eq!(pointer.index(at as isize - parts.first), Ok(Value::Integer((*byte).into())));
        }
    }
}

const TYPESTRS: [&str; 9] = ["|u1", "<i2", ">i2", "<u4", ">f4", "<i8", ">f8", "|S3", "|V6"];

/// Lengths and strides of the array, converted to a Rust type.
fn converted<T: CNumber>(array: &Array) -> Vec<Value> {
    let (shape, strides) = (array.ctypes().shape_in::<T>().unwrap(), array.ctypes().strides_in::<T>().unwrap());
    shape.iter().chain(&strides).map(|number| number.value()).collect()
}

fn expected((lengths, strides): ([isize; 2], [isize; 2]), size: usize, signed: bool) -> Vec<Value> {
    let wrap = |number: &isize| Value::Integer(wrapped(*number as i128, size, signed));
    lengths.iter().chain(&strides).map(wrap).collect()
}
