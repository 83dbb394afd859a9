//! May these people have this time? Candidates × people: one list of checks, each with every refusal and whose it is.
//!
//! Booking, moving and holding give it one candidate and take the first refusal; explaining takes all; listing gives it
//! hundreds and keeps those without one. All ask the same checks about the same facts, so what is shown is bookable.
//! Where the candidate came from (a slot, an event type) matters to the checks of its source alone.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::refusal::{Refusal, Whose};
use crate::role::Role;
use crate::tier::{Reach, Tier};
use crate::timeline::{Span, Timeline};
use crate::week::Weeks;

/// Why the time is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The attendee books or holds it.
    Book,
    /// A booking of the same people moves there: the tier was settled when it was made.
    Move,
    /// Somebody who would not attend looks at what the hosts have free.
    Browse,
}

/// Whether calendars that were read some time ago will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// Calendars read longer ago than the organization calls fresh are to be read again first.
    Required,
    /// What is known counts for as long as the organization lets it.
    AsKnown,
}

/// An organization's numbers that decide about time.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    pub calendars_required: bool,
    pub minimum_notice_minutes: i32,
    pub calendar_fresh_minutes: i32,
    pub calendar_stale_minutes: i32,
}

/// A connected calendar account, and as of when its busy time is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub connection_id: Uuid,
    /// `false` while its owner must reconnect it.
    pub is_connected: bool,
    /// There are tokens to read it with.
    pub is_readable: bool,
    /// `None`: never read.
    pub known_as_of: Option<Timestamp>,
    /// Up to when busy time was read; `None` is without end.
    pub known_until: Option<Timestamp>,
    /// Reading it failed, and it is not asked again before.
    pub retry_at: Option<Timestamp>,
}

/// An external calendar, as its owner knows it; never what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusyIn {
    /// google or microsoft
    pub provider: String,
    /// Its name; `primary` for the account's main one.
    pub calendar: String,
}

/// A booking that takes a person's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Booked {
    pub booking_id: Uuid,
    /// When it lapses by itself: a hold that is not finalized, a request that is not answered.
    pub lapses_at: Option<Timestamp>,
}

/// Somebody whose time is wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    pub id: Uuid,
    /// Switched on and not removed; a mentor also: still a mentor.
    pub is_active: bool,
    pub tier: Tier,
    pub accounts: Vec<Account>,
    pub busy: Timeline<BusyIn>,
    pub booked: Timeline<Booked>,
}

/// Who books, and what their standing allows.
#[derive(Debug, Clone, PartialEq)]
pub struct Attendee {
    pub person: Person,
    pub standing: Standing,
}

/// What an attendee's standing allows them.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// In office hours mentees book, within reach of their tier and so often a week.
    Mentee { reach: Reach, weekly_limit: Option<i32>, booked: Weeks },
    /// Somebody of another role, who books no office hours.
    Other { role: Role },
    /// Nothing is asked of those who book an event type.
    Anybody,
}

/// Everything that is known about the people, once for all candidates.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    pub org_id: i32,
    pub now: Timestamp,
    pub policy: Policy,
    pub freshness: Freshness,
    pub attendee: Attendee,
    pub hosts: Vec<Person>,
}

/// Where a candidate comes from, and how it stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Slot {
        time_slot_id: Uuid,
        /// The slot, or its block, was taken back.
        is_withdrawn: bool,
        /// The booking that has it.
        booked_by: Option<Booked>,
    },
    EventType,
}

/// A time that somebody might book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub span: Span,
    /// What it takes of its hosts' time: the span with its own buffers.
    pub blocked: Span,
    pub source: Source,
}

/// A reason against a candidate, and whose it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    pub refusal: Refusal,
    /// `None`: of the time itself.
    pub whose: Option<(Whose, Uuid)>,
}

type Findings = Vec<Finding>;
/// A check of the people alone: the same for every candidate.
type OfPeople = fn(&Facts, &mut Findings);
/// A check of a candidate.
type OfCandidate = fn(&Facts, &Candidate, &mut Findings);

#[derive(Clone, Copy)]
enum Check {
    People(OfPeople),
    Candidate(OfCandidate),
}

use Check::{Candidate as C, People as P};

