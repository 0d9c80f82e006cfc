//! Files of known deviations: whatever a user writes is read, or is an error with a place.
#![no_main]

use array_ctypes_conformance::deviations::parse;
use array_ctypes_conformance::{Case, SavedCase};
use array_ctypes_spec::Array;
use array_ctypes_spec::dtype::Dtype;
use libfuzzer_sys::fuzz_target;
use std::path::Path;

fuzz_target!(|text: &str| {
    let dtype = Dtype::from_typestr("|u1").expect("a type");
    let case = Case { array: Array::contiguous(vec![0], dtype, &[1]), script: Vec::new() };
    match parse(Path::new("file"), text, &|name| Ok(SavedCase::alone(name.to_owned(), case.clone()))) {
        Ok(read) => assert!(read.iter().all(|one| !one.implementation.is_empty()), "{read:?}"),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
