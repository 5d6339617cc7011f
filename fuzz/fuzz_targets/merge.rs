//! Hands what the fuzzer makes to `targets/merge.rs`.
#![no_main]


#[path = "../targets/merge.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|data: &[u8]| target::run(data));
