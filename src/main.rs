//! The `wardround` program.
fn main() {}
