#![no_main]

#[path = "../bodies/block_json.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::check(bytes));
