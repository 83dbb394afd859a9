use convene_rules::question::{MOST, Questions};
use convene_rules::refusal::Refusal;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::given::refused_field;

/// Every field that is wrong, with its problems.
fn wrong<T: std::fmt::Debug>(outcome: Result<T, Refusal>) -> Value {
    outcome.unwrap_err().details()["fields"].clone()
}

fn asked(questions: Value) -> Questions {
    Questions::parse(&questions).unwrap()
}

/// One question of each kind; none is required.
fn each_kind() -> Questions {
    asked(json!([
        { "key": "topic", "label": "Topic", "kind": "text", "max_length": 20 },
        { "key": "story", "label": "Story", "kind": "long_text" },
        { "key": "email", "label": "Work email", "kind": "email" },
        { "key": "phone", "label": "Phone", "kind": "phone" },
        { "key": "site", "label": "Site", "kind": "url" },
        { "key": "team_size", "label": "People in the team", "kind": "number" },
        { "key": "founded", "label": "Founded on", "kind": "date" },
        { "key": "stage", "label": "Stage", "kind": "select", "options": ["seed", "growth"] },
        { "key": "needs", "label": "Needs", "kind": "multi_select", "options": ["money", "advice", "people"] },
        { "key": "terms", "label": "I read the terms", "kind": "checkbox" },
    ]))
}

fn answered(key: &str, answer: Value) -> Result<Map<String, Value>, Refusal> {
    each_kind().check(&json!({ key: answer }))
}

#[test]
fn questions_are_kept_as_they_are_sent_and_nothing_is_left_to_a_default() {
    let sent = json!([{ "key": "stage", "label": " Stage ", "kind": "select", "options": ["seed", " growth "] }]);
    let kept = asked(sent).to_json();
    assert_eq!(
        kept,
        json!([{ "key": "stage", "label": "Stage", "kind": "select", "required": false, "options": ["seed", "growth"] }])
    );
    assert_eq!(Questions::parse(&kept).unwrap().to_json(), kept);
}

#[test]
fn everything_wrong_with_every_question_is_listed() {
    let outcome = Questions::parse(&json!([
        { "key": "Stage", "label": "", "kind": "choice", "colour": "red" },
        { "key": "topic", "label": "Topic", "kind": "text", "options": ["a"], "max_length": 5001 },
        { "key": "topic", "label": "Topic", "kind": "text" },
        { "key": "topic", "label": "Again", "kind": "select" },
        { "key": "many", "label": "Many", "kind": "multi_select", "options": ["a", "a", ""] },
        7,
    ]));
    let problems = wrong(outcome);
    let fields: Vec<&String> = problems.as_object().unwrap().keys().collect();
    assert_eq!(
        fields,
        [
            "questions[0].colour",
            "questions[0].key",
            "questions[0].kind",
            "questions[0].label",
            "questions[1].max_length",
            "questions[1].options",
            "questions[3].options",
            "questions[4].options[1]",
            "questions[4].options[2]",
            "questions[5]",
        ]
    );
}

#[test]
fn two_questions_cannot_have_the_same_key() {
    let twice = json!([
        { "key": "topic", "label": "Topic", "kind": "text" }, { "key": "topic", "label": "Topic", "kind": "number" }
    ]);
    assert_eq!(refused_field(Questions::parse(&twice)), "questions[1].key");
}

#[test]
fn an_event_type_has_at_most_twenty_questions() {
    let many = |count: usize| -> Value {
        (0..count).map(|nth| json!({ "key": format!("q{nth}"), "label": "?", "kind": "checkbox" })).collect()
    };
    assert!(Questions::parse(&many(MOST)).is_ok());
    assert_eq!(refused_field(Questions::parse(&many(MOST + 1))), "questions");
    assert_eq!(refused_field(Questions::parse(&json!({}))), "questions");
}

