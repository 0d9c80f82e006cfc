//! What a pointer view costs: the benchmarks are in `views.rs`.
