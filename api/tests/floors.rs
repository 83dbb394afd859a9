//! The floors of the service do not import each other, and what they stand on imports none of them.

// What fails here should fail the test on the spot.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

const FLOORS: [&str; 3] = ["answer", "work", "operate"];
/// It connects the floors.
const CONNECTS: [&str; 2] = ["lib.rs", "server.rs"];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every Rust file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

/// The first part of a file's path in `src`: its floor, or the name of a module that the floors stand on.
fn module(file: &Path) -> String {
    let inside = file.strip_prefix(source()).unwrap();
    inside.components().next().unwrap().as_os_str().to_string_lossy().into_owned()
}

#[test]
fn no_floor_imports_another_and_nothing_below_imports_a_floor() {
    let (mut looked_at, mut wrong) = (0, Vec::new());
    for file in files(&source()) {
        let module = module(&file);
        if CONNECTS.contains(&module.as_str()) {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        looked_at += 1;
        let others = FLOORS.iter().filter(|floor| **floor != module);
        wrong.extend(
            others
                .filter(|floor| text.contains(&format!("crate::{floor}")))
                .map(|floor| format!("{} imports {floor}", file.display())),
        );
    }
    assert!(looked_at > 100, "only {looked_at} files were found");
    assert!(wrong.is_empty(), "{wrong:#?}");
}
