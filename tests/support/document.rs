//! Documents that must agree with the code.
//!
//! A test that finds a document out of date fails, and says what is different. With `CONVENE_ACCEPT=1` in the
//! environment, which `make docs` sets, it writes the document instead.

use std::path::Path;

use crate::surroundings::root;

/// Reads a file of the checkout.
pub fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every document of the checkout, as paths from its root.
pub fn all() -> Vec<String> {
    let mut documents = Vec::new();
    for directory in ["", "docs"] {
        let entries = std::fs::read_dir(root().join(directory)).unwrap_or_else(|error| panic!("{directory}: {error}"));
        let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
        let markdown = names.filter(|name| name.ends_with(".md"));
        documents.extend(markdown.map(|name| Path::new(directory).join(name).to_string_lossy().into_owned()));
    }
    documents.sort();
    documents
}

/// Checks that a file says `wanted`, by what `essence` leaves of both.
pub fn check(path: &str, wanted: &str, essence: impl Fn(&str) -> String) {
    let current = std::fs::read_to_string(root().join(path)).unwrap_or_default();
    if essence(&current) == essence(wanted) {
        return;
    }
    if std::env::var_os("CONVENE_ACCEPT").is_some() {
        std::fs::write(root().join(path), wanted).unwrap_or_else(|error| panic!("{path}: {error}"));
        return;
    }
    panic!(
        "{path} is out of date. `make docs` writes documents and the schema anew; for another file run this test with \
         CONVENE_ACCEPT=1. What changes:\n{}",
        differences(&essence(&current), &essence(wanted))
    );
}

/// Checks the generated part of a document: what is between `<!-- name -->` and `<!-- end of name -->`.
pub fn check_part(path: &str, name: &str, wanted: &str) {
    let current = read(path);
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
    let (before, rest) = current.split_once(&begin).unwrap_or_else(|| panic!("{path} has no {begin}"));
    let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("{path} has no {end}"));
    check(path, &format!("{before}{begin}{wanted}{end}{after}"), str::to_owned);
}

/// The commands of a section of a document: its blocks marked `sh`, up to the next heading.
pub fn commands(document: &str, heading: &str) -> String {
    let is_heading = |line: &str| line.starts_with("## ") || line.starts_with("### ");
    let mut lines =
        document.lines().skip_while(|line| !is_heading(line) || line.trim_start_matches('#').trim() != heading);
    assert!(lines.next().is_some(), "there is no section {heading}");
    let (mut commands, mut in_block, mut in_commands) = (String::new(), false, false);
    for line in lines {
        if line.starts_with("```") {
            in_block = !in_block;
            in_commands = line == "```sh";
        } else if in_commands {
            commands.push_str(&format!("{line}\n"));
        } else if !in_block && is_heading(line) {
            break;
        }
    }
    assert!(!commands.is_empty(), "the section {heading} has no commands");
    commands
}

/// The lines only one side has; empty when both say the same.
pub fn differences(current: &str, wanted: &str) -> String {
    let only = |mark: &str, left: &str, right: &str| -> Vec<String> {
        let others: std::collections::HashSet<&str> = right.lines().collect();
        left.lines().filter(|line| !others.contains(line)).map(|line| format!("{mark} {line}")).collect()
    };
    let different = [only("-", current, wanted), only("+", wanted, current)].concat();
    if different.is_empty() { "the same lines, in another order or number".to_owned() } else { different.join("\n") }
}

/// A table of Markdown.
pub fn table(headings: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let headings: Vec<String> = headings.iter().map(|&heading| heading.to_owned()).collect();
    let rule = vec!["---".to_owned(); headings.len()];
    let rows: Vec<String> = rows
        .into_iter()
        .map(|cells| line(&cells.iter().map(|cell| cell.replace('|', "\\|").replace('\n', " ")).collect::<Vec<_>>()))
        .collect();
    format!("{}{}{}", line(&headings), line(&rule), rows.concat())
}
