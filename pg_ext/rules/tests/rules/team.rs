use convene_rules::eligibility::{
    Attendee, Candidate, Facts, Freshness, Horizon, Offer, Person, Policy, Purpose, Source, Standing, Terms,
    all_refusals,
};
use convene_rules::hours::Opening;
use convene_rules::refusal::Refusal;
use convene_rules::rotation::Member;
use convene_rules::tally::{Limits, Tally};
use convene_rules::team::{Host, Mode, hosts, settled};
use convene_rules::tier::Tier;
use convene_rules::timeline::{Span, Timeline};
use convene_rules::zone::Zone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::given::refused_field;

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn host(number: u128) -> Host {
    Host { user_id: id(number), is_required: true, priority: 0, weight: 100, limit_per_day: None, limit_per_week: None }
}

fn member(number: u128, priority: i32, weight: i32, turns: f64) -> Member {
    Member { user_id: id(number), priority, weight, turns, last_assigned_at: Some(Timestamp::UNIX_EPOCH) }
}

#[test]
fn a_member_is_required_and_has_the_usual_weight_unless_said_otherwise() {
    let list = json!([
        { "user_id": id(1) },
        { "user_id": id(2), "is_required": false, "priority": 100, "weight": 1_000, "limit_per_day": 1, "limit_per_week": null },
    ]);
    let second = Host { is_required: false, priority: 100, weight: 1_000, limit_per_day: Some(1), ..host(2) };
    assert_eq!(hosts(Mode::RoundRobin, &list), Ok(vec![host(1), second]));
}

#[test]
fn what_is_no_list_of_members_is_refused_by_name() {
    let many: Vec<Value> = (0..201).map(|number| json!({ "user_id": id(number) })).collect();
    for (list, field) in [
        (json!({}), "members"),
        (json!([]), "members"),
        (json!(many), "members"),
        (json!([7]), "members[0]"),
        (json!([{}]), "members[0].user_id"),
        (json!([{ "user_id": "Ada" }]), "members[0].user_id"),
        (json!([{ "user_id": id(1) }, { "user_id": id(1) }]), "members[1].user_id"),
        (json!([{ "user_id": id(1), "weight": 0 }]), "members[0].weight"),
        (json!([{ "user_id": id(1), "weight": 1_001 }]), "members[0].weight"),
        (json!([{ "user_id": id(1), "priority": -1 }]), "members[0].priority"),
        (json!([{ "user_id": id(1), "priority": 101 }]), "members[0].priority"),
        (json!([{ "user_id": id(1), "limit_per_day": 0 }]), "members[0].limit_per_day"),
        (json!([{ "user_id": id(1), "limit_per_week": 10_001 }]), "members[0].limit_per_week"),
        (json!([{ "user_id": id(1), "is_required": "yes" }]), "members[0].is_required"),
        (json!([{ "user_id": id(1), "turns": 7 }]), "members[0].turns"),
    ] {
        assert_eq!(refused_field(hosts(Mode::RoundRobin, &list)), field, "{list}");
    }
    assert_eq!(hosts(Mode::RoundRobin, &json!(many[..200])).unwrap().len(), 200);
}

#[test]
fn a_collective_meeting_needs_somebody() {
    let optional = json!([{ "user_id": id(1), "is_required": false }]);
    assert_eq!(refused_field(hosts(Mode::Collective, &optional)), "members");
    assert!(hosts(Mode::RoundRobin, &optional).is_ok());
}

#[test]
fn there_are_two_modes() {
    assert_eq!(Mode::parse("round_robin"), Ok(Mode::RoundRobin));
    assert_eq!(Mode::parse("collective"), Ok(Mode::Collective));
    assert_eq!(Mode::parse("random"), Err(Refusal::invalid("mode", "must be round_robin or collective")));
}

#[test]
fn members_who_stay_keep_their_place_and_newcomers_begin_where_the_others_are() {
    let before = [member(1, 0, 100, 12.0), member(2, 0, 200, 22.0), member(3, 0, 100, 13.0)];
    let wanted = [host(4), host(1), Host { weight: 100, ..host(2) }, Host { weight: 50, ..host(5) }];
    let newcomer = |number, weight, turns| Member { last_assigned_at: None, ..member(number, 0, weight, turns) };
    assert_eq!(
        settled(&before, &wanted),
        [newcomer(4, 100, 11.0), member(1, 0, 100, 12.0), member(2, 0, 100, 11.0), newcomer(5, 50, 5.5)]
    );
}

#[test]
fn whoever_gets_another_priority_begins_where_those_of_it_are() {
    let before = [member(1, 5, 100, 40.0), member(2, 0, 100, 3.0), member(3, 0, 100, 4.0)];
    let raised = [Host { priority: 5, ..host(1) }, Host { priority: 5, ..host(2) }, host(3)];
    assert_eq!(settled(&before, &raised), [member(1, 5, 100, 40.0), member(2, 5, 100, 40.0), member(3, 0, 100, 4.0)]);
}

#[test]
fn the_first_members_begin_with_nothing() {
    let turns: Vec<f64> = settled(&[], &[host(1), host(2)]).iter().map(|member| member.turns).collect();
    assert_eq!(turns, [0.0, 0.0]);
}

fn at(minutes: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
}

fn person(number: u128, offer: Option<Offer>) -> Person {
    Person {
        id: id(number),
        is_active: true,
        tier: Tier::Silver,
        accounts: vec![],
        busy: Timeline::default(),
        booked: Timeline::default(),
        offer,
    }
}

#[test]
fn who_takes_a_hosts_place_is_asked_for_their_own_time_alone() {
    let zone = Zone::iana("UTC").unwrap();
    // A meeting tomorrow, of an event type that is switched off by now, can be booked today only, and a week ahead.
    let span = Span { start: at(1_500), end: at(1_530) };
    let offer = |from, to| Offer {
        zone: zone.clone(),
        opening: Opening::new(vec![Span { start: at(from), end: at(to) }]),
        limits: Limits::default(),
        tally: Tally::count(zone.clone(), []),
    };
    let facts = |offer| Facts {
        org_id: 1,
        now: at(60),
        policy: Policy {
            calendars_required: false,
            minimum_notice_minutes: 10_080,
            calendar_fresh_minutes: 5,
            calendar_stale_minutes: 60,
        },
        freshness: Freshness::AsKnown,
        terms: Some(Terms { event_type_id: id(9), is_bookable: false, horizon: Horizon::Days(1) }),
        attendee: Attendee { person: person(1, None), standing: Standing::Anybody, suspension: Default::default() },
        hosts: vec![person(2, Some(offer))],
    };
    let candidate = Candidate { span, blocked: span, source: Source::EventType { is_offered: false } };
    let codes = |facts: &Facts, purpose| -> Vec<&'static str> {
        all_refusals(facts, &candidate, purpose).iter().map(|finding| finding.refusal.code()).collect()
    };
    let open = facts(offer(0, 3_000));
    assert_eq!(
        codes(&open, Purpose::Book),
        ["MINIMUM_NOTICE", "START_NOT_OFFERED", "EVENT_TYPE_NOT_BOOKABLE", "OUTSIDE_HORIZON"]
    );
    assert_eq!(codes(&open, Purpose::Replace), [] as [&str; 0]);
    assert_eq!(codes(&facts(offer(0, 1_510)), Purpose::Replace), ["OUTSIDE_HOURS"]);
}
