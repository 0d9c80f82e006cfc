#![doc = include_str!("numpy-tests.md")]
