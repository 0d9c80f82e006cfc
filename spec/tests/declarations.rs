//! How the build script reads declarations of rules, and what it says of those that are wrong.

use build::names::{Chapter, Level, Profile};

#[expect(dead_code, reason = "of the build script, its reading alone is tested")]
#[path = "../build.rs"]
mod build;

/// What the build script says of this prose of the chapter data.
fn problems(prose: &str) -> Vec<String> {
    let mut problems = Vec::new();
    build::read(Chapter::Data, prose, &mut problems);
    problems
}

#[test]
fn a_declaration_has_identifier_level_profile_and_the_paragraph_after_it() {
    let mut problems = Vec::new();
    let prose = "# Rules\n\nr[data.first-element] SHOULD · core\n\nOne line,\nand another.\n\nr[data.raw] MUST · ctypes\n\nNo more.";
    let rules = build::read(Chapter::Data, prose, &mut problems);
    assert_eq!(problems, Vec::<String>::new());
    let [first, raw] = &rules[..] else { panic!("{rules:?}") };
    assert_eq!((first.id.as_str(), first.level, first.profile), ("data.first-element", Level::Should, Profile::Core));
    assert_eq!(first.text, "One line,\nand another.");
    assert_eq!((raw.id.as_str(), raw.level, raw.profile), ("data.raw", Level::Must, Profile::Ctypes));
    assert_eq!(raw.text, "No more.");
}

#[test]
fn a_wrong_declaration_is_named_with_its_file_and_line_and_what_was_expected() {
    let cases = [
        (
            "\nr[data.raw] MAY · core\n\nText.",
            "src/chapters/data.md:2: data.raw has the level \"MAY\"; expected one of MUST, SHOULD",
        ),
        (
            "r[data.raw] MUST · cor\n\nText.",
            "src/chapters/data.md:1: data.raw has the profile \"cor\"; expected one of core,",
        ),
        (
            "r[shape.raw] MUST · core\n\nText.",
            "src/chapters/data.md:1: shape.raw belongs to the chapter shape; declare it in shape.md",
        ),
        (
            "r[dta.raw] MUST · core\n\nText.",
            "src/chapters/data.md:1: dta.raw names no chapter; expected one of platform,",
        ),
        (
            "r[data.Raw] MUST · core\n\nText.",
            "src/chapters/data.md:1: expected a name of small letters, digits and `-`",
        ),
        (
            "r[data.raw] MUST, core\n\nText.",
            "src/chapters/data.md:1: expected `r[chapter.rule] LEVEL · profile`, found",
        ),
        ("r[data.raw] MUST · core\nText.", "src/chapters/data.md:1: data.raw has no text: expected an empty line and"),
        ("r[data.raw] MUST · core\n\nr[data.x] MUST · core\n\nText.", "src/chapters/data.md:1: data.raw has no text"),
        (
            "r[data.raw] MUST · core\n\nText.\n\nr[data.raw] MUST · core\n\nText.",
            "src/chapters/data.md:5: data.raw is declared in line 1 already; give this rule a name of its own",
        ),
    ];
    for (prose, expected) in cases {
        let problems = problems(prose);
        assert!(problems.len() == 1 && problems[0].starts_with(expected), "expected {expected:?}, found {problems:?}");
    }
}
