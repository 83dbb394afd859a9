//! Tiers of standing, and what each allows (docs/rules.md, OH 8.7.1).

use uuid::Uuid;

use crate::refusal::Refusal;
use crate::word::{self, words};

words! {
    /// A user's standing, lowest first.
    #[derive(PartialOrd, Ord)]
    pub enum Tier {
        Bronze,
        Silver,
        Gold,
        Platinum,
    }
}

impl Tier {
    /// As stored and sent: `bronze`, `silver`, `gold` or `platinum`. Refuses others as field `tier`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        word::parse("tier", text)
    }
}

words! {
    /// Where a request to book beyond one's tier stands.
    pub enum OverrideStatus {
        Pending,
        Approved,
        Rejected,
    }
}

/// Whom somebody's tier lets them book: the tier's own reach, and what an override adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    highest_bookable: Tier,
    override_id: Option<Uuid>,
}

impl Reach {
    /// `override_id`: an approved, unused and unexpired override for the mentor in question.
    pub fn new(highest_bookable: Tier, override_id: Option<Uuid>) -> Self {
        Self { highest_bookable, override_id }
    }

    /// Highest tier of mentor that the tier itself allows.
    pub fn highest_bookable(self) -> Tier {
        self.highest_bookable
    }

    /// Whether a mentor of that tier may be booked.
    pub fn allows(self, mentor_tier: Tier) -> bool {
        mentor_tier <= self.highest_bookable || self.override_id.is_some()
    }

    /// The override without which a mentor of that tier could not be booked.
    pub fn override_needed(self, mentor_tier: Tier) -> Option<Uuid> {
        if mentor_tier <= self.highest_bookable { None } else { self.override_id }
    }
}

/// What a tier takes and gives in one organization.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TierPolicy {
    pub tier: Tier,
    /// Lowest score that reaches the tier.
    pub minimum_score: f64,
    /// Highest tier of mentor that a mentee of this tier may book.
    pub highest_bookable: Tier,
    /// Bookings in one ISO week; `None` is unlimited.
    pub weekly_limit: Option<i32>,
}

/// The policies of an organization that has set none.
pub fn default_policies() -> [TierPolicy; 4] {
    let policy = |tier, minimum_score, highest_bookable, weekly_limit| TierPolicy {
        tier,
        minimum_score,
        highest_bookable,
        weekly_limit,
    };
    [
        policy(Tier::Bronze, 0.0, Tier::Silver, Some(2)),
        policy(Tier::Silver, 3.0, Tier::Gold, Some(5)),
        policy(Tier::Gold, 4.0, Tier::Platinum, Some(10)),
        policy(Tier::Platinum, 4.5, Tier::Platinum, None),
    ]
}

/// The highest tier that a score reaches; bronze if it reaches none.
pub fn tier_of(score: f64, policies: &[TierPolicy]) -> Tier {
    policies
        .iter()
        .filter(|policy| score >= policy.minimum_score)
        .map(|policy| policy.tier)
        .max()
        .unwrap_or(Tier::Bronze)
}
