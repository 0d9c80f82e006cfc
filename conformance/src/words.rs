//! Texts of others, as people read them: cut, and without characters that are no text. Used by the command; not stable.

use std::fmt::Write as _;

/// The text, cut after so many characters; then it says how many were left out.
pub(crate) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}… ({} more characters)", &text[..end], text[end..].chars().count()),
        None => text.to_owned(),
    }
}

/// The longest text in a report or a file, in characters.
const MAX_SHOWN: usize = 4000;

/// The text as reports and saved files show it: cut if it is long.
pub fn shown(text: &str) -> String {
    cut(text, MAX_SHOWN)
}

/// The text with all control characters escaped, as a terminal may obey them; newlines and tabs stay. So do characters that
/// only turn the direction of what follows.
pub fn escaped(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_bad = |c: char| c.is_control() && c != '\n' && c != '\t' || turns(c);
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        if is_bad(c) {
            let _ = write!(out, "\\u{:04x}", c as u32);
        } else {
            out.push(c);
        }
        out
    })
}

/// The text in one line.
pub(crate) fn one_line(text: &str) -> String {
    escaped(text).replace('\n', "\\n").replace('\t', "\\t")
}

#[cfg(test)]
mod tests {
    use super::{cut, escaped, one_line};

    #[test]
    fn a_text_is_cut_at_characters() {
        assert_eq!((cut("äöü", 2), cut("äöü", 3)), ("äö… (1 more characters)".to_owned(), "äöü".to_owned()));
    }

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        assert_eq!(escaped("a\u{1b}[2J\u{9b}\u{202e}\r\nb\tc\u{7f}"), "a\\u001b[2J\\u009b\\u202e\\u000d\nb\tc\\u007f");
        assert_eq!(one_line("a\nb\u{0}"), "a\\nb\\u0000");
    }
}
