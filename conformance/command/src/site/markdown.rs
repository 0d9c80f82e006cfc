//! Markdown as HTML: headings with permalinks, rules as links, tables that scroll, diagrams as boxes.

use super::diagram::Diagram;
use super::links::{Links, Target, rule_page};
use super::templates::escaped;
use array_ctypes_conformance::spec::Rule;
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};
use serde::Serialize;
use std::collections::HashMap;
use std::vec::IntoIter;

/// Writes the Markdown of one document for one page.
#[derive(Clone, Copy)]
pub(crate) struct Writer<'a> {
    pub(crate) links: &'a Links,
    /// The place of the document in the repository, from which it names other files.
    pub(crate) path: &'a str,
    /// The address of the page.
    pub(crate) address: &'a str,
}

/// The HTML of a document.
pub(crate) struct Written {
    pub(crate) html: String,
    pub(crate) headings: Vec<Heading>,
}

/// A heading that one can link to.
#[derive(Serialize)]
pub(crate) struct Heading {
    pub(crate) level: usize,
    pub(crate) id: String,
    /// Its plain text.
    pub(crate) text: String,
}

type Events<'e> = IntoIter<Event<'e>>;

/// What is written so far.
#[derive(Default)]
struct State {
    headings: Vec<Heading>,
    /// How often each identifier was wanted.
    identifiers: HashMap<String, usize>,
    /// The levels that headings move down, so that the highest is below the title of the page.
    deeper: usize,
    /// True inside of a link that is kept, where no other link may be.
    in_link: bool,
}

impl Writer<'_> {
    /// Writes a document. Its highest headings are of level 2.
    pub(crate) fn document(self, text: &str) -> Written {
        let events: Vec<Event> = Parser::new_ext(text, Options::ENABLE_TABLES).collect();
        let level = |event: &Event| match event {
            Event::Start(Tag::Heading { level, .. }) => Some(*level as usize),
            _ => None,
        };
        let highest = events.iter().filter_map(level).min().unwrap_or(2);
        let mut state = State { deeper: 2usize.saturating_sub(highest), ..State::default() };
        let html = self.html(events, &mut state);
        Written { html, headings: state.headings }
    }

    /// Writes a text of one paragraph, without the tags of a paragraph.
    pub(crate) fn line(self, text: &str) -> String {
        let html = self.document(text).html;
        let html = html.trim();
        html.strip_prefix("<p>").and_then(|rest| rest.strip_suffix("</p>")).unwrap_or(html).to_owned()
    }

    fn html(self, events: Vec<Event>, state: &mut State) -> String {
        let mut events = events.into_iter();
        let mut out = Vec::new();
        // The ends of links: each link is kept, or is no link here.
        let mut ends = Vec::new();
        while let Some(event) = events.next() {
            match event {
                Event::Start(Tag::Heading { level, .. }) => {
                    let inner = until(&mut events, |end| matches!(end, TagEnd::Heading(_)));
                    out.push(Event::Html(self.heading(level, inner, state).into()));
                }
                Event::Start(Tag::CodeBlock(kind)) => {
                    let inner = until(&mut events, |end| matches!(end, TagEnd::CodeBlock));
                    out.push(Event::Html(code_block(&kind, &plain(&inner)).into()));
                }
                Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                    let (start, end) = match self.links.resolve(self.address, self.path, &dest_url) {
                        Target::Page(href) => {
                            state.in_link = true;
                            let dest_url = href.into();
                            (
                                Some(Event::Start(Tag::Link { link_type, dest_url, title, id })),
                                Some(Event::End(TagEnd::Link)),
                            )
                        }
                        Target::File(path) => {
                            let start = format!("<span class=\"file\" title=\"{} in the repository\">", escaped(&path));
                            (Some(Event::InlineHtml(start.into())), Some(Event::InlineHtml("</span>".into())))
                        }
                        Target::Item => (None, None),
                    };
                    out.extend(start);
                    ends.push(end);
                }
                Event::End(TagEnd::Link) => {
                    state.in_link = false;
                    out.extend(ends.pop().flatten());
                }
                Event::Code(code) => out.push(match rule_of(&code).filter(|_| !state.in_link) {
                    Some(rule) => Event::InlineHtml(self.rule(rule).into()),
                    None => Event::Code(code),
                }),
                // Documents mean few tags as such; `array_t<double>` is text.
                Event::InlineHtml(tag) if !is_meant(&tag) => out.push(Event::Text(tag)),
                Event::Start(Tag::Table(columns)) => {
                    let start = "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Table\">\n";
                    out.extend([Event::Html(start.into()), Event::Start(Tag::Table(columns))]);
                }
                Event::End(TagEnd::Table) => {
                    out.extend([Event::End(TagEnd::Table), Event::Html("</div>\n".into())]);
                }
                other => out.push(other),
            }
        }
        let mut html = String::new();
        html::push_html(&mut html, out.into_iter());
        // An empty cell is the head of nothing.
        html.replace("<th></th>", "<td></td>")
    }

    /// A rule as a link to its page.
    fn rule(self, rule: Rule) -> String {
        format!("<a href=\"{}\"><code>{rule}</code></a>", rule_page(self.address, rule))
    }

    /// A heading with its permalink. One that declares a rule, `r[chapter.rule] LEVEL · profile`, has the rule's name.
    fn heading(self, level: HeadingLevel, inner: Vec<Event>, state: &mut State) -> String {
        let level = level as usize + state.deeper;
        let text = plain(&inner);
        let declared = text.strip_prefix("r[").and_then(|rest| Rule::from_id(rest.split_once(']')?.0));
        let (id, text, shown) = match declared {
            Some(rule) => {
                let (level, profile) = (rule.level().name(), rule.profile().name());
                let badge = |class: &str, word| format!(" <span class=\"badge{class}\">{word}</span>");
                let badges = badge(&format!(" {}", level.to_lowercase()), level) + &badge("", profile);
                (rule.id().to_owned(), rule.id().to_owned(), self.rule(rule) + &badges)
            }
            None => (state.identifier(&text), text, self.html(inner, state)),
        };
        let label = escaped(&text);
        let permalink = format!("<a class=\"permalink\" href=\"#{id}\" aria-label=\"Link to: {label}\">#</a>");
        let heading = format!("<h{level} id=\"{id}\">{shown} {permalink}</h{level}>\n");
        state.headings.push(Heading { level, id, text });
        heading
    }
}

