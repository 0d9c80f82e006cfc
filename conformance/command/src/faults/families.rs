//! Rules that one mistake breaks together, whatever chapter they belong to.
//!
//! These lists are written by hand on purpose: they say which rules a fault may break, so they must not follow from what the
//! faults do break. Whatever a query can say is no list: see [`Faults::also_the_rule_of_the_view`].
//!
//! [`Faults::also_the_rule_of_the_view`]: super::fault::Faults::also_the_rule_of_the_view

use array_ctypes_conformance::spec::Rule;
use array_ctypes_conformance::spec::rules::{cast, ctypeslib, data, layout, memmap, shape};

/// The rules of the address that `data` answers: each speaks of some arrays, and a wrong address breaks them all. If an array
/// owns its memory or has no elements, those of the chapters cast and ctypeslib are compared with it too.
pub(super) const ADDRESS: &[Rule] = &[
    data::first_element,
    data::empty,
    data::empty_view,
    data::raw,
    data::stable,
    data::interface,
    cast::address,
    cast::as_parameter,
    cast::hand,
    cast::pass,
    ctypeslib::ndpointer_accepts,
    ctypeslib::ndpointer_argument,
    ctypeslib::ndpointer_flags_twice,
    memmap::granularity,
];

/// The rules of what `shape` and `strides` answer, besides that of the last view.
pub(super) const SHAPE_AND_STRIDES: &[Rule] = &[shape::shape, shape::strides, shape::strides_kept, shape::copy];

/// The rules of an element that is read after a write.
pub(super) const ELEMENT_AFTER_WRITE: &[Rule] =
    &[cast::write_through, cast::read_only_memory, cast::sees_writes, data::memory_written, memmap::sees_file];

/// The rules of an element that is read after a write that the array should see.
pub(super) const LOST_WRITE: &[Rule] = &[layout::element, memmap::sees_file];
