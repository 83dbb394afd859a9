//! The times that the hours of an event type's hosts yield.

use convene_rules::eligibility::{Candidate, Facts, Purpose, Source, candidate_is_bookable, people_are_refused};
use convene_rules::hours::{Grid, Opening};
use convene_rules::timeline::Span;
use jiff::Timestamp;

use super::EventType;

/// Candidates of one event type and one length.
#[derive(Clone, Copy)]
pub struct Candidates<'e> {
    pub event_type: &'e EventType,
    pub grid: Grid,
}

impl Candidates<'_> {
    /// The time as booking would take it of all hosts in `facts`.
    pub fn at(&self, facts: &Facts, span: Span) -> Candidate {
        self.candidate(span, common_opening(facts).starts_at(span.start, self.grid))
    }

    fn candidate(&self, span: Span, is_offered: bool) -> Candidate {
        Candidate { span, blocked: self.event_type.blocked(span), source: Source::EventType { is_offered } }
    }

    /// The times, in order, that start from `from` and before `to` and that all hosts in `facts` have free.
    pub fn free(&self, facts: &Facts, from: Timestamp, to: Timestamp) -> Vec<Span> {
        if facts.hosts.is_empty() || people_are_refused(facts, Purpose::Browse) {
            return Vec::new();
        }
        let opening = common_opening(facts);
        let offered = opening.offered(from, to, self.grid);
        offered.filter(|span| candidate_is_bookable(facts, &self.candidate(*span, true), Purpose::Browse)).collect()
    }
}

/// When all hosts can be booked.
fn common_opening(facts: &Facts) -> Opening {
    let mut openings = facts.hosts.iter().map(|host| host.offer.as_ref().map(|offer| &offer.opening));
    let first = openings.next().flatten().cloned().unwrap_or_default();
    openings.fold(first, |common, opening| opening.map_or_else(Opening::default, |opening| common.and(opening)))
}
