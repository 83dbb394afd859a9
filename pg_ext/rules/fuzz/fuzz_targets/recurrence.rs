#![no_main]

#[path = "../bodies/recurrence.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::check(bytes));
