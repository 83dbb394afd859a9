//! What a booking, its history and its ratings look like.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use tokio_postgres::Row;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::page::Page;
use crate::answer::routes::guests::{ActionTokens, GuestView};
use crate::answer::routes::words::{BookingStatus, MeetingType};
use crate::database::{FromRow, resource};

resource! {
    /// A meeting somebody booked. It keeps its id when it is moved.
    pub struct Booking {
        id: Uuid,
        /// Held, pending and confirmed may become others; the rest stay.
        #[schema(value_type = BookingStatus, example = "confirmed")]
        status: String,
        /// The mentor of office hours; null in meetings of other kinds.
        mentor_id: Option<Uuid>,
        /// The mentee of office hours; null in meetings of other kinds.
        mentee_id: Option<Uuid>,
        /// The slot of office hours it takes, or took last.
        time_slot_id: Option<Uuid>,
        /// The event type it was booked with.
        event_type_id: Option<Uuid>,
        start_time: Timestamp,
        end_time: Timestamp,
        #[schema(value_type = Vec<BookingParticipant>)]
        hosts: Value,
        #[schema(value_type = Vec<BookingParticipant>)]
        attendees: Value,
        /// How many attendees it has room for.
        capacity: i32,
        /// What the attendee wants from it; null where several attend.
        meeting_goal: Option<String>,
        /// Things to read before.
        materials_urls: Vec<String>,
        #[schema(value_type = MeetingType)]
        meeting_type: String,
        /// The place, for meetings in person.
        location: Option<String>,
        /// Until when a held booking keeps its time.
        held_until: Option<Timestamp>,
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
    pub mentor_name: Option<String>,
    pub mentee_name: Option<String>,
    /// Whether the sender has rated it.
    pub has_rated: bool,
}

/// One booking, with what became of it in its participants' calendars.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookingDetail {
    #[serde(flatten)]
    pub view: BookingView,
    #[schema(value_type = Vec<CalendarEvent>)]
    pub calendar_events: Value,
    /// Its guests, for hosts and staff; none for others.
    pub guests: Vec<GuestView>,
}

/// A booking, and by which tokens its guest acts on it.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookedForGuest {
    pub booking: Booking,
    pub tokens: ActionTokens,
}

/// Bookings, one page at a time.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookingsPage {
    #[serde(flatten)]
    pub page: Page<BookingView>,
    /// How many there are on all pages, where it was asked for; 1,000 means that many or more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<i32>,
}

impl FromRow for BookingDetail {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            view: BookingView::from_row(row)?,
            calendar_events: row.try_get("calendar_events")?,
            guests: Vec::new(),
        })
    }
}

/// Somebody who takes part in a booking: a user, or a guest without an account.
#[derive(Serialize, ToSchema)]
#[allow(dead_code)] // it describes what the database makes
struct BookingParticipant {
    user_id: Option<Uuid>,
    guest_id: Option<Uuid>,
    /// Null for guests.
    name: Option<String>,
    /// active, or absent: did not come.
    #[schema(example = "active")]
    status: String,
    /// The attendee's seat, from 1; null for hosts.
    seat: Option<i32>,
    /// Who says that they did not come.
    absence_claimed_by: Option<Uuid>,
    /// When they said that they did come: until staff decide, the absence does not count.
    absence_disputed_at: Option<Timestamp>,
}

/// A booking's event in a participant's calendar.
#[derive(Serialize, ToSchema)]
#[allow(dead_code)] // it describes what the database makes
struct CalendarEvent {
    /// Whose calendar.
    user_id: Uuid,
    #[schema(example = "google")]
    provider: String,
    /// create, reschedule or cancel: what was done last, or is to be done.
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
            has_rated: row.try_get("has_rated")?,
        })
    }
}

/// What a function that changes a booking returns.
#[derive(Debug)]
pub struct Answer {
    pub booking: Booking,
    pub replayed: Replayed,
}

/// Whether the same idempotency key had asked the same before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replayed {
    Yes,
    No,
}

impl FromRow for Answer {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let replayed = if row.try_get("replayed")? { Replayed::Yes } else { Replayed::No };
        Ok(Self { booking: Booking::from_row(row)?, replayed })
    }
}

resource! {
    /// Something that happened to a booking.
    pub struct BookingEvent {
        seq: i64,
        /// created, held, finalized, confirmed, declined, canceled, rescheduled, reassigned, joined, left, link_changed,
        /// completed, no_show, no_show_disputed, no_show_corrected, expired or rated.
        event: String,
        /// Null at creation.
        #[schema(value_type = Option<BookingStatus>)]
        from_status: Option<String>,
        #[schema(value_type = BookingStatus)]
        to_status: String,
        /// Who did it; null for the clock.
        actor_id: Option<Uuid>,
        /// As what they did it: host, attendee, staff or system.
        acted_as: String,
        /// When the meeting was after it.
        start_time: Timestamp,
        end_time: Timestamp,
        /// Where it was after it.
        location: Option<String>,
        conference_url: Option<String>,
        /// Which users hosted it after it.
        hosts: Vec<Uuid>,
        /// Which users attended it after it.
        attendees: Vec<Uuid>,
        /// Which guests attended it after it.
        guests: Vec<Uuid>,
        /// What they wrote: a reason, a comment.
        words: Option<String>,
        /// What else: a late cancellation, where it was moved from, a rating.
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
