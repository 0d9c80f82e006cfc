//! Scenarios of lifetimes in Python: `array` and `block` are weak references to the array and its memory.

use crate::Case;
use array_ctypes_spec::{Act, Derive, Export, Step};

/// What has to stand before the first step, if there is a scenario.
pub(super) fn prelude(case: &Case) -> &'static str {
    let is_scenario = case.script.iter().any(|step| matches!(step, Step::Act(_)));
    if is_scenario {
        "import gc, sys, weakref\ngc.disable()\narray, block = weakref.ref(a), weakref.ref(room)\n"
    } else {
        ""
    }
}

/// Python for one step.
pub(super) fn act(act: &Act, case: &Case) -> String {
    match act {
        Act::Export { name, what } => format!("k{name} = {}", take(what, "a")),
        Act::Derive { name, from, how } => {
            let made = match how {
                Derive::Contents => format!("k{from}.contents"),
                Derive::Item => format!("k{from}[0]"),
                Derive::ByRef => format!("byref(k{from})"),
                Derive::Pointer => format!("pointer(k{from})"),
                Derive::Value => format!("c_void_p(k{from}.value)"),
                Derive::Cast(ctype) => format!("cast(k{from}, {ctype})"),
                Derive::AsArray => format!("ctypeslib.as_array(k{from}, (1,))"),
            };
            format!("k{name} = {made}")
        }
        Act::DropArray => "a = memory = room = keep = capsule = b = f = t = None".to_owned(),
        Act::Drop(name) => format!("del k{name}"),
        Act::Collect => "gc.collect()".to_owned(),
        Act::Overwrite => {
            let size = case.array.buffer.size.saturating_add(8192);
            format!("filler = [create_string_buffer(b'\\xa5' * {size}, {size}) for _ in range(8)]")
        }
        Act::Alive => "print(array() is not None)".to_owned(),
        Act::Memory => "print(block() is not None)".to_owned(),
        Act::Read { name, count } => format!("print(string_at({}, {count}).hex())", address(*name, case)),
        Act::Balance(what) => format!(
            "n = sys.getrefcount(a)\ntry: {}\nexcept TypeError: pass\nprint(sys.getrefcount(a) - n)",
            take(what, "a")
        ),
        Act::Call(what) => format!(
            "def temporary(seen=[]): b = a[...]; seen.append(weakref.ref(b)); return b\n\
             CFUNCTYPE(None, c_void_p)(lambda p: print(temporary.__defaults__[0][-1]() is not None))({})",
            take(what, "temporary()")
        ),
    }
}

/// Python that takes an object from an array.
fn take(what: &Export, array: &str) -> String {
    match what {
        Export::Ctypes => format!("{array}.ctypes"),
        Export::Method => format!("{array}.ctypes.data_as"),
        Export::Data => format!("{array}.ctypes.data"),
        Export::Shape => format!("{array}.ctypes.shape"),
        Export::Strides => format!("{array}.ctypes.strides"),
        Export::ShapeAs(ctype) => format!("{array}.ctypes.shape_as({ctype})"),
        Export::StridesAs(ctype) => format!("{array}.ctypes.strides_as({ctype})"),
        Export::DataAs(ctype) => format!("{array}.ctypes.data_as({ctype})"),
        Export::AsParameter => format!("{array}.ctypes._as_parameter_"),
        Export::Interface => format!("{array}.__array_interface__"),
        Export::Struct => format!("{array}.__array_struct__  # a PyArrayInterface"),
        Export::Dlpack => format!("{array}.__dlpack__(max_version=(1, 0))  # a DLTensor"),
        Export::Buffer => format!("memoryview({array})"),
        Export::View => format!("{array}[...]"),
        Export::AsCtypes => format!("ctypeslib.as_ctypes({array})"),
    }
}

/// Python for the address that an object holds.
fn address(object: u8, case: &Case) -> String {
    let made = case.script.iter().find_map(|step| match step {
        Step::Act(Act::Export { name, what }) if *name == object => Some(match what {
            Export::Ctypes => format!("k{object}.data"),
            Export::Method => format!("k{object}(c_void_p).value"),
            Export::DataAs(_) | Export::AsParameter => format!("c_void_p.from_buffer(k{object}).value"),
            Export::Interface => format!("k{object}['data'][0]"),
            Export::Struct => format!("pythonapi.PyCapsule_GetPointer(k{object}, None).contents.data"),
            Export::Dlpack => format!("(lambda t: t.data + t.byte_offset)(find(k{object})[0])"),
            Export::Buffer => format!("np.asarray(k{object}).ctypes.data"),
            Export::View => format!("k{object}.ctypes.data"),
            Export::AsCtypes => format!("addressof(k{object})"),
            _ => format!("k{object}"),
        }),
        Step::Act(Act::Derive { name, how, .. }) if *name == object => Some(match how {
            Derive::Contents | Derive::Item => format!("addressof(k{object})"),
            Derive::ByRef => format!("c_void_p.from_buffer(k{object}._obj).value"),
            Derive::Pointer => format!("c_void_p.from_buffer(k{object}.contents).value"),
            Derive::Value => format!("k{object}.value"),
            Derive::AsArray => format!("k{object}.ctypes.data"),
            Derive::Cast(_) => format!("c_void_p.from_buffer(k{object}).value"),
        }),
        _ => None,
    });
    made.unwrap_or_else(|| format!("k{object}"))
}
