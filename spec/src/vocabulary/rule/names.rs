//! The names that the declaration of a rule is made of: levels, chapters, profiles.
//!
//! The build script reads the chapters' Markdown with this same file, so it names nothing else of the crate.

/// Declares an enum whose variants have names.
macro_rules! named {
    ($(#[$doc:meta])* $Name:ident { $($(#[$variant_doc:meta])* $Variant:ident $name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $Name { $($(#[$variant_doc])* $Variant,)* }

        impl $Name {
            /// All of them, in order.
            pub const ALL: &'static [$Name] = &[$($Name::$Variant),*];

            /// The name, as the prose of rules spells it.
            pub const fn name(self) -> &'static str {
                match self { $($Name::$Variant => $name,)* }
            }

            /// The one of that name.
            pub fn from_name(name: &str) -> Option<$Name> {
                $Name::ALL.iter().copied().find(|one| one.name() == name)
            }
        }
    };
}

named! {
    /// How binding a rule is.
    Level {
        /// Breaking it is a failure.
        Must "MUST",
        /// Breaking it is a warning, and a failure where the caller asks for strictness.
        Should "SHOULD",
    }
}

named! {
    /// A chapter of the specification. Its rules are declared in the Markdown file of its name.
    Chapter {
        /// Byte order, widths and names of C types on a platform.
        Platform "platform",
        /// How integers convert into C types, and how memory reads as one.
        Ctype "ctype",
        /// Element types, and how the array interface spells them.
        Dtype "dtype",
        /// Where elements are, and what views do to that.
        Layout "layout",
        /// The address of the first element.
        Data "data",
        /// Lengths and strides, as numbers of C.
        Shape "shape",
        /// The address as a pointer, and what is read and written through it.
        Cast "cast",
        /// Who keeps the array.
        Lifetime "lifetime",
        /// What is seen and done by those who are handed an array.
        Consumer "consumer",
        /// The array interface, the buffer protocol and `DLPack`.
        Interface "interface",
        /// Arrays in files that are mapped to memory.
        Memmap "memmap",
        /// Helpers for foreign functions.
        Ctypeslib "ctypeslib",
        /// The interface where ctypes is missing.
        Absent "absent",
    }
}

named! {
    /// What an implementation claims to be, and so which rules apply to it.
    Profile {
        /// Any language that hands out pointer, shape and byte strides.
        Core "core",
        /// Python's `ctypes` attribute, or its like.
        Ctypes "ctypes",
        /// Objects of the interface keep the array, or leave it alone.
        Lifetime "lifetime",
        /// The newer reading of the documentation: a pointer that `data_as` gives keeps the array.
        Holds "holds",
        /// The older reading of the documentation: such a pointer does not keep the array.
        Borrows "borrows",
        /// Makes something of arrays that it is handed.
        Consumer "consumer",
        /// `__array_interface__`, given: what the published text asks of an exporter.
        Interface "interface",
        /// `__array_struct__`, given: likewise, of the C structure.
        Struct "struct",
        /// `__array_interface__`, taken: what the published text asks of an importer.
        Import "import",
        /// Python's buffer protocol.
        Buffer "buffer",
        /// `DLPack`.
        Dlpack "dlpack",
        /// Arrays in a file that is mapped to memory.
        Memmap "memmap",
        /// `numpy.ctypeslib`, or its like.
        Ctypeslib "ctypeslib",
        /// The interface where ctypes is missing.
        Absent "absent",
        /// Habits of NumPy that no published text asks for: kinds of errors, spellings, objects that are new each time.
        Numpy "numpy",
    }
}
