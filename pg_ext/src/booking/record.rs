//! A row of `bookings`.

use convene_rules::state::Status;
use jiff::Timestamp;
use pgrx::iter::TableIterator;
use pgrx::prelude::TimestampWithTimeZone;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Answer;
use crate::failure::Outcome;
use crate::spi::Row;
use crate::values::{pg_timestamp, pg_uuid};

/// A booking as the functions return it, and as answers are stored for replay.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Booking {
    pub id: Uuid,
    pub status: Status,
    pub mentor_id: Uuid,
    pub mentee_id: Uuid,
    pub time_slot_id: Uuid,
    pub start_time: Timestamp,
    pub end_time: Timestamp,
    pub meeting_goal: String,
    pub materials_urls: Vec<String>,
    pub meeting_type: String,
    pub location: Option<String>,
    pub requested_at: Option<Timestamp>,
    pub responded_at: Option<Timestamp>,
    pub confirmed_at: Option<Timestamp>,
    pub canceled_at: Option<Timestamp>,
    pub canceled_by: Option<Uuid>,
    pub cancellation_reason: Option<String>,
    pub cancellation_notes: Option<String>,
    pub no_show_user_id: Option<Uuid>,
    /// Absent in answers stored before there were any.
    #[serde(default)]
    pub conference_url: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Booking {
    /// Reads the columns in the order of the table.
    pub fn read(row: &mut Row<'_>) -> Outcome<Self> {
        Ok(Self {
            id: row.id()?,
            status: Status::parse(&row.value::<String>()?)?,
            mentor_id: row.id()?,
            mentee_id: row.id()?,
            time_slot_id: row.id()?,
            start_time: row.time()?,
            end_time: row.time()?,
            meeting_goal: row.value()?,
            materials_urls: row.value()?,
            meeting_type: row.value()?,
            location: row.maybe()?,
            requested_at: row.maybe_time()?,
            responded_at: row.maybe_time()?,
            confirmed_at: row.maybe_time()?,
            canceled_at: row.maybe_time()?,
            canceled_by: row.maybe_id()?,
            cancellation_reason: row.maybe()?,
            cancellation_notes: row.maybe()?,
            no_show_user_id: row.maybe_id()?,
            conference_url: row.maybe()?,
            created_at: row.time()?,
            updated_at: row.time()?,
        })
    }

    pub fn is_participant(&self, user_id: Uuid) -> bool {
        user_id == self.mentor_id || user_id == self.mentee_id
    }
}

/// The columns that [`crate::returns_booking!`] declares.
type Columns = (
    pgrx::Uuid,
    String,
    pgrx::Uuid,
    pgrx::Uuid,
    pgrx::Uuid,
    TimestampWithTimeZone,
    TimestampWithTimeZone,
    String,
    Vec<String>,
    String,
    Option<String>,
    Option<TimestampWithTimeZone>,
    Option<TimestampWithTimeZone>,
    Option<TimestampWithTimeZone>,
    Option<TimestampWithTimeZone>,
    Option<pgrx::Uuid>,
    Option<String>,
    Option<String>,
    Option<pgrx::Uuid>,
    Option<String>,
    TimestampWithTimeZone,
    TimestampWithTimeZone,
    bool,
);

impl Answer {
    /// One row.
    pub fn into_columns(self) -> Outcome<TableIterator<'static, Columns>> {
        let Booking {
            id,
            status,
            mentor_id,
            mentee_id,
            time_slot_id,
            start_time,
            end_time,
            meeting_goal,
            materials_urls,
            meeting_type,
            location,
            requested_at,
            responded_at,
            confirmed_at,
            canceled_at,
            canceled_by,
            cancellation_reason,
            cancellation_notes,
            no_show_user_id,
            conference_url,
            created_at,
            updated_at,
        } = self.booking;
        Ok(TableIterator::once((
            pg_uuid(id),
            status.to_string(),
            pg_uuid(mentor_id),
            pg_uuid(mentee_id),
            pg_uuid(time_slot_id),
            pg_timestamp(start_time)?,
            pg_timestamp(end_time)?,
            meeting_goal,
            materials_urls,
            meeting_type,
            location,
            requested_at.map(pg_timestamp).transpose()?,
            responded_at.map(pg_timestamp).transpose()?,
            confirmed_at.map(pg_timestamp).transpose()?,
            canceled_at.map(pg_timestamp).transpose()?,
            canceled_by.map(pg_uuid),
            cancellation_reason,
            cancellation_notes,
            no_show_user_id.map(pg_uuid),
            conference_url,
            pg_timestamp(created_at)?,
            pg_timestamp(updated_at)?,
            self.replayed,
        )))
    }
}
