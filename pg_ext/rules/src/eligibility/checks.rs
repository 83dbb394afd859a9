//! The checks, in the order in which booking reports them (docs/rules.md).

use jiff::SignedDuration;
use uuid::Uuid;

use super::facts::{BusyIn, Candidate, Facts, Freshness, Offer, Person, Source, Standing, Terms};
use super::{Finding, Purpose};
use crate::refusal::Refusal;
use crate::tally::Full;

type Findings = Vec<Finding>;

/// What a check looks at.
#[derive(Clone, Copy)]
pub enum Check {
    /// The people alone: the same for every candidate.
    People(fn(&Facts, &mut Findings)),
    Candidate(fn(&Facts, &Candidate, &mut Findings)),
}

use Check::{Candidate as C, People as P};

/// What a check is asked for.
#[derive(Clone, Copy)]
enum Asked {
    /// Of what the hosts have free.
    Always,
    /// Where somebody chooses a time.
    Choosing,
    /// Where somebody is to attend.
    Attending,
    /// Where they did not attend before.
    Booking,
}

const CHECKS: &[(Asked, Check)] = &[
    (Asked::Attending, P(attendee_is_active)),
    (Asked::Booking, P(attendee_is_a_mentee)),
    (Asked::Always, C(starts_ahead)),
    (Asked::Choosing, C(notice_is_kept)),
    (Asked::Choosing, C(is_offered)),
    (Asked::Choosing, P(event_type_is_bookable)),
    (Asked::Always, P(hosts_are_active)),
    (Asked::Choosing, C(dates_are_open)),
    (Asked::Always, C(hosts_have_hours)),
    (Asked::Always, C(hosts_take_more)),
    (Asked::Always, C(is_free)),
    (Asked::Attending, P(attendee_has_a_calendar)),
    (Asked::Always, P(hosts_have_calendars)),
    (Asked::Booking, P(tier_allows)),
    (Asked::Attending, C(week_has_room)),
    (Asked::Attending, P(everybodys_calendars_are_fresh)),
    (Asked::Attending, P(attendees_calendar_was_read)),
    (Asked::Attending, C(attendees_calendar_was_read_so_far)),
    (Asked::Attending, C(attendee_is_not_busy)),
    (Asked::Attending, C(attendee_is_not_booked)),
    (Asked::Always, P(hosts_calendars_were_read)),
    (Asked::Always, C(hosts_calendars_were_read_so_far)),
    (Asked::Always, C(hosts_are_not_busy)),
    (Asked::Always, C(hosts_are_not_booked)),
];

/// Those that are asked for a purpose, in order.
pub fn checks(purpose: Purpose) -> impl Iterator<Item = Check> {
    CHECKS.iter().filter(move |(asked, _)| asked.is_asked(purpose)).map(|(_, check)| *check)
}

impl Asked {
    fn is_asked(self, purpose: Purpose) -> bool {
        match self {
            Self::Always => true,
            Self::Choosing => purpose != Purpose::Replace,
            Self::Attending => purpose != Purpose::Browse,
            Self::Booking => purpose == Purpose::Book,
        }
    }
}

impl Check {
    pub fn run(self, facts: &Facts, candidate: &Candidate, found: &mut Findings) {
        match self {
            Self::People(check) => check(facts, found),
            Self::Candidate(check) => check(facts, candidate, found),
        }
    }
}

fn of_attendee(facts: &Facts, refusal: Refusal) -> Finding {
    Finding { refusal, whose: Some((facts.attendee_word(), facts.attendee.person.id)) }
}

fn of_host(facts: &Facts, host: &Person, refusal: Refusal) -> Finding {
    Finding { refusal, whose: Some((facts.host_word(), host.id)) }
}

fn of_time(refusal: Refusal) -> Finding {
    Finding { refusal, whose: None }
}

pub fn attendee_is_active(facts: &Facts, found: &mut Findings) {
    let person = &facts.attendee.person;
    if !person.is_active {
        found.push(of_attendee(facts, Refusal::inactive(person.id, facts.attendee.suspension.clone())));
    }
}

pub fn attendee_is_a_mentee(facts: &Facts, found: &mut Findings) {
    if let Standing::Other { role } = &facts.attendee.standing {
        found.push(of_attendee(facts, Refusal::NotAMentee { role: *role }));
    }
}

fn starts_ahead(facts: &Facts, candidate: &Candidate, found: &mut Findings) {
    let start_time = candidate.span.start;
    if start_time <= facts.now {
        found.push(of_time(Refusal::SlotInPast { start_time }));
    }
}

