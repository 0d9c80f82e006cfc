//! Python's buffer protocol: the members of `Py_buffer` for an array.

use super::kind;
use crate::dtype;
use crate::layout::Array;
use array_ctypes_spec::BufferRequest;
use array_ctypes_spec::dtype::{Dtype, Plain};
use array_ctypes_spec::platform::ByteOrder;
use std::ffi::c_int;
use std::fmt::{self, Write};

/// The members of `Py_buffer` that a request fills in. `None` stands for NULL.
///
/// ```
/// use array_ctypes::Array;
/// use array_ctypes_spec::BufferRequest;
/// let array = Array::from_slice(&[1i16, 2, 3, 4], &[2, 2])?.view(&"transpose 1 0".parse()?)?;
/// let filled = array.buffer(BufferRequest::FullRo)?;
/// assert_eq!((filled.len, filled.strides), (8, Some(&[2, 4][..])));
/// assert!(array.buffer(BufferRequest::Simple).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PyBuffer<'a> {
    /// Address of the first element.
    pub buf: usize,
    /// Size of all elements together in bytes.
    pub len: usize,
    /// Size of an element in bytes.
    pub itemsize: usize,
    /// True if the memory may not be written to.
    pub readonly: bool,
    /// Number of dimensions; 1 if the request does not ask for lengths.
    pub ndim: usize,
    /// Format of an element in the syntax of PEP 3118.
    pub format: Option<String>,
    /// Lengths of the axes, in elements.
    pub shape: Option<&'a [usize]>,
    /// Byte strides.
    pub strides: Option<&'a [isize]>,
}

/// The flags of requests in C.
mod flags {
    use std::ffi::c_int;

    pub(super) const WRITABLE: c_int = 0x1;
    pub(super) const FORMAT: c_int = 0x4;
    pub(super) const ND: c_int = 0x8;
    pub(super) const STRIDES: c_int = 0x10 | ND;
    pub(super) const C_CONTIGUOUS: c_int = 0x20 | STRIDES;
    pub(super) const F_CONTIGUOUS: c_int = 0x40 | STRIDES;
    pub(super) const ANY_CONTIGUOUS: c_int = 0x80 | STRIDES;
    pub(super) const INDIRECT: c_int = 0x100 | STRIDES;
}

fn flags_of(request: BufferRequest) -> c_int {
    match request {
        BufferRequest::Simple => 0,
        BufferRequest::Writable => flags::WRITABLE,
        BufferRequest::Nd => flags::ND,
        BufferRequest::Strides => flags::STRIDES,
        BufferRequest::CContiguous => flags::C_CONTIGUOUS,
        BufferRequest::FContiguous => flags::F_CONTIGUOUS,
        BufferRequest::AnyContiguous => flags::ANY_CONTIGUOUS,
        BufferRequest::Full => flags::INDIRECT | flags::FORMAT | flags::WRITABLE,
        BufferRequest::FullRo => flags::INDIRECT | flags::FORMAT,
    }
}

impl Array {
    /// Answers a request of the buffer protocol. The result does not keep the memory alive: C must keep the array as
    /// long as it uses the memory.
    ///
    /// # Errors
    /// [`BufferError`] if the array does not meet the request.
    pub fn buffer(&self, request: BufferRequest) -> Result<PyBuffer<'_>, BufferError> {
        let flags = flags_of(request);
        let wants = |flag: c_int| flags & flag == flag;
        // A request without strides assumes that the elements are C-contiguous.
        let contiguous = match flags {
            _ if wants(flags::ANY_CONTIGUOUS) => self.is_c_contiguous() || self.is_f_contiguous(),
            _ if wants(flags::F_CONTIGUOUS) => self.is_f_contiguous(),
            _ if wants(flags::C_CONTIGUOUS) || !wants(flags::STRIDES) => self.is_c_contiguous(),
            _ => true,
        };
        if !contiguous {
            return Err(BufferError::NotContiguous);
        }
        if wants(flags::WRITABLE) && !self.writeable {
            return Err(BufferError::ReadOnly);
        }
        let format = if wants(flags::FORMAT) { Some(format(&self.dtype).ok_or(BufferError::NoFormat)?) } else { None };
        let itemsize = dtype::size(&self.dtype);
        let has_axes = !self.shape.is_empty();
        Ok(PyBuffer {
            buf: self.data.expose_provenance(),
            len: if self.is_empty() { 0 } else { self.shape.iter().product::<usize>() * itemsize },
            itemsize,
            readonly: !self.writeable,
            ndim: if wants(flags::ND) { self.shape.len() } else { 1 },
            format,
            shape: (has_axes && wants(flags::ND)).then_some(&self.shape),
            strides: (has_axes && wants(flags::STRIDES)).then_some(&self.strides),
        })
    }
}

/// Returns the format of an element type; `None` if PEP 3118 has no format for it, or if C cannot read the format.
pub fn format(dtype: &Dtype) -> Option<String> {
    let mut text = String::new();
    write_format(&mut text, dtype)?;
    Some(text)
}

/// Writes the byte order before each number, so sizes and alignments are not native, and writes all padding.
fn write_format(text: &mut String, dtype: &Dtype) -> Option<()> {
    let record = match dtype {
        Dtype::Plain(plain) => return write_plain(text, plain),
        Dtype::Record(record) => record,
    };
    text.push_str("T{");
    let mut end = 0;
    for field in &record.fields {
        let padding = field.offset.checked_sub(end)?;
        write_padding(text, padding);
        if let [first, rest @ ..] = &field.shape[..] {
            let _ = write!(text, "({first}");
            for length in rest {
                let _ = write!(text, ",{length}");
            }
            text.push(')');
        }
        write_format(text, &field.dtype)?;
        if field.name.contains([':', '\0']) {
            return None;
        }
        let _ = write!(text, ":{}:", field.name);
        end = field.offset + dtype::field_size(field);
    }
    write_padding(text, record.size.checked_sub(end)?);
    text.push('}');
    Some(())
}

fn write_padding(text: &mut String, bytes: u64) {
    if bytes > 0 {
        let _ = write!(text, "{bytes}x");
    }
}

fn write_plain(text: &mut String, plain: &Plain) -> Option<()> {
    let (code, count) = kind::format(plain)?;
    let is_long_double = kind::is_long_double(plain);
    text.push(match plain.order {
        // Only a native long double has a code.
        _ if is_long_double && dtype::is_swapped(plain) => return None,
        _ if is_long_double => '^',
        ByteOrder::Little => '<',
        ByteOrder::Big => '>',
    });
    if count != 1 {
        let _ = write!(text, "{count}");
    }
    text.push_str(code);
    Some(())
}

/// The reason why a request of the buffer protocol is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BufferError {
    /// The elements do not have the order that the request relies on.
    NotContiguous,
    /// The array may not be written to.
    ReadOnly,
    /// No format describes the element type.
    NoFormat,
}

impl fmt::Display for BufferError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BufferError::NotContiguous => {
                "expected elements in the order that the request asks for, found gaps or another order; ask for strides"
            }
            BufferError::ReadOnly => "expected an array that may be written to, found a read-only one; ask for reading",
            BufferError::NoFormat => {
                "expected an element type that PEP 3118 describes, found times, long doubles in the other byte order, or \
                 fields that overlap or are out of order; ask without format"
            }
        })
    }
}

impl std::error::Error for BufferError {}
