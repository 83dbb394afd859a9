//! May this mentee have this slot? The checks of booking, in the order of docs/rules.md.
//!
//! Booking stops at the first refusal; explaining a slot collects them all; listing slots keeps those without one.
//! All three call the same checks on the same facts, so that what is shown is bookable.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::refusal::{Refusal, Whose};
use crate::tier::Tier;

/// Why the slot is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A mentee books it.
    Book,
    /// A booking of the same two people moves there: the tier was settled when it was made.
    Move,
    /// Somebody who is not a mentee looks at what a mentor has free.
    Browse,
}

/// What the database knows about a person and a stretch of time.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonFacts {
    pub id: Uuid,
    /// Switched on and not removed; for a mentor also: still a mentor.
    pub active: bool,
    pub tier: Tier,
    pub calendar_connected: bool,
    /// Every connected calendar was read recently enough; "don't know" is never "free".
    pub calendar_known: bool,
    /// The external calendar that has something then.
    pub busy: Option<BusyIn>,
    /// Another active booking, not the slot's own, takes some of that time.
    pub booked: bool,
}

/// An external calendar, as people know it; never what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusyIn {
    /// google or microsoft
    pub provider: String,
    /// Its name; `primary` for the account's main one.
    pub calendar: String,
}

/// What the database knows about a slot and its mentor.
#[derive(Debug, Clone, PartialEq)]
pub struct SlotFacts {
    pub start_time: Timestamp,
    pub end_time: Timestamp,
    /// The slot, or its block, was taken back.
    pub withdrawn: bool,
    pub booked: bool,
    pub mentor: PersonFacts,
    /// An approved, unused, unexpired tier override for this mentee and mentor.
    pub override_id: Option<Uuid>,
    /// The mentee's active bookings in the slot's ISO week, counted in the organization's zone.
    pub booked_that_week: i64,
}

/// Everything a decision about one slot and one person needs.
#[derive(Debug, Clone, PartialEq)]
pub struct BookingFacts {
    pub now: Timestamp,
    pub calendars_required: bool,
    pub minimum_notice_minutes: i32,
    pub mentee: PersonFacts,
    pub mentee_role: String,
    /// Highest tier of mentor the mentee's tier may book.
    pub highest_bookable_tier: Tier,
    /// Bookings a week the mentee's tier allows; `None` is unlimited.
    pub weekly_limit: Option<i32>,
    pub time_slot_id: Uuid,
    /// `None`: there is no such slot in the mentee's organization.
    pub slot: Option<SlotFacts>,
}

type Check = fn(&BookingFacts) -> Option<Refusal>;

/// Checks of the slot itself.
const SLOT: &[Check] = &[slot_exists, slot_is_ahead, notice_is_kept, slot_is_offered, slot_is_free];
/// Checks of the mentor's time.
const MENTOR: &[Check] = &[mentor_calendar_is_known, mentor_is_not_busy, mentor_is_not_booked];
/// Checks of the mentee's time.
const MENTEE: &[Check] = &[week_has_room, mentee_calendar_is_known, mentee_is_not_busy, mentee_is_not_booked];

/// Every reason against, in the order in which booking reports them.
pub fn refusals(facts: &BookingFacts, purpose: Purpose) -> impl Iterator<Item = Refusal> + '_ {
    let groups: &[&[Check]] = match purpose {
        Purpose::Book => &[
            &[mentee_is_active, is_a_mentee],
            SLOT,
            &[mentee_calendar_is_connected, mentor_calendar_is_connected, tier_allows],
            MENTEE,
            MENTOR,
        ],
        Purpose::Move => {
            &[&[mentee_is_active], SLOT, &[mentee_calendar_is_connected, mentor_calendar_is_connected], MENTEE, MENTOR]
        }
        Purpose::Browse => &[SLOT, &[mentor_calendar_is_connected], MENTOR],
    };
    groups.iter().flat_map(|group| group.iter()).filter_map(move |check| check(facts))
}

/// The override a booking must consume: the one that lets it pass, if the tier alone does not.
pub fn override_to_consume(facts: &BookingFacts) -> Option<Uuid> {
    let slot = facts.slot.as_ref()?;
    if slot.mentor.tier <= facts.highest_bookable_tier { None } else { slot.override_id }
}

fn mentee_is_active(facts: &BookingFacts) -> Option<Refusal> {
    (!facts.mentee.active).then_some(Refusal::UserInactive { user_id: facts.mentee.id })
}

fn is_a_mentee(facts: &BookingFacts) -> Option<Refusal> {
    (facts.mentee_role != "mentee").then(|| Refusal::NotAMentee { role: facts.mentee_role.clone() })
}

fn slot_exists(facts: &BookingFacts) -> Option<Refusal> {
    facts.slot.is_none().then_some(Refusal::SlotNotFound { time_slot_id: facts.time_slot_id })
}

fn slot_is_ahead(facts: &BookingFacts) -> Option<Refusal> {
    let slot = facts.slot.as_ref()?;
    (slot.start_time <= facts.now).then_some(Refusal::SlotInPast { start_time: slot.start_time })
}

