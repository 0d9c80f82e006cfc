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
                if !described.is_countable() {
                    return Err(Refused::Shape);
                }
                let is_inside = described.extent().is_some_and(|elements| {
                    // The difference cannot wrap, as a sum could.
                    start.addr() <= elements.start
                        && elements.end.checked_sub(start.addr()).is_some_and(|end| end <= size)
                });
                if is_inside { Ok(described) } else { Err(Refused::Outside) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ptr;

    /// The entries of an array of single bytes in 16 bytes of memory at the address 4096.
    fn accepts(shape: &[usize], strides: &[isize], offset: usize) -> bool {
        let data = Data::Memory { start: ptr::without_provenance_mut(4096), size: 16, is_read_only: false };
        let entries = Entries { shape, typestr: "|u1", data, strides: Some(strides), has_mask: false, offset };
        match Description::of_entries(&entries) {
            Ok(_) => true,
            Err(refused) => {
                assert!(matches!(refused, Refused::Outside | Refused::Shape), "{refused}");
                false
            }
        }
    }

    #[test]
    fn elements_must_lie_in_the_memory() {
        assert!(accepts(&[16], &[1], 0) && accepts(&[16], &[-1], 15) && accepts(&[2, 8], &[0, 2], 1));
        assert!(!accepts(&[17], &[1], 0) && !accepts(&[16], &[1], 1) && !accepts(&[16], &[-1], 14));
    }

    #[test]
    fn elements_that_wrap_around_the_address_space_are_outside() {
        let quarter = 1 << (usize::BITS - 2);
        // The last element is a whole address space after the first.
        assert!(!accepts(&[quarter + 1], &[4], 0));
        assert!(!accepts(&[quarter / 2 + 1, 2], &[8, 1], 0));
        // More elements than can be counted, as far away as no number of twice the width can say.
        assert!(!accepts(&[usize::MAX], &[isize::MIN], 0) && !accepts(&[usize::MAX, usize::MAX], &[isize::MAX; 2], 0));
        // One axis goes as far up as another goes down.
        assert!(!accepts(&[2, 2], &[isize::MAX, -isize::MAX], 0));
        assert!(!accepts(&[1], &[1], usize::MAX) && accepts(&[0], &[1], 16));
    }
}
