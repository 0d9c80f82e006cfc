//! Entries of an array interface that become a description.

use super::description::Description;
use super::refused::Refused;
use crate::dtype;
use crate::layout::c_strides;

/// The entries of an array interface that say where elements are.
#[derive(Clone, Copy, Debug)]
pub struct Entries<'a> {
    /// Lengths of the axes.
    pub shape: &'a [usize],
    /// The type string. A type with fields is taken as raw bytes.
    pub typestr: &'a str,
    /// Where the memory is.
    pub data: Data,
    /// Byte strides; `None` for C order.
    pub strides: Option<&'a [isize]>,
    /// True if there is a mask.
    pub has_mask: bool,
    /// Bytes from the start of exposed memory to the first element.
    pub offset: usize,
}

/// The entry `data`.
#[derive(Clone, Copy, Debug)]
pub enum Data {
    /// The address of the first element, and true if the memory must not be written to.
    Address(*mut u8, bool),
    /// An object that exposes memory.
    Memory {
        /// The address of its first byte.
        start: *mut u8,
        /// Its size in bytes.
        size: usize,
        /// True if it must not be written to.
        is_read_only: bool,
    },
}

impl Description {
    /// What the entries of an array interface describe.
    ///
    /// # Errors
    /// [`Refused`] if they describe no array that a view can be made of.
    pub fn of_entries(entries: &Entries) -> Result<Description, Refused> {
        let Entries { shape, data, strides, .. } = *entries;
        let dtype = dtype::parse(entries.typestr).map_err(|_| Refused::Type)?;
        let strides = strides.map_or_else(|| c_strides(shape, dtype::size(&dtype)), <[isize]>::to_vec);
        let of = |data: *mut u8, is_read_only: bool| Description {
            data,
            dtype,
            shape: shape.to_vec(),
            strides,
            is_read_only,
        };
        match data {
            _ if entries.has_mask => Err(Refused::Mask),
            Data::Address(first, is_read_only) => Ok(of(first, is_read_only)),
            Data::Memory { start, size, is_read_only } => {
                let described = of(start.wrapping_add(entries.offset), is_read_only);
                let (memory, elements) = (start.addr()..start.addr() + size, described.extent());
                let is_inside = memory.start <= elements.start && elements.end <= memory.end;
                if is_inside { Ok(described) } else { Err(Refused::Outside) }
            }
        }
    }
}
