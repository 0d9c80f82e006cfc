//! The templates of all HTML that the command writes, the stylesheet and the script.
//!
//! Each page extends `base.html`, which needs a [`Frame`] under the name `frame`. A file that stands alone has the stylesheet
//! and the script in it.

use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value};
use serde::Serialize;
use std::sync::LazyLock;

/// The stylesheet, `style.css`.
pub(crate) const STYLE: &str = include_str!("style.css");

/// The script, `page.js`. Pages can be read without it.
pub(crate) const SCRIPT: &str = include_str!("page.js");

const TEMPLATES: [(&str, &str); 9] = [
    ("style.css", STYLE),
    ("picture.css", array_ctypes_conformance::report::picture::STYLE),
    ("page.js", SCRIPT),
    ("base.html", include_str!("base.html")),
    ("document.html", include_str!("document.html")),
    ("index.html", include_str!("index.html")),
    ("report.html", include_str!("report.html")),
    ("rule.html", include_str!("rule.html")),
    ("rules.html", include_str!("rules.html")),
];

/// What a page shows of values is escaped, because the names of the templates end with `.html`.
static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_filter("code", |text: &str| Value::from_safe_string(code(text)));
    for (name, source) in TEMPLATES {
        environment.add_template(name, source).unwrap_or_else(|error| panic!("{name}: {error:#}"));
    }
    environment
});

/// What `base.html` needs of a page.
#[derive(Serialize)]
pub(crate) struct Frame {
    /// The title of the page, as plain text.
    pub(crate) title: String,
    /// One sentence about the page, as plain text.
    pub(crate) description: String,
    /// The name of the site.
    pub(crate) name: &'static str,
    /// The way from the page to the folder of `style.css`, `page.js` and `index.html`.
    pub(crate) root: String,
    /// True if the page is one file, with stylesheet and script in it, and without a way to others.
    pub(crate) alone: bool,
    /// The links in the header.
    pub(crate) navigation: Vec<Link>,
    /// The last line, as plain text.
    pub(crate) footer: String,
}

/// A link to a page.
#[derive(Clone, Serialize)]
pub(crate) struct Link {
    pub(crate) href: String,
    pub(crate) title: String,
    /// True if it is the page that has the link.
    pub(crate) current: bool,
}

/// Makes a page of a template.
///
/// # Panics
/// If the template wants what the context does not have. Tests make every page.
pub(crate) fn render(template: &str, context: &impl Serialize) -> String {
    let page = ENVIRONMENT.get_template(template).and_then(|found| found.render(Serde(context)));
    page.unwrap_or_else(|error| panic!("{template}: {error:#}"))
}

/// A text as HTML shows it.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A text as HTML shows it, with what stands between backticks as code.
fn code(text: &str) -> String {
    let part = |(at, part): (usize, &str)| match at % 2 {
        0 => escaped(part),
        _ => format!("<code>{}</code>", escaped(part)),
    };
    text.split('`').enumerate().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::{Frame, SCRIPT, STYLE, code, render};
    use serde::Serialize;

    #[derive(Serialize)]
    struct Alone {
        frame: Frame,
    }

    #[test]
    fn what_stands_between_backticks_is_code() {
        assert_eq!(code("`a < b` or c & d"), "<code>a &lt; b</code> or c &amp; d");
    }

    #[test]
    fn a_page_that_stands_alone_has_stylesheet_and_script_in_it_and_names_no_file() {
        let frame = Frame {
            title: "a < b".to_owned(),
            description: "Says \"c\".".to_owned(),
            name: "Report",
            root: String::new(),
            alone: true,
            navigation: Vec::new(),
            footer: String::new(),
        };
        let page = render("base.html", &Alone { frame });
        assert!(page.contains(STYLE.trim_end()) && page.contains(SCRIPT.trim_end()), "{page}");
        assert!(page.contains("<title>a &lt; b – Report</title>") && page.contains("Says &quot;c&quot;."), "{page}");
        assert!(!page.contains("stylesheet\"") && !page.contains(" src=") && !page.contains("index.html"), "{page}");
    }
}
