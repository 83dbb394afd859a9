//! An event type as people send it: JSON in, a checked draft out.

mod checks;
mod reading;

use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::fields::{self, Fields, Kind};
use crate::meeting_type::MeetingType;
use crate::question::Questions;
use crate::refusal::{Problems, Refusal};

/// Most event types of a host, and of a team, that are not removed.
pub const MOST: i32 = 100;

const EVENT_TYPE: Kind = Kind {
    argument: "event_type",
    noun: "an event type",
    known: &[
        "slug",
        "title",
        "description",
        "color",
        "schedule_id",
        "durations",
        "slot_interval_minutes",
        "buffer_before_minutes",
        "buffer_after_minutes",
        "minimum_notice_minutes",
        "horizon_days",
        "bookable_from",
        "bookable_until",
        "limit_per_day",
        "limit_per_week",
        "limit_per_month",
        "minutes_per_day",
        "minutes_per_week",
        "minutes_per_month",
        "capacity",
        "meeting_type",
        "location_preset_id",
        "location_custom",
        "requires_confirmation",
        "questions",
        "is_active",
        "is_private",
    ],
};

/// Everything a person sets about an event type. Serialized by the names of the table's columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EventTypeDraft {
    /// 1 to 63 lower-case letters, digits, and hyphens between them.
    pub slug: String,
    /// One line of 1 to 200 characters.
    pub title: String,
    /// Up to 5,000 characters.
    pub description: Option<String>,
    /// `#rrggbb`, in lower case.
    pub color: String,
    /// One of the host's schedules; `None` is the default one. Teams' event types have none.
    pub schedule_id: Option<Uuid>,
    /// 1 to 10 different lengths of 5 to 1,440 minutes; the first is offered unless another is asked for.
    pub durations: Vec<i32>,
    /// 5 to 1,440; `None` is as long as the meeting.
    pub slot_interval_minutes: Option<i32>,
    /// 0 to 240.
    pub buffer_before_minutes: i32,
    /// 0 to 240.
    pub buffer_after_minutes: i32,
    /// 0 to 527,040, which is 366 days.
    pub minimum_notice_minutes: i32,
    /// 1 to 730, today included. Exactly when there are no dates.
    pub horizon_days: Option<i32>,
    /// First date that can be booked, in the host's zone.
    pub bookable_from: Option<Date>,
    /// Last date, at most 730 days after the first.
    pub bookable_until: Option<Date>,
    /// 1 to 1,000.
    pub limit_per_day: Option<i32>,
    /// 1 to 10,000.
    pub limit_per_week: Option<i32>,
    /// 1 to 100,000.
    pub limit_per_month: Option<i32>,
    /// 5 to 1,440.
    pub minutes_per_day: Option<i32>,
    /// 5 to 10,080.
    pub minutes_per_week: Option<i32>,
    /// 5 to 44,640.
    pub minutes_per_month: Option<i32>,
    /// 1 to 1,000.
    pub capacity: i32,
    pub meeting_type: MeetingType,
    /// Exactly when `meeting_type` is `in_person_preset`.
    pub location_preset_id: Option<Uuid>,
    /// The place for `in_person_custom`, the address for `link`, perhaps the number for `phone`; one line of 1 to 500
    /// characters.
    pub location_custom: Option<String>,
    pub requires_confirmation: bool,
    pub questions: Questions,
    pub is_active: bool,
    pub is_private: bool,
}

/// What the JSON is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sent {
    /// All of an event type: what is absent or null is as usual.
    Whole,
    /// What changes: what is absent stays, and null clears only what there may be nothing of.
    Changes,
}

impl EventTypeDraft {
    /// A new event type from a JSON object. Required: `slug` and `title`; the others have defaults, which null stands for,
    /// too: 30, 15, 45 and 60 minutes, for the next 60 days, online, one seat. Dates are `YYYY-MM-DD`.
    ///
    /// Refuses, each field with everything that is wrong with it: unknown and missing fields, wrong types and ranges, and
    /// fields that do not fit together.
    pub fn from_json(json: &Value) -> Result<Self, Refusal> {
        Self::usual().read(json, Sent::Whole)
    }

    /// This event type with the changes of a JSON object: an absent field stays, and null clears those that may have no
    /// value. A meeting type that has no place for the location drops it, `horizon_days` drops the two dates and they
    /// drop it, unless the changes say otherwise. Refuses as [`EventTypeDraft::from_json`].
    pub fn changed(&self, changes: &Value) -> Result<Self, Refusal> {
        self.clone().read(changes, Sent::Changes)
    }

