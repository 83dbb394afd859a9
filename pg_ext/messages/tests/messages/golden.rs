//! Every text as it is, for people to read.

use convene_messages::{Kind, Language};

use crate::given::{Example, examples, reader, told};

/// A former host is told only of the event that made them one.
fn can_happen(example: &Example) -> bool {
    example.kind == Kind::BookingReassigned || example.facts["reader"]["part"] != "former_host"
}

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/notices.txt");

/// With `CONVENE_ACCEPT=1` in the environment the file is written anew instead.
#[test]
fn every_text_reads_as_in_the_golden_file() {
    let mut texts = String::from("Made by tests/messages/golden.rs; CONVENE_ACCEPT=1 writes it anew.\n");
    for example in examples().iter().filter(|example| can_happen(example)) {
        texts.push_str(&format!("\n# {}\n", example.name));
        for language in Language::ALL {
            let text = told(example.kind, &example.facts, &reader(language));
            texts.push_str(&format!("{language}  {}: {}\n", text.title, text.message));
        }
    }
    if std::env::var_os("CONVENE_ACCEPT").is_some() {
        return std::fs::write(FILE, texts).unwrap();
    }
    let golden = std::fs::read_to_string(FILE).unwrap();
    let differences: Vec<_> = texts.lines().zip(golden.lines()).filter(|(now, then)| now != then).take(20).collect();
    assert!(texts == golden, "{FILE} is out of date. Run with CONVENE_ACCEPT=1 and look at it: {differences:#?}");
}
