#![doc = include_str!("numpy-tests.md")]

/// This page, in Markdown.
pub const PAGE: &str = include_str!("numpy-tests.md");
