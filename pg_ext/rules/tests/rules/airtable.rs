use convene_rules::airtable::{Gone, Known, Linked, Named, Person, Reading, Reason, Said, Step, phone, read};
use convene_rules::role::Role;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

fn problems(reading: &Reading) -> Vec<(&'static str, &str)> {
    reading.problems.iter().map(|it| (it.field, it.problem.as_str())).collect()
}

/// A record with an address, and this.
fn with(field: &str, value: Value) -> Reading {
    read(&json!({ "Email": "a@b.test", "Name": "A", "Role": "Mentee", field: value }))
}

#[test]
fn a_record_is_read_by_the_names_of_its_fields() {
    let reading = read(&json!({
        "Email": " ada@b.test", "Name": "Ada ", "Role": "Mentor", "Status": "Active", "Title": "CTO", "Phone": "1",
        "LinkedIn": "https://linkedin.com/in/ada", "Industries": ["Food", "food", " "], "Stage": "Seed", "Pets": 3,
    }));
    let expected = Person {
        email: "ada@b.test".to_owned(),
        name: Some("Ada".to_owned()),
        role: Role::Mentor,
        is_active: true,
        title: Said::Text("CTO".to_owned()),
        company: Said::Nothing,
        bio: Said::Nothing,
        linkedin: Some("https://linkedin.com/in/ada".to_owned()),
        industries: Some(vec!["Food".to_owned()]),
        technologies: Some(vec![]),
        stages: Some(vec!["Seed".to_owned()]),
    };
    assert_eq!(reading, Reading { person: Some(expected), problems: vec![] });
}

#[test]
fn a_phone_is_what_is_written_there_if_that_can_be_one() {
    for (written, expected) in [
        (json!(" +44 20 7946 0000 "), Said::Text("+44 20 7946 0000".to_owned())),
        (json!("0043/1/234 (after six)"), Said::Text("0043/1/234 (after six)".to_owned())),
        (json!("  "), Said::Nothing),
        (json!(null), Said::Nothing),
        (json!(4_420), Said::Unclear),
        (json!("1".repeat(51)), Said::Unclear),
        (json!("1\n2"), Said::Unclear),
    ] {
        assert_eq!(phone(&json!({ "Phone": written })), expected, "{written}");
    }
    assert_eq!(phone(&json!({})), Said::Nothing);
}

#[test]
fn a_record_without_a_usable_address_names_nobody() {
    for (email, problem) in [
        (json!(null), "is empty"),
        (json!("  "), "is empty"),
        (json!(7), "must be text"),
        (json!("ada"), "must be an email address"),
        (json!("a@b@c"), "must be an email address"),
        (json!("@b.test"), "must be an email address"),
        (json!("a b@c.test"), "must be an email address"),
        (json!(format!("{}@b.test", "a".repeat(250))), "must be an email address"),
    ] {
        let reading = read(&json!({ "Email": email, "Name": "Ada" }));
        assert_eq!((reading.person.as_ref(), problems(&reading)), (None, vec![("Email", problem)]));
    }
    for other in [json!(null), json!([]), json!("ada@b.test")] {
        assert_eq!(problems(&read(&other)), [("fields", "must be an object")]);
    }
}

#[test]
fn only_three_roles_are_known_and_none_of_them_is_admin() {
    let role = |value: Value| with("Role", value).person.unwrap().role;
    for (value, expected) in [("Mentee", Role::Mentee), ("Mentor", Role::Mentor), ("Coordinator", Role::Coordinator)] {
        assert_eq!((role(json!(value)), with("Role", json!(value)).problems), (expected, vec![]));
    }
    for (unknown, problems) in
        [(json!("Admin"), 1), (json!("mentor"), 1), (json!(["Mentor"]), 1), (json!(null), 0), (json!(""), 0)]
    {
        assert_eq!((role(unknown.clone()), with("Role", unknown).problems.len()), (Role::Mentee, problems));
    }
}

#[test]
fn whoever_is_not_said_to_be_active_is_not() {
    let is_active = |value: Value| with("Status", value).person.unwrap().is_active;
    assert!(is_active(json!("Active")));
    for other in [json!("active"), json!("Inactive"), json!(true), json!(null), json!("")] {
        assert!(!is_active(other.clone()), "{other}");
    }
}

