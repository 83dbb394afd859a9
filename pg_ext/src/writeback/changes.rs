//! Notices what owners did to our events in their calendars.

use convene_rules::refusal::Refusal;
use convene_rules::writeback::{Listed, Listing, OwnerChange, Span, Status, notice};
use jiff::Timestamp;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde::Deserialize;
use uuid::Uuid;

use crate::failure::{Outcome, answer};
use crate::values::{pg_timestamp, pg_uuid, pg_uuids};
use crate::{args, record, statement};

statement! {
    fresh ROWS: EventRow = "../sql/calendar_changes_rows.sql" (
        INT4OID, UUIDOID, TEXTOID, TEXTARRAYOID, TIMESTAMPTZOID, TIMESTAMPTZOID,
    );
    fresh NOTE = "../sql/calendar_changes_note.sql" (
        INT4OID, UUIDARRAYOID, TEXTARRAYOID, TIMESTAMPTZARRAYOID, TIMESTAMPTZARRAYOID,
    );
    fresh CURSOR = "../sql/calendar_changes_cursor.sql" (
        INT4OID, UUIDOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID,
    );
}

record! {
    struct EventRow {
        id: Uuid,
        event_id: String,
        status: Status,
        updated_at: Timestamp,
        written_start: Option<Timestamp> = "lower(e.written)",
        written_end: Option<Timestamp> = "upper(e.written)",
        is_deleted: bool = "coalesce(e.owner_change = 'deleted', false)",
        moved_start: Option<Timestamp> = "lower(e.owner_moved_to)",
        moved_end: Option<Timestamp> = "upper(e.owner_moved_to)",
    }
}

/// An event as the provider lists it; without times it is gone.
#[derive(Deserialize)]
struct Change {
    id: String,
    start_time: Option<Timestamp>,
    end_time: Option<Timestamp>,
}

/// What was asked, and answered.
struct Changes {
    org_id: i32,
    connection_id: Uuid,
    calendar_id: String,
    asked_at: Timestamp,
    window: Span,
    listing: Listing,
    events: Vec<Change>,
}

/// Takes up a listing of an account's calendar; how many of our events it tells something of. COMMENT in finalize.sql.
#[pg_extern(volatile, parallel_unsafe)]
#[allow(clippy::too_many_arguments)] // the SQL signature
fn store_calendar_changes(
    p_org_id: Option<i32>,
    p_connection_id: Option<pgrx::Uuid>,
    p_calendar_id: Option<&str>,
    p_as_of: Option<TimestampWithTimeZone>,
    p_is_whole: Option<bool>,
    p_from: Option<TimestampWithTimeZone>,
    p_to: Option<TimestampWithTimeZone>,
    p_cursor: Option<&str>,
    p_changes: Option<pgrx::JsonB>,
) -> i32 {
    let noticed = || {
        let window = Span { start: args::time(p_from, "from")?, end: args::time(p_to, "to")? };
        let changes = Changes {
            org_id: args::required(p_org_id, "org_id")?,
            connection_id: args::id(p_connection_id, "connection_id")?,
            calendar_id: args::required(p_calendar_id, "calendar_id")?.to_owned(),
            asked_at: args::time(p_as_of, "as_of")?,
            window,
            listing: if args::required(p_is_whole, "is_whole")? { Listing::Whole(window) } else { Listing::Changes },
            events: serde_json::from_value(args::required(p_changes, "changes")?.0)
                .map_err(|_| Refusal::invalid("changes", "must be an array of {id, start_time, end_time}"))?,
        };
        Spi::connect(|client| {
            let noticed = changes.notice(client)?;
            changes.remember(client, p_cursor)?;
            Ok(noticed)
        })
    };
    i32::try_from(answer(noticed())).unwrap_or(i32::MAX)
}

impl Changes {
    fn notice(&self, client: &SpiClient<'_>) -> Outcome<usize> {
        let mut ids = Vec::new();
        let mut changes: Vec<Option<String>> = Vec::new();
        let (mut starts, mut ends) = (Vec::new(), Vec::new());
        for row in self.rows(client)? {
            let listed = self.listed(&row);
            let Some(change) = notice(&listed, self.listing, self.asked_at) else { continue };
            let (name, moved_to) = match change {
                None => (None, None),
                Some(OwnerChange::Deleted) => (Some("deleted"), None),
                Some(OwnerChange::Moved(to)) => (Some("moved"), Some(to)),
            };
            ids.push(row.id);
            changes.push(name.map(str::to_owned));
            starts.push(moved_to.map(|to| pg_timestamp(to.start)).transpose()?);
            ends.push(moved_to.map(|to| pg_timestamp(to.end)).transpose()?);
        }
        if !ids.is_empty() {
            let args = [self.org_id.into(), pg_uuids(&ids).into(), changes.into(), starts.into(), ends.into()];
            NOTE.run(client, &args)?;
        }
        Ok(ids.len())
    }

    /// Our events that the listing names, and for a whole one those of its time.
    fn rows(&self, client: &SpiClient<'_>) -> Outcome<Vec<EventRow>> {
        let named: Vec<String> = self.events.iter().map(|event| event.id.clone()).collect();
        let whole = match self.listing {
            Listing::Whole(window) => Some(window),
            Listing::Changes => None,
        };
        let args = [
            self.org_id.into(),
            pg_uuid(self.connection_id).into(),
            self.calendar_id.as_str().into(),
            named.into(),
            whole.map(|window| pg_timestamp(window.start)).transpose()?.into(),
            whole.map(|window| pg_timestamp(window.end)).transpose()?.into(),
        ];
        ROWS.rows(client, &args)?.collect()
    }

    fn listed(&self, row: &EventRow) -> Listed {
        let span = |(start, end)| Span { start, end };
        let found = self.events.iter().find(|event| event.id == row.event_id);
        Listed {
            status: row.status,
            written: row.written_start.zip(row.written_end).map(span),
            updated_at: row.updated_at,
            owner_change: if row.is_deleted {
                Some(OwnerChange::Deleted)
            } else {
                row.moved_start.zip(row.moved_end).map(span).map(OwnerChange::Moved)
            },
            found: found.map(|event| event.start_time.zip(event.end_time).map(span)),
        }
    }

    fn remember(&self, client: &SpiClient<'_>, cursor: Option<&str>) -> Outcome<()> {
        let args = [
            self.org_id.into(),
            pg_uuid(self.connection_id).into(),
            self.calendar_id.as_str().into(),
            cursor.into(),
            pg_timestamp(self.window.start)?.into(),
            pg_timestamp(self.window.end)?.into(),
        ];
        CURSOR.run(client, &args)?;
        Ok(())
    }
}
