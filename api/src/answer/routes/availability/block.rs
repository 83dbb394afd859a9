//! Availability blocks in requests and answers.
//!
//! Only the form is checked here. Ranges, and which fields fit together, are checked in the database.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::extract::Change;
use crate::answer::routes::words::{
    BlockMeetingType, BufferMinutes, PlannedDay, Recurrence, SlotMinutes, TimeZone, WindowEnd, WindowStart,
};
use crate::database::{Day, WallTime, resource};

resource! {
    /// A recurring window of a mentor's wall-clock time, cut into time slots.
    pub struct AvailabilityBlock {
        id: Uuid,
        mentor_id: Uuid,
        #[schema(value_type = Recurrence)]
        recurrence: String,
        /// First day, in `time_zone`.
        start_date: Day,
        /// Last day, inclusive; null goes on.
        until_date: Option<Day>,
        start_time: WallTime,
        end_time: WallTime,
        /// Whether the window ends on the day after it starts.
        ends_next_day: bool,
        /// Of the window.
        #[schema(value_type = TimeZone)]
        time_zone: String,
        slot_minutes: i32,
        /// Between the slots of one window.
        buffer_minutes: i32,
        #[schema(value_type = BlockMeetingType)]
        meeting_type: String,
        location_preset_id: Option<Uuid>,
        location_custom: Option<String>,
        /// Whether the mentor confirms each request.
        requires_confirmation: bool,
        /// Whether slots are made and offered.
        is_active: bool,
        /// Last day whose slots have been made.
        generated_until: Option<Day>,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

/// A new block.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBlock {
    #[schema(value_type = Recurrence, example = "weekly")]
    recurrence: String,
    #[schema(value_type = PlannedDay)]
    start_date: Day,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PlannedDay>)]
    until_date: Option<Day>,
    #[schema(value_type = WindowStart)]
    start_time: WallTime,
    #[schema(value_type = WindowEnd)]
    end_time: WallTime,
    /// Whether the window ends on the day after it starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(default = false)]
    ends_next_day: Option<bool>,
    /// The mentor's own zone, if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<TimeZone>)]
    time_zone: Option<String>,
    #[schema(value_type = SlotMinutes)]
    slot_minutes: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BufferMinutes>, default = 0)]
    buffer_minutes: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BlockMeetingType>, default = "online")]
    meeting_type: Option<String>,
    /// Exactly for meetings of type `in_person_preset`.
    #[serde(skip_serializing_if = "Option::is_none")]
    location_preset_id: Option<Uuid>,
    /// Exactly for meetings of type `in_person_custom`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 500, pattern = r"\S")]
    location_custom: Option<String>,
    /// Whether the mentor confirms each request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(default = false)]
    requires_confirmation: Option<bool>,
}

/// What is to change: absent fields stay, null clears where there may be nothing.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BlockChanges {
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Recurrence)]
    recurrence: Change<String>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = PlannedDay)]
    start_date: Change<Day>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Option<PlannedDay>)]
    until_date: Change<Day>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = WindowStart)]
    start_time: Change<WallTime>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = WindowEnd)]
    end_time: Change<WallTime>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = bool)]
    ends_next_day: Change<bool>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = TimeZone)]
    time_zone: Change<String>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = SlotMinutes)]
    slot_minutes: Change<i32>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = BufferMinutes)]
    buffer_minutes: Change<i32>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = BlockMeetingType)]
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
    #[schema(value_type = bool)]
    is_active: Change<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_stays_absent_and_null_stays_null() {
        let text = r#"{"until_date":null,"start_time":"18:00","end_time":"24:00","slot_minutes":null}"#;
        let changes: BlockChanges = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&changes).unwrap(), text);
    }
}
