//! The steps of a scenario of lifetimes: objects are taken from the array, kept and dropped, and the array is looked
//! after.
//!
//! Objects go by numbers that the scenario gives them, so that a scenario still means the same after a step was
//! removed.

use crate::vocabulary::ctype::CType;
use crate::vocabulary::words::forms;

forms! {
    /// A step of a scenario of lifetimes. The garbage collector, where there is one, runs only where a step says so.
    Act {
        /// Takes an object from the array and keeps it.
        Export "export" {
            /// Its number.
            name: u8 = "N",
            /// What is taken.
            what: Export = "WHAT",
        },
        /// Makes an object of one that is kept, and keeps it too.
        Derive "derive" {
            /// Its number.
            name: u8 = "N",
            /// The number of the object that it is made of.
            from: u8 = "FROM",
            /// How.
            how: Derive = "HOW",
        },
        /// Lets go of the array, and of everything that earlier steps other than these made.
        DropArray "drop array",
        /// Lets go of an object.
        Drop "drop" (name: u8 = "N"),
        /// Runs the garbage collector.
        Collect "collect",
        /// Allocates memory of the size of the buffer a few times and fills it with other bytes.
        Overwrite "overwrite",
        /// Asks if the array is still there.
        Alive "alive",
        /// Asks if the buffer is still there.
        Memory "memory",
        /// The first bytes at the address that an object holds.
        Read "read" {
            /// The number of the object.
            name: u8 = "N",
            /// How many bytes.
            count: u64 = "COUNT",
        },
        /// The change in the number of references to the array after this object is taken and dropped.
        Balance "balance" (what: Export = "WHAT"),
        /// Passes this, taken from a temporary array over the same memory, to a foreign function, and asks if that
        /// array is still there while the function runs.
        Call "call" (what: Export = "WHAT"),
    }
}

forms! {
    /// What is taken from an array.
    Export {
        /// The interface object, `a.ctypes`.
        Ctypes "ctypes",
        /// The bound method `a.ctypes.data_as`.
        Method "method",
        /// The address, `a.ctypes.data`.
        Data "data",
        /// The C array `a.ctypes.shape`.
        Shape "shape",
        /// The C array `a.ctypes.strides`.
        Strides "strides",
        /// The C array `a.ctypes.shape_as(T)`.
        ShapeAs "shape_as" (ctype: CType = "T"),
        /// The C array `a.ctypes.strides_as(T)`.
        StridesAs "strides_as" (ctype: CType = "T"),
        /// The pointer `a.ctypes.data_as(T)`.
        DataAs "data_as" (ctype: CType = "T"),
        /// The pointer `a.ctypes._as_parameter_`.
        AsParameter "_as_parameter_",
        /// The dictionary `a.__array_interface__`.
        Interface "interface",
        /// The capsule `a.__array_struct__`.
        Struct "struct",
        /// The capsule `a.__dlpack__(max_version=(1, 0))`.
        Dlpack "dlpack",
        /// What Python's buffer protocol fills in if strides are requested, until it is released.
        Buffer "buffer",
        /// Another array over the same memory, `a[...]`.
        View "view",
        /// The array as an object of ctypes, `as_ctypes(a)`.
        AsCtypes "as_ctypes",
    }
}

impl Export {
    /// The C type that it names, if it does.
    pub fn ctype(&self) -> Option<&CType> {
        match self {
            Export::ShapeAs(ctype) | Export::StridesAs(ctype) | Export::DataAs(ctype) => Some(ctype),
            _ => None,
        }
    }
}

forms! {
    /// What is made of a pointer `p`, or of an object that `as_ctypes` yields.
    Derive {
        /// `p.contents`.
        Contents "contents",
        /// `p[0]`.
        Item "item",
        /// `byref(p)`.
        ByRef "byref",
        /// `pointer(p)`.
        Pointer "pointer",
        /// `c_void_p(p.value)`: the address, copied.
        Value "value",
        /// `cast(p, T)`.
        Cast "cast" (ctype: CType = "T"),
        /// An array of one item, `as_array(p, (1,))`; of an object, of what is in it.
        AsArray "as_array",
    }
}
