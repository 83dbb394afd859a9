//! Brings what calendars are owed in line with bookings as they are now.

use std::collections::HashSet;

use convene_rules::writeback::plan;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::accounts::{self, Accounts};
use super::meetings::{self, BookedMeeting};
use super::rows::{self, Batch};
use crate::failure::{Outcome, answer};
use crate::ids::IdRow;
use crate::values::{pg_uuids, uuid};
use crate::{args, booking, statement};

statement! {
    fresh CONCERNED: IdRow = "../sql/writeback_concerned.sql" (INT4OID, UUIDARRAYOID, UUIDARRAYOID);
}

/// Plans the events of bookings; how many are owed anew. COMMENT in finalize.sql.
#[pg_extern(volatile, parallel_unsafe)]
fn plan_writebacks(p_org_id: Option<i32>, p_bookings: Option<Vec<pgrx::Uuid>>) -> i32 {
    let planned = || {
        let org_id = args::required(p_org_id, "org_id")?;
        let bookings = args::required(p_bookings, "bookings")?.into_iter().map(uuid).collect();
        Spi::connect(|client| plan_all(client, org_id, bookings))
    };
    i32::try_from(answer(planned())).unwrap_or(i32::MAX)
}

fn plan_all(client: &SpiClient<'_>, org_id: i32, bookings: Vec<Uuid>) -> Outcome<usize> {
    let bookings = concerned(client, org_id, bookings)?;
    if bookings.is_empty() {
        return Ok(0);
    }
    // From here on they stay as they are. Whoever changes one afterwards has it planned again.
    meetings::lock(client, org_id, &bookings)?;
    let meetings = meetings::read(client, org_id, &bookings)?;
    let present = rows::users_of(client, org_id, &bookings)?;
    let users: Vec<Uuid> = meetings.values().flat_map(BookedMeeting::users).chain(present).collect();
    accounts::share(client, org_id, &users)?;
    let accounts = Accounts::read(client, org_id, &users)?;
    let known = rows::lock(client, org_id, &bookings)?;
    let mut batch = Batch::of(org_id);
    for (booking_id, booked) in &meetings {
        let known = known.get(booking_id);
        let present = known.map_or(&[][..], |known| known.rows.as_slice());
        let of_booking = accounts.of(booked.users().chain(present.iter().map(|row| row.user_id)));
        let plan = plan(&booked.meeting, &booked.parties, &of_booking, present);
        if plan.loses_link {
            booking::set_conference_link(client, org_id, *booking_id, None)?;
        }
        batch.add(*booking_id, known, &of_booking, plan.owed)?;
    }
    batch.store(client)
}

/// Those of the bookings that have events in calendars, or whose people have accounts.
fn concerned(client: &SpiClient<'_>, org_id: i32, bookings: Vec<Uuid>) -> Outcome<Vec<Uuid>> {
    let meetings = meetings::read(client, org_id, &bookings)?;
    let users: Vec<Uuid> = meetings.values().flat_map(BookedMeeting::users).collect();
    let args = [org_id.into(), pg_uuids(&bookings).into(), pg_uuids(&users).into()];
    let concerned: HashSet<Uuid> = CONCERNED.ids(client, &args)?.into_iter().collect();
    let is_concerned = |(booking_id, booked): (Uuid, BookedMeeting)| {
        let is_concerned = concerned.contains(&booking_id) || booked.users().any(|user| concerned.contains(&user));
        is_concerned.then_some(booking_id)
    };
    Ok(meetings.into_iter().filter_map(is_concerned).collect())
}
