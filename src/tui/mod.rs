//! The screen: `update(state, message) -> effects` and `view(state) -> frame`.
//!
//! [`app`] holds the state; [`keymap`] is the one table of keys; [`theme`] names the styles; [`form`] are the forms.
pub mod app;
pub mod form;
pub mod keymap;
pub mod saving;
pub mod stack;
pub mod text;
pub mod theme;
