//! Hands what the fuzzer makes to `targets/load_json.rs`.
#![no_main]


#[path = "../targets/load_json.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|data: &[u8]| target::run(data));
