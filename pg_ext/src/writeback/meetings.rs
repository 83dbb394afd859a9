//! Bookings with those who take part in them, as one statement reads them.

use std::collections::BTreeMap;

use convene_rules::meeting_type::MeetingType;
use convene_rules::state::Status;
use convene_rules::writeback::{Meeting, Party, Span};
use jiff::Timestamp;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use crate::failure::Outcome;
use crate::values::pg_uuids;
use crate::{record, statement};

statement! {
    fresh MEETINGS: MeetingRow = "../sql/writeback_meetings.sql" (INT4OID, UUIDARRAYOID);
    fresh LOCK = "../sql/writeback_lock_bookings.sql" (INT4OID, UUIDARRAYOID);
}

record! {
    struct MeetingRow {
        booking_id: Uuid,
        status: Status,
        start_time: Timestamp,
        end_time: Timestamp,
        meeting_type: MeetingType,
        location: Option<String>,
        conference_url: Option<String>,
        meeting_goal: String,
        materials_urls: Vec<String>,
        user_id: Option<Uuid>,
        part: Option<String>,
        rank: Option<i32>,
        name: Option<String>,
    }
}

/// A booking as calendars show it.
pub struct BookedMeeting {
    pub meeting: Meeting,
    pub parties: Vec<Party>,
    pub host_names: Vec<String>,
    pub attendee_names: Vec<String>,
    pub meeting_goal: String,
    pub materials_urls: Vec<String>,
    pub location: Option<String>,
    pub conference_url: Option<String>,
}

impl BookedMeeting {
    pub fn users(&self) -> impl Iterator<Item = Uuid> + '_ {
        self.parties.iter().map(|party| party.user_id)
    }
}

/// Locks bookings: until the transaction ends they stay as they are.
pub fn lock(client: &SpiClient<'_>, org_id: i32, bookings: &[Uuid]) -> Outcome<()> {
    LOCK.run(client, &[org_id.into(), pg_uuids(bookings).into()])?;
    Ok(())
}

/// Bookings by their ids; those that do not exist are left out.
pub fn read(client: &SpiClient<'_>, org_id: i32, bookings: &[Uuid]) -> Outcome<BTreeMap<Uuid, BookedMeeting>> {
    let mut meetings = BTreeMap::new();
    for row in MEETINGS.rows(client, &[org_id.into(), pg_uuids(bookings).into()])? {
        let row = row?;
        let meeting = meetings.entry(row.booking_id).or_insert_with(|| BookedMeeting {
            meeting: Meeting {
                status: row.status,
                time: Span { start: row.start_time, end: row.end_time },
                is_online: row.meeting_type == MeetingType::Online,
                has_link: row.conference_url.is_some(),
            },
            parties: Vec::new(),
            host_names: Vec::new(),
            attendee_names: Vec::new(),
            meeting_goal: row.meeting_goal,
            materials_urls: row.materials_urls,
            location: row.location,
            conference_url: row.conference_url,
        });
        if let Some(name) = row.name {
            let is_host = row.part.as_deref() == Some("host");
            if is_host { &mut meeting.host_names } else { &mut meeting.attendee_names }.push(name);
        }
        if let (Some(user_id), Some(rank)) = (row.user_id, row.rank) {
            meeting.parties.push(Party { user_id, rank });
        }
    }
    Ok(meetings)
}
