//! Links between pages: where each document and each rule has its page.
//!
//! Each page is an `index.html` in a folder of its own, its address, so that `rules/data.first-element` is a link wherever the
//! site lies on a server. Links between pages name the file too, and so they work without a server.

use array_ctypes_conformance::spec::{Chapter, Rule};
use std::collections::BTreeMap;

/// The address of the table of rules.
pub(crate) const RULES: &str = "rules";

/// The pages that documents became, by the paths of the documents in the repository.
pub(crate) struct Links {
    addresses: BTreeMap<String, String>,
}

/// What a link of a document leads to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A page of the site or of the web.
    Page(String),
    /// A file of the repository that has no page.
    File(String),
    /// An item of the specification's code.
    Item,
}

impl Links {
    /// Makes the links of these pages: the path of each document, and the address of its page.
    pub(crate) fn of(pages: impl IntoIterator<Item = (String, String)>) -> Links {
        Links { addresses: pages.into_iter().collect() }
    }

    /// Returns the link from a page to that of a document; `None` if the document has none.
    pub(crate) fn page(&self, from: &str, path: &str, fragment: &str) -> Option<String> {
        self.addresses.get(path).map(|address| href(from, address, fragment))
    }

    /// Returns what a link in a document leads to. `path` is the document's place in the repository, `from` the address of its
    /// page.
    pub(crate) fn resolve(&self, from: &str, path: &str, link: &str) -> Target {
        if link.starts_with('#') || link.starts_with("https://") || link.starts_with("http://") {
            return Target::Page(link.to_owned());
        }
        if let Some(item) = ["super::", "chapters::", "crate::"].iter().find_map(|prefix| link.strip_prefix(prefix)) {
            return match Chapter::from_name(item) {
                Some(chapter) => Target::Page(chapter_page(from, chapter)),
                None => self.page(from, &module_text(item), "").map_or(Target::Item, Target::Page),
            };
        }
        if link.contains("::") {
            return Target::Item;
        }
        let (file, fragment) = link.split_once('#').unwrap_or((link, ""));
        let file = beside(path, file);
        self.page(from, &file, fragment).map_or(Target::File(file), Target::Page)
    }
}

/// Returns the place of the text of a module of the specification, if that has one.
fn module_text(module: &str) -> String {
    format!("spec/src/{}.md", module.replace('_', "-"))
}

/// Returns the address of a rule's page.
pub(crate) fn rule_address(rule: Rule) -> String {
    format!("{RULES}/{rule}")
}

/// Returns the address of a chapter's page.
pub(crate) fn chapter_address(chapter: Chapter) -> String {
    format!("chapters/{}", chapter.name())
}

/// Returns the link from a page to that of a rule.
pub(crate) fn rule_page(from: &str, rule: Rule) -> String {
    href(from, &rule_address(rule), "")
}

/// Returns the link from a page to that of a chapter.
pub(crate) fn chapter_page(from: &str, chapter: Chapter) -> String {
    href(from, &chapter_address(chapter), "")
}

/// Returns the link from the page at one address to that at another; an empty fragment is none.
pub(crate) fn href(from: &str, to: &str, fragment: &str) -> String {
    let folder = if to.is_empty() { String::new() } else { format!("{to}/") };
    let fragment = if fragment.is_empty() { String::new() } else { format!("#{fragment}") };
    format!("{}{folder}index.html{fragment}", root(from))
}

/// Returns the way from a page to the folder of the site.
pub(crate) fn root(from: &str) -> String {
    "../".repeat(if from.is_empty() { 0 } else { from.split('/').count() })
}

/// Returns the path in the repository of a file that a document names from its own folder.
fn beside(path: &str, file: &str) -> String {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in file.split('/') {
        match part {
            ".." => {
                parts.pop();
            }
            "" | "." => {}
            name => parts.push(name),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::{Links, Target, href};

    #[test]
    fn a_link_from_any_page_leads_to_the_folder_of_another() {
        assert_eq!(href("", "glossary", ""), "glossary/index.html");
        assert_eq!(href("rules/data.raw", "glossary", "rule"), "../../glossary/index.html#rule");
        assert_eq!(href("glossary", "", ""), "../index.html");
    }

    #[test]
    fn a_document_names_pages_files_items_and_the_web() {
        let links = Links::of([("conformance/PROTOCOL.md".to_owned(), "protocol".to_owned())]);
        let resolve = |link| links.resolve("check", "conformance/docs/check.md", link);
        assert_eq!(resolve("../PROTOCOL.md#replies"), Target::Page("../protocol/index.html#replies".to_owned()));
        assert_eq!(
            resolve("../python/numpy_adapter.py"),
            Target::File("conformance/python/numpy_adapter.py".to_owned())
        );
        assert_eq!(resolve("super::dtype"), Target::Page("../chapters/dtype/index.html".to_owned()));
        assert_eq!(resolve("crate::Door"), Target::Item);
        assert_eq!(resolve("super::sources"), Target::Item);
        assert_eq!(resolve("#pages"), Target::Page("#pages".to_owned()));
        assert_eq!(resolve("https://example.org"), Target::Page("https://example.org".to_owned()));
        let links = Links::of([("spec/src/numpy-tests.md".to_owned(), "numpy-tests".to_owned())]);
        let tests = links.resolve("questions", "spec/src/questions.md", "super::numpy_tests");
        assert_eq!(tests, Target::Page("../numpy-tests/index.html".to_owned()));
    }
}
