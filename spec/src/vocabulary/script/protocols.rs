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
    /// What is requested of `__dlpack__`. Those that name no `max_version` ask for version 1.0 beside what they name, except
    /// the first.
    DlpackRequest {
        /// Without a version: a capsule `dltensor`.
        Unversioned "unversioned",
        /// Of version 1 where the array has that, by `max_version`: a capsule `dltensor_versioned`.
        Versioned "versioned",
        /// Of version 0.8 at most.
        Older "max_version=0.8",
        /// Of version 1.3 at most.
        Minor "max_version=1.3",
        /// Of version 2.0 at most.
        Newer "max_version=2.0",
        /// On the CPU.
        OnCpu "dl_device=1.0",
        /// On a graphics card of CUDA.
        OnCuda "dl_device=2.0",
        /// A copy.
        Copy "copy=true",
        /// No copy.
        NoCopy "copy=false",
        /// With no stream to wait for.
        NoStream "stream=none",
        /// With a stream to wait for, which the CPU does not have.
        Stream "stream=1",
    }
}

impl DlpackRequest {
    /// Returns true if it needs arguments of `__dlpack__` that came with version 1, apart from version 1.0 itself.
    pub fn has_arguments(self) -> bool {
        !matches!(self, DlpackRequest::Unversioned | DlpackRequest::Versioned)
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
        /// Asks if the flag of a copy is set; nothing in a capsule without flags.
        Copied "copied",
        /// All flags; nothing in a capsule without flags.
        Flags "flags",
        /// Major and minor version, and 1 if there are strides, otherwise 0; nothing in a capsule without a version.
        StridesGiven "strides-given",
        /// The memory of the elements in C order, at the address and by the strides of the tensor.
        Elements "elements",
    }
}

impl DlpackMember {
    /// Returns true if it is asked only of those who answer requests with [arguments](DlpackRequest::has_arguments).
    pub fn is_later(self) -> bool {
        use DlpackMember::{Copied, Elements, Flags, StridesGiven};
        matches!(self, Copied | Elements | Flags | StridesGiven)
    }
}
