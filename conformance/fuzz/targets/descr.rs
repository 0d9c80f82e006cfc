//! Type descriptions and type strings: what is read and written again means the same.
#![no_main]

use array_ctypes::dtype::parse;
use array_ctypes_spec::dtype::{Descr, Dtype};
use array_ctypes_spec::platform::Platform;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let host = Platform::host();
    let own = Dtype::from_typestr(text).map(|dtype| dtype.with_pointers(host.pointer_size()));
    if let Ok(dtype) = &own {
        let again = Dtype::from_typestr(&dtype.typestr()).expect("a type string");
        assert_eq!(&again.with_pointers(host.pointer_size()), dtype);
    }
    // The reference has a parser of its own, for the types of this machine.
    assert_eq!(parse(text).ok(), own.ok().filter(|dtype| dtype.exists_on(&host)));

    let Some(descr) = Descr::parse(text) else { return };
    // A description that is printed escapes nothing.
    if !text.contains(['\\', '"']) {
        assert_eq!(Descr::parse(&descr.to_string()).as_ref(), Some(&descr));
    }
    for typestr in ["<i4", "<c16", "|V8", "|O"] {
        let _ = descr.describes(&Dtype::from_typestr(typestr).expect("a type"));
    }
    if let Ok(dtype) = Dtype::from_descr(&descr) {
        let _ = (descr.describes(&dtype), dtype.descr().describes(&dtype), dtype.has_overlaps());
        let _ = (array_ctypes::dtype::exists(&dtype), array_ctypes::dtype::descr(&dtype), dtype.spellings());
    }
});
