//! A booking as functions return it, and as answers are stored for replay.

use convene_rules::participant::Attendance;
use convene_rules::state::Status;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::meeting::{Meeting, Participant};
use crate::record;

record! {
    /// Whatever kind of meeting it is, `hosts` and `attendees` say who is in it; office hours also name their mentor and
    /// mentee.
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub struct BookingView {
        pub id: Uuid,
        pub status: Status,
        pub mentor_id: Option<Uuid>,
        pub mentee_id: Option<Uuid>,
        pub time_slot_id: Option<Uuid>,
        pub event_type_id: Option<Uuid>,
        pub start_time: Timestamp,
        pub end_time: Timestamp,
        pub hosts: Value,
        pub attendees: Value,
        pub capacity: i32,
        pub meeting_goal: Option<String>,
        pub materials_urls: Vec<String>,
        pub meeting_type: String,
        pub location: Option<String>,
        pub held_until: Option<Timestamp>,
        pub requested_at: Option<Timestamp>,
        pub responded_at: Option<Timestamp>,
        pub confirmed_at: Option<Timestamp>,
        pub canceled_at: Option<Timestamp>,
        pub canceled_by: Option<Uuid>,
        pub cancellation_reason: Option<String>,
        pub cancellation_notes: Option<String>,
        pub no_show_user_id: Option<Uuid>,
        pub conference_url: Option<String>,
        pub created_at: Timestamp,
        pub updated_at: Timestamp,
        /// Whether the same idempotency key had asked the same before.
        pub replayed: bool,
    }
    returned by returns_booking;
}

impl From<&Meeting> for BookingView {
    fn from(meeting: &Meeting) -> Self {
        let booking = &meeting.booking;
        // What the one attendee wrote; of several, each one's own words are for the host to read one by one.
        let attendee = meeting.attendees().next().filter(|_| booking.capacity == 1);
        let absent = meeting.present().find(|person| person.status == Attendance::Absent);
        Self {
            id: booking.id,
            status: booking.status,
            mentor_id: meeting.mentor_id(),
            mentee_id: meeting.mentee_id(),
            time_slot_id: booking.time_slot_id,
            event_type_id: booking.event_type_id,
            start_time: booking.start_time,
            end_time: booking.end_time,
            hosts: meeting.hosts().map(person).collect(),
            attendees: meeting.attendees().map(person).collect(),
            capacity: booking.capacity,
            meeting_goal: attendee.and_then(|attendee| attendee.meeting_goal.clone()),
            materials_urls: attendee.map(|attendee| attendee.materials_urls.clone()).unwrap_or_default(),
            meeting_type: booking.meeting_type.clone(),
            location: booking.location.clone(),
            held_until: booking.held_until,
            requested_at: booking.requested_at,
            responded_at: booking.responded_at,
            confirmed_at: booking.confirmed_at,
            canceled_at: booking.canceled_at,
            canceled_by: booking.canceled_by,
            cancellation_reason: booking.cancellation_reason.clone(),
            cancellation_notes: booking.cancellation_notes.clone(),
            no_show_user_id: absent.and_then(|absent| absent.user_id),
            conference_url: booking.conference_url.clone(),
            created_at: booking.created_at,
            updated_at: booking.updated_at,
            replayed: false,
        }
    }
}

/// As `convene.booking_people` shows them.
fn person(person: &Participant) -> Value {
    json!({
        "user_id": person.user_id,
        "guest_id": person.guest_id,
        "name": person.name,
        "status": person.status,
        "seat": person.seat,
        "absence_claimed_by": person.absence_claimed_by,
        "absence_disputed_at": person.absence_disputed_at,
    })
}
