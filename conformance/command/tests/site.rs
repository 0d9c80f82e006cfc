//! The site: each page is whole, each link leads somewhere, and each rule and document has its page.

use array_ctypes_conformance::spec::{Chapter, Rule};
use scraper::{ElementRef, Html, Selector};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;
use tempfile::TempDir;

/// Texts of pages by their paths in the site.
type Pages = BTreeMap<String, String>;

/// The site of this checkout.
static COMPLETE: LazyLock<Pages> = LazyLock::new(|| site(&["--documents", &checkout().display().to_string()]));

/// The site of the command alone.
static ALONE: LazyLock<Pages> = LazyLock::new(|| site(&[]));

fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_array-ctypes"));
    command.arg("site").args(arguments).current_dir(folder).output().expect("the program starts")
}

/// Writes a site and reads its pages.
fn site(arguments: &[&str]) -> Pages {
    let place = TempDir::new().expect("a temporary folder");
    let output = run(place.path(), arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    files(&place.path().join("array-ctypes-site"), "html")
}

/// Reads the files with that extension, by their paths below the folder.
fn files(folder: &Path, extension: &str) -> Pages {
    let (mut found, mut folders) = (Pages::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).expect("the folder can be read") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_dir() && name != "target" && !name.starts_with('.') {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                let below =
                    path.strip_prefix(folder).expect("a file of the folder").to_string_lossy().replace('\\', "/");
                found.insert(below, fs::read_to_string(&path).expect("UTF-8"));
            }
        }
    }
    found
}

fn all<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(selector).expect("a selector")).collect()
}

fn text(element: ElementRef) -> String {
    element.text().collect()
}

/// What other pages need to know of a page, and what is wrong with it alone.
struct Facts {
    ids: BTreeSet<String>,
    links: Vec<String>,
    wrong: Vec<String>,
}

fn facts(source: &str) -> Facts {
    let page = Html::parse_document(source);
    let attributes = |selector: &str, name: &str| -> Vec<String> {
        all(&page, selector).into_iter().filter_map(|element| element.attr(name).map(str::to_owned)).collect()
    };
    let mut wrong: Vec<String> = page.errors.iter().map(|error| format!("the parser says: {error}")).collect();
    let mut expect = |holds: bool, what: &str| {
        if !holds {
            wrong.push(format!("expected {what}"));
        }
    };
    expect(all(&page, "title").iter().any(|title| !text(*title).trim().is_empty()), "a title");
    expect(attributes("html", "lang") == ["en"], "the language en");
    expect(all(&page, "h1").len() == 1, "one h1");
    let prose = without_code(source);
    expect(!prose.contains("{{") && !prose.contains("{%"), "no placeholder");
    expect(!source.contains("language-mermaid") && !source.contains("flowchart "), "no diagram in Mermaid");
    let resources = [attributes("[src]", "src"), attributes("link", "href"), attributes("form", "action")].concat();
    let remote = resources.iter().find(|resource| resource.contains("//"));
    expect(remote.is_none(), &format!("nothing from the network, found {remote:?}"));
    let mut level = 1;
    for heading in all(&page, "h1, h2, h3, h4, h5, h6") {
        let next: usize = heading.value().name()[1..].parse().expect("the level of a heading");
        expect(next <= level + 1, &format!("no level of headings left out before {:?}", text(heading)));
        expect(next == 1 || heading.attr("id").is_some(), &format!("an id of the heading {:?}", text(heading)));
        expect(!text(heading).starts_with("r["), "no declaration of a rule as it is in Markdown");
        level = next;
    }
    for code in all(&page, "code").into_iter().filter(|code| Rule::from_id(&text(*code)).is_some()) {
        let mut around = code.ancestors().filter_map(ElementRef::wrap).map(|element| element.value().name());
        expect(around.any(|name| ["a", "h1", "pre"].contains(&name)), &format!("{} as a link", text(code)));
    }
    let ids = attributes("[id]", "id");
    let distinct: BTreeSet<String> = ids.iter().cloned().collect();
    expect(distinct.len() == ids.len(), "each id once");
    Facts { ids: distinct, links: attributes("a", "href"), wrong }
}

