//! Round trips: what an array exports by a protocol, a view of it is the same array, and so all protocols agree.
#![expect(unsafe_code, reason = "views are made of memory that somebody else gave")]

use array_ctypes::consumer::{Data, Description, Entries, Refused, Terms, Value, View};
use array_ctypes::interface::flags;
use array_ctypes::spec::BufferRequest;
use array_ctypes::spec::dtype::{Dtype, Kind};
use array_ctypes::{Array, Buffer, dtype};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed};
use std::rc::Rc;

const NATIVE: char = if cfg!(target_endian = "big") { '>' } else { '<' };
const SWAPPED: char = if cfg!(target_endian = "big") { '<' } else { '>' };
const TERMS: Terms =
    Terms { writes: true, copies: false, is_exclusive: false, is_aligned: false, is_plain: false, takes_raw: false };
const TYPESTRS: [&str; 20] = [
    "|b1", "|i1", "<i2", ">i2", "<i4", ">i8", "|u1", "<u2", ">u4", "<u8", "<f2", ">f4", "<f8", "<c8", ">c16", "|S3",
    "<U1", ">U2", "|V5", "|V1",
];

fn config() -> Config {
    Config { cases: 300, failure_persistence: None, rng_seed: RngSeed::Fixed(0x00C7_79E6), ..Config::default() }
}

/// An array with up to four axes. A third each is in C order, in Fortran order, and of strides that may be negative, zero or odd.
fn arrays() -> impl Strategy<Value = Array> {
    let stride = prop_oneof![-24..=24isize, Just(0), select(vec![-16, -8, -4, 2, 4, 8, 16])];
    let dtypes = select(&TYPESTRS[..]).prop_map(|text| Dtype::from_typestr(text).unwrap());
    (dtypes, vec((0..4usize, stride), 0..=4), 0..3, 0..8usize, 0..4096usize, any::<u8>(), any::<bool>()).prop_map(
        |(dtype, axes, order, spare, at, seed, writeable)| {
            let (shape, mut strides): (Vec<usize>, Vec<isize>) = axes.into_iter().unzip();
            let mut step = dtype::size(&dtype) as isize;
            for axis in 0..shape.len() {
                let axis = if order == 0 { shape.len() - 1 - axis } else { axis };
                strides[axis] = if order == 2 { strides[axis] } else { step };
                step *= shape[axis].max(1) as isize;
            }
            let reach = |(length, stride): (&usize, &isize)| (*length as isize - 1).max(0) * stride;
            let reach: Vec<isize> = shape.iter().zip(&strides).map(reach).collect();
            let low: isize = reach.iter().filter(|reach| **reach < 0).sum();
            let high: isize = reach.iter().filter(|reach| **reach > 0).sum();
            let first = spare as isize - low;
            let size = (first + high) as usize + dtype::size(&dtype) + spare;
            let bytes: Vec<u8> = (0..size).map(|at| (at as u8).wrapping_mul(151) ^ seed).collect();
            let buffer = Rc::new(Buffer::new(size, at, &bytes).unwrap());
            Array::new(&buffer, dtype, first, &shape, &strides, writeable).expect("every element is in the buffer")
        },
    )
}

/// Every index, the last axis fastest.
fn indices(shape: &[usize]) -> Vec<Vec<usize>> {
    shape.iter().fold(vec![vec![]], |indices, length| {
        let longer = |index: Vec<usize>| (0..*length).map(move |at| [&index[..], &[at]].concat());
        indices.into_iter().flat_map(longer).collect()
    })
}

/// What can be seen of an array: strides that lead to no element are left out, as is the address of no elements.
#[derive(Debug, PartialEq)]
struct Seen {
    address: Option<usize>,
    typestr: String,
    shape: Vec<usize>,
    strides: Vec<Option<isize>>,
    is_read_only: bool,
    bytes: Vec<Vec<u8>>,
    /// As text, in which one NaN is like another.
    values: Vec<String>,
}

