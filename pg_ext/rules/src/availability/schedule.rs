//! A schedule: a name, a zone, and whether it is the one that counts unless another is named.

use serde_json::Value;

use crate::fields::{self, Fields, Kind};
use crate::refusal::{Problems, Refusal};
use crate::request;
use crate::zone::Zone;

const NAME_LONGEST: usize = 100;
const SCHEDULE: Kind = Kind { argument: "schedule", noun: "a schedule", known: &["name", "time_zone", "is_default"] };

/// What a host sets about a schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleDraft {
    /// One line of 1 to 100 characters.
    pub name: String,
    /// Of its wall-clock times.
    pub time_zone: Zone,
    /// Whether event types that name no schedule use it.
    pub is_default: bool,
}

impl ScheduleDraft {
    /// A new schedule from a JSON object with `name`, and, if wanted, `time_zone` and `is_default` (default false).
    /// Refuses with the field's name: unknown and missing fields, wrong types and lengths; and `INVALID_TIME_ZONE`.
    pub fn from_json(json: &Value, default_zone: &Zone) -> Result<Self, Refusal> {
        let mut problems = Problems::default();
        let fields = Fields::of(json, &SCHEDULE, &mut problems)?;
        let name = problems.note(fields.required("name", read_name));
        let time_zone = problems.note(fields.optional("time_zone", fields::zone)).flatten();
        let is_default = problems.note(fields.optional("is_default", fields::boolean)).flatten();
        problems.check()?;
        let name = name.ok_or_else(|| Refusal::invalid("name", "is required"))?;
        let time_zone = time_zone.unwrap_or_else(|| default_zone.clone());
        Ok(Self { name, time_zone, is_default: is_default.unwrap_or(false) })
    }

    /// This schedule with the changes of a JSON object: an absent field stays, none can be null. The default one stays it
    /// until another is made the default. Refuses as [`ScheduleDraft::from_json`].
    pub fn changed(&self, changes: &Value) -> Result<Self, Refusal> {
        let mut problems = Problems::default();
        let fields = Fields::of(changes, &SCHEDULE, &mut problems)?;
        let changed = Self {
            name: problems.note_or(fields.changed("name", read_name, &self.name), &self.name),
            time_zone: problems.note_or(fields.changed("time_zone", fields::zone, &self.time_zone), &self.time_zone),
            is_default: problems
                .note_or(fields.changed("is_default", fields::boolean, &self.is_default), &self.is_default),
        };
        if self.is_default && !changed.is_default {
            problems.note::<()>(Err(Refusal::invalid("is_default", "ends when another schedule is made the default")));
        }
        problems.check()?;
        Ok(changed)
    }
}

fn read_name(name: &str, value: &Value) -> Result<String, Refusal> {
    request::line(name, fields::as_text(name, value)?, 1, NAME_LONGEST)
}
