#![doc = include_str!("silences.md")]

/// This page, in Markdown.
pub const PAGE: &str = include_str!("silences.md");
