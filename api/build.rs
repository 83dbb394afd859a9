//! The binary carries the migrations, the repeatable SQL and the jobs: a change in one of them is a rebuild.

fn main() {
    for folder in ["../migrations", "../sql", "../jobs"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
