//! Pictures of memory: examples as snapshots, and laws that every picture keeps.

mod examples;
mod laws;
