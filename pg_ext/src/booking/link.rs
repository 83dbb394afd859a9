//! The conference link of a booking: where to meet online.

use convene_rules::permission::{Actor, Relation};
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::meeting::Meeting;
use super::open::Policy;
use super::writer::{self, Event};
use crate::failure::Outcome;

/// Gives a booking, whose row is locked, the link that a participant's calendar made, or takes it away.
pub fn set_conference_link(client: &SpiClient<'_>, org_id: i32, booking_id: Uuid, url: Option<&str>) -> Outcome<()> {
    let before = Meeting::lock(client, org_id, booking_id)?;
    if before.booking.conference_url.as_deref() == url {
        return Ok(());
    }
    let mut after = before.clone();
    after.booking.conference_url = url.map(str::to_owned);
    after.booking.updated_at = Policy::read(client, org_id, Actor::System)?.now;
    writer::update(client, &before, &after, Event::new("link_changed", Actor::System, Relation::System))
}
