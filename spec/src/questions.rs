#![doc = include_str!("questions.md")]

/// This page, in Markdown.
pub const PAGE: &str = include_str!("questions.md");