fn notice_is_kept(facts: &Facts, candidate: &Candidate, found: &mut Findings) {
    let minimum_notice_minutes = facts.policy.minimum_notice_minutes;
    let start_time = candidate.span.start;
    let ahead = start_time.duration_since(facts.now);
    if ahead.is_positive() && ahead < SignedDuration::from_mins(minimum_notice_minutes.into()) {
        found.push(of_time(Refusal::MinimumNotice { start_time, minimum_notice_minutes }));
    }
}

fn is_offered(_: &Facts, candidate: &Candidate, found: &mut Findings) {
    match candidate.source {
        Source::Slot { time_slot_id, is_withdrawn: true, .. } => {
            found.push(of_time(Refusal::SlotWithdrawn { time_slot_id }));
        }
        Source::EventType { is_offered: false } => found.push(of_time(Refusal::StartNotOffered {})),
        Source::Slot { .. } | Source::EventType { .. } => (),
    }
}

fn event_type_is_bookable(facts: &Facts, found: &mut Findings) {
    if let Some(Terms { event_type_id, is_bookable: false, .. }) = facts.terms {
        found.push(of_time(Refusal::EventTypeNotBookable { event_type_id }));
    }
}

/// Every host's offer, where there is one.
fn offers(facts: &Facts) -> impl Iterator<Item = (&Person, &Offer)> {
    facts.hosts.iter().filter_map(|host| Some((host, host.offer.as_ref()?)))
}

fn dates_are_open(facts: &Facts, candidate: &Candidate, found: &mut Findings) {
    let Some(terms) = &facts.terms else { return };
    found.extend(offers(facts).filter_map(|(host, offer)| {
        let (from, until) = terms.horizon.dates(offer.zone.date_at(facts.now));
        let date = offer.zone.date_at(candidate.span.start);
        let opens_on = || terms.horizon.opens_on(date).filter(|_| date > until).map(|date| date.to_string());
        (!(from..=until).contains(&date)).then(|| {
            let (bookable_from, bookable_until) = (from.to_string(), until.to_string());
            of_host(facts, host, Refusal::OutsideHorizon { bookable_from, bookable_until, opens_on: opens_on() })
        })
    }));
}

fn hosts_have_hours(facts: &Facts, candidate: &Candidate, found: &mut Findings) {
    let outside = offers(facts).filter(|(_, offer)| !offer.opening.contains(candidate.span));
    found.extend(outside.map(|(host, _)| of_host(facts, host, Refusal::OutsideHours {})));
}

fn hosts_take_more(facts: &Facts, candidate: &Candidate, found: &mut Findings) {
    found.extend(offers(facts).filter(|(_, offer)| !offer.limits.is_unlimited()).filter_map(|(host, offer)| {
        let Full { period, unit, limit, again_from } = offer.tally.full(candidate.span, offer.limits)?;
        let again_from = again_from.to_string();
        Some(of_host(facts, host, Refusal::EventTypeLimitReached { period, unit, limit, again_from }))
    }));
}

fn hosts_are_active(facts: &Facts, found: &mut Findings) {
    let refusal = |host: &Person| match &facts.terms {
        Some(Terms { event_type_id, .. }) => Refusal::EventTypeNotBookable { event_type_id: *event_type_id },
        None => Refusal::MentorNotAvailable { mentor_id: host.id },
    };
    let inactive = facts.hosts.iter().filter(|host| !host.is_active);
    found.extend(inactive.map(|host| of_host(facts, host, refusal(host))));
}

fn is_free(facts: &Facts, candidate: &Candidate, found: &mut Findings) {
    if let Source::Slot { time_slot_id, booked_by: Some(booked), .. } = candidate.source
        && !booked.has_lapsed(facts.now)
    {
        found.push(of_time(Refusal::SlotAlreadyBooked { time_slot_id }));
    }
}

fn attendee_has_a_calendar(facts: &Facts, found: &mut Findings) {
    if facts.policy.calendars_required && !facts.attendee.person.has_a_calendar() {
        found.push(of_attendee(facts, Refusal::CalendarNotConnected {}));
    }
}

fn hosts_have_calendars(facts: &Facts, found: &mut Findings) {
    if facts.policy.calendars_required {
        let without = facts.hosts.iter().filter(|host| !host.has_a_calendar());
        found.extend(without.map(|host| of_host(facts, host, Refusal::MentorCalendarNotConnected {})));
    }
}