/// In the order in which booking reports them (docs/rules.md).
const BOOK: &[Check] = &[
    P(attendee_is_active),
    P(attendee_is_a_mentee),
    C(starts_ahead),
    C(notice_is_kept),
    C(is_offered),
    P(hosts_are_active),
    C(is_free),
    P(attendee_has_a_calendar),
    P(hosts_have_calendars),
    P(tier_allows),
    C(week_has_room),
    P(everybodys_calendars_are_fresh),
    C(attendees_calendar_is_known),
    C(attendee_is_not_busy),
    C(attendee_is_not_booked),
    C(hosts_calendars_are_known),
    C(hosts_are_not_busy),
    C(hosts_are_not_booked),
];
const MOVE: &[Check] = &[
    P(attendee_is_active),
    C(starts_ahead),
    C(notice_is_kept),
    C(is_offered),
    P(hosts_are_active),
    C(is_free),
    P(attendee_has_a_calendar),
    P(hosts_have_calendars),
    C(week_has_room),
    P(everybodys_calendars_are_fresh),
    C(attendees_calendar_is_known),
    C(attendee_is_not_busy),
    C(attendee_is_not_booked),
    C(hosts_calendars_are_known),
    C(hosts_are_not_busy),
    C(hosts_are_not_booked),
];
const BROWSE: &[Check] = &[
    C(starts_ahead),
    C(notice_is_kept),
    C(is_offered),
    P(hosts_are_active),
    C(is_free),
    P(hosts_have_calendars),
    C(hosts_calendars_are_known),
    C(hosts_are_not_busy),
    C(hosts_are_not_booked),
];

fn checks(purpose: Purpose) -> &'static [Check] {
    match purpose {
        Purpose::Book => BOOK,
        Purpose::Move => MOVE,
        Purpose::Browse => BROWSE,
    }
}

/// The first reason against a candidate, if there is one.
pub fn first_refusal(facts: &Facts, candidate: &Candidate, purpose: Purpose) -> Option<Finding> {
    let mut found = Vec::new();
    checks(purpose).iter().find_map(|check| {
        check.run(facts, candidate, &mut found);
        found.drain(..).next()
    })
}

/// Every reason against a candidate, in the order of the checks.
pub fn all_refusals(facts: &Facts, candidate: &Candidate, purpose: Purpose) -> Vec<Finding> {
    let mut found = Vec::new();
    for check in checks(purpose) {
        check.run(facts, candidate, &mut found);
    }
    found
}

/// Whether the people alone stand in the way, so that no candidate need be looked at.
pub fn people_are_refused(facts: &Facts, purpose: Purpose) -> bool {
    let mut found = Vec::new();
    checks(purpose).iter().any(|check| {
        if let Check::People(check) = check {
            check(facts, &mut found);
        }
        !found.is_empty()
    })
}

/// Whether nothing of the candidate itself stands in the way. For lists, whose people were asked about once before.
pub fn candidate_is_bookable(facts: &Facts, candidate: &Candidate, purpose: Purpose) -> bool {
    let mut found = Vec::new();
    !checks(purpose).iter().any(|check| {
        if let Check::Candidate(check) = check {
            check(facts, candidate, &mut found);
        }
        !found.is_empty()
    })
}

/// What is said of a slot that does not exist.
pub fn without_slot(facts: &Facts, time_slot_id: Uuid) -> Vec<Finding> {
    let mut found = Vec::new();
    attendee_is_active(facts, &mut found);
    attendee_is_a_mentee(facts, &mut found);
    found.push(Finding { refusal: Refusal::SlotNotFound { time_slot_id }, whose: None });
    found
}

/// Lapsed bookings that still take time a candidate wants: whoever books it releases them in the same transaction.
pub fn lapsed_in_the_way(facts: &Facts, candidate: &Candidate) -> Vec<Uuid> {
    let people = facts.hosts.iter().chain([&facts.attendee.person]);
    let of_people = people.flat_map(|person| person.booked.overlapping(candidate.blocked));
    let of_slot = match &candidate.source {
        Source::Slot { booked_by, .. } => booked_by.as_ref(),
        Source::EventType => None,
    };
    let mut lapsed: Vec<Uuid> = of_people
        .chain(of_slot)
        .filter(|booked| booked.has_lapsed(facts.now))
        .map(|booked| booked.booking_id)
        .collect();
    lapsed.sort_unstable();
    lapsed.dedup();
    lapsed
}

/// The override a booking must consume: the one that lets it pass, if the tier alone does not.
pub fn override_to_consume(facts: &Facts) -> Option<Uuid> {
    let Standing::Mentee { reach, .. } = &facts.attendee.standing else { return None };
    facts.hosts.iter().find_map(|host| reach.override_needed(host.tier))
}

impl Booked {
    fn has_lapsed(&self, now: Timestamp) -> bool {
        self.lapses_at.is_some_and(|lapses_at| lapses_at <= now)
    }
}

impl Check {
    fn run(self, facts: &Facts, candidate: &Candidate, found: &mut Findings) {
        match self {
            Self::People(check) => check(facts, found),
            Self::Candidate(check) => check(facts, candidate, found),
        }
    }
}

fn of_attendee(facts: &Facts, refusal: Refusal) -> Finding {
    Finding { refusal, whose: Some((Whose::Mentee, facts.attendee.person.id)) }
}

fn of_host(host: &Person, refusal: Refusal) -> Finding {
    Finding { refusal, whose: Some((Whose::Mentor, host.id)) }
}