#[test]
fn an_answer_to_each_kind_of_question_is_kept() {
    let answers = json!({
        "topic": " Pricing ", "story": "Two\nlines", "email": "ann@example.org", "phone": "+49 (30) 123-456",
        "site": "https://example.org/a", "team_size": 12.5, "founded": "2024-02-29", "stage": "seed",
        "needs": ["people", "money"], "terms": true
    });
    let kept = each_kind().check(&answers).unwrap();
    assert_eq!(kept["topic"], "Pricing");
    assert_eq!(kept["needs"], json!(["money", "people"]), "in the order of the options");
    assert_eq!(kept.len(), 10);
}

#[test]
fn every_wrong_answer_is_listed() {
    let answers = json!({
        "topic": "more than twenty characters", "story": 7, "email": "ann", "phone": "call me", "site": "javascript:1",
        "team_size": "12", "founded": "2023-02-29", "stage": "late", "needs": ["money", "money"], "terms": "yes",
        "colour": "red"
    });
    let problems = wrong(each_kind().check(&answers));
    assert_eq!(problems.as_object().unwrap().len(), 11, "{problems}");
    assert_eq!(problems["answers.colour"], json!(["is no question of this event type"]));
    assert_eq!(problems["answers.topic"], json!(["must have at most 20 characters"]));
    assert_eq!(problems["answers.stage"], json!(["must be one of the options"]));
}

#[test]
fn one_line_means_one_line() {
    assert!(answered("topic", json!("two\nlines")).is_err());
    assert!(answered("story", json!("a\u{0}b")).is_err(), "Postgres stores no NUL");
    assert!(answered("team_size", json!(1e300)).is_err());
}

#[test]
fn what_is_required_must_be_answered_and_a_box_be_ticked() {
    let required = asked(json!([
        { "key": "topic", "label": "Topic", "kind": "text", "required": true },
        { "key": "needs", "label": "Needs", "kind": "multi_select", "options": ["money"], "required": true },
        { "key": "terms", "label": "I read the terms", "kind": "checkbox", "required": true },
        { "key": "more", "label": "More", "kind": "text" },
    ]));
    let problems = wrong(required.check(&json!({ "topic": "  ", "needs": [], "terms": false })));
    let expected = json!({
        "answers.topic": ["is required"], "answers.needs": ["is required"], "answers.terms": ["must be true"]
    });
    assert_eq!(problems, expected);
    assert_eq!(wrong(required.check(&json!({})))["answers.terms"], json!(["is required"]));
    assert!(required.check(&json!({ "topic": "a", "needs": ["money"], "terms": true })).is_ok());
}

#[test]
fn no_answer_is_kept_where_none_was_given() {
    for nothing in [json!({}), json!({ "topic": null, "email": "", "needs": [], "founded": " ", "site": "" })] {
        assert_eq!(each_kind().check(&nothing).unwrap(), Map::new(), "{nothing}");
    }
    assert_eq!(refused_field(each_kind().check(&json!([]))), "answers");
}

/// JSON of any form, a few levels deep, often with the keys of the questions.
fn any_answers() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,30}".prop_map(Value::from),
        prop::sample::select(vec!["seed", "money", "2026-01-01", "a@b", "https://a.example", "+1 555"])
            .prop_map(Value::from),
    ];
    let value = prop_oneof![leaf.clone(), prop::collection::vec(leaf, 0..4).prop_map(Value::from)];
    let keys =
        vec!["topic", "story", "email", "phone", "site", "team_size", "founded", "stage", "needs", "terms", "colour"];
    prop::collection::hash_map(prop::sample::select(keys), value, 0..6).prop_map(|answers| {
        answers.into_iter().map(|(key, answer)| (key.to_owned(), answer)).collect::<Map<_, _>>().into()
    })
}

proptest! {
    #[test]
    fn answers_that_are_kept_pass_again_unchanged(answers in any_answers()) {
        if let Ok(kept) = each_kind().check(&answers) {
            prop_assert_eq!(each_kind().check(&Value::Object(kept.clone())).unwrap(), kept);
        }
    }
}
