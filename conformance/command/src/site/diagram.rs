//! Diagrams of Mermaid, as far as the documents use it: boxes in boxes, and a list of the arrows between them.
//!
//! Nobody needs to see such a diagram to follow it, and it needs no program that draws.

use super::templates::escaped;

/// A flowchart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Diagram {
    nodes: Vec<Node>,
    arrows: Vec<Arrow>,
}

/// A box, with the place of the one around it among the boxes before it.
#[derive(Debug, PartialEq, Eq)]
struct Node {
    id: String,
    label: String,
    around: Option<usize>,
}

/// An arrow from one box to another, by their places.
#[derive(Debug, PartialEq, Eq)]
struct Arrow {
    from: usize,
    to: usize,
    label: String,
}

impl Diagram {
    /// Reads a flowchart; `None` if it has what is not known here.
    pub(crate) fn read(text: &str) -> Option<Diagram> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.next()?.strip_prefix("flowchart ")?;
        let mut diagram = Diagram::default();
        let mut around = Vec::new();
        for line in lines {
            if let Some(head) = line.strip_prefix("subgraph ") {
                let (place, rest) = diagram.one(head, around.last().copied())?;
                around.push(place);
                rest.is_empty().then_some(())?;
            } else if line == "end" {
                around.pop()?;
            } else {
                diagram.chain(line, around.last().copied())?;
            }
        }
        around.is_empty().then_some(diagram)
    }

    /// Reads a line `a --> b["label"] -- label --> c`.
    fn chain(&mut self, line: &str, around: Option<usize>) -> Option<()> {
        let (mut from, mut rest) = self.one(line, around)?;
        while !rest.is_empty() {
            let (label, after) = arrow(rest)?;
            let (to, after) = self.one(after, around)?;
            self.arrows.push(Arrow { from, to, label });
            (from, rest) = (to, after);
        }
        Some(())
    }

    /// Reads the name of a box, maybe with a label, and returns its place and what follows. The line that names it first says
    /// what is around it.
    fn one<'t>(&mut self, text: &'t str, around: Option<usize>) -> Option<(usize, &'t str)> {
        let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
        let (id, rest) = text.split_at(end);
        (!id.is_empty()).then_some(())?;
        let labelled = |open, close| rest.strip_prefix(open).and_then(|rest: &'t str| rest.split_once(close));
        let (label, rest) = match labelled("[\"", "\"]").or_else(|| labelled("([\"", "\"])")) {
            Some((label, rest)) => (Some(label), rest),
            None => (None, rest),
        };
        let place = self.nodes.iter().position(|one| one.id == id).unwrap_or_else(|| {
            self.nodes.push(Node { id: id.to_owned(), label: id.to_owned(), around });
            self.nodes.len() - 1
        });
        if let Some(label) = label {
            label.clone_into(&mut self.nodes[place].label);
        }
        Some((place, rest.trim_start()))
    }

    /// Writes the boxes as lists in lists, and the arrows as a list of sentences.
    pub(crate) fn html(&self) -> String {
        let arrow = |Arrow { from, to, label }: &Arrow| {
            let label = if label.is_empty() { String::new() } else { format!("<i>{}</i> → ", escaped(label)) };
            format!("<li>{} → {label}{}</li>\n", escaped(self.name(*from)), escaped(self.name(*to)))
        };
        let arrows: String = self.arrows.iter().map(arrow).collect();
        format!(
            "<figure class=\"diagram\">\n{}<figcaption>The arrows of the diagram:</figcaption>\n<ul class=\"arrows\">\n{arrows}</ul>\n</figure>\n",
            self.list(None)
        )
    }

    fn list(&self, around: Option<usize>) -> String {
        let inside = self.nodes.iter().enumerate().filter(|(_, one)| one.around == around);
        let items: String =
            inside.map(|(place, one)| format!("<li>{}{}</li>\n", one.shown(), self.list(Some(place)))).collect();
        let class = if around.is_none() { " class=\"boxes\"" } else { "" };
        if items.is_empty() { items } else { format!("\n<ul{class}>\n{items}</ul>\n") }
    }

    /// Returns what a box is called where an arrow names it: the first words of its label.
    fn name(&self, place: usize) -> &str {
        let (title, _) = self.nodes[place].words();
        title
    }
}

impl Node {
    /// Returns the title and the rest of the label.
    fn words(&self) -> (&str, &str) {
        self.label.split_once("<br>").or(self.label.split_once(": ")).unwrap_or((&self.label, ""))
    }

    fn shown(&self) -> String {
        match self.words() {
            (title, "") => escaped(title),
            (title, rest) => format!("{} <small>{}</small>", escaped(title), escaped(rest)),
        }
    }
}

/// Reads an arrow: `-->`, `-- label -->` or `-. "label" .->`. Returns its label and what follows.
fn arrow(text: &str) -> Option<(String, &str)> {
    let (label, rest) = match text.strip_prefix("-->") {
        Some(rest) => ("", rest),
        None => match text.strip_prefix("-- ") {
            Some(rest) => rest.split_once("-->")?,
            None => text.strip_prefix("-. ")?.split_once(".->")?,
        },
    };
    Some((label.trim().trim_matches('"').to_owned(), rest.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::Diagram;

    #[test]
    fn boxes_are_in_boxes_and_arrows_have_labels() {
        let text = "flowchart TB\n    subgraph a[\"A: first\"]\n        b --> c([\"C<br>last\"])\n    end\n    d -. \"by <pipe>\" .-> a\n";
        let html = Diagram::read(text).expect("a diagram").html();
        let items: Vec<&str> = html.lines().filter(|line| line.contains("<li>")).collect();
        let expected = [
            "<li>A <small>first</small>",
            "<li>b</li>",
            "<li>C <small>last</small></li>",
            "<li>d</li>",
            "<li>b → C</li>",
            "<li>d → <i>by &lt;pipe&gt;</i> → A</li>",
        ];
        assert_eq!(items, expected);
    }

    #[test]
    fn what_is_no_known_diagram_is_none() {
        for text in
            ["", "sequenceDiagram\n a->>b", "flowchart TB\n a --x b", "flowchart TB\n subgraph a", "flowchart TB\n end"]
        {
            assert_eq!(Diagram::read(text), None, "{text:?}");
        }
    }
}
