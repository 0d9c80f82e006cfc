//! The doors of the reference: each makes a view of what it is handed, on terms of its own.
//!
//! # Invariants
//! 1. The suite's producer hands over what is valid for the door's protocol, and its memory stays as long as it is held; that
//!    of a bare pointer as long as the case.
#![expect(unsafe_code, reason = "makes views of what is handed over")]

use array_ctypes::consumer::{Data, Description, Entries, Refused, Terms, Value, Version, View};
use array_ctypes_conformance::transports::producer::Named;
use array_ctypes_conformance::{Capsule, Data as Given, Doors, Hello, Interface, Offered, Seen};
use array_ctypes_spec::{Answer, Copies, Door, Feature, Protocol, Raises, Taken, Unaligned};
use std::ptr::NonNull;

/// What a view takes of any layout.
const LAYOUTS: [Feature; 7] = [
    Feature::Strided,
    Feature::Negative,
    Feature::OddStrides,
    Feature::Overlap,
    Feature::Empty,
    Feature::NoAxes,
    Feature::Unaligned,
];

/// What a view takes of any layout if it must be the only one.
const EXCLUSIVE: [Feature; 7] = [
    Feature::Strided,
    Feature::Negative,
    Feature::OddStrides,
    Feature::Swapped,
    Feature::Empty,
    Feature::NoAxes,
    Feature::Unaligned,
];

/// What a view takes of any element type.
const TYPES: [Feature; 3] = [Feature::OtherType, Feature::Record, Feature::NoValue];

/// The numbers that a view has values of.
const NUMBERS: [&str; 8] = ["b", "i", "u", "f2", "f4", "f8", "c8", "c16"];

/// A door that takes elements of these types, and arrays with these features.
fn door(name: &str, takes: Protocol, types: &[&str], accepts: &[&[Feature]]) -> Door {
    let types = types.iter().filter_map(|types| types.parse::<Taken>().ok()).collect();
    Door { types, accepts: accepts.concat(), ..Door::new(name, takes) }
}

/// The doors of the reference.
pub(super) fn doors() -> Vec<Door> {
    let (read_only, swapped) = (&[Feature::ReadOnly][..], &[Feature::Swapped][..]);
    let flags = &[Feature::ReadOnly, Feature::UnknownFlag][..];
    vec![
        Door { mutable: true, ..door("pointer", Protocol::Pointer, &NUMBERS, &[&LAYOUTS, read_only, swapped, &TYPES]) },
        Door { mutable: true, ..door("tensor", Protocol::Dlpack, &NUMBERS, &[&LAYOUTS, &[Feature::NoValue]]) },
        Door {
            mutable: true,
            ..door(
                "versioned",
                Protocol::DlpackVersioned,
                &NUMBERS,
                &[&LAYOUTS, flags, &[Feature::NoValue, Feature::Bfloat]],
            )
        },
        Door {
            mutable: true,
            ..door(
                "interface",
                Protocol::Interface,
                &NUMBERS,
                &[&LAYOUTS, read_only, swapped, &[Feature::Memory], &TYPES],
            )
        },
        Door {
            mutable: true,
            ..door("object", Protocol::Object, &["i", "f8"], &[&LAYOUTS, read_only, swapped, &TYPES])
        },
        Door {
            mutable: true,
            copies: Copies::Always,
            ..door("copy", Protocol::Object, &NUMBERS, &[&LAYOUTS, read_only, swapped, &TYPES])
        },
        Door { mutable: true, exclusive: true, ..door("exclusive", Protocol::Object, &NUMBERS, &[&EXCLUSIVE, &TYPES]) },
        Door {
            unaligned: Unaligned::Refuses,
            ..door("aligned", Protocol::Pointer, &NUMBERS, &[&LAYOUTS[..6], read_only, swapped, &TYPES])
        },
        door("read-only", Protocol::DlpackVersioned, &["f", "c"], &[&LAYOUTS, flags, &[Feature::OtherType]]),
        Door { mutable: true, ..door("plain", Protocol::Object, &["i4", "f8", "b"], &[]) },
    ]
}

/// The reference as a consumer.
#[derive(Debug)]
pub(super) struct Consumer<'a>(pub(super) &'a Hello);

