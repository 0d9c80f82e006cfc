//! Python that looks into a `Py_buffer` and into a capsule of `DLPack`.

use array_ctypes_spec::{BufferMember, BufferRequest, DlpackMember, DlpackRequest};

/// Code to insert before a step with a `Py_buffer`.
pub(super) const PY_BUFFER: (&str, &str) = (
    "Py_buffer",
    "class Py_buffer(ctypes.Structure):
    _fields_ = [('buf', c_void_p), ('obj', c_void_p), ('len', c_ssize_t), ('itemsize', c_ssize_t), ('readonly', c_int),
                ('ndim', c_int), ('format', c_char_p), ('shape', POINTER(c_ssize_t)), ('strides', POINTER(c_ssize_t)),
                ('suboffsets', POINTER(c_ssize_t)), ('internal', c_void_p)]
pythonapi.PyObject_GetBuffer.argtypes = [py_object, c_void_p, c_int]",
);

/// Code to insert before a step with a tensor.
pub(super) const DL_TENSOR: (&str, &str) = (
    "DLTensor",
    "class DLTensor(ctypes.Structure):
    _fields_ = [('data', c_void_p), ('device', c_int * 2), ('ndim', c_int), ('code', c_ubyte), ('bits', c_ubyte),
                ('lanes', c_ushort), ('shape', POINTER(c_longlong)), ('strides', POINTER(c_longlong)),
                ('byte_offset', c_ulonglong)]
class Versioned(ctypes.Structure):
    _fields_ = [('version', c_uint * 2), ('context', c_void_p), ('deleter', c_void_p), ('flags', c_ulonglong),
                ('tensor', DLTensor)]
def find(capsule, name):  # DLTensor
    get = PYFUNCTYPE(c_void_p, py_object, c_char_p)(('PyCapsule_GetPointer', pythonapi))
    return Versioned.from_address(get(capsule, name)) if b'_' in name else DLTensor.from_address(get(capsule, name))",
);

/// The flags of `PyObject_GetBuffer`.
fn flags(request: BufferRequest) -> u32 {
    match request {
        BufferRequest::Simple => 0,
        BufferRequest::Writable => 0x1,
        BufferRequest::Nd => 0x8,
        BufferRequest::Strides => 0x18,
        BufferRequest::CContiguous => 0x38,
        BufferRequest::FContiguous => 0x58,
        BufferRequest::AnyContiguous => 0x98,
        BufferRequest::Full => 0x11d,
        BufferRequest::FullRo => 0x11c,
    }
}

/// Python that prints a member of the `Py_buffer` that a request fills in.
pub(super) fn buffer(request: BufferRequest, member: BufferMember) -> String {
    let word = member.word();
    let expression = match member {
        BufferMember::Address => "b.buf - base".to_owned(),
        BufferMember::Shape | BufferMember::Strides | BufferMember::Suboffsets => {
            format!("b.{word}[:b.ndim] if b.{word} else None")
        }
        _ => format!("b.{word}"),
    };
    format!(
        "b = Py_buffer()
pythonapi.PyObject_GetBuffer(a, byref(b), {:#x})  # {}
print({expression})
pythonapi.PyBuffer_Release(byref(b))",
        flags(request),
        request.word()
    )
}

/// Python that prints a member of the tensor in a capsule.
pub(super) fn dlpack(request: DlpackRequest, member: DlpackMember) -> String {
    let versioned = request == DlpackRequest::Versioned;
    let expression = match member {
        DlpackMember::Address => "t.data + t.byte_offset - base",
        DlpackMember::Device => "t.device[:]",
        DlpackMember::Ndim => "t.ndim",
        DlpackMember::Dtype => "t.code, t.bits, t.lanes",
        DlpackMember::Shape => "t.shape[:t.ndim] if t.shape else None",
        DlpackMember::Strides => "t.strides[:t.ndim] if t.strides else None",
        DlpackMember::Version if versioned => "found.version[:]",
        DlpackMember::ReadOnly if versioned => "found.flags & 1",
        DlpackMember::Version | DlpackMember::ReadOnly => "None",
    };
    let (argument, name, tensor) = if versioned {
        ("max_version=(1, 0)", "dltensor_versioned", "found.tensor")
    } else {
        ("", "dltensor", "found")
    };
    format!(
        "capsule = a.__dlpack__({argument})  # since NumPy {}
found = find(capsule, b'{name}')
t = {tensor}  # DLTensor
print({expression})",
        if versioned { "2.1" } else { "1.22" }
    )
}
