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
def find(capsule):  # the DLTensor, and what is around it
    name = PYFUNCTYPE(c_char_p, py_object)(('PyCapsule_GetName', pythonapi))(capsule)
    at = PYFUNCTYPE(c_void_p, py_object, c_char_p)(('PyCapsule_GetPointer', pythonapi))(capsule, name)
    v = Versioned.from_address(at) if b'_' in name else None
    return v.tensor if v else DLTensor.from_address(at), v",
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

/// The arguments of `__dlpack__`.
fn arguments(request: DlpackRequest) -> &'static str {
    match request {
        DlpackRequest::Unversioned => "",
        DlpackRequest::Versioned => "max_version=(1, 0)",
        DlpackRequest::Older => "max_version=(0, 8)",
        DlpackRequest::Minor => "max_version=(1, 3)",
        DlpackRequest::Newer => "max_version=(2, 0)",
        DlpackRequest::OnCpu => "max_version=(1, 0), dl_device=(1, 0)",
        DlpackRequest::OnCuda => "max_version=(1, 0), dl_device=(2, 0)",
        DlpackRequest::Copy => "max_version=(1, 0), copy=True",
        DlpackRequest::NoCopy => "max_version=(1, 0), copy=False",
        DlpackRequest::NoStream => "max_version=(1, 0), stream=None",
        DlpackRequest::Stream => "max_version=(1, 0), stream=1",
    }
}

/// Python that prints a member of the tensor in a capsule.
pub(super) fn dlpack(request: DlpackRequest, member: DlpackMember) -> String {
    let expression = match member {
        DlpackMember::Address => "t.data + t.byte_offset - base",
        DlpackMember::Device => "t.device[:]",
        DlpackMember::Ndim => "t.ndim",
        DlpackMember::Dtype => "t.code, t.bits, t.lanes",
        DlpackMember::Shape => "t.shape[:t.ndim] if t.shape else None",
        DlpackMember::Strides => "t.strides[:t.ndim] if t.strides else None",
        DlpackMember::Version => "v and v.version[:]",
        DlpackMember::ReadOnly => "v and v.flags & 1",
        DlpackMember::Copied => "v and v.flags & 2",
        DlpackMember::Flags => "v and v.flags",
        DlpackMember::StridesGiven => "v and (v.version[:], bool(t.strides))",
        DlpackMember::Elements => "np.from_dlpack(a, copy=True).tobytes().hex()",
    };
    format!(
        "capsule = a.__dlpack__({})  # since NumPy {}
t, v = find(capsule)  # DLTensor
print({expression})",
        arguments(request),
        if request == DlpackRequest::Unversioned { "1.22" } else { "2.1" }
    )
}
