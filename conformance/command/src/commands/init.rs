//! `array-ctypes init`: a start for a library.

use crate::error::CommandError;
use crate::exit::Exit;
use crate::init::{Kind, write};
use crate::output::print;
use clap::Args;
use std::path::Path;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// What the library is
    #[arg(value_name = "KIND", value_enum)]
    kind: Kind,
    /// The library, as code spells it: `-` and `.` become `_` [default: the name of this folder]
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

/// Writes the files of the start to the current folder, and prints what to do next.
pub(super) fn run(Arguments { kind, name }: &Arguments) -> Result<Exit, CommandError> {
    let name = name.clone().map_or_else(of_folder, Ok)?.replace(['-', '.'], "_");
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if !name.chars().all(is_word) || !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        return Err(CommandError::Usage(format!(
            "expected the name of a library as code spells it, of letters, digits and `_`; found {name:?}"
        )));
    }
    let written = write(*kind, &name, Path::new(""))?;
    let mut text: String = written.iter().map(|path| format!("wrote {}\n", path.display())).collect();
    text.push_str("\nrun it:\n");
    text.extend(kind.commands(&name).iter().map(|command| format!("  {command}\n")));
    text.push_str(
        "\nA stand-in answers until you replace it by calls to the library: the first lines of the files say how.\n",
    );
    if !Path::new(".git").exists() && std::path::absolute(".").is_ok_and(|here| here.ancestors().any(is_repository)) {
        text.push_str("\nMove .github/workflows/array-ctypes.yml to the root of the repository, and set working-directory in it.\n");
    }
    print(&text)?;
    Ok(Exit::Conforms)
}

fn is_repository(folder: &Path) -> bool {
    folder.join(".git").exists()
}

/// The name of the current folder.
fn of_folder() -> Result<String, CommandError> {
    let here = std::env::current_dir().ok();
    let name = here.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    name.ok_or_else(|| CommandError::Usage("expected a folder with a name, found none; name the library".to_owned()))
}
