//! The checks of booking, on facts made by hand.

use convene_rules::eligibility::{
    Account, Attendee, Booked, BusyIn, Candidate, Facts, Finding, Freshness, Person, Policy, Purpose, Source, Standing,
    all_refusals, candidate_is_bookable, first_refusal, lapsed_in_the_way, override_to_consume, people_are_refused,
    without_slot,
};
use convene_rules::role::Role;
use convene_rules::tier::{Reach, Tier};
use convene_rules::timeline::{Span, Timeline};
use convene_rules::week::Weeks;
use convene_rules::zone::Zone;
use jiff::Timestamp;
use proptest::prelude::*;
use uuid::Uuid;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn span(start: &str, end: &str) -> Span {
    Span { start: at(start), end: at(end) }
}

const MENTEE: u128 = 1;
const MENTOR: u128 = 2;
const SLOT: u128 = 9;

fn person(n: u128) -> Person {
    Person {
        id: id(n),
        is_active: true,
        tier: Tier::Silver,
        accounts: vec![account(10 + n)],
        busy: Timeline::default(),
        booked: Timeline::default(),
        offer: None,
    }
}

fn account(n: u128) -> Account {
    Account {
        connection_id: id(n),
        is_connected: true,
        is_readable: true,
        known_as_of: Some(at("2026-11-20T11:58:00Z")),
        known_until: None,
        retry_at: None,
    }
}

fn wanted() -> Span {
    span("2026-11-20T13:00:00Z", "2026-11-20T13:30:00Z")
}

fn busy() -> Timeline<BusyIn> {
    Timeline::new(vec![(wanted(), BusyIn { provider: "google".to_owned(), calendar: "Work".to_owned() })])
}

fn booked(lapses_at: Option<Timestamp>) -> Timeline<Booked> {
    Timeline::new(vec![(wanted(), Booked { booking_id: id(77), lapses_at })])
}

fn not_free(person: Person) -> Person {
    let accounts = vec![Account { known_as_of: None, ..account(20) }];
    Person { accounts, busy: busy(), booked: booked(None), ..person }
}

fn mentee(highest: Tier, weekly_limit: Option<i32>, booked_that_week: usize) -> Standing {
    let starts = std::iter::repeat_n(at("2026-11-18T09:00:00Z"), booked_that_week);
    let booked = Weeks::count(Zone::iana("UTC").unwrap(), starts);
    Standing::Mentee { reach: Reach::new(highest, None), weekly_limit, booked }
}

fn facts() -> Facts {
    Facts {
        org_id: 1,
        now: at("2026-11-20T12:00:00Z"),
        policy: Policy {
            calendars_required: true,
            minimum_notice_minutes: 60,
            calendar_fresh_minutes: 5,
            calendar_stale_minutes: 60,
        },
        freshness: Freshness::Required,
        terms: None,
        attendee: Attendee { person: person(MENTEE), standing: mentee(Tier::Gold, Some(5), 4) },
        hosts: vec![person(MENTOR)],
    }
}

fn candidate() -> Candidate {
    Candidate {
        span: wanted(),
        blocked: wanted(),
        source: Source::Slot { time_slot_id: id(SLOT), is_withdrawn: false, booked_by: None },
    }
}

fn taken_by(booking: u128, lapses_at: Option<Timestamp>) -> Candidate {
    let booked_by = Some(Booked { booking_id: id(booking), lapses_at });
    Candidate { source: Source::Slot { time_slot_id: id(SLOT), is_withdrawn: false, booked_by }, ..candidate() }
}

fn codes_of(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|finding| finding.refusal.code().to_string()).collect()
}

fn codes(facts: &Facts, candidate: &Candidate, purpose: Purpose) -> Vec<String> {
    codes_of(&all_refusals(facts, candidate, purpose))
}

const NOTHING: [&str; 0] = [];

#[test]
fn a_time_with_nothing_against_it_is_bookable() {
    for purpose in [Purpose::Book, Purpose::Move, Purpose::Browse] {
        assert_eq!(codes(&facts(), &candidate(), purpose), NOTHING);
    }
}