#[test]
fn a_field_that_cannot_be_used_stays_as_it_was_and_is_named() {
    for field in ["Title", "Company", "Bio"] {
        let reading = with(field, json!("x".repeat(2001)));
        let person = reading.person.clone().unwrap();
        let said = [("Title", person.title), ("Company", person.company), ("Bio", person.bio)];
        assert!(said.iter().all(|(name, said)| *said == if *name == field { Said::Unclear } else { Said::Nothing }));
        assert_eq!(problems(&reading)[0].0, field);
    }
    let nameless = with("Name", json!("x".repeat(201)));
    assert_eq!(nameless.person.as_ref().unwrap().first_name(), "a");
    for address in ["linkedin.com/in/a", "javascript:alert(1)", "https://a@b.test", "https://a b.test"] {
        let reading = with("LinkedIn", json!(address));
        assert_eq!((reading.person.unwrap().linkedin, reading.problems[0].field), (None, "LinkedIn"), "{address}");
    }
}

#[test]
fn words_that_cannot_be_tags_are_left_out() {
    let reading = with("Industries", json!(["Food", 7, "x".repeat(101), "a\nb", "a\u{2028}b", "Health"]));
    assert_eq!(reading.problems.len(), 4);
    assert_eq!(reading.person.unwrap().industries.unwrap(), ["Food", "Health"]);
    let many: Vec<String> = (0..60).map(|number| format!("word {number}")).collect();
    let reading = with("Technologies", json!(many));
    assert_eq!(problems(&reading), [("Technologies", "has more than 50 words")]);
    assert_eq!(reading.person.unwrap().technologies.unwrap().len(), 50);
    assert_eq!(with("Stage", json!({ "name": "Seed" })).person.unwrap().stages, None);
}

const USER: Uuid = Uuid::from_u128(1);
const OTHER: Uuid = Uuid::from_u128(2);

fn now() -> Timestamp {
    "2026-06-01T09:00:00Z".parse().unwrap()
}

fn linked() -> Linked {
    Linked { user_id: USER, is_admin: false, is_removed: false, is_erased: false }
}

fn named() -> Named {
    Named { user_id: OTHER, is_admin: false, is_linked: false }
}

fn change(user_id: Uuid) -> Step {
    Step::Change { user_id, keeps_email: false }
}

#[test]
fn a_record_makes_takes_over_or_changes_a_user() {
    assert_eq!(Known::default().step(now()), Step::Create);
    assert_eq!(Known { named: Some(named()), ..Known::default() }.step(now()), change(OTHER));
    assert_eq!(Known { linked: Some(linked()), ..Known::default() }.step(now()), change(USER));
    let same = Known { linked: Some(linked()), is_same: true, ..Known::default() };
    assert_eq!(same.step(now()), Step::Unchanged);
    // Who was removed comes back, though the record says the same.
    let back = Known { linked: Some(Linked { is_removed: true, ..linked() }), ..same };
    assert_eq!(back.step(now()), Step::Change { user_id: USER, keeps_email: false });
}

#[test]
fn two_users_never_share_an_address() {
    let taken = Known { named: Some(Named { is_linked: true, ..named() }), ..Known::default() };
    assert_eq!(taken.step(now()), Step::Skip(Reason::EmailTaken));
    let both = Known { linked: Some(linked()), named: Some(named()), ..Known::default() };
    assert_eq!(both.step(now()), Step::Change { user_id: USER, keeps_email: true });
    let back = Known { linked: Some(Linked { is_removed: true, ..linked() }), ..both };
    assert_eq!(back.step(now()), Step::Skip(Reason::EmailTaken));
}

