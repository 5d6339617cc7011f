//! The one way for text to reach a terminal.
