//! `array-ctypes page`: the documentation page as a session, with the answers of an implementation.

use crate::arguments::{Targets, platform};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::print;
use crate::page::{self, Session};
use crate::target::Target;
use array_ctypes_conformance::json;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::transports::contained::Contained;
use clap::Args;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    #[command(flatten)]
    targets: Targets,
    /// Print what is expected on this platform, such as s390x-linux, and ask no implementation
    #[arg(long, value_name = "NAME", value_parser = platform, conflicts_with_all = ["names", "path", "commands"])]
    platform: Option<Platform>,
}

/// Prints the session of each implementation, and ends with the exit code that has precedence.
pub(super) fn run(arguments: &Arguments) -> Result<Exit, CommandError> {
    if let Some(platform) = &arguments.platform {
        print(&format!("{}{}", heading("what is expected", platform), page::predicted(platform)))?;
        return Ok(Exit::Conforms);
    }
    let mut exit = Exit::Conforms;
    for target in arguments.targets.all()? {
        exit = exit.or(run_one(arguments, &target)?);
    }
    Ok(exit)
}

fn run_one(arguments: &Arguments, target: &Target) -> Result<Exit, CommandError> {
    let make = target.maker(arguments.targets.timeout.duration);
    let implementation = make()?;
    let hello = implementation.hello().clone();
    let session = page::asked(&mut Contained::new(implementation, &*make), &hello)?;
    print(&format!("{}{}{}", heading(&hello.title(), &hello.platform), session.text, summary(&session)))?;
    Ok(match (session.asked.len(), session.different.len()) {
        (0, _) => Exit::RunError,
        (_, 0) => Exit::Conforms,
        _ => Exit::Violated,
    })
}

/// The first lines: what was asked, and where. The entries of a platform are those of the protocol.
fn heading(title: &str, platform: &Platform) -> String {
    let entries = json::from_platform(platform);
    let word = |key: &str| entries[key].as_str().unwrap_or_default().to_owned();
    let (model, order) = (word("data_model"), word("byte_order"));
    format!(
        "# {title}, on {model}, {order}-endian; addresses are relative to the buffer, types in the words of the protocol\n>>> import gc, numpy, weakref; from ctypes import *\n"
    )
}

/// The last line: the verdict.
fn summary(Session { asked, different, .. }: &Session) -> String {
    let names: Vec<String> = different.iter().map(ToString::to_string).collect();
    match (asked.len(), names.len()) {
        (0, _) => "# no example was asked\n".to_owned(),
        (asked, 0) => format!("# {asked} examples, each as expected\n"),
        (asked, count) => format!("# {asked} examples, {count} of them DIFFER: {}\n", names.join(", ")),
    }
}
