//! What a pointer view costs.
fn main() {}
