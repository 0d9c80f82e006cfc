//! Python for the chapters `ctypeslib` and `absent`.

use super::tuple::tuple;
use array_ctypes_spec::{Absent, Ctypeslib, ElementType, Library, NdPointer, NdShape, ShapeArgument, Source, Use};

/// Python that asks the question.
pub(super) fn python(question: &Ctypeslib) -> String {
    let expression = match question {
        Ctypeslib::CIntP => "ctypeslib.c_intp".to_owned(),
        Ctypeslib::AsCtypesType(of) => {
            let of = of.as_ref().map_or("a.dtype".to_owned(), ToString::to_string);
            return format!(
                "t = ctypeslib.as_ctypes_type({of})\n\
                 print(t, sizeof(t), [(*f, getattr(t, f[0]).offset) for f in getattr(t, '_fields_', []) if f[0]])"
            );
        }
        Ctypeslib::AsCtypes => "addressof(ctypeslib.as_ctypes(a)) - base".to_owned(),
        Ctypeslib::TypeOfAsCtypes => "type(ctypeslib.as_ctypes(a))".to_owned(),
        Ctypeslib::AsArray { source, shape, ctype } => {
            let shape = match shape {
                ShapeArgument::Missing => String::new(),
                ShapeArgument::Int(length) => format!(", {length}"),
                ShapeArgument::Lengths(lengths) => format!(", {}", tuple(lengths)),
            };
            let object = match source {
                Source::Pointer => format!("a.ctypes.data_as(POINTER({ctype}))"),
                Source::Object => format!("a.ctypes.data_as(POINTER({ctype})).contents"),
                Source::Null => format!("POINTER({ctype})()"),
            };
            return show(&format!("ctypeslib.as_array({object}{shape})"));
        }
        Ctypeslib::NdPointer(what, pointer) => {
            let parameter = parameter(pointer);
            match what {
                Use::FromParam => format!("{parameter}.from_param(a).data - base"),
                Use::Argument => {
                    format!("CFUNCTYPE(c_void_p, {parameter})(lambda p: p.value)(a) - base")
                }
                Use::Result => {
                    return format!(
                        "f = CFUNCTYPE({parameter}, c_void_p, c_void_p, c_size_t)(cast(memmove, c_void_p).value)\n\
                         {}",
                        show("f(a.ctypes, None, 0)")
                    );
                }
                Use::Class => format!("id({parameter})"),
                Use::None => format!("{parameter}.from_param(None)"),
                Use::List => format!("{parameter}.from_param([1])"),
            }
        }
        Ctypeslib::LoadLibrary(how) => return library(*how),
    };
    format!("print({expression})")
}

/// Python that prints an array, or another object, with its address.
fn show(expression: &str) -> String {
    format!("print((lambda b: (b, getattr(b, '__array_interface__', None), base))({expression}))")
}

fn parameter(pointer: &NdPointer) -> String {
    let mut arguments = Vec::new();
    match &pointer.dtype {
        Some(ElementType::Own) => arguments.push("dtype=a.dtype".to_owned()),
        Some(ElementType::Typestr(typestr)) => arguments.push(format!("dtype='{typestr}'")),
        None => {}
    }
    arguments.extend(pointer.ndim.map(|ndim| format!("ndim={ndim}")));
    arguments.extend(pointer.shape.as_ref().map(|shape| match shape {
        NdShape::Lengths(lengths) => format!("shape={}", tuple(lengths)),
        NdShape::Length(length) => format!("shape={length}"),
    }));
    if !pointer.flags.is_empty() {
        arguments.push(format!("flags='{}'", pointer.flags.join(",")));
    }
    format!("ctypeslib.ndpointer({})", arguments.join(", "))
}

fn library(how: Library) -> String {
    let call = match how {
        Library::Name => "name, folder",
        Library::File => "file, folder",
        Library::Beside => "name, _ctypes.__file__",
        Library::Path => "pathlib.Path(name), pathlib.Path(folder)",
        Library::Bytes => "os.fsencode(name), os.fsencode(folder)",
        Library::Missing => "'no such library', folder",
        Library::Defective => "'__init__.py', np.__path__[0]",
    };
    format!(
        "import os, pathlib, _ctypes\n\
         folder, file = os.path.split(_ctypes.__file__)\n\
         name = file.split('.')[0]\n\
         print(ctypeslib.load_library({call}))"
    )
}

/// Python that asks what is left without ctypes, in a process of its own, which prepares that.
pub(super) fn absent(what: Absent) -> String {
    let expression = match what {
        Absent::Ctypes => "b.ctypes".to_owned(),
        Absent::DataType => "type(b.ctypes.data)".to_owned(),
        Absent::AsParameterType => "type(b.ctypes._as_parameter_)".to_owned(),
        Absent::DataAs | Absent::ShapeAs | Absent::StridesAs => format!("b.ctypes.{}(int)", what.word()),
        _ => format!("b.ctypes.{}, b.__array_interface__", what.word()),
    };
    format!(
        "import subprocess, sys\n\
         print(subprocess.run([sys.executable, '-c', '''\n\
         import sys; sys.modules['_ctypes'] = None  # as where Python has no ctypes\n\
         import numpy as np\n\
         b = np.lib.stride_tricks.as_strided(np.zeros(1), %r, %r)\n\
         print({expression})''' % (a.shape, a.strides)], stdout=-1, stderr=-2).stdout.decode())"
    )
}
