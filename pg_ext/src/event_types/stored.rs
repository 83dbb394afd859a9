//! An event type as its owner sees it.

use convene_rules::event_type::EventTypeDraft;
use convene_rules::meeting_type::MeetingType;
use convene_rules::question::Questions;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use uuid::Uuid;

use crate::failure::Outcome;
use crate::record;

record! {
    /// A row of `event_types`. It has as many columns as a function can return with pgrx.
    pub struct StoredEventType {
        pub id: Uuid,
        pub host_id: Option<Uuid>,
        pub team_id: Option<Uuid>,
        schedule_id: Option<Uuid>,
        slug: String = "slug::text",
        title: String,
        description: Option<String>,
        color: String,
        durations: Vec<i32>,
        slot_interval_minutes: Option<i32>,
        buffer_before_minutes: i32,
        buffer_after_minutes: i32,
        minimum_notice_minutes: i32,
        horizon_days: Option<i32>,
        bookable_from: Option<Date>,
        bookable_until: Option<Date>,
        limit_per_day: Option<i32>,
        limit_per_week: Option<i32>,
        limit_per_month: Option<i32>,
        minutes_per_day: Option<i32>,
        minutes_per_week: Option<i32>,
        minutes_per_month: Option<i32>,
        capacity: i32,
        meeting_type: MeetingType,
        location_preset_id: Option<Uuid>,
        location_custom: Option<String>,
        requires_confirmation: bool,
        questions: Value,
        is_active: bool,
        is_private: bool,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
    returned by returns_event_type;
}

impl StoredEventType {
    /// What people set, to be changed.
    pub fn into_draft(self) -> Outcome<EventTypeDraft> {
        Ok(EventTypeDraft {
            slug: self.slug,
            title: self.title,
            description: self.description,
            color: self.color,
            schedule_id: self.schedule_id,
            durations: self.durations,
            slot_interval_minutes: self.slot_interval_minutes,
            buffer_before_minutes: self.buffer_before_minutes,
            buffer_after_minutes: self.buffer_after_minutes,
            minimum_notice_minutes: self.minimum_notice_minutes,
            horizon_days: self.horizon_days,
            bookable_from: self.bookable_from,
            bookable_until: self.bookable_until,
            limit_per_day: self.limit_per_day,
            limit_per_week: self.limit_per_week,
            limit_per_month: self.limit_per_month,
            minutes_per_day: self.minutes_per_day,
            minutes_per_week: self.minutes_per_week,
            minutes_per_month: self.minutes_per_month,
            capacity: self.capacity,
            meeting_type: self.meeting_type,
            location_preset_id: self.location_preset_id,
            location_custom: self.location_custom,
            requires_confirmation: self.requires_confirmation,
            questions: Questions::parse(&self.questions)?,
            is_active: self.is_active,
            is_private: self.is_private,
        })
    }
}
