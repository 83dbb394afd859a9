//! An availability block as people send it: JSON in, a checked draft out.

use jiff::civil::Date;
use serde_json::Value;
use uuid::Uuid;

use crate::fields::{self, Fields, Kind};
use crate::recurrence::Recurrence;
use crate::refusal::Refusal;
use crate::request;
use crate::slots::{Block, Window, WindowParts};
use crate::word::{self, words};
use crate::zone::{WallTime, Zone};

/// First and last date a block may name.
const DATES: (Date, Date) = (jiff::civil::date(1970, 1, 1), jiff::civil::date(9998, 12, 31));
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

words! {
    /// Where a block's meetings are.
    pub enum MeetingType {
        Online,
        /// At one of the organization's location presets.
        InPersonPreset,
        /// At a place the mentor describes.
        InPersonCustom,
    }
}

impl MeetingType {
    /// As stored and sent: `online`, `in_person_preset` or `in_person_custom`. Refuses others as field `meeting_type`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        word::parse("meeting_type", text)
    }
}

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
        let fields = Fields::of(json, &BLOCK)?;
        let time_zone = match fields.optional("time_zone", fields::zone)? {
            Some(zone) => zone,
            None => Zone::iana(default_time_zone)?,
        };
        Self {
            recurrence: fields.required("recurrence", read_recurrence)?,
            start_date: fields.required("start_date", fields::date)?,
            until_date: fields.optional("until_date", fields::date)?,
            start_time: fields.required("start_time", fields::wall_time)?,
            end_time: fields.required("end_time", fields::wall_time)?,
            ends_next_day: fields.optional("ends_next_day", fields::boolean)?.unwrap_or(false),
            time_zone,
            slot_minutes: fields.required("slot_minutes", fields::integer)?,
            buffer_minutes: fields.optional("buffer_minutes", fields::integer)?.unwrap_or(0),
            meeting_type: fields.optional("meeting_type", read_meeting_type)?.unwrap_or(MeetingType::Online),
            location_preset_id: fields.optional("location_preset_id", fields::id)?,
            location_custom: fields.optional("location_custom", fields::text)?,
            requires_confirmation: fields.optional("requires_confirmation", fields::boolean)?.unwrap_or(false),
            is_active: fields.optional("is_active", fields::boolean)?.unwrap_or(true),
        }
        .checked()
    }

    /// This block with the changes of a JSON object: an absent field stays, null clears `until_date`,
    /// `location_preset_id` and `location_custom`, and no other field can be null. A meeting type that has no place for
    /// the block's location drops it, unless the changes give one. Refuses as [`BlockDraft::from_json`].
    pub fn changed(&self, changes: &Value) -> Result<Self, Refusal> {
        let fields = Fields::of(changes, &BLOCK)?;
        let meeting_type = fields.changed("meeting_type", read_meeting_type, &self.meeting_type)?;
        let kept_preset = self.location_preset_id.filter(|_| meeting_type == MeetingType::InPersonPreset);
        let kept_custom = self.location_custom.clone().filter(|_| meeting_type == MeetingType::InPersonCustom);
        Self {
            recurrence: fields.changed("recurrence", read_recurrence, &self.recurrence)?,
            start_date: fields.changed("start_date", fields::date, &self.start_date)?,
            until_date: fields.cleared_or_changed("until_date", fields::date, self.until_date)?,
            start_time: fields.changed("start_time", fields::wall_time, &self.start_time)?,
            end_time: fields.changed("end_time", fields::wall_time, &self.end_time)?,
            ends_next_day: fields.changed("ends_next_day", fields::boolean, &self.ends_next_day)?,
            time_zone: fields.changed("time_zone", fields::zone, &self.time_zone)?,
            slot_minutes: fields.changed("slot_minutes", fields::integer, &self.slot_minutes)?,
            buffer_minutes: fields.changed("buffer_minutes", fields::integer, &self.buffer_minutes)?,
            meeting_type,
            location_preset_id: fields.cleared_or_changed("location_preset_id", fields::id, kept_preset)?,
            location_custom: fields.cleared_or_changed("location_custom", fields::text, kept_custom)?,
            requires_confirmation: fields.changed(
                "requires_confirmation",
                fields::boolean,
                &self.requires_confirmation,
            )?,
            is_active: fields.changed("is_active", fields::boolean, &self.is_active)?,
        }
        .checked()
    }

    /// What slots are made from. Refuses what [`Window::new`] refuses, dates outside 1970 to 9998, and an `until_date`
    /// before the `start_date`.
    pub fn block(&self) -> Result<Block, Refusal> {
        let window = Window::new(WindowParts {
            start: self.start_time,
            end: self.end_time,
            ends_next_day: self.ends_next_day,
            zone: self.time_zone.clone(),
            slot_minutes: self.slot_minutes,
            buffer_minutes: self.buffer_minutes,
        })?;
        in_range("start_date", self.start_date)?;
        if let Some(until) = self.until_date {
            in_range("until_date", until)?;
            if until < self.start_date {
                return Err(Refusal::invalid("until_date", "must not be before start_date"));
            }
        }
        Ok(Block { window, recurrence: self.recurrence, start_date: self.start_date, until_date: self.until_date })
    }

    fn checked(mut self) -> Result<Self, Refusal> {
        self.block()?;
        if let Some(place) = &self.location_custom {
            self.location_custom = Some(request::line("location_custom", place, 1, LOCATION_LONGEST)?);
        }
        let (preset, custom) = (MeetingType::InPersonPreset, MeetingType::InPersonCustom);
        self.location_fits("location_preset_id", self.location_preset_id.is_some(), preset)?;
        self.location_fits("location_custom", self.location_custom.is_some(), custom)?;
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

fn in_range(field: &str, date: Date) -> Result<(), Refusal> {
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
    MeetingType::parse(fields::as_text(name, value)?)
}
