//! The command `convene`.

#![forbid(unsafe_code)]

fn main() {}
