//! Names of what questions ask for: flags, attributes, entries, members.

use crate::vocabulary::words::words;

words! {
    /// A flag of an array.
    Flag {
        /// Elements follow each other in C order without gaps.
        CContiguous "c_contiguous",
        /// Elements follow each other in Fortran order without gaps.
        FContiguous "f_contiguous",
        /// Every element is aligned as its type asks.
        Aligned "aligned",
        /// Writing is allowed.
        Writeable "writeable",
    }
}

words! {
    /// An attribute of the array or of its interface object, that yields an object.
    Attribute {
        /// `a.ctypes`
        Ctypes "ctypes",
        /// `a.ctypes.data`
        Data "data",
        /// `a.ctypes.shape`
        Shape "shape",
        /// `a.ctypes.strides`
        Strides "strides",
        /// `a.ctypes._as_parameter_`
        AsParameter "_as_parameter_",
        /// `a.__array_interface__`
        Interface "__array_interface__",
    }
}

words! {
    /// What is asked of the interface where ctypes is missing.
    Absent {
        /// Asks if there is an interface object.
        Ctypes "ctypes",
        /// The address.
        Data "data",
        /// The address in `_as_parameter_`.
        AsParameter "_as_parameter_",
        /// The name of the type of the address.
        DataType "data-type",
        /// The name of the type of `_as_parameter_`.
        AsParameterType "_as_parameter_-type",
        /// Lengths of the axes.
        Shape "shape",
        /// Byte strides.
        Strides "strides",
        /// The address as another type. There is no C type to name, so it is Python's `int`.
        DataAs "data_as",
        /// Lengths of the axes in another type, likewise.
        ShapeAs "shape_as",
        /// Byte strides in another type, likewise.
        StridesAs "strides_as",
    }
}

words! {
    /// An entry of `__array_interface__`.
    Key {
        /// The names of all entries, sorted, as text with spaces between.
        Keys "keys",
        /// The address, `data[0]`.
        Data "data",
        /// The read-only flag, `data[1]`.
        ReadOnly "read_only",
        /// Lengths of the axes.
        Shape "shape",
        /// Byte strides, or nothing.
        Strides "strides",
        /// Type string.
        Typestr "typestr",
        /// Type description, as Python prints the list.
        Descr "descr",
        /// Version number.
        Version "version",
        /// The name of the type of the address; `buffer` if an object exposes it, nothing if the array itself does.
        DataType "data-type",
        /// The name of the type of `shape`, with those of its items.
        ShapeType "shape-type",
        /// The name of the type of `strides`, with those of its items.
        StridesType "strides-type",
    }
}

words! {
    /// A member of the C structure behind `__array_struct__`.
    Member {
        /// The number two.
        Two "two",
        /// Number of dimensions.
        Nd "nd",
        /// Kind character, as text.
        TypeKind "typekind",
        /// Size of an element in bytes.
        ItemSize "itemsize",
        /// Flags.
        Flags "flags",
        /// Lengths of the axes.
        Shape "shape",
        /// Byte strides.
        Strides "strides",
        /// The address.
        Data "data",
        /// Type description, as Python prints the list; nothing where flags say that there is none.
        Descr "descr",
    }
}
