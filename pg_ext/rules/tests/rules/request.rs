use convene_rules::request;
use proptest::prelude::*;

use crate::given::refused_field;

#[test]
fn a_meeting_goal_is_trimmed_and_counted_in_characters() {
    assert_eq!(request::meeting_goal("  Überblick! \n", 10, 10).unwrap(), "Überblick!");
    assert_eq!(refused_field(request::meeting_goal("          ", 10, 2000)), "meeting_goal");
    assert_eq!(refused_field(request::meeting_goal("ninechars", 10, 2000)), "meeting_goal");
    assert!(request::meeting_goal(&"ß".repeat(2000), 10, 2000).is_ok());
    assert_eq!(refused_field(request::meeting_goal(&"ß".repeat(2001), 10, 2000)), "meeting_goal");
}

#[test]
fn an_organization_may_accept_an_empty_goal() {
    assert_eq!(request::meeting_goal("", 0, 2000).unwrap(), "");
}

#[test]
fn text_that_postgres_cannot_store_is_refused() {
    assert_eq!(refused_field(request::meeting_goal("a goal with\0in it", 10, 2000)), "meeting_goal");
    assert_eq!(refused_field(request::notes("comment", "\0")), "comment");
}

#[test]
fn web_addresses_are_accepted_as_they_are() {
    let good = [
        "https://example.com",
        "http://example.com:8080/a?b=c#d",
        "HTTPS://EXAMPLE.COM/",
        "https://münchen.example/a",
        "https://[2001:db8::1]:443/x",
        "https://192.0.2.1/x",
        "https://example.com./@user",
        "https://a_b.example/?q=a@b",
    ];
    let urls = good.map(str::to_owned);
    assert_eq!(request::materials_urls(&urls).unwrap(), urls);
}

#[test]
fn what_is_no_web_address_is_refused() {
    let long = format!("https://example.com/{}", "a".repeat(2048));
    let odd = [
        "",
        "example.com",
        "//example.com",
        "ftp://example.com",
        "javascript:alert(1)",
        "javascript://example.com/%0aalert(1)",
        "data:text/html,x",
        "https://",
        "https:///path",
        "https://?q",
        "https://:443/",
        "https://user@example.com/",
        "https://user:secret@example.com/",
        "https://example.com:port/",
        "https://example.com:99999/",
        "https://exa mple.com/",
        "https://example.com/\n",
        "https://example.com/\u{0}",
        "https://example.com\\@evil.example/",
        "https://[::1/",
        "https://[zz]/",
        "https://a..b/",
        "https://.example/",
        " https://example.com/",
        "https://example.com/\"><script>",
        "https://[::1]x/",
        "https://example.com:+80/",
        &long,
    ];
    for url in odd {
        assert_eq!(refused_field(request::materials_urls(&[url.to_owned()])), "materials_urls[0]", "{url:?}");
    }
}

#[test]
fn ten_addresses_are_enough() {
    let urls = vec!["https://example.com/".to_owned(); 11];
    assert_eq!(request::materials_urls(&urls[..10]).unwrap().len(), 10);
    assert_eq!(refused_field(request::materials_urls(&urls)), "materials_urls");
    assert!(request::materials_urls(&[]).unwrap().is_empty());
}

#[test]
fn an_idempotency_key_is_printable_ascii() {
    for key in ["a", "7f3c-22 b!~", &"k".repeat(255)] {
        assert_eq!(request::idempotency_key(key).unwrap(), key);
    }
    for key in ["", "tab\t", "ключ", "nul\0", "del\u{7f}", &"k".repeat(256)] {
        assert_eq!(refused_field(request::idempotency_key(key)), "idempotency_key", "{key:?}");
    }
}

#[test]
fn a_cancellation_has_one_of_three_reasons() {
    for reason in ["emergency", "reschedule", "other"] {
        assert_eq!(request::cancellation_reason(reason).unwrap(), reason);
    }
    for reason in ["", "Emergency", "sick"] {
        assert_eq!(refused_field(request::cancellation_reason(reason)), "reason");
    }
}

#[test]
fn ratings_go_from_1_to_5() {
    for rating in 1..=5 {
        assert_eq!(request::rating(rating).unwrap(), rating);
    }
    for rating in [i32::MIN, -1, 0, 6, i32::MAX] {
        assert_eq!(refused_field(request::rating(rating)), "rating");
    }
}

#[test]
fn an_override_needs_a_reason_of_some_length() {
    assert!(request::override_reason("ten chars!").is_ok());
    assert_eq!(refused_field(request::override_reason("nine char ")), "reason");
    assert_eq!(refused_field(request::override_reason(&"x".repeat(2001))), "reason");
}

#[test]
fn notes_may_be_empty_and_have_up_to_2000_characters() {
    assert_eq!(request::notes("notes", "  ").unwrap(), "");
    assert!(request::notes("notes", &"é".repeat(2000)).is_ok());
    assert_eq!(refused_field(request::notes("notes", &"é".repeat(2001))), "notes");
}

proptest! {
    #[test]
    fn what_was_accepted_once_is_accepted_unchanged_again(text in "\\PC{0,40}") {
        if let Ok(accepted) = request::text("field", &text, 3, 30) {
            prop_assert_eq!(request::text("field", &accepted, 3, 30), Ok(accepted.clone()));
            prop_assert!((3..=30).contains(&accepted.chars().count()));
        }
    }

    #[test]
    fn no_address_makes_the_check_panic(url in prop_oneof![".{0,60}", "https?://[\\[\\]:.@a-f0-9/?#]{0,30}"]) {
        let _ = request::materials_urls(&[url]);
    }
}