fn tier_allows(facts: &Facts, found: &mut Findings) {
    let Standing::Mentee { reach, .. } = &facts.attendee.standing else { return };
    let beyond = facts.hosts.iter().filter(|host| !reach.allows(host.tier));
    found.extend(beyond.map(|host| {
        let refusal = Refusal::TierRestriction {
            your_tier: facts.attendee.person.tier,
            mentor_tier: host.tier,
            highest_bookable_tier: reach.highest_bookable(),
            can_request_exception: true,
        };
        of_attendee(facts, refusal)
    }));
}

fn week_has_room(facts: &Facts, candidate: &Candidate, found: &mut Findings) {
    let Standing::Mentee { weekly_limit: Some(limit), booked, .. } = &facts.attendee.standing else { return };
    let booked = booked.in_week_of(candidate.span.start);
    if booked >= i64::from(*limit) {
        let tier = facts.attendee.person.tier;
        found.push(of_attendee(facts, Refusal::BookingLimitExceeded { limit: *limit, booked, tier }));
    }
}

/// Says of all accounts at once which are to be read, so that they are read side by side.
fn everybodys_calendars_are_fresh(facts: &Facts, found: &mut Findings) {
    if facts.freshness == Freshness::AsKnown {
        return;
    }
    let people = facts.hosts.iter().chain([&facts.attendee.person]);
    let stale = people.flat_map(|person| &person.accounts).filter(|account| account.is_to_be_read(facts));
    let connections: Vec<Uuid> = stale.map(|account| account.connection_id).collect();
    if !connections.is_empty() {
        found.push(of_time(Refusal::CalendarsStale { org_id: facts.org_id, connections }));
    }
}

fn attendees_calendar_was_read(facts: &Facts, found: &mut Findings) {
    if !facts.attendee.person.was_read_lately(facts) {
        found.push(of_attendee(facts, Refusal::CalendarUnavailable { whose: facts.attendee_word() }));
    }
}

fn attendees_calendar_was_read_so_far(facts: &Facts, candidate: &Candidate, found: &mut Findings) {
    let person = &facts.attendee.person;
    if person.was_read_lately(facts) && !person.was_read_so_far(candidate) {
        found.push(of_attendee(facts, Refusal::CalendarUnavailable { whose: facts.attendee_word() }));
    }
}

fn hosts_calendars_were_read(facts: &Facts, found: &mut Findings) {
    let unknown = facts.hosts.iter().filter(|host| !host.was_read_lately(facts));
    found.extend(unknown.map(|host| of_host(facts, host, Refusal::CalendarUnavailable { whose: facts.host_word() })));
}

fn hosts_calendars_were_read_so_far(facts: &Facts, candidate: &Candidate, found: &mut Findings) {
    let unknown = facts.hosts.iter().filter(|host| host.was_read_lately(facts) && !host.was_read_so_far(candidate));
    found.extend(unknown.map(|host| of_host(facts, host, Refusal::CalendarUnavailable { whose: facts.host_word() })));
}

fn attendee_is_not_busy(facts: &Facts, candidate: &Candidate, found: &mut Findings) {
    if let Some(BusyIn { provider, calendar }) = facts.attendee.person.busy.overlapping(candidate.span).next().cloned()
    {
        found.push(of_attendee(facts, Refusal::CalendarConflict { provider, calendar: Some(calendar) }));
    }
}

fn hosts_are_not_busy(facts: &Facts, candidate: &Candidate, found: &mut Findings) {
    found.extend(facts.hosts.iter().filter_map(|host| {
        let BusyIn { provider, calendar } = host.busy.overlapping(candidate.blocked).next().cloned()?;
        Some(of_host(facts, host, Refusal::MentorCalendarConflict { provider, calendar: Some(calendar) }))
    }));
}

fn attendee_is_not_booked(facts: &Facts, candidate: &Candidate, found: &mut Findings) {
    if facts.attendee.person.is_booked(facts, candidate, candidate.span) {
        found.push(of_attendee(facts, Refusal::BookingConflict {}));
    }
}

fn hosts_are_not_booked(facts: &Facts, candidate: &Candidate, found: &mut Findings) {
    let booked = facts.hosts.iter().filter(|host| host.is_booked(facts, candidate, candidate.blocked));
    found.extend(booked.map(|host| of_host(facts, host, Refusal::MentorBookingConflict {})));
}
