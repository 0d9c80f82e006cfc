//! What ctypes makes of an argument of a foreign function.
//!
//! These are the conversions that ctypes documents, in `argtypes`, `from_param` and `_as_parameter_`: the same in all its
//! versions. What depends on the version, as the conversion of numbers does, is left out.

use super::{CType, Class, Simple};
use crate::vocabulary::platform::Platform;

/// An argument of a foreign function.
#[derive(Clone, Debug)]
pub(crate) enum Argument {
    /// Python's None.
    None,
    /// A Python integer.
    Integer,
    /// An object whose `_as_parameter_` is a `c_void_p`.
    AsVoidP,
    /// An object of a C type.
    Of(CType),
}

/// Returns true if ctypes accepts the argument for a parameter of that type, or for one that is not declared, and passes
/// what it points at; false if ctypes refuses it. `None` where that is not prescribed: the function receives something
/// else, such as the address of the pointer.
pub(crate) fn is_passed(platform: &Platform, argument: &Argument, parameter: Option<&CType>) -> Option<bool> {
    let Some(parameter) = parameter.map(|parameter| parameter.canonical(platform)) else {
        // An integer is cut to a C int, and an object may be none.
        let is_cut = matches!(argument, Argument::Integer | Argument::Of(CType::Simple(Simple::PyObject)));
        return (!is_cut).then_some(true);
    };
    let text = match parameter {
        // These take any object: as itself, or for its truth.
        CType::Simple(simple) if matches!(simple.class(), Class::Object | Class::Bool) => return None,
        CType::NotACType => return None,
        CType::Simple(Simple::CharP) => Some(Simple::Char),
        CType::Simple(Simple::WCharP) => Some(Simple::WChar),
        _ => None,
    };
    let is_void = parameter == CType::Simple(Simple::VoidP);
    match argument {
        Argument::None => Some(is_void || text.is_some() || matches!(parameter, CType::Pointer(_))),
        Argument::Integer if is_void => Some(true),
        Argument::Integer => {
            let is_number = !matches!(
                parameter,
                CType::Pointer(_) | CType::Function | CType::Array(..) | CType::Structure(_) | CType::Union(_)
            );
            (!is_number || text.is_some()).then_some(false)
        }
        Argument::AsVoidP => Some(is_void),
        Argument::Of(own) => {
            let own = own.canonical(platform);
            let items = match &own {
                CType::Array(item, _) | CType::Pointer(item) => Some((**item).clone()),
                CType::Simple(Simple::CharP) => Some(CType::Simple(Simple::Char)),
                CType::Simple(Simple::WCharP) => Some(CType::Simple(Simple::WChar)),
                CType::Simple(Simple::PyObject) => return None,
                _ => None,
            };
            let is_text = text.is_some() && items == text.map(CType::Simple);
            match &parameter {
                // What the function receives is the address of the object, which for a pointer is not the one that it holds.
                CType::Pointer(to) if **to == own => None,
                CType::Pointer(to) => Some(items.as_ref() == Some(&**to)),
                // The array may be of a class of its own, which is another type.
                _ if parameter == own && matches!(own, CType::Array(..)) => None,
                _ => Some(is_void || parameter == own || is_text),
            }
        }
    }
}