#[test]
fn every_reason_is_reported_in_the_order_of_the_checks_and_whose_it_is() {
    let mut facts = facts();
    facts.freshness = Freshness::AsKnown;
    facts.policy.minimum_notice_minutes = 61;
    facts.hosts = vec![Person { is_active: false, tier: Tier::Platinum, ..not_free(person(MENTOR)) }];
    facts.hosts[0].accounts[0].is_connected = false;
    facts.attendee.person = Person { is_active: false, ..not_free(person(MENTEE)) };
    facts.attendee.person.accounts[0].is_connected = false;
    facts.attendee.standing = mentee(Tier::Gold, Some(5), 5);
    let mut candidate = taken_by(5, None);
    if let Source::Slot { is_withdrawn, .. } = &mut candidate.source {
        *is_withdrawn = true;
    }
    let found = all_refusals(&facts, &candidate, Purpose::Book);
    let said: Vec<String> = found
        .iter()
        .map(|finding| {
            let whose = finding.whose.map_or("time", |(_, who)| if who == id(MENTOR) { "mentor" } else { "mentee" });
            format!("{} ({whose})", finding.refusal.code())
        })
        .collect();
    assert_eq!(
        said,
        [
            "USER_INACTIVE (mentee)",
            "MINIMUM_NOTICE (time)",
            "SLOT_WITHDRAWN (time)",
            "MENTOR_NOT_AVAILABLE (mentor)",
            "SLOT_ALREADY_BOOKED (time)",
            "CALENDAR_NOT_CONNECTED (mentee)",
            "MENTOR_CALENDAR_NOT_CONNECTED (mentor)",
            "TIER_RESTRICTION (mentee)",
            "BOOKING_LIMIT_EXCEEDED (mentee)",
            "CALENDAR_UNAVAILABLE (mentee)",
            "CALENDAR_CONFLICT (mentee)",
            "BOOKING_CONFLICT (mentee)",
            "CALENDAR_UNAVAILABLE (mentor)",
            "MENTOR_CALENDAR_CONFLICT (mentor)",
            "MENTOR_BOOKING_CONFLICT (mentor)",
        ]
    );
    assert_eq!(first_refusal(&facts, &candidate, Purpose::Book), found.into_iter().next());
}

#[test]
fn of_a_slot_that_does_not_exist_nothing_else_is_said() {
    assert_eq!(codes_of(&without_slot(&facts(), id(SLOT))), ["SLOT_NOT_FOUND"]);
    let mut facts = facts();
    facts.attendee.standing = Standing::Other { role: Role::Mentor };
    assert_eq!(codes_of(&without_slot(&facts, id(SLOT))), ["NOT_A_MENTEE", "SLOT_NOT_FOUND"]);
}

#[test]
fn a_time_that_starts_now_is_past() {
    let candidate = Candidate { span: span("2026-11-20T12:00:00Z", "2026-11-20T12:30:00Z"), ..candidate() };
    assert_eq!(codes(&facts(), &candidate, Purpose::Book), ["SLOT_IN_PAST"]);
}

#[test]
fn an_approved_override_lets_a_higher_tier_pass_and_is_consumed_only_then() {
    let approved = id(7);
    let mut facts = facts();
    facts.attendee.standing = Standing::Mentee {
        reach: Reach::new(Tier::Gold, Some(approved)),
        weekly_limit: None,
        booked: Weeks::count(Zone::iana("UTC").unwrap(), []),
    };
    assert_eq!(override_to_consume(&facts), None);
    facts.hosts[0].tier = Tier::Platinum;
    assert_eq!(codes(&facts, &candidate(), Purpose::Book), NOTHING);
    assert_eq!(override_to_consume(&facts), Some(approved));
}

#[test]
fn moving_a_booking_does_not_ask_for_the_tier_again() {
    let mut facts = facts();
    facts.hosts[0].tier = Tier::Platinum;
    assert_eq!(codes(&facts, &candidate(), Purpose::Move), NOTHING);
    assert_eq!(codes(&facts, &candidate(), Purpose::Book), ["TIER_RESTRICTION"]);
}

#[test]
fn browsing_leaves_the_viewers_own_affairs_aside() {
    let mut facts = facts();
    facts.attendee.person = not_free(person(MENTEE));
    facts.attendee.standing = Standing::Other { role: Role::Coordinator };
    assert_eq!(codes(&facts, &candidate(), Purpose::Browse), NOTHING);
    facts.hosts[0].busy = busy();
    assert_eq!(codes(&facts, &candidate(), Purpose::Browse), ["MENTOR_CALENDAR_CONFLICT"]);
}

