//! Drawings in result files: anybody may have written them, and a page shows them as they are.

/// The elements of the drawings that the suite makes.
const ELEMENTS: [&str; 6] = ["svg", "title", "desc", "text", "path", "rect"];

/// Returns true if a drawing has the elements of the suite's own, and attributes that neither run anything nor lead anywhere. It need
/// not be well-formed: whatever a browser may take for the start of an element is looked at.
pub(super) fn is_safe(drawing: &str) -> bool {
    drawing.split('<').skip(1).all(|after| match after.split_once('>') {
        Some((tag, _)) => is_safe_tag(tag),
        None => false,
    }) && !drawing.split('<').next().is_some_and(|before| before.contains('>'))
}

/// Returns true for what may stand between `<` and `>`.
fn is_safe_tag(tag: &str) -> bool {
    if let Some(name) = tag.strip_prefix('/') {
        return ELEMENTS.contains(&name);
    }
    let tag = tag.strip_suffix('/').unwrap_or(tag);
    let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
    while let Some((attribute, value)) = rest.trim_start().split_once("=\"") {
        let Some((value, after)) = value.split_once('"') else { return false };
        let is_named = attribute.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let leads = ["href", "style", "src", "id"].contains(&attribute) || attribute.starts_with("on");
        if !is_named || leads || value.contains("url(") {
            return false;
        }
        rest = after;
    }
    ELEMENTS.contains(&name) && rest.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::is_safe;

    #[test]
    fn what_runs_or_leads_elsewhere_is_not_shown() {
        assert!(is_safe(""));
        assert!(is_safe("<svg class=\"picture\" role=\"img\"><title>a &lt; b</title><rect x=\"1\"/></svg>"));
        for bad in [
            "<script>alert(1)</script>",
            "<svg onload=\"alert(1)\"></svg>",
            "<svg><a href=\"javascript:alert(1)\"/></svg>",
            "<svg/onload=alert(1)>",
            "<svg><desc><![CDATA[><script>]]></desc></svg>",
            "<svg><!-- --><img src=\"x\"></svg>",
            "<rect style=\"x\"/>",
            "<rect fill=\"url(http://x)\"/>",
            "<rect x=1>",
            "<rect",
            "> <svg>",
        ] {
            assert!(!is_safe(bad), "{bad}");
        }
    }
}
