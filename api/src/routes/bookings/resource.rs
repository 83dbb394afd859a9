//! What a booking, its history and its ratings look like.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use tokio_postgres::Row;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::database::{FromRow, resource};
use crate::routes::words::{BookingStatus, MeetingType};

resource! {
    /// A meeting somebody booked. It keeps its id when it is moved.
    pub struct Booking {
        id: Uuid,
        /// Held, pending and confirmed may become others; the rest stay.
        #[schema(value_type = BookingStatus, example = "confirmed")]
        status: String,
        mentor_id: Uuid,
        mentee_id: Uuid,
        time_slot_id: Uuid,
        start_time: Timestamp,
        end_time: Timestamp,
        /// What the mentee wants from it.
        meeting_goal: String,
        /// Things to read before.
        materials_urls: Vec<String>,
        #[schema(value_type = MeetingType)]
        meeting_type: String,
        /// The place, for meetings in person.
        location: Option<String>,
        /// When the mentor was asked to confirm; null when that was not needed.
        requested_at: Option<Timestamp>,
        /// When the mentor answered.
        responded_at: Option<Timestamp>,
        confirmed_at: Option<Timestamp>,
        canceled_at: Option<Timestamp>,
        canceled_by: Option<Uuid>,
        /// emergency, reschedule or other; of a declined request, the mentor's reason.
        cancellation_reason: Option<String>,
        cancellation_notes: Option<String>,
        /// Which participant did not come.
        no_show_user_id: Option<Uuid>,
        /// Where to meet online, once a participant's calendar has made it.
        conference_url: Option<String>,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

/// A booking with its people's names, as it is read.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookingView {
    #[serde(flatten)]
    pub booking: Booking,
    pub mentor_name: String,
    pub mentee_name: String,
}

/// One booking, with what became of it in its participants' calendars.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookingDetail {
    #[serde(flatten)]
    pub view: BookingView,
    #[schema(value_type = Vec<CalendarEvent>)]
    pub calendar_events: Value,
}

impl FromRow for BookingDetail {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self { view: BookingView::from_row(row)?, calendar_events: row.try_get("calendar_events")? })
    }
}

/// A booking's event in a participant's calendar.
#[derive(Serialize, ToSchema)]
#[allow(dead_code)] // it describes what the database makes
struct CalendarEvent {
    /// Whose calendar.
    user_id: Uuid,
    #[schema(example = "google")]
    provider: String,
    /// create, reschedule or cancel: what was done last, or is owed.
    #[schema(example = "create")]
    operation: String,
    /// pending, done or failed.
    #[schema(example = "done")]
    status: String,
    url: Option<String>,
    /// What its owner did to it in the calendar: deleted or moved.
    owner_change: Option<String>,
    /// Where they moved it.
    moved_to_start: Option<Timestamp>,
    moved_to_end: Option<Timestamp>,
}

impl FromRow for BookingView {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            booking: Booking::from_row(row)?,
            mentor_name: row.try_get("mentor_name")?,
            mentee_name: row.try_get("mentee_name")?,
        })
    }
}

/// What a function that changes a booking returns.
#[derive(Debug)]
pub struct Answer {
    pub booking: Booking,
    /// Whether the same idempotency key had asked the same before.
    pub replayed: bool,
}

impl FromRow for Answer {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self { booking: Booking::from_row(row)?, replayed: row.try_get("replayed")? })
    }
}

resource! {
    /// Something that happened to a booking.
    pub struct BookingEvent {
        seq: i64,
        /// created, confirmed, declined, canceled, rescheduled, reassigned, completed, no_show, expired or rated.
        event: String,
        /// Null at creation.
        #[schema(value_type = Option<BookingStatus>)]
        from_status: Option<String>,
        #[schema(value_type = BookingStatus)]
        to_status: String,
        /// Who did it; null for the clock.
        actor_id: Option<Uuid>,
        /// What else: late cancellation, old and new times of a move, rating.
        #[schema(value_type = Object)]
        facts: Value,
        occurred_at: Timestamp,
    }
}

resource! {
    /// What one participant thought of the other.
    pub struct Rating {
        id: Uuid,
        booking_id: Uuid,
        rater_id: Uuid,
        ratee_id: Uuid,
        /// 1 to 5.
        rating: i32,
        comment: Option<String>,
        created_at: Timestamp,
    }
}
