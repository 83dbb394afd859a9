//! Event types in requests and answers.
//!
//! Only the form is checked here. Ranges, and which fields fit together, are checked in the database.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::extract::Change;
use crate::answer::routes::words::{BufferMinutes, Color, MeetingMinutes, MeetingType, PlannedDay, QuestionKind, Slug};
use crate::database::{Day, resource};

resource! {
    /// A kind of meetings that a host or a team offers, at times that are computed from schedules.
    pub struct EventType {
        id: Uuid,
        /// Null for a team's.
        host_id: Option<Uuid>,
        /// Null for a single host's.
        team_id: Option<Uuid>,
        /// Short name in addresses, unlike that of the owner's other event types.
        #[schema(value_type = Slug)]
        slug: String,
        title: String,
        description: Option<String>,
        #[schema(value_type = Color)]
        color: String,
        /// The host's schedule; null is the default one.
        schedule_id: Option<Uuid>,
        /// Lengths that can be booked; the first is offered unless another is asked for.
        durations: Vec<i32>,
        /// From one offered start to the next; null: as long as the meeting.
        slot_interval_minutes: Option<i32>,
        /// What a meeting also takes of its hosts before it.
        buffer_before_minutes: i32,
        /// And after it.
        buffer_after_minutes: i32,
        /// A time is bookable until so long before its start.
        minimum_notice_minutes: i32,
        /// Days ahead that can be booked, today included; null: between two dates.
        horizon_days: Option<i32>,
        /// First date that can be booked, in the host's zone.
        bookable_from: Option<Day>,
        /// Last date that can be booked.
        bookable_until: Option<Day>,
        /// Most of these meetings on one date, for each host and in their zone; null is unlimited.
        limit_per_day: Option<i32>,
        /// The same for an ISO week.
        limit_per_week: Option<i32>,
        /// The same for a calendar month.
        limit_per_month: Option<i32>,
        /// Most minutes of these meetings on one date.
        minutes_per_day: Option<i32>,
        minutes_per_week: Option<i32>,
        minutes_per_month: Option<i32>,
        /// Seats of one meeting.
        capacity: i32,
        #[schema(value_type = MeetingType)]
        meeting_type: String,
        /// The place, for `in_person_preset`.
        location_preset_id: Option<Uuid>,
        /// Of type `phone` and `link`, for those inside only: the host, the team, coordinators and admins.
        location_custom: Option<String>,
        /// Whether the host confirms each request.
        requires_confirmation: bool,
        /// What whoever books is asked.
        #[schema(value_type = Vec<Question>)]
        questions: Value,
        /// Whether it can be booked.
        is_active: bool,
        /// Whether only those with a private link can book it, and others do not see it.
        is_private: bool,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

/// What whoever books is asked.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Under this name the answer is sent and kept; unique among the questions.
    #[schema(pattern = "^[a-z0-9_]{1,40}$", example = "topic")]
    key: String,
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "What would you like to talk about?")]
    label: String,
    #[schema(value_type = QuestionKind)]
    kind: String,
    /// Whether there must be an answer; a box must then be ticked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(default = false)]
    required: Option<bool>,
    /// Exactly for the kinds `select` and `multi_select`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_items = 1, max_items = 50)]
    options: Option<Vec<String>>,
    /// In characters, for the kinds `text` and `long_text`; 500 and 5,000, if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 5000)]
    max_length: Option<i32>,
}