impl Doors for Consumer<'_> {
    fn hello(&self) -> Hello {
        self.0.clone()
    }

    fn take(&mut self, door: &Door, offered: Offered<'_>) -> Result<Box<dyn Seen>, Raises> {
        let terms = Terms {
            writes: door.mutable,
            copies: door.copies == Copies::Always,
            is_exclusive: door.exclusive,
            is_aligned: door.unaligned == Unaligned::Refuses,
            is_plain: door.accepts.is_empty(),
            takes_raw: door.accepts.contains(&Feature::Bfloat),
        };
        let made = match offered {
            Offered::Pointer(from) => {
                // SAFETY: 1: the pointer is valid.
                unsafe { View::from_pointer(from.data, from.dtype, from.shape, from.strides, &terms) }
            }
            Offered::Object(from) => {
                let (shape, strides, dtype) = (from.shape, from.strides, from.dtype);
                let description =
                    Description { data: from.data, dtype, shape, strides, is_read_only: from.is_read_only };
                // SAFETY: 1: the object is valid.
                unsafe { View::from_object(description, Box::new(from.hold), &terms) }
            }
            Offered::Interface(from) => entries(&from).and_then(|description| {
                // SAFETY: 1: the interface is valid.
                unsafe { View::from_object(description, Box::new(from.hold), &terms) }
            }),
            Offered::Dlpack(capsule) => open(capsule, &terms),
            Offered::DlpackVersioned(capsule) => open(capsule, &terms),
        };
        Ok(Box::new(Viewed(made.map_err(refusal)?)))
    }
}

/// What the entries of an interface describe.
fn entries(from: &Interface) -> Result<Description, Refused> {
    let data = match from.data {
        Given::Address(first, is_read_only) => Data::Address(first, is_read_only),
        Given::Memory { start, size, is_read_only } => Data::Memory { start, size, is_read_only },
    };
    Description::of_entries(&Entries {
        shape: &from.shape,
        typestr: &from.typestr,
        data,
        strides: from.strides.as_deref(),
        has_mask: from.mask.is_some(),
        offset: from.offset,
    })
}

/// Makes a view of the tensor in a capsule, and takes the tensor if there is a view.
fn open<T: Version + Named>(capsule: Capsule<T>, terms: &Terms) -> Result<View, Refused> {
    let tensor = NonNull::new(capsule.as_ptr().cast_mut()).ok_or(Refused::Type)?;
    // SAFETY: 1: the tensor is valid, and is the view's own once it is taken.
    let view = unsafe { View::from_dlpack(tensor, terms) }?;
    capsule.take();
    Ok(view)
}

fn refusal(refused: Refused) -> Raises {
    match refused {
        Refused::Version | Refused::Device => Raises::BufferError,
        Refused::Type => Raises::TypeError,
        Refused::Shape
        | Refused::Layout
        | Refused::Unaligned
        | Refused::Overlap
        | Refused::Twice
        | Refused::NoMemory
        | Refused::Mask
        | Refused::Outside
        | Refused::ReadOnly => Raises::ValueError,
    }
}

/// A view, as the suite looks at it.
struct Viewed(View);

impl Seen for Viewed {
    fn data(&self) -> *const u8 {
        self.0.data()
    }

    fn shape(&self) -> Vec<usize> {
        self.0.shape().to_vec()
    }

    fn strides(&self) -> Vec<isize> {
        self.0.strides().to_vec()
    }

    fn item_size(&self) -> usize {
        self.0.item_size()
    }

    fn length(&self) -> usize {
        self.0.length()
    }

    fn is_read_only(&self) -> bool {
        self.0.is_read_only()
    }

    fn value(&self, index: &[usize]) -> Result<Answer, Raises> {
        Ok(match self.0.value(index).ok_or(Raises::TypeError)? {
            Value::Bool(is) => Answer::Bool(is),
            Value::Int(value) => Answer::Integer(value),
            Value::Float(value) => Answer::Float(value.to_bits()),
            Value::Complex(real, imaginary) => Answer::Complex([real, imaginary].map(f64::to_bits)),
        })
    }

    fn bytes(&self, index: &[usize]) -> Result<Vec<u8>, Raises> {
        self.0.bytes(index).ok_or(Raises::IndexError)
    }

    fn put(&mut self, index: &[usize], bytes: &[u8]) -> Result<(), Raises> {
        let value = Value::decode(self.0.dtype(), bytes.to_vec()).ok_or(Raises::TypeError)?;
        self.0.set(index, value).map_err(refusal)
    }
}
