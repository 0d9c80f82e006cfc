//! The chapters `ctypeslib` and `absent` of the reference.

use super::answer::{address, integers, pointer};
use super::raises::{array_error, too_wide, type_error};
use array_ctypes::ctypeslib::{self, AsArrayError, AsCtypesError, NdFlag, NdPointer};
use array_ctypes::{Array, Buffer, ctype, dtype};
use array_ctypes_spec::{
    Absent, Address, Answer, Ctypeslib, ElementType, Imported, NdPointer as Asked, NdShape, Raises, ShapeArgument,
    Source, Use,
};
use std::collections::BTreeSet;
use std::rc::Rc;

/// Parameter types that were asked for: those that ask the same are one.
#[derive(Debug, Default)]
pub(super) struct Types(Vec<NdPointer>);

pub(super) fn ask(
    array: &Array,
    buffer: &Rc<Buffer>,
    types: &mut Types,
    libraries: &library::Folder,
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
                (_, ShapeArgument::Lengths(lengths)) => widths(lengths)?,
                // In Rust it does not compile.
                (_, ShapeArgument::Missing | ShapeArgument::Int(_)) => return Err(Raises::TypeError),
            };
            let from = if *source == Source::Null { 0 } else { array.ctypes().data() };
            seen(&ctypeslib::as_array(buffer, from, ctype, &shape).map_err(as_array_error)?)
        }
        Ctypeslib::NdPointer(what, asked) => {
            let parameter = parameter(array, asked)?;
            match what {
                // A foreign function is handed what the check hands on.
                Use::FromParam | Use::Argument => pointer(parameter.from_param(array).map_err(type_error)?),
                Use::Result => match parameter.returned(buffer, array.ctypes().data()).map_err(array_error)? {
                    Some(array) => seen(&array),
                    None => address(array.ctypes().data()),
                },
                Use::Class => {
                    let known = types.0.iter().position(|known| *known == parameter);
                    let number = known.unwrap_or(types.0.len());
                    if known.is_none() {
                        types.0.push(parameter);
                    }
                    // Not among the numbers of other objects.
                    Answer::Object(1 << 32 | number as u64)
                }
                // In Rust it does not compile.
                Use::None | Use::List => return Err(Raises::TypeError),
            }
        }
        Ctypeslib::LoadLibrary(how) => libraries.load(*how)?,
    })
}

pub(super) fn absent(array: &Array, what: Absent) -> Result<Answer, Raises> {
    let plain = array.without_ctypes();
    Ok(match what {
        Absent::Ctypes => Answer::Bool(true),
        Absent::Data => address(plain.data()),
        Absent::AsParameter => address(plain.as_parameter()),
        Absent::Shape => Answer::integers(plain.shape().iter().copied()),
        Absent::Strides => integers(plain.strides()),
        // There is no C type to convert to.
        Absent::DataAs | Absent::ShapeAs | Absent::StridesAs => return Err(Raises::NotImplementedError),
    })
}

fn widths(lengths: &[u64]) -> Result<Vec<usize>, Raises> {
    lengths.iter().map(|length| usize::try_from(*length).map_err(too_wide)).collect()
}

/// What an array is, as importers see it.
pub(super) fn seen(array: &Array) -> Answer {
    Answer::Imported(Box::new(Imported {
        data: Address::Absolute(array.ctypes().data() as u64),
        read_only: !array.is_writeable(),
        shape: array.shape().iter().map(|length| *length as u64).collect(),
        strides: array.strides().iter().map(|stride| *stride as i64).collect(),
        typestr: dtype::typestr(array.dtype()),
    }))
}

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
            Some(NdShape::Lengths(lengths)) => Some(widths(lengths)?),
            Some(NdShape::Length(length)) => Some(widths(&[*length])?),
        },
        flags: flags.map_err(|_| Raises::KeyError)?,
    })
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

/// Loading libraries. There is one to load where the system tells which ones this program has loaded.
#[cfg(target_os = "linux")]
pub(super) mod library {
    #![expect(unsafe_code, reason = "loading a library that is loaded already")]

    use array_ctypes::ctypeslib::{LoadError, load_library};
    use array_ctypes_spec::{Answer, Library, Raises};
    use std::cell::OnceCell;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    use std::path::{Path, PathBuf};
    use std::{fs, io};
    use tempfile::TempDir;

    /// A library that this program has loaded.
    fn loaded() -> Option<PathBuf> {
        let maps = fs::read_to_string("/proc/self/maps").ok()?;
        let mut paths = maps.lines().filter_map(|line| line.find('/').map(|at| Path::new(&line[at..])));
        paths.find(|path| path.to_string_lossy().contains("/libc.so")).map(Path::to_owned)
    }

    /// Whether there is one.
    pub(in super::super) fn is_there() -> bool {
        loaded().is_some()
    }

    /// A folder with a library under the name `there.so`, and with a file `defective.so` that is none; made when it is
    /// first needed.
    #[derive(Debug, Default)]
    pub(in super::super) struct Folder(OnceCell<TempDir>);

    fn folder() -> io::Result<TempDir> {
        let folder = tempfile::tempdir()?;
        symlink(loaded().ok_or(io::ErrorKind::NotFound)?, folder.path().join("there.so"))?;
        fs::write(folder.path().join("defective.so"), "no library")?;
        Ok(folder)
    }

    impl Folder {
        fn path(&self) -> io::Result<&Path> {
            if let Some(folder) = self.0.get() {
                return Ok(folder.path());
            }
            let folder = folder()?;
            Ok(self.0.get_or_init(|| folder).path())
        }

        pub(super) fn load(&self, how: Library) -> Result<Answer, Raises> {
            let folder = self.path().map_err(|_| Raises::OtherError)?;
            let place = match how {
                Library::Beside => folder.join("defective.so"),
                _ => folder.to_owned(),
            };
            let name: &Path = match how {
                Library::Name | Library::Beside | Library::Path => Path::new("there"),
                Library::File => Path::new("there.so"),
                Library::Bytes => OsStr::from_bytes(b"there").as_ref(),
                Library::Missing => Path::new("missing"),
                Library::Defective => Path::new("defective"),
            };
            // SAFETY: the one library in the folder is loaded already, so its code does not run again; it stays loaded.
            match unsafe { load_library(name, place) } {
                Ok(library) => Ok(Answer::Bool(library.path() == folder.join("there.so"))),
                Err(LoadError::Missing { .. } | LoadError::Defective { .. }) => Err(Raises::OSError),
            }
        }
    }
}

/// No libraries to load.
#[cfg(not(target_os = "linux"))]
pub(super) mod library {
    use array_ctypes_spec::{Answer, Library, Raises};

    pub(in super::super) fn is_there() -> bool {
        false
    }

    /// No folder.
    #[derive(Debug, Default)]
    pub(in super::super) struct Folder;

    impl Folder {
        pub(super) fn load(&self, _: Library) -> Result<Answer, Raises> {
            Err(Raises::NotImplementedError)
        }
    }
}
