//! The conference link of a booking: where to meet online.

use convene_rules::permission::{Actor, Relation};
use convene_rules::refusal::Refusal;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::meeting::{BookingRow, Meeting};
use super::open::Opened;
use super::writer::{self, Event};
use crate::failure::{Failure, Outcome};
use crate::statement;
use crate::values::pg_uuids;

statement! {
    fresh LOCK: BookingRow = "../sql/booking/lock.sql" (INT4OID, UUIDARRAYOID);
}

/// Gives a booking, whose row is locked, the link that a participant's calendar made, or takes it away.
pub fn set_conference_link(client: &SpiClient<'_>, org_id: i32, booking_id: Uuid, url: Option<&str>) -> Outcome<()> {
    let row = LOCK.row(client, &[org_id.into(), pg_uuids(&[booking_id]).into()])?;
    let before = Meeting::of(client, org_id, row.ok_or(Refusal::BookingNotFound { booking_id })?)?;
    if before.booking.conference_url.as_deref() == url {
        return Ok(());
    }
    let policy = Opened::policy(client, org_id, Actor::System)?;
    let policy = policy.ok_or_else(|| Failure::Corrupt(format!("there is no organization {org_id}")))?;
    let mut after = before.clone();
    after.booking.conference_url = url.map(str::to_owned);
    after.booking.updated_at = policy.now;
    writer::update(client, &before, &after, Event::new("link_changed", Actor::System, Relation::System))
}
