//! The crate `dlpark` as a consumer: tensors of DLPack as slices, and as views of `ndarray`, for which it has conversions.
//!
//! The suite starts this program: if the crate crashes, one case is lost and not the run.
#![deny(unsafe_code)]

use array_ctypes_conformance::spec::{Door, Feature, Profile, Protocol, Raises, Unaligned};
use array_ctypes_conformance::transports::serve::serve_doors;
use array_ctypes_conformance::{Doors, Hello, Limits, Number, Offered, Seen};
use dlpark::ffi::{DLDataType, DLManagedTensor, DLManagedTensorVersioned};
use dlpark::{DlpackElement, Managed, ManagedTensorBase};
use slice::Slice;
use std::ptr::NonNull;
use view::View;

mod slice;
mod view;

struct Dlpark;

impl Doors for Dlpark {
    fn hello(&self) -> Hello {
        use Feature::{Empty, NoAxes, Overlap, ReadOnly, Strided};
        // "Compact row-major"; `ndarray` has no negative strides here, and none that overlap where elements can be written to.
        let slice = [door("slice", &[ReadOnly, Empty, NoAxes]), writes(door("slice_mut", &[Empty, NoAxes]))];
        let view = door("view", &[ReadOnly, Empty, NoAxes, Strided, Overlap]);
        let doors = [slice, [view, writes(door("view_mut", &[Empty, NoAxes, Strided]))]].concat();
        let of_version = |door: &Door| Door {
            name: format!("{}-versioned", door.name),
            takes: Protocol::DlpackVersioned,
            ..door.clone()
        };
        let doors = doors.iter().flat_map(|door| [door.clone(), of_version(door)]).collect();
        Hello { doors, profiles: vec![Profile::Consumer], ..Hello::core("dlpark", "0.10.0", Limits::default()) }
    }

    fn take(&mut self, door: &Door, offered: Offered<'_>) -> Result<Box<dyn Seen>, Raises> {
        match offered {
            Offered::Dlpack(capsule) => owned::<DLManagedTensor>(door, capsule.take().cast()),
            Offered::DlpackVersioned(capsule) => owned::<DLManagedTensorVersioned>(door, capsule.take().cast()),
            _ => Err(Raises::TypeError),
        }
    }
}

/// A door that only reads.
fn door(name: &str, accepts: &[Feature]) -> Door {
    let types = ["i", "u", "f4", "f8"].map(|types| types.parse().expect("element types")).to_vec();
    Door { types, accepts: accepts.to_vec(), unaligned: Unaligned::Refuses, ..Door::new(name, Protocol::Dlpack) }
}

fn writes(door: Door) -> Door {
    Door { mutable: true, ..door }
}

/// Owns the tensor, and looks at its elements as the type that it says they have.
#[expect(unsafe_code, reason = "owns what is handed over")]
fn owned<M: ManagedTensorBase + 'static>(door: &Door, tensor: NonNull<M>) -> Result<Box<dyn Seen>, Raises> {
    // SAFETY: the suite's producer hands over such a structure, and nobody else owns it.
    let managed = unsafe { Managed::from_raw(tensor.as_ptr()) }.map_err(|_| Raises::BufferError)?;
    match managed.validate().map_err(|_| Raises::ValueError)?.dtype() {
        DLDataType::I8 => open::<i8, M>(door, managed),
        DLDataType::I16 => open::<i16, M>(door, managed),
        DLDataType::I32 => open::<i32, M>(door, managed),
        DLDataType::I64 => open::<i64, M>(door, managed),
        DLDataType::U8 => open::<u8, M>(door, managed),
        DLDataType::U16 => open::<u16, M>(door, managed),
        DLDataType::U32 => open::<u32, M>(door, managed),
        DLDataType::U64 => open::<u64, M>(door, managed),
        DLDataType::F32 => open::<f32, M>(door, managed),
        DLDataType::F64 => open::<f64, M>(door, managed),
        _ => Err(Raises::TypeError),
    }
}

fn open<T, M>(door: &Door, managed: Managed<M>) -> Result<Box<dyn Seen>, Raises>
where
    T: DlpackElement + Number,
    M: ManagedTensorBase + 'static,
{
    if door.name.starts_with("slice") {
        Ok(Box::new(Slice::<T, M>::new(managed, door.mutable)?))
    } else {
        Ok(Box::new(View::<T, M>::new(managed, door.mutable)?))
    }
}

fn main() -> std::io::Result<()> {
    serve_doors(Dlpark)
}
