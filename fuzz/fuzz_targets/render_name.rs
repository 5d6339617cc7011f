//! Hands what the fuzzer makes to `targets/render_name.rs`.
#![no_main]

#[path = "../../tests/support/characters.rs"]
mod characters;
#[path = "../targets/render_name.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|data: &[u8]| target::run(data));
