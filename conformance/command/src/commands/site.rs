//! `array-ctypes site`: the specification as pages.

use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::print;
use crate::site::templates::{SCRIPT, STYLE};
use crate::site::{documents, pages};
use array_ctypes_conformance::spec::{Chapter, Rule};
use clap::Args;
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The folder to write to; other files in it stay
    #[arg(value_name = "DIR", default_value = "array-ctypes-site")]
    folder: PathBuf,
    /// A checkout of this project: its glossary, protocol, design and other documents become pages too
    #[arg(long, value_name = "DIR")]
    documents: Option<PathBuf>,
}

/// Writes the site, and prints what it has.
pub(super) fn run(Arguments { folder, documents }: &Arguments) -> Result<Exit, CommandError> {
    let documents = documents.as_deref().map_or(Ok(Vec::new()), documents::of_checkout)?;
    let pages = pages(&documents);
    for page in &pages {
        write(&folder.join(&page.address), "index.html", &page.html)?;
    }
    write(folder, "style.css", STYLE)?;
    write(folder, "page.js", SCRIPT)?;
    let (count, chapters, rules) = (pages.len(), Chapter::ALL.len(), Rule::all().count());
    let documents = match documents.len() {
        0 => "no documents: --documents names a checkout that has them".to_owned(),
        count => format!("{count} documents"),
    };
    print(&format!(
        "{}: {count} pages; {chapters} chapters, {rules} rules, {documents}\n",
        folder.join("index.html").display()
    ))?;
    Ok(Exit::Conforms)
}

fn write(folder: &Path, name: &str, text: &str) -> Result<(), CommandError> {
    let path = folder.join(name);
    fs::create_dir_all(folder).and_then(|()| fs::write(&path, text)).map_err(|error| CommandError::File(path, error))
}
