//! Benchmarks: see `views.rs`.