    fn usual() -> Self {
        Self {
            slug: String::new(),
            title: String::new(),
            description: None,
            color: "#3b5bdb".to_owned(),
            schedule_id: None,
            durations: vec![30, 15, 45, 60],
            slot_interval_minutes: None,
            buffer_before_minutes: 0,
            buffer_after_minutes: 0,
            minimum_notice_minutes: 0,
            horizon_days: Some(60),
            bookable_from: None,
            bookable_until: None,
            limit_per_day: None,
            limit_per_week: None,
            limit_per_month: None,
            minutes_per_day: None,
            minutes_per_week: None,
            minutes_per_month: None,
            capacity: 1,
            meeting_type: MeetingType::Online,
            location_preset_id: None,
            location_custom: None,
            requires_confirmation: false,
            questions: Questions::default(),
            is_active: true,
            is_private: false,
        }
    }

    fn read(mut self, json: &Value, sent: Sent) -> Result<Self, Refusal> {
        let mut problems = Problems::default();
        let fields = Fields::of(json, &EVENT_TYPE, &mut problems)?;
        macro_rules! required {
            ($($field:ident: $read:expr,)*) => {$(
                let wanted = match sent {
                    Sent::Whole => fields.required(stringify!($field), $read),
                    Sent::Changes => fields.changed(stringify!($field), $read, &self.$field),
                };
                self.$field = problems.note_or(wanted, &self.$field);
            )*};
        }
        macro_rules! usual {
            ($($field:ident: $read:expr,)*) => {$(
                let wanted = match sent {
                    Sent::Whole => {
                        fields.optional(stringify!($field), $read).map(|it| it.unwrap_or_else(|| self.$field.clone()))
                    }
                    Sent::Changes => fields.changed(stringify!($field), $read, &self.$field),
                };
                self.$field = problems.note_or(wanted, &self.$field);
            )*};
        }
        macro_rules! clearable {
            ($($field:ident: $read:expr,)*) => {$(
                let wanted = fields.cleared_or_changed(stringify!($field), $read, self.$field.clone());
                self.$field = problems.note_or(wanted, &self.$field);
            )*};
        }
        required! {
            slug: reading::slug,
            title: reading::title,
        }
        usual! {
            color: reading::color,
            durations: reading::durations,
            buffer_before_minutes: |name, value| fields::integer_in(name, value, 0, 240),
            buffer_after_minutes: |name, value| fields::integer_in(name, value, 0, 240),
            minimum_notice_minutes: |name, value| fields::integer_in(name, value, 0, 527_040),
            capacity: |name, value| fields::integer_in(name, value, 1, 1_000),
            meeting_type: reading::meeting_type,
            requires_confirmation: fields::boolean,
            questions: |_, value| Questions::parse(value),
            is_active: fields::boolean,
            is_private: fields::boolean,
        }
        self.drop_what_no_longer_fits(&fields);
        clearable! {
            description: reading::description,
            schedule_id: fields::id,
            slot_interval_minutes: |name, value| fields::integer_in(name, value, 5, 1_440),
            horizon_days: |name, value| fields::integer_in(name, value, 1, checks::DAYS_MOST),
            bookable_from: fields::date,
            bookable_until: fields::date,
            limit_per_day: |name, value| fields::integer_in(name, value, 1, 1_000),
            limit_per_week: |name, value| fields::integer_in(name, value, 1, 10_000),
            limit_per_month: |name, value| fields::integer_in(name, value, 1, 100_000),
            minutes_per_day: |name, value| fields::integer_in(name, value, 5, 1_440),
            minutes_per_week: |name, value| fields::integer_in(name, value, 5, 10_080),
            minutes_per_month: |name, value| fields::integer_in(name, value, 5, 44_640),
            location_preset_id: fields::id,
            location_custom: reading::location,
        }
        problems.check()?;
        self.description = self.description.filter(|text| !text.is_empty());
        if sent == Sent::Whole && self.horizon_days.is_none() && !self.has_dates() {
            self.horizon_days = Self::usual().horizon_days;
        }
        checks::fits_together(&self)?;
        Ok(self)
    }

    /// Before the fields that may have no value are read: those that the others push out.
    fn drop_what_no_longer_fits(&mut self, fields: &Fields<'_>) {
        self.location_preset_id = self.location_preset_id.filter(|_| self.meeting_type.has_preset());
        // A place in words means something else for each type.
        if fields.gives("meeting_type") {
            self.location_custom = None;
        }
        let gives_dates = fields.gives("bookable_from") || fields.gives("bookable_until");
        if gives_dates && !fields.gives("horizon_days") {
            self.horizon_days = None;
        }
        if fields.gives("horizon_days") && !gives_dates {
            (self.bookable_from, self.bookable_until) = (None, None);
        }
    }

    fn has_dates(&self) -> bool {
        self.bookable_from.is_some() || self.bookable_until.is_some()
    }
}
