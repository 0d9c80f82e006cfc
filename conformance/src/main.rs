//! The command line: `array-ctypes`.
#![forbid(unsafe_code)]

fn main() {}