/// A new event type.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEventType {
    /// Short name in addresses, unlike that of the owner's other event types.
    #[schema(value_type = Slug)]
    slug: String,
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "Introduction")]
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 5000)]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Color>, default = "#3b5bdb")]
    color: Option<String>,
    /// One of the host's schedules; their default one, if absent. Not for a team's event type.
    #[serde(skip_serializing_if = "Option::is_none")]
    schedule_id: Option<Uuid>,
    /// Lengths that can be booked; the first is offered unless another is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<MeetingMinutes>>, min_items = 1, max_items = 10, default = json!([30, 15, 45, 60]), example = json!([30, 60]))]
    durations: Option<Vec<i32>>,
    /// From one offered start to the next; as long as the meeting, if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<MeetingMinutes>)]
    slot_interval_minutes: Option<i32>,
    /// What a meeting also takes of its hosts before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BufferMinutes>, default = 0)]
    buffer_before_minutes: Option<i32>,
    /// And after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BufferMinutes>, default = 0)]
    buffer_after_minutes: Option<i32>,
    /// A time is bookable until so long before its start.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 527040, default = 0)]
    minimum_notice_minutes: Option<i32>,
    /// Days ahead that can be booked, today included; 60, unless two dates are given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 730, example = 60)]
    horizon_days: Option<i32>,
    /// First date that can be booked, in the host's zone; with `bookable_until`, in place of `horizon_days`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PlannedDay>)]
    bookable_from: Option<Day>,
    /// Last date, at most 730 days later.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PlannedDay>)]
    bookable_until: Option<Day>,
    /// Most of these meetings on one date, for each host and in their zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1000)]
    limit_per_day: Option<i32>,
    /// The same for an ISO week.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 10000)]
    limit_per_week: Option<i32>,
    /// The same for a calendar month.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100000)]
    limit_per_month: Option<i32>,
    /// Most minutes of these meetings on one date.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 5, maximum = 1440)]
    minutes_per_day: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 5, maximum = 10080)]
    minutes_per_week: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 5, maximum = 44640)]
    minutes_per_month: Option<i32>,
    /// Seats of one meeting.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1000, default = 1)]
    capacity: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<MeetingType>, default = "online")]
    meeting_type: Option<String>,
    /// Exactly for meetings of type `in_person_preset`.
    #[serde(skip_serializing_if = "Option::is_none")]
    location_preset_id: Option<Uuid>,
    /// The place for `in_person_custom`, the address for `link`, perhaps the number for `phone`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 500, pattern = r"\S")]
    location_custom: Option<String>,
    /// Whether the host confirms each request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(default = false)]
    requires_confirmation: Option<bool>,
    /// What whoever books is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 20, default = json!([]))]
    questions: Option<Vec<Question>>,
    /// Whether it can be booked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(default = true)]
    is_active: Option<bool>,
    /// Whether only those with a private link can book it, and others do not see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(default = false)]
    is_private: Option<bool>,
}

/// What is to change: absent fields stay, null clears where there may be nothing.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventTypeChanges {
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Slug)]
    slug: Change<String>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = String, min_length = 1, max_length = 200, pattern = r"\S", example = "Introduction")]
    title: Change<String>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Option<String>, max_length = 5000)]
    description: Change<String>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Color)]
    color: Change<String>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Option<Uuid>)]
    schedule_id: Change<Uuid>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Vec<MeetingMinutes>, min_items = 1, max_items = 10, example = json!([30, 60]))]
    durations: Change<Vec<i32>>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Option<MeetingMinutes>)]
    slot_interval_minutes: Change<i32>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = BufferMinutes)]
    buffer_before_minutes: Change<i32>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = BufferMinutes)]
    buffer_after_minutes: Change<i32>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = i32, minimum = 0, maximum = 527040)]
    minimum_notice_minutes: Change<i32>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 730, example = 60)]
    horizon_days: Change<i32>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Option<PlannedDay>)]
    bookable_from: Change<Day>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Option<PlannedDay>)]
    bookable_until: Change<Day>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 1000)]
    limit_per_day: Change<i32>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 10000)]
    limit_per_week: Change<i32>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 100000)]
    limit_per_month: Change<i32>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Option<i32>, minimum = 5, maximum = 1440)]
    minutes_per_day: Change<i32>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Option<i32>, minimum = 5, maximum = 10080)]
    minutes_per_week: Change<i32>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Option<i32>, minimum = 5, maximum = 44640)]
    minutes_per_month: Change<i32>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = i32, minimum = 1, maximum = 1000)]
    capacity: Change<i32>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = MeetingType)]
    meeting_type: Change<String>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Option<Uuid>)]
    location_preset_id: Change<Uuid>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500, pattern = r"\S")]
    location_custom: Change<String>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = bool)]
    requires_confirmation: Change<bool>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Vec<Question>, max_items = 20)]
    questions: Change<Vec<Question>>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = bool)]
    is_active: Change<bool>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = bool)]
    is_private: Change<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_stays_absent_and_null_stays_null() {
        let text = r#"{"durations":[30],"horizon_days":null,"bookable_from":"2026-06-01","questions":[]}"#;
        let changes: EventTypeChanges = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&changes).unwrap(), text);
        let text = r#"{"slug":"intro","title":"Introduction","capacity":4}"#;
        let new: NewEventType = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&new).unwrap(), text);
    }
}