#[test]
fn the_name_of_a_calendar_is_told_to_its_owner_only() {
    let mut facts = facts();
    facts.hosts[0].busy = busy();
    facts.attendee.person.busy = busy();
    let told_to = |reader: Uuid| -> Vec<bool> {
        let found =
            all_refusals(&facts, &candidate(), Purpose::Book).into_iter().map(|finding| finding.told_to(reader));
        found.map(|finding| finding.refusal.details()["calendar"].is_string()).collect()
    };
    assert_eq!(told_to(id(MENTEE)), [true, false]);
    assert_eq!(told_to(id(MENTOR)), [false, true]);
    assert_eq!(told_to(id(99)), [false, false], "nor to staff");
}

#[test]
fn no_weekly_limit_means_none() {
    let mut facts = facts();
    facts.attendee.standing = mentee(Tier::Gold, None, 1000);
    assert_eq!(codes(&facts, &candidate(), Purpose::Book), NOTHING);
}

#[test]
fn a_calendar_that_was_not_read_lately_is_not_taken_for_free() {
    for purpose in [Purpose::Book, Purpose::Move, Purpose::Browse] {
        let mut facts = facts();
        facts.freshness = Freshness::AsKnown;
        facts.hosts[0].accounts[0].known_as_of = Some(at("2026-11-20T10:59:00Z"));
        assert_eq!(codes(&facts, &candidate(), purpose), ["CALENDAR_UNAVAILABLE"]);
    }
}

#[test]
fn a_calendar_that_was_not_read_as_far_ahead_is_not_known() {
    let mut facts = facts();
    facts.hosts[0].accounts[0].known_until = Some(at("2026-11-20T13:29:59Z"));
    assert_eq!(codes(&facts, &candidate(), Purpose::Book), ["CALENDAR_UNAVAILABLE"]);
    facts.hosts[0].accounts[0].known_until = Some(at("2026-11-20T13:30:00Z"));
    assert_eq!(codes(&facts, &candidate(), Purpose::Book), NOTHING);
}

#[test]
fn what_stands_against_every_time_alike_is_found_without_one() {
    let refused = |change: fn(&mut Facts)| {
        let mut facts = facts();
        facts.freshness = Freshness::AsKnown;
        change(&mut facts);
        people_are_refused(&facts, Purpose::Book)
    };
    assert!(!refused(|_| ()));
    assert!(refused(|facts| facts.attendee.person.is_active = false));
    assert!(refused(|facts| facts.attendee.standing = Standing::Other { role: Role::Mentor }));
    assert!(refused(|facts| facts.hosts[0].is_active = false));
    assert!(refused(|facts| facts.hosts[0].accounts.clear()));
    assert!(refused(|facts| facts.hosts[0].tier = Tier::Platinum));
    assert!(refused(|facts| facts.hosts[0].accounts[0].known_as_of = None));
    assert!(refused(|facts| facts.attendee.person.accounts[0].known_as_of = Some(at("2026-11-20T10:59:00Z"))));
    // How far ahead a calendar was read is a question of the time.
    assert!(!refused(|facts| facts.hosts[0].accounts[0].known_until = Some(at("2026-11-20T12:00:00Z"))));
}

#[test]
fn who_asks_for_fresh_calendars_is_told_of_all_stale_ones_at_once_before_anything_is_said_of_them() {
    let mut facts = facts();
    facts.hosts[0].accounts[0].known_as_of = Some(at("2026-11-20T11:54:00Z"));
    facts.attendee.person.accounts[0].known_as_of = None;
    facts.hosts[0].busy = busy();
    let stale = first_refusal(&facts, &candidate(), Purpose::Book).unwrap().refusal;
    assert_eq!(stale.details()["connections"], serde_json::json!([id(12), id(11)]));

    // One that just failed is not asked again while what is known still counts.
    facts.attendee.person = person(MENTEE);
    facts.hosts[0].accounts[0].retry_at = Some(at("2026-11-20T12:03:00Z"));
    assert_eq!(codes(&facts, &candidate(), Purpose::Book), ["MENTOR_CALENDAR_CONFLICT"]);
    facts.hosts[0].accounts[0].known_as_of = Some(at("2026-11-20T10:00:00Z"));
    assert_eq!(codes(&facts, &candidate(), Purpose::Book)[0], "CALENDARS_STALE");

    // What is refused anyway is not worth waiting for.
    assert_eq!(codes(&facts, &taken_by(5, None), Purpose::Book)[0], "SLOT_ALREADY_BOOKED");
}

