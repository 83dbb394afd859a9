//! Rows of `availability_blocks` and `blackout_dates` as the functions return them.

use convene_rules::block::BlockDraft;
use convene_rules::meeting_type::MeetingType;
use convene_rules::recurrence::Recurrence;
use convene_rules::zone::{WallTime, Zone};
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use crate::record;

record! {
    /// What people set about a block, and what the database keeps beside it.
    #[derive(Clone)]
    pub struct BlockRow {
        pub id: Uuid,
        pub mentor_id: Uuid,
        recurrence: Recurrence,
        start_date: Date,
        until_date: Option<Date>,
        start_time: WallTime,
        end_time: WallTime,
        ends_next_day: bool,
        time_zone: Zone,
        slot_minutes: i32,
        buffer_minutes: i32,
        meeting_type: MeetingType,
        location_preset_id: Option<Uuid>,
        location_custom: Option<String>,
        requires_confirmation: bool,
        is_active: bool,
        generated_until: Option<Date>,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
    returned by returns_block;
}

impl BlockRow {
    /// Switched on.
    pub fn is_active(&self) -> bool {
        self.is_active
    }

    /// What people set, to be changed.
    pub fn into_draft(self) -> BlockDraft {
        BlockDraft {
            recurrence: self.recurrence,
            start_date: self.start_date,
            until_date: self.until_date,
            start_time: self.start_time,
            end_time: self.end_time,
            ends_next_day: self.ends_next_day,
            time_zone: self.time_zone,
            slot_minutes: self.slot_minutes,
            buffer_minutes: self.buffer_minutes,
            meeting_type: self.meeting_type,
            location_preset_id: self.location_preset_id,
            location_custom: self.location_custom,
            requires_confirmation: self.requires_confirmation,
            is_active: self.is_active,
        }
    }
}

record! {
    /// A day off.
    pub struct DayOff {
        id: Uuid,
        mentor_id: Uuid,
        day: Date,
        reason: Option<String>,
        created_at: Timestamp,
    }
    returned by returns_day_off;
}
