//! Says what a claimed event is to be.

use convene_rules::writeback::Operation;
use jiff::Timestamp;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::meetings;
use crate::failure::Outcome;
use crate::values::pg_uuid;
use crate::{args, record, statement};

statement! {
    fresh BEGIN: Begun = "../sql/writeback_begin.sql" (INT4OID, UUIDOID, UUIDOID);
}

record! {
    struct Begun {
        booking_id: Uuid,
        user_id: Uuid,
        connection_id: Uuid,
        operation: Operation,
        generation: i32,
        incarnation: i32,
        begun: bool,
        hosts_conference: bool,
        start_time: Timestamp = "lower(e.wanted)",
        end_time: Timestamp = "upper(e.wanted)",
        calendar_id: Option<String>,
        event_id: Option<String>,
        event_url: Option<String>,
        is_written: bool = "e.event_id IS NOT NULL AND e.written_generation = e.generation",
    }
}

record! {
    struct Event {
        booking_id: Uuid,
        user_id: Uuid,
        connection_id: Uuid,
        operation: Operation,
        generation: i32,
        incarnation: i32,
        begun: bool,
        hosts_conference: bool,
        start_time: Timestamp,
        end_time: Timestamp,
        calendar_id: Option<String>,
        event_id: Option<String>,
        event_url: Option<String>,
        is_written: bool,
        host_names: Vec<String>,
        attendee_names: Vec<String>,
        meeting_goal: String,
        materials_urls: Vec<String>,
        location: Option<String>,
        conference_url: Option<String>,
    }
    returned by returns_events;
}

returns_events! {
    /// What a claimed event is to say. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn begin_writeback(
        p_org_id: Option<i32>,
        p_id: Option<pgrx::Uuid>,
        p_lease: Option<pgrx::Uuid>,
    ) -> Vec<Event> {
        let org_id = args::required(p_org_id, "org_id")?;
        let (id, lease) = (args::id(p_id, "id")?, args::id(p_lease, "lease")?);
        Spi::connect(|client| Ok(begin(client, org_id, id, lease)?.into_iter().collect()))
    }
}

fn begin(client: &SpiClient<'_>, org_id: i32, id: Uuid, lease: Uuid) -> Outcome<Option<Event>> {
    let args = [org_id.into(), pg_uuid(id).into(), pg_uuid(lease).into()];
    let Some(begun) = BEGIN.row(client, &args)? else { return Ok(None) };
    // Read after the row is ours: whoever changed it until now has changed what it is to say as well.
    let mut meetings = meetings::read(client, org_id, &[begun.booking_id])?;
    let Some(booked) = meetings.remove(&begun.booking_id) else { return Ok(None) };
    Ok(Some(Event {
        booking_id: begun.booking_id,
        user_id: begun.user_id,
        connection_id: begun.connection_id,
        operation: begun.operation,
        generation: begun.generation,
        incarnation: begun.incarnation,
        begun: begun.begun,
        hosts_conference: begun.hosts_conference,
        start_time: begun.start_time,
        end_time: begun.end_time,
        calendar_id: begun.calendar_id,
        event_id: begun.event_id,
        event_url: begun.event_url,
        is_written: begun.is_written,
        host_names: booked.host_names,
        attendee_names: booked.attendee_names,
        meeting_goal: booked.meeting_goal,
        materials_urls: booked.materials_urls,
        location: booked.location,
        conference_url: booked.conference_url,
    }))
}
