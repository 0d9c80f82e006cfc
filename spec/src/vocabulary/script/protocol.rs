//! How an array is handed to a consumer.

use crate::vocabulary::words::words;

words! {
    /// How an array is handed to a consumer.
    Protocol {
        /// Address, shape and byte strides, as `.ctypes` gives them to a C function.
        Pointer "pointer",
        /// `__array_interface__`.
        Interface "interface",
        /// `__array_struct__`.
        Struct "struct",
        /// Python's buffer protocol.
        Buffer "buffer",
        /// `DLPack` without a version: a capsule `dltensor`.
        Dlpack "dlpack",
        /// `DLPack` with a version: a capsule `dltensor_versioned`.
        DlpackVersioned "dlpack-versioned",
        /// A C interface of the consumer's own, which knows all facts of the array.
        Object "object",
    }
}
