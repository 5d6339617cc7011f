//! Hands what the fuzzer makes to `targets/keys.rs`.
#![no_main]

#[path = "../../tests/support/inert.rs"]
mod inert;
#[path = "../targets/keys.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|data: &[u8]| target::run(data));
