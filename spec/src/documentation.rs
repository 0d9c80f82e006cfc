#![doc = include_str!("documentation.md")]
