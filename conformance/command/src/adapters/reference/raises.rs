//! Errors of the reference, as the errors that Python raises for them.

use array_ctypes::ctypeslib::{AsArrayError, AsCtypesError};
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
        ArrayError::Axes { .. } | ArrayError::TooBig | ArrayError::OutOfBounds { .. } | ArrayError::Count { .. } => {
            Raises::ValueError
        }
    }
}

pub(super) fn view_error(error: ViewError) -> Raises {
    match error {
        ViewError::Axis { .. } | ViewError::Index { .. } | ViewError::Field { .. } => Raises::IndexError,
        ViewError::Array(error) => array_error(error),
        ViewError::ZeroStep
        | ViewError::Permutation { .. }
        | ViewError::Broadcast { .. }
        | ViewError::Count { .. }
        | ViewError::NeedsCopy { .. }
        | ViewError::Reinterpret { .. } => Raises::ValueError,
    }
}

pub(super) fn item_error(error: ItemError) -> Raises {
    match error {
        ItemError::Index { .. } => Raises::IndexError,
        ItemError::ReadOnly | ItemError::Size { .. } | ItemError::Memory(_) => Raises::ValueError,
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
        interface::ImportError::Typestr(_)
        | interface::ImportError::Shape
        | interface::ImportError::Data
        | interface::ImportError::Struct => Raises::TypeError,
    }
}

pub(super) fn as_ctypes_error(error: AsCtypesError) -> Raises {
    match error {
        AsCtypesError::ReadOnly | AsCtypesError::Strided => Raises::TypeError,
        AsCtypesError::NoCType(_) => Raises::NotImplementedError,
    }
}

pub(super) fn as_array_error(error: AsArrayError) -> Raises {
    match error {
        AsArrayError::Null => Raises::ValueError,
        AsArrayError::NoElement { .. } => Raises::TypeError,
        AsArrayError::Array(error) => array_error(error),
    }
}
