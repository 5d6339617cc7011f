//! The one table of keys. It makes the dispatch, the footer, the `?` screen and README's list: a key cannot do one
//! thing and be described as another.
mod action;
mod key;
mod mode;
mod rebind;
mod table;

pub use action::Action;
pub use key::Key;
pub use mode::Mode;
pub use rebind::{Bound, Keymap, Refused};
pub use table::{Binding, KEYS, action};
