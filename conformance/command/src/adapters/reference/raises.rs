//! Errors of the reference, by the names that Python has for such.

use array_ctypes::{ArrayError, ItemError, ViewError, cast, interface};
use array_ctypes_spec::Raises;

pub(super) fn too_wide(_: std::num::TryFromIntError) -> Raises {
    Raises::ValueError
}

pub(super) fn type_error<E>(_: E) -> Raises {
    Raises::TypeError
}

pub(super) fn array_error(error: ArrayError) -> Raises {
    match error {
        ArrayError::ElementType { .. } => Raises::TypeError,
        ArrayError::Memory(_) => Raises::OtherError,
        _ => Raises::ValueError,
    }
}

pub(super) fn view_error(error: ViewError) -> Raises {
    match error {
        ViewError::Axis { .. } | ViewError::Index { .. } | ViewError::Field { .. } => Raises::IndexError,
        ViewError::Array(error) => array_error(error),
        _ => Raises::ValueError,
    }
}

pub(super) fn item_error(error: ItemError) -> Raises {
    match error {
        ItemError::Index { .. } => Raises::IndexError,
        _ => Raises::ValueError,
    }
}

pub(super) fn read_error(error: cast::ReadError) -> Raises {
    match error {
        cast::ReadError::NoType => Raises::TypeError,
        cast::ReadError::NoValue { .. } => Raises::NotImplementedError,
        cast::ReadError::Far { .. } | cast::ReadError::Outside(_) => Raises::IndexError,
    }
}

pub(super) fn import_error(error: interface::ImportError) -> Raises {
    match error {
        interface::ImportError::Wide => Raises::OverflowError,
        interface::ImportError::Array(error) => array_error(error),
        _ => Raises::TypeError,
    }
}
