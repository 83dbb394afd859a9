//! Links between documents.

use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

use crate::document;
use crate::surroundings::root;

static LINK: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)").expect("a pattern"));

/// The links of a document that lead to no file, or to no heading of it, as `document: link`.
pub fn broken(document: &str) -> Vec<String> {
    let text = prose(&document::read(document));
    let mut broken = Vec::new();
    for link in LINK.captures_iter(&text) {
        let (file, heading) = (&link[1], link.get(2).map(|heading| heading.as_str()));
        if file.contains("://") {
            continue;
        }
        let target = if file.is_empty() { document.to_owned() } else { beside(document, file) };
        let there = root().join(&target).exists();
        if !there || heading.is_some_and(|heading| !anchors(&target).iter().any(|anchor| anchor == heading)) {
            broken.push(format!("{document}: {}", &link[0]));
        }
    }
    broken
}

fn beside(document: &str, file: &str) -> String {
    let directory = Path::new(document).parent().unwrap_or(Path::new(""));
    directory.join(file).to_string_lossy().into_owned()
}

/// A document without its blocks of code.
fn prose(text: &str) -> String {
    let outside = text.split("```").step_by(2);
    outside.collect::<Vec<_>>().join("\n")
}

/// What a document's headings are called in links, as GitHub does it.
fn anchors(document: &str) -> Vec<String> {
    prose(&document::read(document))
        .lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| {
            let heading = line.trim_start_matches('#').trim().to_lowercase();
            let kept = heading.chars().filter(|char| char.is_alphanumeric() || " -_".contains(*char));
            kept.map(|char| if char == ' ' { '-' } else { char }).collect()
        })
        .collect()
}
