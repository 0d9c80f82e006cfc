//! `array-ctypes completions`: what a shell needs to complete the command line.

use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::print_styled;
use clap::{Args, Command};
use clap_complete::Shell;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

/// Prints the completions of this command line.
pub(super) fn run(arguments: &Arguments, mut command: Command) -> Result<Exit, CommandError> {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "array-ctypes", &mut text);
    print_styled(&String::from_utf8_lossy(&text))?;
    Ok(Exit::Conforms)
}
