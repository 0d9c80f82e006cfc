//! Makes the table of rules from the chapters' Markdown, the one place where a rule is declared.
//!
//! It writes the macro `for_each_rule!`, and a module with the table and a constant for each rule, whose documentation is
//! the rule's text. What is wrong with a declaration is a build error with file and line.

use names::{Chapter, Level, Profile};
use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs, process};

#[expect(unreachable_pub, reason = "the library exports these, a build script exports nothing")]
#[path = "src/vocabulary/rule/names.rs"]
pub(crate) mod names;

/// Where the Markdown is, from the manifest's folder.
const FOLDER: &str = "src/chapters";

/// A rule as its chapter declares it.
#[derive(Debug)]
pub(crate) struct Declared {
    /// Its identifier, `chapter.name`.
    pub(crate) id: String,
    /// How binding it is.
    pub(crate) level: Level,
    /// Whom it binds.
    pub(crate) profile: Profile,
    /// The paragraph after the declaration.
    pub(crate) text: String,
}

impl Declared {
    /// The name of its constant: `first_element` of `data.first-element`.
    fn constant(&self) -> String {
        self.id.split_once('.').map_or("", |(_, name)| name).replace('-', "_")
    }
}

fn main() {
    println!("cargo::rerun-if-changed={FOLDER}");
    println!("cargo::rerun-if-changed=src/vocabulary/rule/names.rs");
    let (mut problems, mut chapters) = (Vec::new(), Vec::new());
    for chapter in Chapter::ALL {
        let file = format!("{FOLDER}/{}.md", chapter.name());
        match fs::read_to_string(&file) {
            Ok(prose) => chapters.push((*chapter, read(*chapter, &prose, &mut problems), prose)),
            Err(error) => problems.push(format!("{file}: {error}; each chapter has its Markdown there")),
        }
    }
    for problem in &problems {
        println!("cargo::error={problem}");
    }
    if !problems.is_empty() {
        process::exit(1);
    }
    let out = env::var_os("OUT_DIR").expect("cargo sets OUT_DIR for a build script");
    for (file, text) in [("for_each_rule.rs", macro_of(&chapters)), ("rules.rs", module_of(&chapters))] {
        fs::write(Path::new(&out).join(file), text).expect("OUT_DIR can be written to");
    }
}

/// The rules that a chapter's prose declares, in order. What is wrong goes to `problems`, each with file and line.
pub(crate) fn read(chapter: Chapter, prose: &str, problems: &mut Vec<String>) -> Vec<Declared> {
    let lines: Vec<&str> = prose.lines().collect();
    let (mut rules, mut seen) = (Vec::new(), HashMap::new());
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.starts_with("r[")) {
        let declared = declaration(chapter, line).and_then(|(id, level, profile)| {
            if let Some(first) = seen.insert(id.to_owned(), at + 1) {
                return Err(format!("{id} is declared in line {first} already; give this rule a name of its own"));
            }
            let text = paragraph(&lines[at + 1..]).ok_or_else(|| {
                format!("{id} has no text: expected an empty line and a paragraph after its declaration")
            })?;
            Ok(Declared { id: id.to_owned(), level, profile, text })
        });
        match declared {
            Ok(rule) => rules.push(rule),
            Err(problem) => problems.push(format!("{FOLDER}/{}.md:{}: {problem}", chapter.name(), at + 1)),
        }
    }
    rules
}

/// Reads a line `r[chapter.name] LEVEL · profile`.
fn declaration(chapter: Chapter, line: &str) -> Result<(&str, Level, Profile), String> {
    let parts = line.strip_prefix("r[").and_then(|rest| rest.split_once("] "));
    let parts = parts.and_then(|(id, rest)| Some((id, rest.split_once(" · ")?)));
    let Some((id, (level, profile))) = parts else {
        return Err(format!("expected `r[chapter.rule] LEVEL · profile`, found {line:?}"));
    };
    let (of, name) = id.split_once('.').unwrap_or((id, ""));
    if of != chapter.name() {
        return Err(match Chapter::from_name(of) {
            Some(other) => format!("{id} belongs to the chapter {of}; declare it in {}.md", other.name()),
            None => format!("{id} names no chapter; expected one of {}", list(Chapter::ALL, Chapter::name)),
        });
    }
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !is_name {
        return Err(format!("expected a name of small letters, digits and `-` after `{of}.`, found {name:?}"));
    }
    let level = Level::from_name(level)
        .ok_or_else(|| format!("{id} has the level {level:?}; expected one of {}", list(Level::ALL, Level::name)))?;
    let profile = Profile::from_name(profile).ok_or_else(|| {
        format!("{id} has the profile {profile:?}; expected one of {}", list(Profile::ALL, Profile::name))
    })?;
    Ok((id, level, profile))
}

