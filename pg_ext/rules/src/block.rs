//! An availability block as people send it: JSON in, a checked draft out.

use jiff::civil::Date;
use serde_json::Value;
use uuid::Uuid;

use crate::fields::{self, Fields, Kind};
use crate::meeting_type::MeetingType;
use crate::recurrence::Recurrence;
use crate::refusal::{Problems, Refusal};
use crate::request;
use crate::slots::{Block, Window, WindowParts};
use crate::zone::{WallTime, Zone};

/// First and last date a block may name.
pub(crate) const DATES: (Date, Date) = (jiff::civil::date(1970, 1, 1), jiff::civil::date(9998, 12, 31));
/// Where office hours can be.
pub const MEETING_TYPES: [MeetingType; 3] =
    [MeetingType::Online, MeetingType::InPersonPreset, MeetingType::InPersonCustom];
const LOCATION_LONGEST: usize = 500;
const BLOCK: Kind = Kind {
    argument: "block",
    noun: "an availability block",
    known: &[
        "recurrence",
        "start_date",
        "until_date",
        "start_time",
        "end_time",
        "ends_next_day",
        "time_zone",
        "slot_minutes",
        "buffer_minutes",
        "meeting_type",
        "location_preset_id",
        "location_custom",
        "requires_confirmation",
        "is_active",
    ],
};

/// Everything a person sets about a block. From JSON, a draft is always one that [`BlockDraft::block`] accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockDraft {
    pub recurrence: Recurrence,
    pub start_date: Date,
    /// Last date on which a window may start; `None` goes on.
    pub until_date: Option<Date>,
    pub start_time: WallTime,
    pub end_time: WallTime,
    pub ends_next_day: bool,
    pub time_zone: Zone,
    /// 5 to 480.
    pub slot_minutes: i32,
    /// 0 to 240.
    pub buffer_minutes: i32,
    pub meeting_type: MeetingType,
    /// Exactly when `meeting_type` is `in_person_preset`.
    pub location_preset_id: Option<Uuid>,
    /// Exactly when `meeting_type` is `in_person_custom`; one line of 1 to 500 characters.
    pub location_custom: Option<String>,
    pub requires_confirmation: bool,
    pub is_active: bool,
}

impl BlockDraft {
    /// A new block from a JSON object. Required: `recurrence`, `start_date`, `start_time`, `end_time`, `slot_minutes`;
    /// the others have defaults, which null stands for, too. Dates are `YYYY-MM-DD`, times `HH:MM`.
    ///
    /// Refuses with the field's name: unknown and missing fields, wrong types, and what [`BlockDraft::block`] refuses.
    pub fn from_json(json: &Value, default_time_zone: &str) -> Result<Self, Refusal> {
        let mut problems = Problems::default();
        let fields = Fields::of(json, &BLOCK, &mut problems)?;
        let time_zone = match problems.note(fields.optional("time_zone", fields::zone)).flatten() {
            Some(zone) => zone,
            None => Zone::iana(default_time_zone)?,
        };
        let recurrence = problems.note(fields.required("recurrence", read_recurrence));
        let start_date = problems.note(fields.required("start_date", fields::date));
        let until_date = problems.note(fields.optional("until_date", fields::date)).flatten();
        let start_time = problems.note(fields.required("start_time", fields::wall_time));
        let end_time = problems.note(fields.required("end_time", fields::wall_time));
        let ends_next_day = problems.note(fields.optional("ends_next_day", fields::boolean)).flatten();
        let slot_minutes = problems.note(fields.required("slot_minutes", fields::integer));
        let buffer_minutes = problems.note(fields.optional("buffer_minutes", fields::integer)).flatten();
        let meeting_type = problems.note(fields.optional("meeting_type", read_meeting_type)).flatten();
        let location_preset_id = problems.note(fields.optional("location_preset_id", fields::id)).flatten();
        let location_custom = problems.note(fields.optional("location_custom", fields::text)).flatten();
        let requires_confirmation = problems.note(fields.optional("requires_confirmation", fields::boolean)).flatten();
        let is_active = problems.note(fields.optional("is_active", fields::boolean)).flatten();
        problems.check()?;
        let (Some(recurrence), Some(start_date), Some(start_time), Some(end_time), Some(slot_minutes)) =
            (recurrence, start_date, start_time, end_time, slot_minutes)
        else {
            return Err(Refusal::invalid(BLOCK.argument, "lacks a required field"));
        };
        Self {
            recurrence,
            start_date,
            until_date,
            start_time,
            end_time,
            ends_next_day: ends_next_day.unwrap_or(false),
            time_zone,
            slot_minutes,
            buffer_minutes: buffer_minutes.unwrap_or(0),
            meeting_type: meeting_type.unwrap_or(MeetingType::Online),
            location_preset_id,
            location_custom,
            requires_confirmation: requires_confirmation.unwrap_or(false),
            is_active: is_active.unwrap_or(true),
        }
        .checked()
    }