fn of_time(refusal: Refusal) -> Finding {
    Finding { refusal, whose: None }
}

fn attendee_is_active(facts: &Facts, found: &mut Findings) {
    let person = &facts.attendee.person;
    if !person.is_active {
        found.push(of_attendee(facts, Refusal::UserInactive { user_id: person.id }));
    }
}

fn attendee_is_a_mentee(facts: &Facts, found: &mut Findings) {
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
    if let Source::Slot { time_slot_id, is_withdrawn: true, .. } = candidate.source {
        found.push(of_time(Refusal::SlotWithdrawn { time_slot_id }));
    }
}

fn hosts_are_active(facts: &Facts, found: &mut Findings) {
    let inactive = facts.hosts.iter().filter(|host| !host.is_active);
    found.extend(inactive.map(|host| of_host(host, Refusal::MentorNotAvailable { mentor_id: host.id })));
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
        found.extend(without.map(|host| of_host(host, Refusal::MentorCalendarNotConnected {})));
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

fn attendees_calendar_is_known(facts: &Facts, candidate: &Candidate, found: &mut Findings) {
    if !facts.attendee.person.is_known(facts, candidate) {
        found.push(of_attendee(facts, Refusal::CalendarUnavailable { whose: Whose::Mentee }));
    }
}

fn hosts_calendars_are_known(facts: &Facts, candidate: &Candidate, found: &mut Findings) {
    let unknown = facts.hosts.iter().filter(|host| !host.is_known(facts, candidate));
    found.extend(unknown.map(|host| of_host(host, Refusal::CalendarUnavailable { whose: Whose::Mentor })));
}

fn attendee_is_not_busy(facts: &Facts, candidate: &Candidate, found: &mut Findings) {
    if let Some(BusyIn { provider, calendar }) = facts.attendee.person.busy.overlapping(candidate.span).next().cloned()
    {
        found.push(of_attendee(facts, Refusal::CalendarConflict { provider, calendar }));
    }
}

fn hosts_are_not_busy(facts: &Facts, candidate: &Candidate, found: &mut Findings) {
    found.extend(facts.hosts.iter().filter_map(|host| {
        let BusyIn { provider, calendar } = host.busy.overlapping(candidate.blocked).next().cloned()?;
        Some(of_host(host, Refusal::MentorCalendarConflict { provider, calendar }))
    }));
}

fn attendee_is_not_booked(facts: &Facts, candidate: &Candidate, found: &mut Findings) {
    if facts.attendee.person.is_booked(facts, candidate, candidate.span) {
        found.push(of_attendee(facts, Refusal::BookingConflict {}));
    }
}

fn hosts_are_not_booked(facts: &Facts, candidate: &Candidate, found: &mut Findings) {
    let booked = facts.hosts.iter().filter(|host| host.is_booked(facts, candidate, candidate.blocked));
    found.extend(booked.map(|host| of_host(host, Refusal::MentorBookingConflict {})));
}

impl Person {
    fn has_a_calendar(&self) -> bool {
        self.accounts.iter().any(|account| account.is_connected)
    }

    /// Every account was read recently enough, and far enough ahead: "don't know" is never "free".
    fn is_known(&self, facts: &Facts, candidate: &Candidate) -> bool {
        let stale = SignedDuration::from_mins(facts.policy.calendar_stale_minutes.into());
        self.accounts.iter().all(|account| {
            account.known_as_of.is_some_and(|known| facts.now.duration_since(known) <= stale)
                && account.known_until.is_none_or(|until| until >= candidate.span.end)
        })
    }

    /// Another booking takes some of the time. The one that has the candidate's own slot is no other.
    fn is_booked(&self, facts: &Facts, candidate: &Candidate, wanted: Span) -> bool {
        let own = match &candidate.source {
            Source::Slot { booked_by, .. } => booked_by.map(|booked| booked.booking_id),
            Source::EventType => None,
        };
        self.booked.overlapping(wanted).any(|booked| Some(booked.booking_id) != own && !booked.has_lapsed(facts.now))
    }
}

impl Account {
    /// It was read too long ago to book on without looking. One that just failed is not asked again while what is known
    /// still counts.
    fn is_to_be_read(&self, facts: &Facts) -> bool {
        let age = |known: Timestamp| facts.now.duration_since(known);
        let minutes = |minutes: i32| SignedDuration::from_mins(minutes.into());
        let is_fresh = self.known_as_of.is_some_and(|known| age(known) <= minutes(facts.policy.calendar_fresh_minutes));
        let is_waited_for = self.retry_at.is_some_and(|retry_at| retry_at > facts.now)
            && self.known_as_of.is_some_and(|known| age(known) < minutes(facts.policy.calendar_stale_minutes));
        self.is_readable && !is_fresh && !is_waited_for
    }
}
