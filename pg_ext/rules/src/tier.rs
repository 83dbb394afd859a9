//! Tiers of standing, and what each allows (docs/rules.md, OH 8.7.1).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// A user's standing, lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    Bronze,
    Silver,
    Gold,
    Platinum,
}

impl Tier {
    pub const ALL: [Self; 4] = [Self::Bronze, Self::Silver, Self::Gold, Self::Platinum];

    /// As stored and sent: `bronze`, `silver`, `gold` or `platinum`. Refuses others as field `tier`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        Self::ALL
            .into_iter()
            .find(|tier| tier.as_str() == text)
            .ok_or_else(|| Refusal::invalid("tier", "must be bronze, silver, gold or platinum"))
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bronze => "bronze",
            Self::Silver => "silver",
            Self::Gold => "gold",
            Self::Platinum => "platinum",
        }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
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