/// Returns the path of the file that a page links to, from the folder of the site.
fn target(page: &str, link: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

/// A page without what stands in `code`: a document may show the placeholders of other templates.
fn without_code(source: &str) -> String {
    let (first, rest) = source.split_once("<code").unwrap_or((source, ""));
    let after = |part: &str| part.split_once("</code>").map_or(String::new(), |(_, after)| after.to_owned());
    rest.split("<code").fold(first.to_owned(), |text, part| text + &after(part))
}

/// Returns all that is wrong with the pages of a site.
fn wrong(pages: &Pages) -> Vec<String> {
    let facts: BTreeMap<&str, Facts> = pages.iter().map(|(path, source)| (path.as_str(), facts(source))).collect();
    let mut wrong = Vec::new();
    for (path, page) in &facts {
        wrong.extend(page.wrong.iter().map(|what| format!("{path}: {what}")));
        for link in page.links.iter().filter(|link| !link.starts_with("https://") && !link.starts_with("http://")) {
            let (file, fragment) = link.split_once('#').unwrap_or((link, ""));
            let file = if file.is_empty() { (*path).to_owned() } else { target(path, file) };
            match facts.get(file.as_str()) {
                None => wrong.push(format!("{path}: expected a page at {link}, found none")),
                Some(other) if !fragment.is_empty() && !other.ids.contains(fragment) => {
                    wrong.push(format!("{path}: expected the place {link}, found the page without it"));
                }
                Some(_) => {}
            }
        }
    }
    wrong
}

#[track_caller]
fn assert_whole(pages: &Pages) {
    let wrong = wrong(pages);
    assert!(wrong.is_empty(), "{} mistakes:\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
}

#[test]
fn each_page_of_a_checkout_is_whole_and_its_links_lead_somewhere() {
    assert_whole(&COMPLETE);
}

#[test]
fn each_page_of_the_command_alone_is_whole_and_its_links_lead_somewhere() {
    assert_whole(&ALONE);
}

#[test]
fn each_rule_has_its_page_and_a_place_in_its_chapter_and_in_the_table() {
    let ids = |path: &str| facts(&ALONE[path]).ids;
    let table = ids("rules/index.html");
    let chapters: BTreeMap<Chapter, BTreeSet<String>> =
        Chapter::ALL.iter().map(|one| (*one, ids(&format!("chapters/{}/index.html", one.name())))).collect();
    for rule in Rule::all() {
        let page =
            ALONE.get(&format!("rules/{rule}/index.html")).unwrap_or_else(|| panic!("expected a page of {rule}"));
        let page = Html::parse_document(page);
        assert!(text(all(&page, "h1")[0]).starts_with(rule.id()), "{rule}");
        for id in ["sources", "check", "faults"] {
            assert_eq!(all(&page, &format!("#{id}")).len(), 1, "{rule}: expected the part {id}");
        }
        assert!(text(all(&page, "pre")[0]).contains(": "), "{rule}: expected the row of its check");
        assert!(table.contains(rule.id()) && chapters[&rule.chapter()].contains(rule.id()), "{rule}");
    }
}

#[test]
fn each_document_of_the_checkout_has_its_page() {
    let without_page = |path: &String| path.starts_with("spec/src/lib.md") || path.starts_with("reference/src/");
    for path in files(&checkout(), "md").keys().filter(|path| !without_page(path)) {
        let mention = format!("This page is <code>{path}</code>");
        let found = COMPLETE.values().filter(|page| page.contains(&mention)).count();
        assert_eq!(
            found, 1,
            "expected one page of {path}; add it to DOCUMENTS in conformance/command/src/site/documents.rs"
        );
    }
}

#[test]
fn the_pages_of_the_command_alone_say_how_to_get_the_others() {
    let place = TempDir::new().expect("a temporary folder");
    let output = run(place.path(), &["here"]);
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(out.contains("no documents: --documents names a checkout"), "{out}");
    assert!(ALONE["index.html"].contains("<code>--documents DIR</code>"));
    assert!(!COMPLETE["index.html"].contains("<code>--documents DIR</code>"));
}

#[test]
fn a_folder_that_is_no_checkout_is_bad_usage() {
    let place = TempDir::new().expect("a temporary folder");
    let output = run(place.path(), &["--documents", "."]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains("expected a checkout of array-ctypes at ., found no README.md there"), "{errors}");
}

#[test]
fn a_folder_that_cannot_be_written_is_a_run_error() {
    let place = TempDir::new().expect("a temporary folder");
    fs::write(place.path().join("taken"), "").expect("a file");
    let output = run(place.path(), &["taken"]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{errors}");
    assert!(errors.contains("expected to write taken"), "{errors}");
}

/// The least contrast of text that WCAG 2.2 asks for at level AA.
const LEAST_CONTRAST: f64 = 4.5;

#[test]
fn text_has_contrast_in_both_themes() {
    let style = include_str!("../src/site/style.css");
    let colour = |name: &str| {
        let (_, rest) = style.split_once(&format!("--{name}: light-dark(")).unwrap_or_else(|| panic!("no {name}"));
        let (light, dark) = rest.split_once(')').and_then(|(both, _)| both.split_once(", ")).expect("two colours");
        [luminance(light), luminance(dark)]
    };
    for behind in ["paper", "raised"] {
        for name in ["text", "quiet", "link", "good", "warn", "bad"] {
            for (front, back) in colour(name).into_iter().zip(colour(behind)) {
                let contrast = (front.max(back) + 0.05) / (front.min(back) + 0.05);
                assert!(contrast >= LEAST_CONTRAST, "{name} on {behind}: {contrast:.2}");
            }
        }
    }
    assert!(!style.contains("url(") && !style.contains("@import"), "expected nothing from the network");
}

/// The relative luminance of a colour `#rrggbb`.
fn luminance(colour: &str) -> f64 {
    let part = |at: usize| {
        let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).expect("two digits")) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
}

#[test]
fn what_is_wrong_with_a_page_is_found() {
    let whole = "<!doctype html><html lang=\"en\"><title>T</title><h1 id=\"a\">A</h1>";
    let page = |rest: &str| format!("{whole}{rest}");
    let others = [("other/index.html".to_owned(), page("<a href=\"../index.html#a\">A</a>"))];
    let mistakes = [
        ("<a href=\"none.html\">", "expected a page at none.html"),
        ("<a href=\"other/index.html#b\">", "expected the place other/index.html#b"),
        ("<h1>B</h1>", "one h1"),
        ("<h3 id=\"b\">B</h3>", "no level of headings left out"),
        ("<h2>B</h2>", "an id of the heading \"B\""),
        ("<h2 id=\"b\">r[data.raw]</h2>", "no declaration of a rule"),
        ("<i id=\"a\"></i>", "each id once"),
        ("<img src=\"https://example.org/a.png\">", "nothing from the network"),
        ("{{ title }}", "no placeholder"),
        ("<code>data.raw</code>", "data.raw as a link"),
        ("<p><b></p>", "the parser says"),
    ];
    for (rest, message) in mistakes {
        let pages: Pages = others.iter().cloned().chain([("index.html".to_owned(), page(rest))]).collect();
        let wrong = wrong(&pages);
        assert!(wrong.iter().any(|one| one.contains(message)), "{rest}: expected {message:?}, found {wrong:?}");
    }
    let pages = others.into_iter().chain([("index.html".to_owned(), page("<a href=\"#a\">A</a>"))]).collect();
    assert_eq!(wrong(&pages), [""; 0]);
}
