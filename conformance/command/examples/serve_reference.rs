//! The reference as an adapter: answers the lines of the protocol, so that a suite on another machine can judge it.
//!
//! `.ci/targets` starts it on machines that are emulated, with the most bytes that an array may span there: an emulator may be slow
//! at memory that is only reserved. Profiles that are named after that number are not claimed: an emulator may map files wrongly.
//!
//!     array-ctypes check --command 'qemu-ppc-static … serve_reference 4294967296 memmap consumer'
//!
//! An array is gone once its case is answered, so the suite cannot look at its memory in between. No `pid` is reported, and
//! one of the questions by whose answers the suite looks is outside the limits: then it does not draw such looks.
#![forbid(unsafe_code)]

use array_ctypes_command::adapters::Reference;
use array_ctypes_conformance::spec::Profile;
use array_ctypes_conformance::transports::serve::serve;
use array_ctypes_conformance::{Implementation, StepWord, json};
use serde_json::{Map, Value, json};
use std::io;

/// The ability that needs a reply with the path of the file, which [`serve`] does not give.
const FILE_NAMES: &str = "file_names";

fn main() -> io::Result<()> {
    let mut reference = Reference::new();
    let hello = reference.hello();
    let words: Vec<&str> = StepWord::all().map(StepWord::word).filter(|word| *word != "itemsize").collect();
    let owners: Vec<&str> = hello.limits.owners.iter().map(|owner| owner.word()).collect();
    let is_own = |name: &&str| *name != FILE_NAMES && !owners.contains(name);
    let mut limits: Map<String, Value> =
        hello.limits.abilities().into_iter().filter(is_own).map(|name| (name.to_owned(), true.into())).collect();
    limits.insert("owners".to_owned(), owners.into());
    limits.insert("steps".to_owned(), words.into());
    let mut arguments = std::env::args().skip(1);
    let max_span = arguments.next().unwrap_or_else(|| hello.limits.max_span.to_string());
    let left_out: Vec<String> = arguments.collect();
    let profiles = hello.profiles.iter().map(|profile| profile.name());
    let profiles: Vec<&str> = profiles.filter(|name| !left_out.iter().any(|left_out| left_out == name)).collect();
    limits.insert("max_span".to_owned(), max_span.into());
    limits.insert("load_library".to_owned(), hello.limits.load_library.into());
    let is_consumer = profiles.contains(&Profile::Consumer.name());
    let doors = hello.doors.iter().filter(|_| is_consumer);
    let hello = json!({
        "protocol": json::PROTOCOL_VERSION,
        "name": hello.name,
        "version": hello.version,
        "platform": json::from_platform(&hello.platform),
        "profiles": profiles,
        "limits": limits,
        "doors": doors.map(json::from_door).collect::<Vec<Value>>(),
    });
    serve(&mut reference, &hello, io::stdin().lock(), io::stdout().lock())
}
