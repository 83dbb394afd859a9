use convene_rules::profile::{Profile, urls};
use convene_rules::refusal::Refusal;
use convene_rules::zone::Zone;
use serde_json::{Value, json};

use crate::given::refused_field;

fn profile() -> Profile {
    Profile {
        name: "Lena".to_owned(),
        title: Some("Founder".to_owned()),
        company: None,
        bio: Some("Seeds".to_owned()),
        slug: Some("lena".to_owned()),
        time_zone: Zone::iana("UTC").unwrap(),
    }
}

#[test]
fn absent_fields_stay_and_null_or_nothing_but_space_clears() {
    assert_eq!(profile().changed(&json!({})), Ok(profile()));
    let changed =
        profile().changed(&json!({ "title": null, "company": " Beetgold ", "bio": "  ", "name": " L ", "slug": "" }));
    let expected = Profile {
        name: "L".to_owned(),
        title: None,
        company: Some("Beetgold".to_owned()),
        bio: None,
        slug: None,
        time_zone: Zone::iana("UTC").unwrap(),
    };
    assert_eq!(changed, Ok(expected));
}

#[test]
fn lengths_are_counted_in_characters() {
    for (field, longest) in [("name", 200), ("title", 200), ("company", 200), ("bio", 2000)] {
        assert!(profile().changed(&json!({ field: "ä".repeat(longest) })).is_ok(), "{field}");
        assert_eq!(refused_field(profile().changed(&json!({ field: "ä".repeat(longest + 1) }))), field);
        assert_eq!(refused_field(profile().changed(&json!({ field: "a\0b" }))), field);
        assert_eq!(refused_field(profile().changed(&json!({ field: 7 }))), field);
    }
}

#[test]
fn a_short_name_has_lower_case_letters_digits_and_hyphens() {
    for slug in ["l", "lena-2", "9-lives", &"a".repeat(63)] {
        assert_eq!(profile().changed(&json!({ "slug": slug })).unwrap().slug.as_deref(), Some(slug));
    }
    for slug in ["Lena", "-lena", "lena-", "le na", "léna", "lena_2", "le/na", &"a".repeat(64)] {
        assert_eq!(refused_field(profile().changed(&json!({ "slug": slug }))), "slug", "{slug}");
    }
}

#[test]
fn a_name_and_a_zone_there_must_be() {
    for changes in [json!({ "name": null }), json!({ "name": "" }), json!({ "name": "  " })] {
        assert_eq!(refused_field(profile().changed(&changes)), "name");
    }
    assert_eq!(refused_field(profile().changed(&json!({ "time_zone": null }))), "time_zone");
    for zone in ["Mars/Olympus", "EST5EDT", "+02:00", ""] {
        let refused = Err(Refusal::InvalidTimeZone { time_zone: zone.to_owned() });
        assert_eq!(profile().changed(&json!({ "time_zone": zone })), refused);
    }
}

#[test]
fn what_is_no_profile_is_refused_by_name() {
    for (changes, field) in [
        (json!({ "email": "a@b.test" }), "email"),
        (json!({ "role": "admin" }), "role"),
        (json!([]), "changes"),
        (Value::Null, "changes"),
    ] {
        assert_eq!(refused_field(profile().changed(&changes)), field);
    }
}

#[test]
fn addresses_are_refused_by_their_place_in_the_list() {
    let good = json!({ "label": "Site", "url": "https://example.org" });
    for (list, field) in [
        (json!({}), "urls"),
        (json!(vec![good.clone(); 11]), "urls"),
        (json!([7]), "urls[0]"),
        (json!([good, { "label": "" , "url": "https://example.org" }]), "urls[1].label"),
        (json!([{ "label": "x".repeat(101), "url": "https://example.org" }]), "urls[0].label"),
        (json!([{ "label": "Site" }]), "urls[0].url"),
        (json!([{ "label": "Site", "url": "javascript:alert(1)" }]), "urls[0].url"),
        (json!([{ "label": "Site", "url": "https://me:secret@example.org" }]), "urls[0].url"),
        (json!([{ "label": "Site", "url": "https://example.org", "rank": 1 }]), "urls[0].rank"),
    ] {
        assert_eq!(refused_field(urls(&list)), field);
    }
    assert_eq!(urls(&json!(vec![good; 10])).unwrap().len(), 10);
    assert_eq!(urls(&json!([])), Ok(vec![]));
}
