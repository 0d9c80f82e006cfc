//! Patterns in which `*` stands for any text, in names of rules and in files of known deviations.

/// Whether a text is what the pattern says.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((head, rest)) => text
            .strip_prefix(head)
            .is_some_and(|tail| (0..=tail.len()).any(|cut| tail.get(cut..).is_some_and(|tail| matches(rest, tail)))),
    }
}
