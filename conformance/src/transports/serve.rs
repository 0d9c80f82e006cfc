//! The adapter's side of the protocol: answers the lines of a suite with an implementation of this process.
//!
//! It is for implementations in Rust that another process has to be kept from: if one crashes, its process ends, and the suite
//! that started it goes on.

use super::doors::{Doors, LocalDoors};
use crate::adapter::implementation::Implementation;
use crate::adapter::limits::Limits;
use crate::json;
use serde_json::{Value, json};
use std::io::{self, BufRead, Write};

/// Answers lines until the input ends. `hello` is the adapter's part of the handshake.
///
/// # Errors
/// If a line cannot be read or written, or is none of the protocol.
pub fn serve(
    implementation: &mut dyn Implementation,
    hello: &Value,
    input: impl BufRead,
    mut output: impl Write,
) -> io::Result<()> {
    let pointer_size = implementation.hello().platform.pointer_size();
    for line in input.lines() {
        let line: Value = serde_json::from_str(&line?)?;
        if line.get("hello").is_some() {
            writeln!(output, "{}", json!({ "hello": hello }))?;
        } else if let Some(cases) = line.get("cases").and_then(Value::as_array).filter(|_| line.get("batch").is_some())
        {
            for case in cases {
                writeln!(output, "{}", answer(implementation, case, pointer_size)?)?;
                output.flush()?;
            }
        } else if line.get("release").is_none() {
            return Err(wrong("expected `hello`, `batch` or `release`"));
        }
        output.flush()?;
    }
    Ok(())
}

/// Answers the lines on the standard input for a crate that takes arrays, in a program that the suite starts.
///
/// # Errors
/// As of [`serve`]; and if the crate declares limits, which this does not pass on.
pub fn serve_doors(doors: impl Doors) -> io::Result<()> {
    let mut implementation = LocalDoors::new(doors);
    let hello = implementation.hello();
    let Limits { invalid, views, .. } = hello.limits.clone();
    if hello.limits != (Limits { invalid, views, ..Limits::default() }) {
        return Err(wrong("expected no limits of a program with doors"));
    }
    let hello = json!({
        "protocol": json::PROTOCOL_VERSION,
        "name": hello.name,
        "version": hello.version,
        "platform": json::from_platform(&hello.platform),
        "profiles": ["consumer"],
        // A consumer is handed arrays without views, and is never asked for one that is invalid.
        "limits": { "views": [], "invalid": false },
        "doors": hello.doors.iter().map(json::from_door).collect::<Vec<Value>>(),
    });
    serve(&mut implementation, &hello, io::stdin().lock(), io::stdout().lock())
}

/// The reply to a case.
fn answer(implementation: &mut dyn Implementation, line: &Value, pointer_size: u64) -> io::Result<Value> {
    let case = json::to_case(line, pointer_size).map_err(|error| wrong(&error.to_string()))?;
    Ok(match implementation.answer(&case) {
        Ok(reply) => json::from_reply(&line["id"], &reply),
        Err(error) => json!({ "id": line["id"], "lost": error.message() }),
    })
}

fn wrong(message: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}
