//! Questions of the chapters `ctypeslib` and `absent`, asked of the reference.

use super::answer::{address, integers, pointer};
use super::library::Folder;
use super::raises::{array_error, as_array_error, as_ctypes_error, too_wide, type_error};
use super::types::TypeName;
use array_ctypes::ctypeslib::{self, NdFlag, NdPointer};
use array_ctypes::{Array, Buffer, ctype, dtype};
use array_ctypes_spec::{
    Absent, Address, Answer, Ctypeslib, ElementType, Imported, NdPointer as Asked, NdShape, Raises, ShapeArgument,
    Source, Use,
};
use std::collections::BTreeSet;
use std::rc::Rc;

/// The parameter types that a script has asked for, each once.
#[derive(Debug, Default)]
pub(super) struct Types(Vec<NdPointer>);

/// Answers a question about `ctypeslib`.
pub(super) fn ask(
    array: &Array,
    buffer: &Rc<Buffer>,
    types: &mut Types,
    libraries: &Folder,
    question: &Ctypeslib,
) -> Result<Answer, Raises> {
    Ok(match question {
        Ctypeslib::CIntP => Answer::Text(ctype::named(&ctypeslib::C_INTP).to_string()),
        Ctypeslib::AsCtypesType(of) => {
            let (dtype, lengths) = match of {
                None => (array.dtype().clone(), Vec::new()),
                Some(ctype) => ctypeslib::element(ctype).ok_or(Raises::TypeError)?,
            };
            let item = ctypeslib::as_ctypes_type(&dtype).map_err(|_| Raises::NotImplementedError)?;
            Answer::Text(ctypeslib::array_of(item, &lengths).to_string())
        }
        Ctypeslib::AsCtypes => address(ctypeslib::as_ctypes(array).map_err(as_ctypes_error)?.address()),
        Ctypeslib::TypeOfAsCtypes => {
            Answer::Text(ctypeslib::as_ctypes(array).map_err(as_ctypes_error)?.ctype().to_string())
        }
        Ctypeslib::AsArray { source, shape, ctype } => {
            let shape = match (source, shape) {
                (Source::Object, _) => Vec::new(),
                (_, ShapeArgument::Lengths(lengths)) => usizes(lengths)?,
                // This does not compile in Rust.
                (_, ShapeArgument::Missing | ShapeArgument::Int(_)) => return Err(Raises::TypeError),
            };
            let from = if *source == Source::Null { 0 } else { array.ctypes().data() };
            imported(&ctypeslib::as_array(buffer, from, ctype, &shape).map_err(as_array_error)?)
        }
        Ctypeslib::NdPointer(what, asked) => {
            let parameter = parameter(array, asked)?;
            match what {
                // A foreign function gets what the check returns.
                Use::FromParam | Use::Argument => pointer(parameter.from_param(array).map_err(type_error)?),
                Use::Result => match parameter.returned(buffer, array.ctypes().data()).map_err(array_error)? {
                    Some(array) => imported(&array),
                    None => address(array.ctypes().data()),
                },
                Use::Class => {
                    let known = types.0.iter().position(|known| *known == parameter);
                    let number = known.unwrap_or(types.0.len());
                    if known.is_none() {
                        types.0.push(parameter);
                    }
                    // Other objects have lower numbers.
                    Answer::Object(1 << 32 | number as u64)
                }
                // This does not compile in Rust.
                Use::None | Use::List => return Err(Raises::TypeError),
            }
        }
        Ctypeslib::LoadLibrary(how) => libraries.load(*how)?,
    })
}

/// Answers a question about an array without ctypes.
pub(super) fn absent(array: &Array, what: Absent) -> Result<Answer, Raises> {
    let plain = array.without_ctypes();
    Ok(match what {
        Absent::Ctypes => Answer::Bool(true),
        Absent::Data => address(plain.data()),
        Absent::AsParameter => address(plain.as_parameter()),
        Absent::DataType => Answer::Text(plain.data().type_name()),
        Absent::AsParameterType => Answer::Text(plain.as_parameter().type_name()),
        Absent::Shape => Answer::integers(plain.shape().iter().copied()),
        Absent::Strides => integers(plain.strides()),
        // There is no C type to convert to.
        Absent::DataAs | Absent::ShapeAs | Absent::StridesAs => return Err(Raises::NotImplementedError),
    })
}

/// Returns lengths in the type that the reference takes.
fn usizes(lengths: &[u64]) -> Result<Vec<usize>, Raises> {
    lengths.iter().map(|length| usize::try_from(*length).map_err(too_wide)).collect()
}

/// Returns an array as an importer sees it.
pub(super) fn imported(array: &Array) -> Answer {
    Answer::Imported(Box::new(Imported {
        data: Address::Absolute(array.ctypes().data() as u64),
        read_only: !array.is_writeable(),
        shape: array.shape().iter().map(|length| *length as u64).collect(),
        strides: array.strides().iter().map(|stride| *stride as i64).collect(),
        typestr: dtype::typestr(array.dtype()),
        elements: None,
    }))
}

/// Makes the parameter type that is asked for.
fn parameter(array: &Array, asked: &Asked) -> Result<NdPointer, Raises> {
    let flags: Result<BTreeSet<NdFlag>, _> = asked.flags.iter().map(|name| name.parse()).collect();
    Ok(NdPointer {
        dtype: match &asked.dtype {
            None => None,
            Some(ElementType::Own) => Some(array.dtype().clone()),
            Some(ElementType::Typestr(typestr)) => Some(dtype::parse(typestr).map_err(type_error)?),
        },
        ndim: asked.ndim.map(|ndim| ndim as usize),
        shape: match &asked.shape {
            None => None,
            Some(NdShape::Lengths(lengths)) => Some(usizes(lengths)?),
            Some(NdShape::Length(length)) => Some(usizes(&[*length])?),
        },
        flags: flags.map_err(|_| Raises::KeyError)?,
    })
}