impl State {
    /// Returns the identifier of a heading, made of its text as GitHub makes it.
    fn identifier(&mut self, text: &str) -> String {
        let kept = text.to_lowercase().replace(' ', "-");
        let kept: String = kept.chars().filter(|c| c.is_alphanumeric() || "-_".contains(*c)).collect();
        let count = self.identifiers.entry(kept.clone()).or_default();
        *count += 1;
        if *count == 1 { kept } else { format!("{kept}-{}", *count - 1) }
    }
}

/// Returns the rule that a piece of code names: `data.raw`, or `r[data.raw]`.
fn rule_of(code: &str) -> Option<Rule> {
    let id = code.strip_prefix("r[").and_then(|rest| rest.split_once(']')).map_or(code, |(id, _)| id);
    Rule::from_id(id)
}

/// Returns true if a tag in Markdown is a tag: a line break, or a place to link to.
fn is_meant(tag: &str) -> bool {
    tag == "<br>" || tag.starts_with("<span id=") || tag == "</span>"
}

/// Takes the events up to an end, which is left out.
fn until<'e>(events: &mut Events<'e>, is_end: impl Fn(&TagEnd) -> bool) -> Vec<Event<'e>> {
    events.take_while(|event| !matches!(event, Event::End(end) if is_end(end))).collect()
}

/// The text of events, without marks.
fn plain(events: &[Event]) -> String {
    let text = |event: &Event| match event {
        Event::Text(text) | Event::Code(text) => Some(text.to_string()),
        Event::SoftBreak | Event::HardBreak => Some(" ".to_owned()),
        _ => None,
    };
    events.iter().filter_map(text).collect()
}

fn code_block(kind: &CodeBlockKind, text: &str) -> String {
    let is_diagram = matches!(kind, CodeBlockKind::Fenced(language) if &**language == "mermaid");
    if let Some(diagram) = Some(text).filter(|_| is_diagram).and_then(Diagram::read) {
        return diagram.html();
    }
    format!("<pre tabindex=\"0\"><code>{}</code></pre>\n", escaped(text.trim_end()))
}