fn seen(address: usize, dtype: &Dtype, shape: &[usize], strides: &[isize], is_read_only: bool) -> Seen {
    let is_empty = shape.contains(&0);
    let reaches = |(length, stride): (&usize, &isize)| (*length > 1 && !is_empty).then_some(*stride);
    Seen {
        address: (!is_empty).then_some(address),
        typestr: dtype::typestr(dtype),
        shape: shape.to_vec(),
        strides: shape.iter().zip(strides).map(reaches).collect(),
        is_read_only,
        bytes: Vec::new(),
        values: Vec::new(),
    }
}

fn of_array(array: &Array) -> Seen {
    let seen = seen(array.ctypes().data(), array.dtype(), array.shape(), array.strides(), !array.is_writeable());
    let bytes: Vec<Vec<u8>> = indices(array.shape()).iter().map(|index| array.item(index).unwrap()).collect();
    let values = bytes.iter().map(|bytes| format!("{:?}", Value::decode(array.dtype(), bytes.clone()))).collect();
    Seen { bytes, values, ..seen }
}

fn of_view(view: &View) -> Seen {
    let seen = seen(view.data().addr(), view.dtype(), view.shape(), view.strides(), view.is_read_only());
    let indices = indices(view.shape());
    let bytes = indices.iter().map(|index| view.bytes(index).expect("an element")).collect();
    let values = indices.iter().map(|index| format!("{:?}", view.value(index))).collect();
    Seen { bytes, values, ..seen }
}

/// Exports an array by a protocol, and makes a view of that; `None` if the protocol has no words for the array.
type RoundTrip = fn(&Array) -> Option<View>;

const PROTOCOLS: [(&str, RoundTrip); 5] = [
    ("interface", |array| {
        let entries = array.interface();
        let described = Description::of_entries(&Entries {
            shape: entries.shape,
            typestr: &entries.typestr,
            data: Data::Address(pointer(array, entries.data.0), entries.data.1),
            strides: entries.strides,
            has_mask: false,
            offset: 0,
        });
        Some(held(described.unwrap(), array.clone()))
    }),
    ("struct", |array| {
        let owner = array.array_struct();
        let c = owner.as_c();
        let order = if c.flags & flags::NOTSWAPPED != 0 { NATIVE } else { SWAPPED };
        let kind = char::from(c.typekind as u8);
        let size = if kind == 'U' { c.itemsize / 4 } else { c.itemsize };
        let described = Description {
            data: c.data.cast(),
            dtype: typed(order, kind, size as usize),
            shape: owner.shape().iter().map(|length| *length as usize).collect(),
            strides: owner.strides().to_vec(),
            is_read_only: c.flags & flags::WRITEABLE == 0,
        };
        Some(held(described, owner))
    }),
    ("buffer", |array| {
        let filled = array.buffer(BufferRequest::FullRo).ok()?;
        let described = Description {
            data: pointer(array, filled.buf),
            dtype: type_of(&filled.format.unwrap()),
            shape: filled.shape.unwrap_or_default().to_vec(),
            strides: filled.strides.unwrap_or_default().to_vec(),
            is_read_only: filled.readonly,
        };
        assert_eq!(dtype::size(&described.dtype), filled.itemsize);
        Some(held(described, array.clone()))
    }),
    ("dlpack", |array| {
        // SAFETY: the tensor is valid, and belongs to the view.
        array.dlpack_unversioned().ok().map(|tensor| unsafe { View::from_dlpack(tensor.into_raw(), &TERMS) }.unwrap())
    }),
    ("dlpack-versioned", |array| {
        // SAFETY: the tensor is valid, and belongs to the view.
        array.dlpack().ok().map(|tensor| unsafe { View::from_dlpack(tensor.into_raw(), &TERMS) }.unwrap())
    }),
];

/// The address, as a pointer into the memory of the array.
fn pointer(array: &Array, address: usize) -> *mut u8 {
    let memory = array.memory();
    memory.as_ptr().wrapping_add(address.wrapping_sub(memory.address()))
}

fn held(described: Description, holder: impl Sized + 'static) -> View {
    // SAFETY: the holder keeps the memory of the array, whose elements all lie in it.
    unsafe { View::from_object(described, Box::new(holder), &TERMS) }.unwrap()
}

