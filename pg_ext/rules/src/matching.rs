//! Which mentors suit a mentee, best first (docs/rules.md, "Matching").
//!
//! A match has up to 100 points, in six components; the table of weights is [`WEIGHTS`]. They are added unrounded, and
//! only the score is rounded, to hundredths. What is shown of a component is rounded for itself: the six shown numbers
//! can add up to a few hundredths more or less than the score.

use std::cmp::{Ordering, Reverse};

use jiff::SignedDuration;
use serde::{Serialize, Serializer};
use uuid::Uuid;

use crate::refusal::Refusal;
use crate::tier::{Reach, Tier};
use crate::word::{self, words};

/// What each component weighs. One unit of weight is ten points, and there are ten units.
///
/// | component | weight | points |
/// | --- | --- | --- |
/// | shared industries | 3 | up to 30: half of that for the first, half of the rest for each further one |
/// | shared technologies | 2 | up to 20, likewise |
/// | shared stages | 1 | up to 10, likewise |
/// | free slots in the next 14 days | 1 | up to 10, likewise |
/// | the first of them is soon | 1 | 10 for now, falling evenly to 0 in 14 days |
/// | reputation | 2 | 4 for each of its 0 to 5 |
pub const WEIGHTS: Weights = Weights { industry: 3, technology: 2, stage: 1, free_slots: 1, soon: 1, reputation: 2 };

/// Days ahead in which free slots count.
pub const DAYS_AHEAD: i32 = 14;

/// See [`WEIGHTS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weights {
    pub industry: u32,
    pub technology: u32,
    pub stage: u32,
    pub free_slots: u32,
    pub soon: u32,
    pub reputation: u32,
}

/// The points of one component, not rounded: 0 to ten times its weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Points(f64);

impl Points {
    /// Half of the most for the first, half of the rest for each further one.
    fn halving(weight: u32, count: u32) -> Self {
        Self::part(weight, 1.0 - 0.5_f64.powf(f64::from(count)))
    }

    /// That part of the most, 0 to 1; none of it for NaN.
    fn part(weight: u32, part: f64) -> Self {
        #[allow(clippy::manual_clamp)] // unlike clamp, this makes 0 of NaN
        let part = part.max(0.0).min(1.0);
        Self(f64::from(weight) * 10.0 * part)
    }

    fn rounded(self) -> Score {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // components sum to 0 to 100
        Score((self.0 * 100.0).round() as u32)
    }
}

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.rounded().as_f64())
    }
}

/// The points of a match, rounded to whole hundredths: what is shown, and what mentors are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score(u32);

impl Score {
    /// 0 to 100, two decimals.
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

/// Tags that mentor and mentee both have, by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SharedTags {
    pub industry: u32,
    pub technology: u32,
    pub stage: u32,
}

words! {
    /// What a tag says something about.
    pub enum TagKind {
        Industry,
        Technology,
        Stage,
    }
}

impl TagKind {
    /// As stored and sent: `industry`, `technology` or `stage`. Refuses others as field `kind`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        word::parse("kind", text)
    }
}

impl SharedTags {
    /// One more of that kind.
    pub fn add(&mut self, kind: TagKind) {
        let count = match kind {
            TagKind::Industry => &mut self.industry,
            TagKind::Technology => &mut self.technology,
            TagKind::Stage => &mut self.stage,
        };
        *count += 1;
    }
}

/// What is known about a mentor without looking at their slots.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    pub mentor_id: Uuid,
    pub tier: Tier,
    /// An approved, unused, unexpired tier override lets the mentee book this mentor.
    pub has_override: bool,
    /// Not seen for long.
    pub is_dormant: bool,
    /// 0 to 5.
    pub reputation: f64,
    pub shared: SharedTags,
}

/// What a mentor has free in the next [`DAYS_AHEAD`] days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Openings {
    pub free_slots: u32,
    /// How long until the first one starts; `None` without any.
    pub first_in: Option<SignedDuration>,
}

/// The points of a match, by component. Written as JSON, each is rounded to hundredths.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Breakdown {
    pub industry: Points,
    pub technology: Points,
    pub stage: Points,
    pub free_slots: Points,
    pub soon: Points,
    pub reputation: Points,
}

impl Breakdown {
    pub fn of(standing: &Standing, openings: &Openings) -> Self {
        Self {
            industry: Points::halving(WEIGHTS.industry, standing.shared.industry),
            technology: Points::halving(WEIGHTS.technology, standing.shared.technology),
            stage: Points::halving(WEIGHTS.stage, standing.shared.stage),
            free_slots: Points::halving(WEIGHTS.free_slots, openings.free_slots),
            soon: Points::part(WEIGHTS.soon, openings.first_in.map_or(0.0, soonness)),
            reputation: Points::part(WEIGHTS.reputation, standing.reputation / 5.0),
        }
    }

    /// The score: all components together, rounded once.
    pub fn total(&self) -> Score {
        let components = [self.industry, self.technology, self.stage, self.free_slots, self.soon, self.reputation];
        Points(components.iter().map(|points| points.0).sum()).rounded()
    }
}

/// 1 for now, 0 for the end of the days ahead.
fn soonness(first_in: SignedDuration) -> f64 {
    1.0 - first_in.as_secs_f64() / (f64::from(DAYS_AHEAD) * 86_400.0)
}

/// The mentors whose free slots are worth a look, at most so many: those the mentee may book, by tier or override; the
/// awake before the dormant, then those with most points for tags and reputation. Their order is that in which to look:
/// once somebody is safe from the next ([`Match::is_safe_from`]), they are safe from all that follow.
pub fn shortlist(mut mentors: Vec<Standing>, highest_bookable: Tier, longest: usize) -> Vec<Standing> {
    let reach = Reach::new(highest_bookable, None);
    mentors.retain(|mentor| mentor.has_override || reach.allows(mentor.tier));
    mentors.sort_by_cached_key(|mentor| {
        let points = Breakdown::of(mentor, &Openings::default()).total();
        (mentor.is_dormant, Reverse(points), mentor.mentor_id)
    });
    mentors.truncate(longest);
    mentors
}

/// A mentor with their points.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    pub mentor_id: Uuid,
    pub name: String,
    pub is_dormant: bool,
    pub breakdown: Breakdown,
}

impl Match {
    /// Best first: the dormant after all others, then by points, then by name and id, so that no two are equal.
    pub fn order(&self, other: &Self) -> Ordering {
        self.is_dormant
            .cmp(&other.is_dormant)
            .then_with(|| other.breakdown.total().cmp(&self.breakdown.total()))
            .then_with(|| self.name.cmp(&other.name))
            .then_with(|| self.mentor_id.cmp(&other.mentor_id))
    }

    /// Whether this one comes before a mentor whatever slots that mentor has free.
    pub fn is_safe_from(&self, next: &Standing) -> bool {
        let everything_free = Openings { free_slots: u32::MAX, first_in: Some(SignedDuration::ZERO) };
        let best = Breakdown::of(next, &everything_free).total();
        (self.is_dormant, Reverse(self.breakdown.total())) < (next.is_dormant, Reverse(best))
    }
}
