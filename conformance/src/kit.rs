//! The Python kit, the adapters that are written with it, and the header for C, as files. Used by the command; not stable.
//!
//! They are part of the library, so that an installed command needs no checkout of this project.

macro_rules! files {
    ($($name:literal,)*) => { &[$(($name, include_str!(concat!("../python/", $name)))),*] };
}

/// Paths and texts of the files in `python/`. The kit is a package, in a folder of its own.
pub const FILES: &[(&str, &str)] = files![
    "array_ctypes_kit/__init__.py",
    "array_ctypes_kit/streams.py",
    "array_ctypes_kit/arguments.py",
    "array_ctypes_kit/answers.py",
    "array_ctypes_kit/platform.py",
    "array_ctypes_kit/caches.py",
    "array_ctypes_kit/collector.py",
    "array_ctypes_kit/folders.py",
    "array_ctypes_kit/api.py",
    "array_ctypes_kit/types.py",
    "array_ctypes_kit/buffer.py",
    "array_ctypes_kit/dlpack.py",
    "array_ctypes_kit/interface.py",
    "array_ctypes_kit/imports.py",
    "array_ctypes_kit/values.py",
    "array_ctypes_kit/compiler.py",
    "array_ctypes_kit/calls.py",
    "array_ctypes_kit/ctypeslib.py",
    "array_ctypes_kit/lifetime.py",
    "array_ctypes_kit/memory.py",
    "array_ctypes_kit/shortage.py",
    "array_ctypes_kit/files.py",
    "array_ctypes_kit/views.py",
    "array_ctypes_kit/adapter.py",
    "array_ctypes_kit/elements.py",
    "array_ctypes_kit/formats.py",
    "array_ctypes_kit/guarded.py",
    "array_ctypes_kit/exporter.py",
    "array_ctypes_kit/exports.py",
    "array_ctypes_kit/capsules.py",
    "array_ctypes_kit/producer.py",
    "array_ctypes_kit/consumer.py",
    "array_ctypes_kit/handing.py",
    "array_ctypes_kit/cases.py",
    "array_ctypes_kit/steps.py",
    "array_ctypes_kit/costs.py",
    "array_ctypes_kit/protocol.py",
    "array_ctypes_kit/pair.py",
    "numpy_adapter.py",
    "numpy_absent.py",
    "faulty_adapters.py",
    "memoryview_adapter.py",
    "numpy_consumer.py",
    "memoryview_consumer.py",
    "ctypes_consumer.py",
    "strict_consumer.py",
    "pair_adapter.py",
];

/// Names and texts of what adapters in other languages are written with: the header for C and C++ with an example, and the schema
/// of the protocol.
pub const HEADERS: &[(&str, &str)] = &[
    ("array_ctypes_adapter.h", include_str!("../c/array_ctypes_adapter.h")),
    ("example.c", include_str!("../c/example.c")),
    ("protocol.schema.json", include_str!("../protocol.schema.json")),
];

#[cfg(test)]
mod tests {
    use super::{FILES, HEADERS};
    use std::collections::BTreeSet;

    #[test]
    fn each_module_of_the_kit_is_one_of_the_files() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/python/array_ctypes_kit");
        let paths =
            std::fs::read_dir(folder).expect("the folder of the kit").map(|entry| entry.expect("an entry").path());
        let modules = paths.filter(|path| path.extension().is_some_and(|extension| extension == "py"));
        let modules: BTreeSet<String> = modules
            .map(|path| format!("array_ctypes_kit/{}", path.file_name().unwrap_or_default().display()))
            .collect();
        let listed = FILES.iter().map(|(path, _)| (*path).to_owned()).filter(|path| path.contains('/')).collect();
        assert_eq!(modules, listed);
    }

    /// The modules of the kit are in the wheel too, as a package.
    #[test]
    fn the_wheel_has_the_same_adapters_and_headers() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/wheel/data/share/array-ctypes");
        let entries = std::fs::read_dir(folder).expect("the data of the wheel").map(|entry| entry.expect("an entry"));
        let there: BTreeSet<String> = entries.map(|entry| entry.file_name().display().to_string()).collect();
        let named = FILES.iter().chain(HEADERS).map(|(path, _)| (*path).to_owned());
        assert_eq!(there, named.filter(|path| !path.contains('/')).collect());
    }
}
