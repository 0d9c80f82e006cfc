//! Patterns for names of rules and for files of known deviations: `*` stands for any text.
//!
//! A few lines instead of a library, since there is no other special character.

/// Returns true if the text matches the pattern.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(head) else { return false };
    let (middle, tail) = rest.rsplit_once('*').unwrap_or(("", rest));
    // The first place where a piece fits leaves the most text for those after it.
    for piece in middle.split('*') {
        let Some((_, after)) = text.split_once(piece) else { return false };
        text = after;
    }
    text.ends_with(tail)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_text() {
        for pattern in
            ["abcabc", "*", "a*", "*c", "*b*", "a*c", "ab*abc", "abc*abc", "*a*a*", "a**c", "*abcabc*", "a*b*c"]
        {
            assert!(matches(pattern, "abcabc"), "{pattern}");
        }
        for pattern in ["", "abc", "b*", "*b", "abca*abc", "*a*a*a*", "a*d*c", "abcabc*c", "*abcabc*abc"] {
            assert!(!matches(pattern, "abcabc"), "{pattern}");
        }
        assert!(matches("*", "") && matches("", "") && !matches("*a*", ""));
    }

    #[test]
    fn many_stars_and_a_long_text_take_no_time() {
        let zeros = "0".repeat(100_000);
        assert!(!matches(&format!("{}q", "*0".repeat(1000)), &zeros));
        assert!(matches(&"*0".repeat(1000), &zeros));
    }
}
