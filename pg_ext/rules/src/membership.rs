//! What admins decide about a user: their role, and whether they are suspended (docs/rules.md, "Suspension").

use jiff::Timestamp;
use serde_json::Value;

use crate::fields::{self, Fields, Kind};
use crate::refusal::{Problems, Refusal};
use crate::request;
use crate::role::Role;

const REASON_LONGEST: usize = 500;
const CHANGES: Kind = Kind {
    argument: "changes",
    noun: "what is changed of a user",
    known: &["role", "is_active", "suspension_reason", "suspended_until"],
};

/// Why a user may do nothing at present, and until when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Suspension {
    /// One line of 1 to 500 characters. None, where no admin suspended them: the directory or an operator switched them
    /// off.
    pub reason: Option<String>,
    /// From then on they count as active. None: until somebody lifts it.
    pub until: Option<Timestamp>,
}

/// A user as admins change them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    pub role: Role,
    /// None while they are active: a suspension that has ended is none.
    pub suspension: Option<Suspension>,
}

impl Membership {
    /// This membership with the changes of a JSON object, of `role`, `is_active`, `suspension_reason` and
    /// `suspended_until`; absent fields stay. To suspend somebody takes a reason. Refuses with the name of each field:
    /// unknown ones, wrong types and lengths, a suspension without a reason, an end that is not after `now`, and reason or
    /// end for somebody who is active.
    pub fn changed(&self, changes: &Value, now: Timestamp) -> Result<Self, Refusal> {
        let mut problems = Problems::default();
        let fields = Fields::of(changes, &CHANGES, &mut problems)?;
        let role = problems.note_or(fields.changed("role", role, &self.role), &self.role);
        let was_active = self.suspension.is_none();
        let is_active = problems.note(fields.changed("is_active", fields::boolean, &was_active));
        let reason = problems.note(fields.optional("suspension_reason", reason));
        let until = problems.note(fields.cleared_or_changed("suspended_until", fields::instant, self.until()));
        let (Some(is_active), Some(reason), Some(until)) = (is_active, reason, until) else {
            problems.check()?;
            return Ok(self.clone());
        };
        if is_active {
            let idle = Err(Refusal::invalid("suspension_reason", "is only for somebody who is suspended"));
            problems.note(reason.map_or(Ok(()), |_| idle));
            // The end of the suspension that this lifts does not count.
            let idle = Err(Refusal::invalid("suspended_until", "is only for somebody who is suspended"));
            problems.note(until.filter(|until| Some(*until) != self.until()).map_or(Ok(()), |_| idle));
            problems.check()?;
            return Ok(Self { role, suspension: None });
        }
        if was_active && reason.is_none() {
            problems.note::<()>(Err(Refusal::invalid("suspension_reason", "is required to suspend somebody")));
        }
        if until.is_some_and(|until| until <= now) {
            problems.note::<()>(Err(Refusal::invalid("suspended_until", "must be in the future")));
        }
        problems.check()?;
        let before = self.suspension.clone().unwrap_or_default();
        Ok(Self { role, suspension: Some(Suspension { reason: reason.or(before.reason), until }) })
    }

    fn until(&self) -> Option<Timestamp> {
        self.suspension.as_ref().and_then(|suspension| suspension.until)
    }
}

fn role(name: &str, value: &Value) -> Result<Role, Refusal> {
    Role::parse(fields::as_text(name, value)?)
}

fn reason(name: &str, value: &Value) -> Result<String, Refusal> {
    request::line(name, fields::as_text(name, value)?, 1, REASON_LONGEST)
}
