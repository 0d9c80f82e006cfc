//! Words of the protocols beside the array interface: Python's buffer protocol and `DLPack`.

use crate::vocabulary::words::words;

words! {
    /// What is requested of the buffer protocol: the flags of `PyObject_GetBuffer`.
    BufferRequest {
        /// `PyBUF_SIMPLE`: bytes in C order.
        Simple "simple",
        /// `PyBUF_WRITABLE`: likewise, to be written to.
        Writable "writable",
        /// `PyBUF_ND`: lengths, without strides.
        Nd "nd",
        /// `PyBUF_STRIDES`: lengths and strides.
        Strides "strides",
        /// `PyBUF_C_CONTIGUOUS`: likewise, in C order.
        CContiguous "c_contiguous",
        /// `PyBUF_F_CONTIGUOUS`: likewise, in Fortran order.
        FContiguous "f_contiguous",
        /// `PyBUF_ANY_CONTIGUOUS`: likewise, in one of the two.
        AnyContiguous "any_contiguous",
        /// `PyBUF_FULL`: everything, to be written to.
        Full "full",
        /// `PyBUF_FULL_RO`: everything.
        FullRo "full_ro",
    }
}

impl BufferRequest {
    /// Returns true if it asks for `shape`.
    pub fn wants_shape(self) -> bool {
        !matches!(self, BufferRequest::Simple | BufferRequest::Writable)
    }

    /// Returns true if it asks for `strides`.
    pub fn wants_strides(self) -> bool {
        self.wants_shape() && self != BufferRequest::Nd
    }

    /// Returns true if it asks for `format`.
    pub fn wants_format(self) -> bool {
        matches!(self, BufferRequest::Full | BufferRequest::FullRo)
    }

    /// Returns true if it asks for memory to write to.
    pub fn wants_writable(self) -> bool {
        matches!(self, BufferRequest::Full | BufferRequest::Writable)
    }
}

words! {
    /// A member of `Py_buffer`.
    BufferMember {
        /// The address, `buf`.
        Address "address",
        /// Number of bytes, `len`.
        Length "len",
        /// Size of an element in bytes.
        ItemSize "itemsize",
        /// Asks if the memory may not be written to.
        ReadOnly "readonly",
        /// Number of dimensions.
        Ndim "ndim",
        /// Format, as text, or nothing.
        Format "format",
        /// Lengths of the axes, or nothing.
        Shape "shape",
        /// Byte strides, or nothing.
        Strides "strides",
        /// What is added to pointers that lie in the memory, or nothing.
        Suboffsets "suboffsets",
    }
}

words! {
    /// What is requested of `__dlpack__`.
    DlpackRequest {
        /// Without a version: a capsule `dltensor`.
        Unversioned "unversioned",
        /// Of version 1 where the array has that, by `max_version`: a capsule `dltensor_versioned`.
        Versioned "versioned",
    }
}

words! {
    /// A member of the tensor in a capsule of `DLPack`.
    DlpackMember {
        /// The address of the first element: `data` and `byte_offset`, added.
        Address "address",
        /// Kind and number of the device.
        Device "device",
        /// Number of dimensions.
        Ndim "ndim",
        /// Type code, bits and lanes.
        Dtype "dtype",
        /// Lengths of the axes, or nothing.
        Shape "shape",
        /// Strides in elements, or nothing.
        Strides "strides",
        /// Major and minor version; nothing in a capsule without.
        Version "version",
        /// Asks if the flag of read-only memory is set; nothing in a capsule without flags.
        ReadOnly "readonly",
    }
}