prop_compose! {
    fn known()(
        age in prop::option::of(-2_i64..3),
        is_same: bool,
        own in prop::option::of((any::<bool>(), any::<bool>(), any::<bool>())),
        other in prop::option::of((any::<bool>(), any::<bool>())),
    ) -> Known {
        Known {
            as_of: age.map(|age| now() - SignedDuration::from_secs(age)),
            is_same,
            linked: own.map(|(is_admin, is_removed, is_erased)| {
                // Who is erased is removed, too.
                Linked { user_id: USER, is_admin, is_removed: is_removed || is_erased, is_erased }
            }),
            named: other.map(|(is_admin, is_linked)| Named { user_id: OTHER, is_admin, is_linked }),
        }
    }
}

proptest! {
    #[test]
    fn nothing_that_is_not_newer_does_anything(known in known()) {
        let is_old = known.as_of.is_some_and(|applied| applied >= now());
        prop_assert_eq!(known.step(now()) == Step::Stale, is_old);
        prop_assert_eq!(known.gone(now()) == Gone::Stale, is_old);
    }

    #[test]
    fn no_admin_and_nobody_erased_is_ever_touched(known in known()) {
        let spares = |user: Uuid| match (known.linked, known.named) {
            (Some(linked), _) if linked.user_id == user => linked.is_admin || linked.is_erased,
            (_, Some(named)) if named.user_id == user => named.is_admin,
            _ => true,
        };
        if let Step::Change { user_id, .. } = known.step(now()) {
            prop_assert!(!spares(user_id));
        }
        if let Gone::Remove { user_id } = known.gone(now()) {
            prop_assert!(!spares(user_id));
        }
    }

    #[test]
    fn whatever_is_in_a_record_is_read_without_a_panic_and_within_bounds(
        email in ".{0,300}", name in ".{0,250}", bio in ".{0,2100}", url in ".{0,60}",
        tags in prop::collection::vec(".{0,120}", 0..70),
    ) {
        let reading = read(&json!({
            "Email": email, "Name": name, "Bio": bio, "LinkedIn": url, "Industries": tags, "Title": bio, "Company": name,
        }));
        check(&reading);
        let reading = read(&json!({ "Email": "a@b.test", "Name": name, "Bio": bio, "LinkedIn": url, "Stage": tags }));
        prop_assert!(reading.person.is_some());
        check(&reading);
    }

    #[test]
    fn whatever_json_is_in_a_record_is_read_without_a_panic(cells in prop::collection::vec(cell(), 11)) {
        let names = [
            "Email", "Name", "Role", "Status", "Title", "Company", "Bio", "LinkedIn", "Industries", "Technologies", "Stage",
        ];
        let fields: serde_json::Map<_, _> = names.into_iter().map(str::to_owned).zip(cells).collect();
        check(&read(&fields.clone().into()));
        let mut fields = fields;
        fields.insert("Email".to_owned(), json!("a@b.test"));
        check(&read(&fields.into()));
    }
}

/// What Airtable's cells may hold, and more.
fn cell() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        "https?://[a-z]{1,8}\\.test/.{0,9}".prop_map(Value::from),
        Just(json!("Active")),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-z]{1,4}", inner, 0..3)
                .prop_map(|fields| fields.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

/// What is read fits where it is kept; and no problem repeats what somebody wrote.
fn check(reading: &Reading) {
    for problem in &reading.problems {
        assert!(problem.problem.len() < 100, "{problem:?}");
    }
    let Some(person) = &reading.person else {
        assert!(!reading.problems.is_empty());
        return;
    };
    let length = |text: &str| text.chars().count();
    assert!((3..=254).contains(&length(&person.email)) && person.email.contains('@'));
    assert!((1..=200).contains(&length(&person.first_name())));
    for (said, longest) in [(&person.title, 200), (&person.company, 200), (&person.bio, 2000)] {
        if let Said::Text(text) = said {
            assert!((1..=longest).contains(&length(text)) && text.trim() == text);
        }
    }
    for (_, words) in person.tags() {
        assert!(words.len() <= 50);
        assert!(words.iter().all(|word| (1..=100).contains(&length(word)) && !word.chars().any(char::is_control)));
        let mut lower: Vec<_> = words.iter().map(|word| word.to_lowercase()).collect();
        lower.sort();
        lower.dedup();
        assert_eq!(lower.len(), words.len());
    }
    assert!(person.linkedin.as_ref().is_none_or(|url| url.to_lowercase().starts_with("http")));
}
