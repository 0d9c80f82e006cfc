//! Result files: whatever they say, they are read, merged and shown in every view, or are an error with a place.
#![no_main]

use array_ctypes_command::report::View;
use array_ctypes_command::results::merge::merge;
use array_ctypes_command::results::read::of_text;
use libfuzzer_sys::fuzz_target;
use std::path::Path;

const VIEWS: [View; 7] =
    [View::Text, View::Json, View::Junit, View::Markdown, View::Html, View::Github, View::Badge];

fuzz_target!(|text: &str| {
    match of_text(Path::new("file"), text) {
        Ok(runs) => {
            let runs = merge(runs);
            for view in VIEWS {
                let shown = view.of(&runs, &runs);
                assert!(!shown.is_empty() && !shown.contains('\x1b'), "{view:?}: {shown}");
                // The page has one script, its own.
                assert!(view != View::Html || shown.matches("<script").count() == 1, "{shown}");
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
