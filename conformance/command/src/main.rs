//! The command `array-ctypes`.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    array_ctypes_command::main()
}
