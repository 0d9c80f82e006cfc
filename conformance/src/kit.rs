//! The Python kit and the adapters that are written with it, as files. Used by the command; not stable.
//!
//! They are part of the library, so that an installed command needs no checkout of this project.

/// Names and texts of the files in `python/`.
pub const FILES: [(&str, &str); 5] = [
    ("array_ctypes_kit.py", include_str!("../python/array_ctypes_kit.py")),
    ("numpy_adapter.py", include_str!("../python/numpy_adapter.py")),
    ("numpy_absent.py", include_str!("../python/numpy_absent.py")),
    ("faulty_adapters.py", include_str!("../python/faulty_adapters.py")),
    ("memoryview_adapter.py", include_str!("../python/memoryview_adapter.py")),
];
