//! Rows of `booking_external_events`: what is owed, and what is there.

use std::collections::BTreeMap;

use convene_rules::writeback::{Account, Conference, Operation, Owed, Span, Status, When, Writeback};
use jiff::Timestamp;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use crate::failure::{Failure, Outcome};
use crate::ids::IdRow;
use crate::values::{pg_timestamp, pg_uuids};
use crate::{ids, record, statement};

statement! {
    fresh ROWS: Row = "../sql/writeback_rows.sql" (INT4OID, UUIDARRAYOID);
    fresh USERS: IdRow = "../sql/writeback_users.sql" (INT4OID, UUIDARRAYOID);
    fresh PUT = "../sql/writeback_put.sql" (
        INT4OID, UUIDARRAYOID, UUIDARRAYOID, UUIDARRAYOID, UUIDARRAYOID, TEXTARRAYOID, INT4ARRAYOID, INT4ARRAYOID,
        BOOLARRAYOID, TIMESTAMPTZARRAYOID, TIMESTAMPTZARRAYOID,
    );
    fresh ENQUEUE = "../sql/writeback_enqueue.sql" (INT4OID, UUIDARRAYOID, TEXTARRAYOID, UUIDARRAYOID, FLOAT8ARRAYOID);
    fresh PARK = "../sql/writeback_park.sql" (INT4OID, UUIDARRAYOID);
}

/// How long an event waits for the link that it is to show.
const LINK_SECONDS: f64 = 60.0;

record! {
    struct Row {
        id: Uuid,
        booking_id: Uuid,
        user_id: Uuid,
        connection_id: Uuid,
        operation: Operation,
        generation: i32,
        incarnation: i32,
        hosts_conference: bool,
        wanted_start: Timestamp = "lower(e.wanted)",
        wanted_end: Timestamp = "upper(e.wanted)",
        status: Status,
        begun: bool,
        event_id: Option<String>,
        written_start: Option<Timestamp> = "lower(e.written)",
        written_end: Option<Timestamp> = "upper(e.written)",
        written_generation: i32,
        conference: Conference,
    }
}

/// The rows of one booking.
#[derive(Default)]
pub struct Known {
    pub rows: Vec<Writeback>,
    /// Their ids, by user.
    ids: BTreeMap<Uuid, Uuid>,
}

/// Whose events there are of bookings.
pub fn users_of(client: &SpiClient<'_>, org_id: i32, bookings: &[Uuid]) -> Outcome<Vec<Uuid>> {
    USERS.ids(client, &[org_id.into(), pg_uuids(bookings).into()])
}

/// Locks and reads the rows of bookings.
pub fn lock(client: &SpiClient<'_>, org_id: i32, bookings: &[Uuid]) -> Outcome<BTreeMap<Uuid, Known>> {
    let mut known: BTreeMap<Uuid, Known> = BTreeMap::new();
    for row in ROWS.rows(client, &[org_id.into(), pg_uuids(bookings).into()])? {
        let row = row?;
        let known = known.entry(row.booking_id).or_default();
        known.ids.insert(row.user_id, row.id);
        known.rows.push(Writeback {
            user_id: row.user_id,
            account_id: row.connection_id,
            operation: row.operation,
            generation: row.generation,
            incarnation: row.incarnation,
            hosts_conference: row.hosts_conference,
            wanted: Span { start: row.wanted_start, end: row.wanted_end },
            status: row.status,
            begun: row.begun,
            event_id: row.event_id,
            written: row.written_start.zip(row.written_end).map(|(start, end)| Span { start, end }),
            written_generation: row.written_generation,
            conference: row.conference,
        });
    }
    Ok(known)
}

/// Rows that are owed, to be stored and put into the queue.
#[derive(Default)]
pub struct Batch {
    org_id: i32,
    ids: Vec<Uuid>,
    bookings: Vec<Uuid>,
    rows: Vec<Writeback>,
    /// Ids of rows that can be written, with lanes, accounts and seconds to wait.
    due: (Vec<Uuid>, Vec<String>, Vec<Uuid>, Vec<f64>),
    /// Ids of rows whose accounts must be connected again first.
    parked: Vec<Uuid>,
}

impl Batch {
    pub fn of(org_id: i32) -> Self {
        Self { org_id, ..Self::default() }
    }

    pub fn add(
        &mut self,
        booking_id: Uuid,
        known: Option<&Known>,
        accounts: &[Account],
        owed: Vec<Owed>,
    ) -> Outcome<()> {
        for Owed { row, when } in owed {
            let id = match known.and_then(|known| known.ids.get(&row.user_id)) {
                Some(id) => *id,
                None => ids::new_uuid(self.org_id)?,
            };
            let seconds = match when {
                When::Now => Some(0.0),
                When::WithLink => Some(LINK_SECONDS),
                When::Reconnected => None,
            };
            match seconds {
                Some(seconds) => {
                    let account = accounts.iter().find(|account| account.id == row.account_id);
                    let account =
                        account.ok_or_else(|| Failure::Corrupt("an event's account is not there".to_owned()))?;
                    self.due.0.push(id);
                    self.due.1.push(account.provider.to_string());
                    self.due.2.push(account.id);
                    self.due.3.push(seconds);
                }
                None => self.parked.push(id),
            }
            self.ids.push(id);
            self.bookings.push(booking_id);
            self.rows.push(row);
        }
        Ok(())
    }

    /// Stores the rows; how many.
    pub fn store(self, client: &SpiClient<'_>) -> Outcome<usize> {
        if self.rows.is_empty() {
            return Ok(0);
        }
        let rows = self.rows.iter();
        let times = |time: fn(&Writeback) -> Timestamp| -> Outcome<Vec<TimestampWithTimeZone>> {
            self.rows.iter().map(|row| pg_timestamp(time(row))).collect()
        };
        let args = [
            self.org_id.into(),
            pg_uuids(&self.ids).into(),
            pg_uuids(&self.bookings).into(),
            pg_uuids(&rows.clone().map(|row| row.user_id).collect::<Vec<_>>()).into(),
            pg_uuids(&rows.clone().map(|row| row.account_id).collect::<Vec<_>>()).into(),
            rows.clone().map(|row| row.operation.to_string()).collect::<Vec<_>>().into(),
            rows.clone().map(|row| row.generation).collect::<Vec<_>>().into(),
            rows.clone().map(|row| row.incarnation).collect::<Vec<_>>().into(),
            rows.map(|row| row.hosts_conference).collect::<Vec<_>>().into(),
            times(|row| row.wanted.start)?.into(),
            times(|row| row.wanted.end)?.into(),
        ];
        PUT.run(client, &args)?;
        if !self.parked.is_empty() {
            PARK.run(client, &[self.org_id.into(), pg_uuids(&self.parked).into()])?;
        }
        let (ids, lanes, accounts, seconds) = self.due;
        if !ids.is_empty() {
            let args =
                [self.org_id.into(), pg_uuids(&ids).into(), lanes.into(), pg_uuids(&accounts).into(), seconds.into()];
            ENQUEUE.run(client, &args)?;
        }
        Ok(self.rows.len())
    }
}
