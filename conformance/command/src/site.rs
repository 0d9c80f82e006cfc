//! The specification as a static site: its chapters, a page for each rule, and the documents of a checkout, made of the same
//! Markdown.
//!
//! The pages need no network and no script. The templates and the stylesheet are in `site/`.

mod diagram;
pub(crate) mod documents;
mod links;
mod markdown;
pub(crate) mod rule;
pub(crate) mod templates;

use array_ctypes_conformance::spec::{self, Chapter, Rule};
use documents::{Document, STATEMENTS};
use links::{Links, RULES, chapter_page, href, root, rule_address};
use markdown::{Heading, Writer};
use serde::Serialize;
use templates::{Frame, Link, render};

/// The name of the site.
const NAME: &str = "The array ctypes interface";

/// The links in the header of each page: title and address, as far as there is such a page.
const NAVIGATION: [(&str, &str); 5] = [
    ("Rules", RULES),
    ("Documentation", STATEMENTS),
    ("Glossary", "glossary"),
    ("Protocol", "protocol"),
    ("Faults", "faults"),
];

/// A page of the site.
pub(crate) struct Page {
    /// The folder of its `index.html`, from that of the site.
    pub(crate) address: String,
    pub(crate) html: String,
}

/// What `document.html` needs.
#[derive(Serialize)]
struct DocumentPage<'a> {
    frame: Frame,
    title: String,
    headings: Vec<Heading>,
    content: String,
    path: &'a str,
}

/// What `index.html` needs.
#[derive(Serialize)]
struct Start {
    frame: Frame,
    rules: usize,
    chapters: Vec<ChapterRow>,
    /// The link to the table of rules.
    table: String,
    groups: Vec<Group>,
    /// True if the documents of a checkout are there.
    complete: bool,
}

#[derive(Serialize)]
struct ChapterRow {
    name: &'static str,
    href: String,
    about: String,
    rules: usize,
}

/// Pages that the first page lists under one heading.
#[derive(Serialize)]
struct Group {
    id: &'static str,
    title: &'static str,
    links: Vec<Link>,
}

/// Makes every page. The documents of a checkout become pages beside those of the specification.
pub(crate) fn pages(of_checkout: &[Document]) -> Vec<Page> {
    let (chapters, origins) = (documents::chapters(), documents::origins());
    let all = || chapters.iter().chain(&origins).chain(of_checkout);
    let site = Site {
        links: Links::of(all().map(|one| (one.path.clone(), one.address.clone()))),
        addresses: all().map(|one| one.address.as_str()).chain([RULES]).collect(),
    };
    let mut pages = vec![site.start(&origins, of_checkout), site.table()];
    pages.extend(all().map(|document| site.document(document)));
    pages.extend(Rule::all().map(|rule| site.rule(rule)));
    pages
}

struct Site<'a> {
    links: Links,
    /// The addresses of all pages but those of rules.
    addresses: Vec<&'a str>,
}

impl Site<'_> {
    fn start(&self, origins: &[Document], of_checkout: &[Document]) -> Page {
        let writer = Writer { links: &self.links, path: "", address: "" };
        let row = |chapter: &Chapter| ChapterRow {
            name: chapter.name(),
            href: chapter_page("", *chapter),
            about: writer.line(first_sentence(chapter.prose())),
            rules: Rule::all().filter(|rule| rule.chapter() == *chapter).count(),
        };
        let link =
            |one: &Document| Link { href: href("", &one.address, ""), title: writer.line(&one.title), current: false };
        let group = |id, title, of: &[Document]| Group { id, title, links: of.iter().map(link).collect() };
        let mut groups = vec![group("origins", "About all rules", origins)];
        if !of_checkout.is_empty() {
            groups.push(group("documents", "Documents", of_checkout));
        }
        let start = Start {
            frame: self.frame("", NAME, "The specification of the array ctypes interface, rule by rule."),
            rules: Rule::all().count(),
            chapters: Chapter::ALL.iter().map(row).collect(),
            table: href("", RULES, ""),
            groups,
            complete: !of_checkout.is_empty(),
        };
        Page { address: String::new(), html: render("index.html", &start) }
    }

    fn table(&self) -> Page {
        let frame = self.frame(RULES, "All rules", "All rules of the array ctypes interface in one table.");
        Page { address: RULES.to_owned(), html: rule::table(&self.links, frame) }
    }

    fn rule(&self, rule: Rule) -> Page {
        let address = rule_address(rule);
        let description =
            format!("The rule {rule} of the array ctypes interface: its text, sources, check and faults.");
        let html = rule::page(rule, &self.links, self.frame(&address, rule.id(), &description));
        Page { address, html }
    }

    fn document(&self, document: &Document) -> Page {
        let Document { address, path, title, text } = document;
        let writer = Writer { links: &self.links, path, address };
        let written = writer.document(text);
        let plain = title.replace('`', "");
        let page = DocumentPage {
            frame: self.frame(
                address,
                &plain,
                &format!("{plain}: part of the specification of the array ctypes interface."),
            ),
            title: writer.line(title),
            headings: written.headings,
            content: written.html,
            path,
        };
        Page { address: address.clone(), html: render("document.html", &page) }
    }

    fn frame(&self, address: &str, title: &str, description: &str) -> Frame {
        let there = NAVIGATION.into_iter().filter(|(_, to)| self.addresses.contains(to));
        let link = |(title, to): (&str, &str)| Link {
            href: href(address, to, ""),
            title: title.to_owned(),
            current: to == address,
        };
        Frame {
            title: title.to_owned(),
            description: description.to_owned(),
            name: NAME,
            root: root(address),
            alone: false,
            navigation: there.map(link).collect(),
            footer: format!(
                "Version {} of the specification, written by array-ctypes {}.",
                spec::VERSION,
                env!("CARGO_PKG_VERSION")
            ),
        }
    }
}

/// Returns the first sentence of a chapter.
fn first_sentence(prose: &str) -> &str {
    let paragraph = prose.split("\n\n").next().unwrap_or(prose);
    paragraph.find(". ").or(paragraph.find(".\n")).map_or(paragraph, |end| &paragraph[..=end])
}
