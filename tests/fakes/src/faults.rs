//! What goes wrong, whatever the provider: chosen by the tests, and the same again for the same seed.

use std::ops::Range;
use std::time::Duration;

use crate::Dice;

/// What happens to a call.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// The call is answered with this status, in the provider's shape of errors, and nothing is done.
    Status(u16),
    /// The call is turned away as one too many, in the provider's way: Google 403 `rateLimitExceeded` without
    /// `Retry-After`, Graph 429 with it, Airtable 429 without. Nothing is done.
    RateLimited,
    /// The work is done, and the connection is closed without an answer.
    LostAnswer,
    /// The work is done, and the answer is 500.
    HiddenAnswer,
    /// The connection is closed, and nothing is done.
    Hangup,
    /// The work is done after a delay out of this range.
    Late(Range<Duration>),
}

/// Which calls a fault is for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Calls {
    method: Option<String>,
    path: Option<String>,
}

/// How often a rule's fault happens to its calls.
#[derive(Clone, Debug)]
enum Often {
    /// To so many of the next of them, and then no more.
    Next(u32),
    /// To this share of them, 0.0 to 1.0.
    Share(f64),
}

#[derive(Clone, Debug)]
struct Rule {
    calls: Calls,
    often: Often,
    fault: Fault,
}

/// What goes wrong from now on. The first rule that strikes decides, except that delays add to it.
#[derive(Clone, Debug)]
pub struct Faults {
    seed: u64,
    retry_after: Duration,
    rules: Vec<Rule>,
}

impl Calls {
    /// All of them.
    pub fn any() -> Self {
        Self::default()
    }

    /// Those of a method, such as `POST`, to paths that contain this, such as `/events`.
    pub fn to(method: &str, path: &str) -> Self {
        Self { method: Some(method.to_owned()), path: Some(path.to_owned()) }
    }

    fn include(&self, method: &str, path: &str) -> bool {
        self.method.as_deref().is_none_or(|wanted| wanted == method)
            && self.path.as_deref().is_none_or(|wanted| path.contains(wanted))
    }
}

impl Default for Faults {
    fn default() -> Self {
        Self::none()
    }
}

impl Faults {
    pub fn none() -> Self {
        Self { seed: 1, retry_after: Duration::from_secs(1), rules: Vec::new() }
    }

    /// The seed of the shares and delays; 1 unless told.
    pub fn seeded(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// What `Retry-After` says where the provider sends it, in whole seconds; 1 unless told.
    pub fn retry_after(self, retry_after: Duration) -> Self {
        Self { retry_after, ..self }
    }

    /// Happens to a share of the calls, 0.0 to 1.0.
    pub fn share(self, share: f64, calls: Calls, fault: Fault) -> Self {
        self.rule(Rule { calls, often: Often::Share(share), fault })
    }

    /// Happens to so many of the next calls, and then no more.
    pub fn next(self, times: u32, calls: Calls, fault: Fault) -> Self {
        self.rule(Rule { calls, often: Often::Next(times), fault })
    }

    /// No call is answered, nor heard.
    pub fn down() -> Self {
        Self::none().share(1.0, Calls::any(), Fault::Hangup)
    }

    fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }
}

/// What the faults mean for one call.
#[derive(Default)]
pub(crate) struct Fate {
    pub delay: Duration,
    pub fault: Option<Fault>,
}

/// Faults under way: their dice, and how many of the next calls are left.
pub(crate) struct Weather {
    faults: Faults,
    dice: Dice,
}

impl Weather {
    pub fn new(faults: Faults) -> Self {
        Self { dice: Dice::new(faults.seed), faults }
    }

    pub fn retry_after(&self) -> Duration {
        self.faults.retry_after
    }

    pub fn fate(&mut self, method: &str, path: &str) -> Fate {
        let mut fate = Fate::default();
        for rule in &mut self.faults.rules {
            if !rule.calls.include(method, path) || (fate.fault.is_some() && !matches!(rule.fault, Fault::Late(_))) {
                continue;
            }
            if !rule.often.strikes(&mut self.dice) {
                continue;
            }
            match &rule.fault {
                Fault::Late(range) => fate.delay += between(range, &mut self.dice),
                fault => fate.fault = Some(fault.clone()),
            }
        }
        fate
    }
}

impl Often {
    fn strikes(&mut self, dice: &mut Dice) -> bool {
        match self {
            Self::Next(left) => {
                let strikes = *left > 0;
                *left = left.saturating_sub(1);
                strikes
            }
            Self::Share(share) => dice.fraction() < *share,
        }
    }
}

fn between(range: &Range<Duration>, dice: &mut Dice) -> Duration {
    range.start + range.end.saturating_sub(range.start).mul_f64(dice.fraction())
}
