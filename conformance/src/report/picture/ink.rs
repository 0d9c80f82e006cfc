//! Lines of characters, with ink: who says each part, so that whoever prints them can colour it.

use std::fmt;

/// Who says a part of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// The picture itself.
    Plain,
    /// The specification: what it expects. Green, where there is colour.
    Expected,
    /// The implementation: what was found. Red, where there is colour.
    Found,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Who says it.
    pub ink: Ink,
    /// The characters.
    pub text: String,
}

/// A line, as parts from left to right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The parts. Neighbours have different inks.
    pub spans: Vec<Span>,
}

/// A picture as characters. Displayed, it is plain text that ends with a line break.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// The lines, from top to bottom.
    pub lines: Vec<Line>,
}

impl Line {
    /// A line in one ink.
    pub(super) fn of(ink: Ink, text: String) -> Line {
        Line { spans: vec![Span { ink, text }] }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.spans.iter().try_for_each(|span| f.write_str(&span.text))
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// The text, cut to a number of characters.
pub(super) fn fitting(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain((most > 0).then_some('…')).collect()
}

/// A line that is written to in any order. What lies beyond its width is left out.
pub(super) struct Canvas {
    characters: Vec<(char, Ink)>,
}

impl Canvas {
    pub(super) fn new(width: usize) -> Canvas {
        Canvas { characters: vec![(' ', Ink::Plain); width] }
    }

    /// Writes a text from that column on, over what is there.
    pub(super) fn put(&mut self, column: usize, text: &str, ink: Ink) {
        for (place, character) in self.characters.iter_mut().skip(column).zip(text.chars()) {
            *place = (character, ink);
        }
    }

    /// The line without the blanks at its end.
    pub(super) fn line(&self) -> Line {
        let end = self.characters.iter().rposition(|(character, _)| *character != ' ').map_or(0, |last| last + 1);
        let mut line = Line::default();
        for (character, ink) in &self.characters[..end] {
            match line.spans.last_mut() {
                Some(span) if span.ink == *ink => span.text.push(*character),
                _ => line.spans.push(Span { ink: *ink, text: character.to_string() }),
            }
        }
        line
    }
}