fn notice_is_kept(facts: &BookingFacts) -> Option<Refusal> {
    let slot = facts.slot.as_ref()?;
    let notice = SignedDuration::from_mins(facts.minimum_notice_minutes.into());
    let ahead = slot.start_time.duration_since(facts.now);
    (ahead.is_positive() && ahead < notice).then_some(Refusal::MinimumNotice {
        start_time: slot.start_time,
        minimum_notice_minutes: facts.minimum_notice_minutes,
    })
}

fn slot_is_offered(facts: &BookingFacts) -> Option<Refusal> {
    let slot = facts.slot.as_ref()?;
    if slot.withdrawn {
        return Some(Refusal::SlotWithdrawn { time_slot_id: facts.time_slot_id });
    }
    (!slot.mentor.active).then_some(Refusal::MentorNotAvailable { mentor_id: slot.mentor.id })
}

fn slot_is_free(facts: &BookingFacts) -> Option<Refusal> {
    let slot = facts.slot.as_ref()?;
    slot.booked.then_some(Refusal::SlotAlreadyBooked { time_slot_id: facts.time_slot_id })
}

fn mentee_calendar_is_connected(facts: &BookingFacts) -> Option<Refusal> {
    (facts.calendars_required && !facts.mentee.calendar_connected).then_some(Refusal::CalendarNotConnected {})
}

fn mentor_calendar_is_connected(facts: &BookingFacts) -> Option<Refusal> {
    let slot = facts.slot.as_ref()?;
    (facts.calendars_required && !slot.mentor.calendar_connected).then_some(Refusal::MentorCalendarNotConnected {})
}

fn tier_allows(facts: &BookingFacts) -> Option<Refusal> {
    let slot = facts.slot.as_ref()?;
    (slot.mentor.tier > facts.highest_bookable_tier && slot.override_id.is_none()).then_some(Refusal::TierRestriction {
        your_tier: facts.mentee.tier,
        mentor_tier: slot.mentor.tier,
        highest_bookable_tier: facts.highest_bookable_tier,
        can_request_exception: true,
    })
}

fn week_has_room(facts: &BookingFacts) -> Option<Refusal> {
    let slot = facts.slot.as_ref()?;
    let limit = facts.weekly_limit?;
    (slot.booked_that_week >= i64::from(limit)).then_some(Refusal::BookingLimitExceeded {
        limit,
        booked: slot.booked_that_week,
        tier: facts.mentee.tier,
    })
}

fn mentee_calendar_is_known(facts: &BookingFacts) -> Option<Refusal> {
    (!facts.mentee.calendar_known).then_some(Refusal::CalendarUnavailable { whose: Whose::Mentee })
}

fn mentor_calendar_is_known(facts: &BookingFacts) -> Option<Refusal> {
    (!facts.slot.as_ref()?.mentor.calendar_known).then_some(Refusal::CalendarUnavailable { whose: Whose::Mentor })
}

fn mentee_is_not_busy(facts: &BookingFacts) -> Option<Refusal> {
    let BusyIn { provider, calendar } = facts.mentee.busy.clone()?;
    Some(Refusal::CalendarConflict { provider, calendar })
}

fn mentee_is_not_booked(facts: &BookingFacts) -> Option<Refusal> {
    facts.mentee.booked.then_some(Refusal::BookingConflict {})
}

fn mentor_is_not_busy(facts: &BookingFacts) -> Option<Refusal> {
    let BusyIn { provider, calendar } = facts.slot.as_ref()?.mentor.busy.clone()?;
    Some(Refusal::MentorCalendarConflict { provider, calendar })
}

