//! May these people have this time? Candidates × people: one list of checks, each with every refusal and whose it is.
//!
//! Booking, moving and holding give it one candidate and take the first refusal; explaining takes all; listing gives it
//! hundreds and keeps those without one. All ask the same checks about the same facts, so what is shown is bookable.
//! Where the candidate came from (a slot, an event type) matters to the checks of its source alone.

mod checks;
mod facts;

use uuid::Uuid;

use crate::refusal::{Refusal, Whose};
use checks::{Check, attendee_is_a_mentee, attendee_is_active, checks};
pub use facts::{
    Account, Attendee, Booked, BusyIn, Candidate, Facts, Freshness, Horizon, Offer, Person, Policy, Source, Standing,
    Terms,
};

/// Why the time is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The attendee books or holds it.
    Book,
    /// A booking of the same people moves there: the tier was settled when it was made.
    Move,
    /// Another host takes the place of one: the time was settled when it was booked.
    Replace,
    /// Somebody who would not attend looks at what the hosts have free.
    Browse,
}

/// A reason against a candidate, and whose it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    pub refusal: Refusal,
    /// `None`: of the time itself.
    pub whose: Option<(Whose, Uuid)>,
}

impl Finding {
    /// As `reader` may be told it: the name of a calendar is for its owner only.
    pub fn told_to(mut self, reader: Uuid) -> Self {
        let is_owner = self.whose.is_some_and(|(_, owner)| owner == reader);
        if let Refusal::CalendarConflict { calendar, .. } | Refusal::MentorCalendarConflict { calendar, .. } =
            &mut self.refusal
            && !is_owner
        {
            *calendar = None;
        }
        self
    }

    /// As somebody may be told it who books from outside: that the host's time is taken, and not by what.
    pub fn told_outside(self) -> Self {
        match self.refusal {
            Refusal::MentorCalendarConflict { .. } | Refusal::MentorBookingConflict {} => {
                Self { refusal: Refusal::TimeNotAvailable {}, ..self }
            }
            _ => self,
        }
    }
}

/// The first reason against a candidate, if there is one.
pub fn first_refusal(facts: &Facts, candidate: &Candidate, purpose: Purpose) -> Option<Finding> {
    let mut found = Vec::new();
    checks(purpose).find_map(|check| {
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
    checks(purpose).any(|check| {
        if let Check::People(check) = check {
            check(facts, &mut found);
        }
        !found.is_empty()
    })
}

/// Whether nothing of the candidate itself stands in the way. For lists, whose people were asked about once before.
pub fn candidate_is_bookable(facts: &Facts, candidate: &Candidate, purpose: Purpose) -> bool {
    let mut found = Vec::new();
    !checks(purpose).any(|check| {
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
        Source::EventType { .. } => None,
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
