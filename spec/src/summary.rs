#![doc = include_str!("summary.md")]

/// This page, in Markdown.
pub const PAGE: &str = include_str!("summary.md");
