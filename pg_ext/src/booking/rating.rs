//! What one participant of a completed booking thought of the other.

use convene_rules::refusal::Refusal;
use convene_rules::request;
use convene_rules::state::Status;
use pgrx::iter::TableIterator;
use pgrx::prelude::*;
use serde_json::json;

use super::open::Opened;
use crate::failure::{Outcome, answer};
use crate::values::{pg_timestamp, pg_uuid};
use crate::{args, ids, reputation, statement};

statement! {
    fresh RATED = "../sql/rating_exists.sql" (INT4OID, UUIDOID, UUIDOID);
    fresh RATE = "../sql/rating_insert.sql" (
        INT4OID, UUIDOID, UUIDOID, UUIDOID, UUIDOID, INT4OID, TEXTOID, TIMESTAMPTZOID, JSONBOID,
    );
}

/// The columns of a rating.
type Columns = (pgrx::Uuid, pgrx::Uuid, pgrx::Uuid, pgrx::Uuid, i32, Option<String>, TimestampWithTimeZone);

/// Rates the other participant of a completed booking, once, 1 to 5.
#[pg_extern(volatile, parallel_unsafe)]
#[allow(clippy::type_complexity)] // pgrx reads the columns from this type
fn rate_booking(
    p_booking_id: Option<pgrx::Uuid>,
    p_rater_id: Option<pgrx::Uuid>,
    p_rating: Option<i32>,
    p_comment: default!(Option<String>, "NULL"),
) -> TableIterator<
    'static,
    (
        name!(id, pgrx::Uuid),
        name!(booking_id, pgrx::Uuid),
        name!(rater_id, pgrx::Uuid),
        name!(ratee_id, pgrx::Uuid),
        name!(rating, i32),
        name!(comment, Option<String>),
        name!(created_at, TimestampWithTimeZone),
    ),
> {
    TableIterator::once(answer(rate(p_booking_id, p_rater_id, p_rating, p_comment)))
}

fn rate(
    booking_id: Option<pgrx::Uuid>,
    rater_id: Option<pgrx::Uuid>,
    rating: Option<i32>,
    comment: Option<String>,
) -> Outcome<Columns> {
    let (booking_id, rater_id) = (args::id(booking_id, "booking_id")?, args::id(rater_id, "rater_id")?);
    let rating = request::rating(args::required(rating, "rating")?)?;
    let comment = comment.as_deref().map(|comment| request::notes("comment", comment)).transpose()?;
    Spi::connect(|client| {
        let opened = Opened::open(client, booking_id, rater_id, None)?;
        let booking = &opened.booking;
        let ratee_id = match rater_id {
            mentor if mentor == booking.mentor_id => booking.mentee_id,
            mentee if mentee == booking.mentee_id => booking.mentor_id,
            _ => return Err(Refusal::NotAuthorized { action: "rate this booking".to_owned() }.into()),
        };
        if booking.status != Status::Completed {
            return Err(Refusal::BookingNotCompleted { status: booking.status }.into());
        }
        let org_id = opened.actor.org_id;
        let by_rater = [org_id.into(), pg_uuid(booking_id).into(), pg_uuid(rater_id).into()];
        if RATED.with(|rated| rated.row(client, &by_rater))?.is_some() {
            return Err(Refusal::AlreadyRated { booking_id }.into());
        }
        let id = ids::new_uuid()?;
        let facts = json!({ "rating": rating, "rater_id": rater_id, "ratee_id": ratee_id });
        let row = [
            org_id.into(),
            pg_uuid(id).into(),
            pg_uuid(booking_id).into(),
            pg_uuid(rater_id).into(),
            pg_uuid(ratee_id).into(),
            rating.into(),
            comment.as_deref().into(),
            pg_timestamp(opened.now)?.into(),
            pgrx::JsonB(facts).into(),
        ];
        RATE.with(|rate| rate.run(client, &row))?;
        reputation::refresh(client, org_id, &[ratee_id])?;
        let (id, booking_id) = (pg_uuid(id), pg_uuid(booking_id));
        Ok((id, booking_id, pg_uuid(rater_id), pg_uuid(ratee_id), rating, comment, pg_timestamp(opened.now)?))
    })
}