#[test]
fn a_lapsed_hold_is_in_nobodys_way_and_is_named_to_be_released() {
    let (over, not_yet) = (Some(at("2026-11-20T12:00:00Z")), Some(at("2026-11-20T12:00:01Z")));
    let mut facts = facts();
    facts.hosts[0].booked = booked(over);
    assert_eq!(codes(&facts, &taken_by(5, over), Purpose::Book), NOTHING);
    assert_eq!(lapsed_in_the_way(&facts, &taken_by(5, over)), [id(5), id(77)]);

    facts.hosts[0].booked = booked(not_yet);
    assert_eq!(codes(&facts, &taken_by(5, not_yet), Purpose::Book), ["SLOT_ALREADY_BOOKED", "MENTOR_BOOKING_CONFLICT"]);
    assert!(lapsed_in_the_way(&facts, &taken_by(5, not_yet)).is_empty());
}

#[test]
fn the_booking_that_has_the_slot_is_said_once() {
    let mut facts = facts();
    facts.hosts[0].booked = booked(None);
    assert_eq!(codes(&facts, &taken_by(77, None), Purpose::Book), ["SLOT_ALREADY_BOOKED"]);
}

#[test]
fn an_event_types_buffers_count_against_what_lies_beside_it() {
    let mut facts = facts();
    let beside = span("2026-11-20T13:30:00Z", "2026-11-20T14:00:00Z");
    facts.hosts[0].booked = Timeline::new(vec![(beside, Booked { booking_id: id(77), lapses_at: None })]);
    let plain = Candidate { source: Source::EventType { is_offered: true }, ..candidate() };
    let buffered = Candidate { blocked: span("2026-11-20T13:00:00Z", "2026-11-20T13:40:00Z"), ..plain.clone() };
    facts.attendee.standing = Standing::Anybody;
    assert_eq!(codes(&facts, &plain, Purpose::Book), NOTHING);
    assert_eq!(codes(&facts, &buffered, Purpose::Book), ["MENTOR_BOOKING_CONFLICT"]);
}

/// An account that was perhaps not read lately, or not as far ahead as the time wanted.
fn known(account: Account, lately: bool, so_far: bool) -> Account {
    let known_as_of = account.known_as_of.filter(|_| lately);
    Account { known_as_of, known_until: (!so_far).then(|| at("2026-11-20T13:29:00Z")), ..account }
}

fn any_facts() -> impl Strategy<Value = (Facts, Candidate)> {
    (any::<[bool; 14]>(), 0_usize..8, 50_i32..70).prop_map(|(flags, week, notice)| {
        let mut facts = facts();
        let some = |person: Person, off: usize| Person {
            is_active: flags[off],
            busy: if flags[off + 1] { busy() } else { Timeline::default() },
            booked: booked(flags[off + 2].then(|| at("2026-11-20T11:00:00Z"))),
            accounts: if flags[off + 3] { vec![known(account(30), flags[12], flags[13])] } else { Vec::new() },
            ..person
        };
        facts.attendee = Attendee { person: some(person(MENTEE), 0), standing: mentee(Tier::Gold, Some(5), week) };
        facts.hosts = vec![some(person(MENTOR), 4)];
        facts.policy.minimum_notice_minutes = notice;
        facts.policy.calendars_required = flags[8];
        let booked_by = flags[9].then(|| Booked { booking_id: id(5), lapses_at: None });
        let source = Source::Slot { time_slot_id: id(SLOT), is_withdrawn: flags[10], booked_by };
        (facts, Candidate { source, ..candidate() })
    })
}

proptest! {
    #[test]
    fn listing_keeps_exactly_what_booking_takes((facts, candidate) in any_facts()) {
        for purpose in [Purpose::Book, Purpose::Move, Purpose::Browse] {
            let is_listed =
                !people_are_refused(&facts, purpose) && candidate_is_bookable(&facts, &candidate, purpose);
            let first = first_refusal(&facts, &candidate, purpose);
            prop_assert_eq!(is_listed, first.is_none());
            prop_assert_eq!(first, all_refusals(&facts, &candidate, purpose).into_iter().next());
        }
    }
}
