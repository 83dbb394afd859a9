//! Slots, as the rules look at them.

use convene_rules::eligibility::{Booked, Candidate, Source};
use convene_rules::timeline::Span;
use jiff::Timestamp;
use uuid::Uuid;

use crate::record;

/// Whether `block` is taken back, and its slots with it.
pub const BLOCK_IS_WITHDRAWN: &str = "NOT block.is_active OR block.deleted_at IS NOT NULL";

/// Where people meet in slots of `block`; `preset` is its preset, if it has one.
pub const LOCATION: &str = "coalesce(preset.name, block.location_custom)";

record! {
    /// A slot, what its block says about meetings in it, and who has it.
    #[derive(Debug, Clone)]
    pub struct SlotRow {
        pub id: Uuid = "slot.id",
        pub mentor_id: Uuid = "slot.mentor_id",
        pub mentor_name: String = "mentor.name",
        pub start_time: Timestamp = "slot.start_time",
        pub end_time: Timestamp = "slot.end_time",
        pub is_deleted: bool = "slot.deleted_at IS NOT NULL",
        pub block_is_withdrawn: bool = BLOCK_IS_WITHDRAWN,
        pub booking_id: Option<Uuid> = "slot.booking_id",
        pub lapses_at: Option<Timestamp> = include_str!("../sql/booking/slot_lapses_at.sql"),
        pub meeting_type: String = "block.meeting_type",
        pub location: Option<String> = LOCATION,
        pub requires_confirmation: bool = "block.requires_confirmation",
    }
}

/// The slot as a candidate. `moving` is the booking that would leave its own slot behind.
pub fn candidate(slot: &SlotRow, moving: Option<Uuid>) -> Candidate {
    let span = Span { start: slot.start_time, end: slot.end_time };
    let booked_by = slot.booking_id.filter(|booking_id| Some(*booking_id) != moving);
    Candidate {
        span,
        blocked: span,
        source: Source::Slot {
            time_slot_id: slot.id,
            is_withdrawn: slot.is_deleted || slot.block_is_withdrawn,
            booked_by: booked_by.map(|booking_id| Booked { booking_id, lapses_at: slot.lapses_at }),
        },
    }
}