/// The plain type that a format describes.
fn type_of(format: &str) -> Dtype {
    let (order, rest) = format.split_at(1);
    let at = rest.find(|c: char| !c.is_ascii_digit()).unwrap();
    let count: usize = rest[..at].parse().unwrap_or(1);
    let (kind, size) = match &rest[at..] {
        "?" => ('b', 1),
        "b" => ('i', 1),
        "h" => ('i', 2),
        "i" => ('i', 4),
        "q" => ('i', 8),
        "B" => ('u', 1),
        "H" => ('u', 2),
        "I" => ('u', 4),
        "Q" => ('u', 8),
        "e" => ('f', 2),
        "f" => ('f', 4),
        "d" => ('f', 8),
        "Zf" => ('c', 8),
        "Zd" => ('c', 16),
        "s" => ('S', count),
        "w" => ('U', count),
        "x" => ('V', count),
        other => panic!("expected a code of a plain type, found {other}"),
    };
    typed(order.chars().next().unwrap(), kind, size)
}

fn typed(order: char, kind: char, size: usize) -> Dtype {
    let order = if size == 1 && kind != 'U' || "SV".contains(kind) { '|' } else { order };
    Dtype::from_typestr(&format!("{order}{kind}{size}")).unwrap()
}

/// Returns true if a protocol has words for the array.
fn can_say(protocol: &str, array: &Array) -> bool {
    let Dtype::Plain(plain) = array.dtype() else { return false };
    let is_number = !matches!(plain.kind, Kind::Bytes | Kind::Unicode | Kind::Void);
    let is_native = plain.size == 1 || dtype::typestr(array.dtype()).starts_with(NATIVE);
    let item = dtype::size(array.dtype()) as isize;
    let is_whole = of_array(array).strides.iter().flatten().all(|stride| stride % item == 0);
    match protocol {
        "dlpack" => is_number && is_native && is_whole && array.is_writeable(),
        "dlpack-versioned" => is_number && is_native && is_whole,
        _ => true,
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_an_array_exports_by_any_protocol_is_the_same_array(array in arrays()) {
        let expected = of_array(&array);
        for (protocol, export) in PROTOCOLS {
            let view = export(&array);
            prop_assert_eq!(view.is_some(), can_say(protocol, &array), "{}", protocol);
            if let Some(view) = view {
                prop_assert_eq!(&of_view(&view), &expected, "{}", protocol);
            }
        }
    }

    #[test]
    fn a_view_by_any_protocol_keeps_the_memory_until_it_is_dropped(array in arrays()) {
        let (buffer, expected) = (Rc::clone(array.memory()), of_array(&array));
        let views: Vec<View> = PROTOCOLS.iter().filter_map(|(_, export)| export(&array)).collect();
        drop(array);
        prop_assert_eq!(Rc::strong_count(&buffer), 1 + views.len());
        prop_assert!(views.iter().all(|view| of_view(view) == expected));
        drop(views);
        prop_assert_eq!(Rc::strong_count(&buffer), 1);
    }

    #[test]
    fn what_one_view_writes_all_see(array in arrays(), number in any::<u8>()) {
        let mut views: Vec<View> = PROTOCOLS.iter().filter_map(|(_, export)| export(&array)).collect();
        let value = Value::Int(i128::from(number % 128));
        let index: Vec<usize> = array.shape().iter().map(|length| length.saturating_sub(1)).collect();
        let is_integer = matches!(array.dtype(), Dtype::Plain(plain) if matches!(plain.kind, Kind::Int | Kind::UInt));
        for at in 0..views.len() {
            let written = views[at].set(&index, value);
            let expected = match () {
                () if !array.is_writeable() || array.is_empty() => Err(Refused::ReadOnly),
                () if !is_integer => Err(Refused::Type),
                () => Ok(()),
            };
            prop_assert_eq!(written, expected);
            let now = of_array(&array);
            prop_assert!(written.is_err() || views[at].value(&index) == Some(value));
            prop_assert!(views.iter().all(|view| of_view(view) == now));
        }
    }
}
