#![doc = include_str!("silences.md")]
