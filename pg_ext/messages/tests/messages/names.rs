//! What people type cannot harm the text around it.

use convene_messages::Kind;
use convene_messages::meeting::Part;
use serde_json::json;

use crate::given::{meeting, message, with};

const ON: &str = "on Monday, 5 January 2026, 14:30 (Europe/Berlin).";

fn meets(name: &str) -> String {
    let facts = with(meeting(Part::Host), json!({ "attendees": [{ "id": "x", "name": name }] }));
    message(Kind::BookingConfirmed, &facts)
}

#[test]
fn names_stand_as_they_are_typed() {
    for name in [
        "Ada \"the Countess\" O'Neill",
        "{ $when } { people-none }",
        "דנה כהן",
        "فاطمة",
        "Ada <b>&amp;</b>",
        "$actor",
        "\\u0041",
        "山田 太郎",
        "👩‍🚀",
    ] {
        assert_eq!(meets(name), format!("You meet {name} {ON}"));
    }
}

#[test]
fn a_name_has_one_line() {
    for name in ["Ada\nLovelace", "\tAda \r\n Lovelace\u{0}", "Ada\u{2028}Lovelace", "Ada\u{85}\u{7}Lovelace"] {
        assert_eq!(meets(name), format!("You meet Ada Lovelace {ON}"), "{name:?}");
    }
}

#[test]
fn a_name_does_not_turn_the_direction_of_the_sentence() {
    assert_eq!(meets("\u{202E}adA\u{2066}"), format!("You meet adA {ON}"));
}

#[test]
fn words_keep_their_lines_and_nothing_else_that_is_not_seen() {
    let canceled = |words: &str| {
        let words = json!({ "words": words, "actor": { "id": "ada", "name": "Ada" }, "acted_as": "attendee" });
        message(Kind::BookingCanceled, &with(meeting(Part::Host), words))
    };
    let start = format!("Ada canceled your meeting {ON}");
    assert_eq!(
        canceled("\n Sorry!\r\n\r\nSee \u{202E}you\u{7}. \n"),
        format!("{start} They wrote: Sorry!\n\nSee you .")
    );
    assert_eq!(canceled(" \n\t "), start);
}