    /// This block with the changes of a JSON object: an absent field stays, null clears `until_date`,
    /// `location_preset_id` and `location_custom`, and no other field can be null. A meeting type that has no place for
    /// the block's location drops it, unless the changes give one. Refuses as [`BlockDraft::from_json`].
    pub fn changed(&self, changes: &Value) -> Result<Self, Refusal> {
        let mut problems = Problems::default();
        let fields = Fields::of(changes, &BLOCK, &mut problems)?;
        let meeting_type =
            problems.note_or(fields.changed("meeting_type", read_meeting_type, &self.meeting_type), &self.meeting_type);
        let kept_preset = self.location_preset_id.filter(|_| meeting_type == MeetingType::InPersonPreset);
        let kept_custom = self.location_custom.clone().filter(|_| meeting_type == MeetingType::InPersonCustom);
        let mut changed = self.clone();
        changed.meeting_type = meeting_type;
        macro_rules! change {
            ($($field:ident: $read:expr,)*) => {$(
                let wanted = fields.changed(stringify!($field), $read, &self.$field);
                changed.$field = problems.note_or(wanted, &self.$field);
            )*};
        }
        change! {
            recurrence: read_recurrence,
            start_date: fields::date,
            start_time: fields::wall_time,
            end_time: fields::wall_time,
            ends_next_day: fields::boolean,
            time_zone: fields::zone,
            slot_minutes: fields::integer,
            buffer_minutes: fields::integer,
            requires_confirmation: fields::boolean,
            is_active: fields::boolean,
        }
        let until_date = fields.cleared_or_changed("until_date", fields::date, self.until_date);
        changed.until_date = problems.note_or(until_date, &None);
        let preset = fields.cleared_or_changed("location_preset_id", fields::id, kept_preset);
        changed.location_preset_id = problems.note_or(preset, &None);
        let custom = fields.cleared_or_changed("location_custom", fields::text, kept_custom);
        changed.location_custom = problems.note_or(custom, &None);
        problems.check()?;
        changed.checked()
    }

    /// What slots are made from. Refuses what [`Window::new`] refuses, dates outside 1970 to 9998, and an `until_date`
    /// before the `start_date`.
    pub fn block(&self) -> Result<Block, Refusal> {
        let mut problems = Problems::default();
        let window = problems.note(Window::new(WindowParts {
            start: self.start_time,
            end: self.end_time,
            ends_next_day: self.ends_next_day,
            zone: self.time_zone.clone(),
            slot_minutes: self.slot_minutes,
            buffer_minutes: self.buffer_minutes,
        }));
        problems.note(in_range("start_date", self.start_date));
        if let Some(until) = self.until_date {
            problems.note(in_range("until_date", until));
            if until < self.start_date {
                problems.note::<()>(Err(Refusal::invalid("until_date", "must not be before start_date")));
            }
        }
        problems.check()?;
        let window = window.ok_or_else(|| Refusal::invalid(BLOCK.argument, "has no window"))?;
        Ok(Block { window, recurrence: self.recurrence, start_date: self.start_date, until_date: self.until_date })
    }

    fn checked(mut self) -> Result<Self, Refusal> {
        let mut problems = Problems::default();
        problems.note(self.block());
        let (preset, custom) = (MeetingType::InPersonPreset, MeetingType::InPersonCustom);
        problems.note(self.location_fits("location_preset_id", self.location_preset_id.is_some(), preset));
        problems.note(self.location_fits("location_custom", self.location_custom.is_some(), custom));
        if let Some(place) = &self.location_custom {
            self.location_custom = problems.note(request::line("location_custom", place, 1, LOCATION_LONGEST));
        }
        problems.check()?;
        Ok(self)
    }

    fn location_fits(&self, field: &str, is_given: bool, meeting_type: MeetingType) -> Result<(), Refusal> {
        match (self.meeting_type == meeting_type, is_given) {
            (true, false) => Err(Refusal::invalid(field, format!("is required when meeting_type is {meeting_type}"))),
            (false, true) => Err(Refusal::invalid(field, format!("goes with the meeting_type {meeting_type} only"))),
            _ => Ok(()),
        }
    }
}

pub(crate) fn in_range(field: &str, date: Date) -> Result<(), Refusal> {
    let (first, last) = DATES;
    if (first..=last).contains(&date) {
        return Ok(());
    }
    Err(Refusal::invalid(field, format!("must lie between {first} and {last}")))
}

fn read_recurrence(name: &str, value: &Value) -> Result<Recurrence, Refusal> {
    Recurrence::parse(fields::as_text(name, value)?)
}

fn read_meeting_type(name: &str, value: &Value) -> Result<MeetingType, Refusal> {
    let meeting_type = fields::as_text(name, value)?.parse().ok().filter(|wanted| MEETING_TYPES.contains(wanted));
    meeting_type.ok_or_else(|| Refusal::invalid(name, "must be online, in_person_preset or in_person_custom"))
}
