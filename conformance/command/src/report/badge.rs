//! The verdict as JSON for a badge, in the form of shields.io's endpoint.

use crate::results::Run;
use serde_json::json;

/// The badge of these runs. The worst verdict counts.
pub(super) fn badge(runs: &[Run]) -> String {
    let worst = |exit: u8| [3, 1, 4, 0].iter().position(|known| *known == exit);
    let exit = runs.iter().map(|run| run.summary.exit).min_by_key(|exit| worst(*exit)).unwrap_or(3);
    let held: usize = runs.iter().map(|run| run.count("held")).sum();
    let broken = |run: &Run| run.summary.failed + if run.header.strict { run.summary.warned } else { 0 };
    let failed: usize = runs.iter().map(broken).sum();
    let is_partial = runs.iter().any(|run| run.summary.partial.is_some());
    let has_ended_badly = runs.iter().any(|run| run.summary.end.is_some());
    let (message, color) = match exit {
        0 if is_partial => (format!("conforms so far, {held} rules"), "lightgrey"),
        1 if failed == 0 && has_ended_badly => ("did not end in order".to_owned(), "red"),
        0 => (format!("conforms, {held} rules"), "brightgreen"),
        1 => (format!("{failed} rules broken"), "red"),
        4 => ("known deviations out of date".to_owned(), "yellow"),
        _ => ("no verdict".to_owned(), "lightgrey"),
    };
    let badge = json!({ "schemaVersion": 1, "label": "array ctypes", "message": message, "color": color });
    format!("{badge}\n")
}
