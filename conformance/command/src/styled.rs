//! Text for a terminal: its width, and colours where they are wanted.
//!
//! What others wrote may have control characters, so all of it is escaped, and colours are added after that.

use array_ctypes_conformance::words::escaped;
use clap::ValueEnum;
use std::fmt;
use std::io::{self, IsTerminal as _};

/// The number of columns where nothing is known of a terminal.
const COLUMNS: usize = 80;

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set; with `CLICOLOR_FORCE` everywhere.
    #[default]
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

impl Color {
    /// Returns true if standard output gets colours.
    pub(crate) fn is_wanted(self) -> bool {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
        match self {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
                let is_off = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                !is_off && (is_set("CLICOLOR_FORCE") || io::stdout().is_terminal() && !is_dumb)
            }
        }
    }
}

/// The number of columns of the terminal that standard output is.
pub(crate) fn columns() -> usize {
    let terminal = console::Term::stdout();
    let width = terminal.size_checked().map_or(COLUMNS, |(_, columns)| usize::from(columns));
    if terminal.is_term() { width.max(COLUMNS) } else { COLUMNS }
}

/// What a part of a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    /// Nothing special.
    Plain,
    /// What should stand out.
    Strong,
    /// What is right, and what was expected.
    Good,
    /// What is wrong, and what was found instead.
    Bad,
    /// What needs a look.
    Doubt,
    /// What may be passed over.
    Faint,
}

impl Ink {
    fn code(self) -> &'static str {
        match self {
            Ink::Plain => "",
            Ink::Strong => "1",
            Ink::Good => "32",
            Ink::Bad => "1;31",
            Ink::Doubt => "33",
            Ink::Faint => "2",
        }
    }
}

/// A text with inks.
#[derive(Debug)]
pub(crate) struct Styled {
    spans: Vec<(Ink, String)>,
    /// The number of columns that its lines should fit.
    pub(crate) columns: usize,
}

impl Styled {
    /// No text yet.
    pub(crate) fn new(columns: usize) -> Styled {
        Styled { spans: Vec::new(), columns }
    }

    /// Adds a text.
    pub(crate) fn push(&mut self, ink: Ink, text: &str) {
        match self.spans.last_mut() {
            Some((last, before)) if *last == ink => before.push_str(text),
            _ => self.spans.push((ink, text.to_owned())),
        }
    }

    /// Adds a line.
    pub(crate) fn line(&mut self, ink: Ink, text: &str) {
        self.push(ink, text);
        self.push(Ink::Plain, "\n");
    }

    /// Adds a paragraph whose lines fit the columns. All but the first begin with `indent`. Newlines before it stay.
    pub(crate) fn wrapped(&mut self, ink: Ink, indent: &str, text: &str) {
        let options = textwrap::Options::new(self.columns)
            .subsequent_indent(indent)
            .break_words(false)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        let blank = text.len() - text.trim_start_matches('\n').len();
        self.push(Ink::Plain, &text[..blank]);
        for line in textwrap::wrap(&text[blank..], options) {
            self.line(ink, &line);
        }
    }

    /// The text as it is printed: without control characters of others.
    pub(crate) fn text(&self, is_coloured: bool) -> String {
        let mut text = String::new();
        for (ink, span) in &self.spans {
            let (code, span) = (ink.code(), escaped(span));
            if is_coloured && !code.is_empty() {
                text.extend(["\x1b[", code, "m", &*span, "\x1b[0m"]);
            } else {
                text.push_str(&span);
            }
        }
        text
    }
}

impl fmt::Write for Styled {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(Ink::Plain, text);
        Ok(())
    }
}