fn list<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> String {
    all.iter().map(|one| name(*one)).collect::<Vec<_>>().join(", ")
}

/// The paragraph that begins after an empty line.
fn paragraph(lines: &[&str]) -> Option<String> {
    let (first, rest) = lines.split_first()?;
    let text: Vec<&str> = rest.iter().copied().take_while(|line| !line.trim().is_empty()).collect();
    let is_text = text.first().is_some_and(|line| !line.starts_with("r[") && !line.starts_with('#'));
    (first.trim().is_empty() && is_text).then(|| text.join("\n").trim().to_owned())
}

type Chapters = Vec<(Chapter, Vec<Declared>, String)>;

fn macro_of(chapters: &Chapters) -> String {
    let mut rows = String::new();
    for (chapter, rules, _) in chapters {
        let name = chapter.name();
        let _ = writeln!(rows, "            {name} {chapter:?} \"{name}.md\" {{");
        for rule in rules {
            let Declared { id, level, profile, .. } = rule;
            let _ = writeln!(rows, "                {} \"{id}\" {level:?} {};", rule.constant(), profile.name());
        }
        rows += "            }\n";
    }
    format!(
        "/// The table of rules: calls the macro `$then` with `[$context…]` and every chapter with its rules, in order. A
/// chapter is `name Variant \"file.md\" {{ … }}`, a rule in it `name \"chapter.rule\" Level profile;`.
///
/// Another crate walks the rules at compile time with it; a rule for which it lacks what it generates is a build error.
#[macro_export]
macro_rules! for_each_rule {{
    ($then:path $(, $($context:tt)*)?) => {{
        $then! {{ [$($($context)*)?]
{rows}        }}
    }};
}}
"
    )
}

fn module_of(chapters: &Chapters) -> String {
    let (mut modules, mut entries, mut place) = (String::new(), String::new(), 0);
    for (chapter, rules, prose) in chapters {
        let name = chapter.name();
        let _ = writeln!(modules, "/// Rules of the chapter [`{name}`](crate::chapters::{name}).");
        let _ = writeln!(modules, "pub mod {name} {{\n    use super::super::Rule;");
        for rule in rules {
            let Declared { id, level, profile, text, .. } = rule;
            let docs =
                format!("`{id}`, {}, profile `{}`: {text}\n\n{}", level.name(), profile.name(), links(prose, text));
            let constant = rule.constant();
            let _ = writeln!(modules, "    #[doc = {docs:?}]\n    pub const {constant}: Rule = Rule({place});");
            let _ = writeln!(
                entries,
                "    super::Entry {{ id: {id:?}, chapter: super::Chapter::{chapter:?}, level: super::Level::{level:?}, \
                 profile: super::Profile::{profile:?}, text: {text:?} }},"
            );
            place += 1;
        }
        modules += "}\n";
    }
    format!(
        "{modules}\n/// What is declared of each rule, in order.\npub(super) static TABLE: [super::Entry; {place}] = [\n{entries}];\n"
    )
}

/// The definitions of the links that a text uses, of those that its chapter defines.
fn links(prose: &str, text: &str) -> String {
    let used = |line: &&str| {
        let label = line.strip_prefix('[').and_then(|rest| rest.split_once("]: "));
        label.is_some_and(|(label, _)| text.contains(&format!("[{label}]")))
    };
    prose.lines().filter(used).collect::<Vec<_>>().join("\n")
}