fn mentor_is_not_booked(facts: &BookingFacts) -> Option<Refusal> {
    facts.slot.as_ref()?.mentor.booked.then_some(Refusal::MentorBookingConflict {})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn person(n: u128) -> PersonFacts {
        PersonFacts {
            id: Uuid::from_u128(n),
            active: true,
            tier: Tier::Silver,
            calendar_connected: true,
            calendar_known: true,
            busy: None,
            booked: false,
        }
    }

    fn busy() -> Option<BusyIn> {
        Some(BusyIn { provider: "google".to_owned(), calendar: "Work".to_owned() })
    }

    fn not_free(person: PersonFacts) -> PersonFacts {
        PersonFacts { calendar_known: false, busy: busy(), booked: true, ..person }
    }

    fn bookable() -> BookingFacts {
        BookingFacts {
            now: at("2026-11-20T12:00:00Z"),
            calendars_required: true,
            minimum_notice_minutes: 60,
            mentee: person(1),
            mentee_role: "mentee".to_owned(),
            highest_bookable_tier: Tier::Gold,
            weekly_limit: Some(5),
            time_slot_id: Uuid::from_u128(9),
            slot: Some(SlotFacts {
                start_time: at("2026-11-20T13:00:00Z"),
                end_time: at("2026-11-20T13:30:00Z"),
                withdrawn: false,
                booked: false,
                mentor: person(2),
                override_id: None,
                booked_that_week: 4,
            }),
        }
    }

    fn codes(facts: &BookingFacts, purpose: Purpose) -> Vec<String> {
        refusals(facts, purpose).map(|refusal| refusal.code()).collect()
    }

    fn with_slot(change: impl FnOnce(&mut SlotFacts)) -> BookingFacts {
        let mut facts = bookable();
        change(facts.slot.as_mut().unwrap());
        facts
    }

    #[test]
    fn a_slot_with_nothing_against_it_is_bookable() {
        assert_eq!(codes(&bookable(), Purpose::Book), Vec::<String>::new());
    }

    #[test]
    fn every_reason_is_reported_in_the_order_of_the_checks() {
        let mut facts = with_slot(|slot| {
            slot.withdrawn = true;
            slot.booked_that_week = 5;
            slot.mentor = PersonFacts { calendar_connected: false, tier: Tier::Platinum, ..not_free(person(2)) };
        });
        facts.mentee = PersonFacts { active: false, calendar_connected: false, ..not_free(person(1)) };
        facts.mentee_role = "mentor".to_owned();
        facts.minimum_notice_minutes = 61;
        assert_eq!(
            codes(&facts, Purpose::Book),
            [
                "USER_INACTIVE",
                "NOT_A_MENTEE",
                "MINIMUM_NOTICE",
                "SLOT_WITHDRAWN",
                "CALENDAR_NOT_CONNECTED",
                "MENTOR_CALENDAR_NOT_CONNECTED",
                "TIER_RESTRICTION",
                "BOOKING_LIMIT_EXCEEDED",
                "CALENDAR_UNAVAILABLE",
                "CALENDAR_CONFLICT",
                "BOOKING_CONFLICT",
                "CALENDAR_UNAVAILABLE",
                "MENTOR_CALENDAR_CONFLICT",
                "MENTOR_BOOKING_CONFLICT",
            ]
        );
    }

    #[test]
    fn an_unknown_slot_is_the_only_thing_said_about_a_slot() {
        let facts = BookingFacts { slot: None, ..bookable() };
        assert_eq!(codes(&facts, Purpose::Book), ["SLOT_NOT_FOUND"]);
    }

    #[test]
    fn a_slot_that_starts_now_is_past() {
        let facts = with_slot(|slot| slot.start_time = at("2026-11-20T12:00:00Z"));
        assert_eq!(codes(&facts, Purpose::Book), ["SLOT_IN_PAST"]);
    }

    #[test]
    fn an_approved_override_lets_a_higher_tier_pass_and_is_consumed_only_then() {
        let approved = Uuid::from_u128(7);
        let above = with_slot(|slot| {
            slot.mentor.tier = Tier::Platinum;
            slot.override_id = Some(approved);
        });
        assert_eq!(codes(&above, Purpose::Book), Vec::<String>::new());
        assert_eq!(override_to_consume(&above), Some(approved));

        let within = with_slot(|slot| slot.override_id = Some(approved));
        assert_eq!(override_to_consume(&within), None);
    }

    #[test]
    fn moving_a_booking_does_not_ask_for_the_tier_again() {
        let facts = with_slot(|slot| slot.mentor.tier = Tier::Platinum);
        assert_eq!(codes(&facts, Purpose::Move), Vec::<String>::new());
    }

    #[test]
    fn browsing_leaves_the_viewers_own_affairs_aside() {
        let mut facts = with_slot(|slot| slot.booked_that_week = 99);
        facts.mentee = not_free(person(1));
        facts.mentee_role = "coordinator".to_owned();
        assert_eq!(codes(&facts, Purpose::Browse), Vec::<String>::new());
        assert_eq!(codes(&with_slot(|slot| slot.mentor.busy = busy()), Purpose::Browse), ["MENTOR_CALENDAR_CONFLICT"]);
    }

    #[test]
    fn no_weekly_limit_means_none() {
        let mut facts = with_slot(|slot| slot.booked_that_week = 1_000);
        facts.weekly_limit = None;
        assert_eq!(codes(&facts, Purpose::Book), Vec::<String>::new());
    }

    #[test]
    fn a_calendar_that_was_not_read_lately_is_not_taken_for_free() {
        let mentor = with_slot(|slot| slot.mentor.calendar_known = false);
        assert_eq!(codes(&mentor, Purpose::Book), ["CALENDAR_UNAVAILABLE"]);
        assert_eq!(codes(&mentor, Purpose::Move), ["CALENDAR_UNAVAILABLE"]);
        assert_eq!(codes(&mentor, Purpose::Browse), ["CALENDAR_UNAVAILABLE"]);
        let mentee = BookingFacts { mentee: PersonFacts { calendar_known: false, ..person(1) }, ..bookable() };
        assert_eq!(codes(&mentee, Purpose::Book), ["CALENDAR_UNAVAILABLE"]);
    }
}
