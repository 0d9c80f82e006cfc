//! A picture of a case: the array in words, and its memory: bytes, the elements that own them, strides, padding, pages.
//!
//! A [`Picture`] is data; [`Picture::text`] draws it with characters, [`Picture::svg`] as SVG. Of a failure, it also shows
//! what was expected and what the implementation said. Whatever the array, a picture has a bounded size: it says what it
//! leaves out, and never shows a byte as nobody's that an element owns.

use crate::Case;
use crate::adapter::reply::Reply;
use array_ctypes_spec::Prediction;
use array_ctypes_spec::layout::{Layout, resolve};
use array_ctypes_spec::platform::Platform;
use drawing::Drawing;
use std::fmt::Write as _;

pub(crate) mod about;
mod difference;
mod drawing;
mod facts;
mod grid;
mod ink;
mod landmark;
mod lane;
mod mark;
mod name;
mod place;
mod role;
mod row;
mod ruler;
mod svg;
mod text;

pub use ink::{Ink, Line, Span, Text};
pub use row::Owners;
pub use svg::STYLE;

/// A picture of the array of a case.
pub struct Picture {
    /// The array in words.
    words: Vec<String>,
    /// Its memory; `None` if the array does not exist.
    drawing: Option<Drawing>,
}

impl Picture {
    /// Pictures the array of a case.
    pub fn of(case: &Case, platform: &Platform) -> Picture {
        Picture::with(case, platform, None)
    }

    /// Pictures the array of a case, and how the reply to it differs from a prediction that it breaks.
    pub fn of_failure(case: &Case, platform: &Platform, prediction: &Prediction, reply: &Reply) -> Picture {
        Picture::with(case, platform, Some((prediction, reply)))
    }

    fn with(case: &Case, platform: &Platform, broken: Option<(&Prediction, &Reply)>) -> Picture {
        let resolved = resolve(platform, &case.array);
        let words = about::about(case, platform, &resolved);
        let draw = |layout: Layout| {
            let facts = broken.map(|(prediction, reply)| facts::facts(case, &layout, prediction, reply));
            Drawing::of(&case.array, &layout, platform, &facts.unwrap_or_default())
        };
        Picture { words, drawing: resolved.ok().map(draw) }
    }

    /// The array in words, line by line.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// The memory as characters, at most 76 in a line; without lines if the array does not exist.
    pub fn text(&self) -> Text {
        self.drawing.as_ref().map(text::lines).unwrap_or_default()
    }

    /// The memory as a fragment of SVG, with the words as its description. [`STYLE`] has the colours for a page.
    pub fn svg(&self) -> String {
        svg::svg(self.drawing.as_ref(), &self.words)
    }

    /// The offset of each byte that is drawn, and who owns it.
    pub fn owners(&self) -> impl Iterator<Item = (i128, &Owners)> {
        let cells = self.drawing.iter().flat_map(Drawing::rows).flat_map(|row| &row.cells);
        cells.filter(|cell| cell.byte.is_some()).map(|cell| (cell.at, &cell.owners))
    }
}

/// Describes the array of a case in words, and draws its memory with characters.
pub fn describe(case: &Case, platform: &Platform) -> String {
    indented(&Picture::of(case, platform))
}

/// The words and the characters of a picture, indented as in reports.
pub fn indented(picture: &Picture) -> String {
    let mut out = String::new();
    for line in picture.words() {
        let _ = writeln!(out, "    {line}");
    }
    for line in picture.text().lines {
        let _ = writeln!(out, "    {line}");
    }
    out
}
