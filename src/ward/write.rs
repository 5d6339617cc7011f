//! Exact writing: what was read goes back as it was.

/// Fields of a JSON object: name and raw JSON value, in file order.
pub(crate) type Fields = Vec<(Box<str>, Box<str>)>;
