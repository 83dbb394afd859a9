//! What one participant of a completed booking thought of the other.

use convene_rules::participant::Part;
use convene_rules::permission::Right;
use convene_rules::refusal::{Problems, Refusal};
use convene_rules::request;
use convene_rules::state::Status;
use jiff::Timestamp;
use pgrx::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::meeting::Meeting;
use super::open::Opened;
use crate::failure::Outcome;
use crate::values::{pg_timestamp, pg_uuid};
use crate::{args, ids, record, reputation, statement};

statement! {
    fresh RATED = "../sql/rating_exists.sql" (INT4OID, UUIDOID, UUIDOID);
    fresh RATE = "../sql/rating_insert.sql" (
        INT4OID, UUIDOID, UUIDOID, UUIDOID, UUIDOID, INT4OID, TEXTOID, TIMESTAMPTZOID,
    );
}

record! {
    pub struct Rating {
        pub id: Uuid,
        pub booking_id: Uuid,
        pub rater_id: Uuid,
        pub ratee_id: Uuid,
        pub rating: i32,
        pub comment: Option<String>,
        pub created_at: Timestamp,
    }
    returned by returns_rating;
}

returns_rating! {
    /// Rates the other participant of a completed booking, once, 1 to 5.
    #[pg_extern(volatile, parallel_unsafe)]
    fn rate_booking(
        p_booking_id: Option<pgrx::Uuid>,
        p_rater_id: Option<pgrx::Uuid>,
        p_rating: Option<i32>,
        p_comment: default!(Option<String>, "NULL"),
    ) -> Rating {
        let (booking_id, rater_id) = (args::id(p_booking_id, "booking_id")?, args::id(p_rater_id, "rater_id")?);
        let rating = args::required(p_rating, "rating")?;
        let mut problems = Problems::default();
        problems.note(request::rating(rating));
        let comment = p_comment.as_deref().map(|comment| request::notes("comment", comment)).transpose();
        let comment = problems.note(comment).flatten();
        problems.check()?;
        rate(booking_id, rater_id, rating, comment)
    }
}

fn rate(booking_id: Uuid, rater_id: Uuid, rating: i32, comment: Option<String>) -> Outcome<Rating> {
    Spi::connect(|client| {
        let mut opened = Opened::open(client, booking_id, rater_id, Right::Rate, None)?;
        let status = opened.before.booking.status;
        if status != Status::Completed {
            return Err(Refusal::BookingNotCompleted { status }.into());
        }
        let org_id = opened.before.org_id;
        let by_rater = [org_id.into(), pg_uuid(booking_id).into(), pg_uuid(rater_id).into()];
        if RATED.finds_any(client, &by_rater)? {
            return Err(Refusal::AlreadyRated { booking_id }.into());
        }
        let ratee_id = ratee(&opened.before, rater_id)?;
        let rating = Rating {
            id: ids::new_uuid(org_id)?,
            booking_id,
            rater_id,
            ratee_id,
            rating,
            comment,
            created_at: opened.now(),
        };
        let row = [
            org_id.into(),
            pg_uuid(rating.id).into(),
            pg_uuid(booking_id).into(),
            pg_uuid(rater_id).into(),
            pg_uuid(ratee_id).into(),
            rating.rating.into(),
            rating.comment.as_deref().into(),
            pg_timestamp(rating.created_at)?.into(),
        ];
        RATE.run(client, &row)?;
        let facts = json!({ "rating": rating.rating, "rater_id": rater_id, "ratee_id": ratee_id });
        let event = opened.event("rated").with_facts(facts);
        opened.save(client, event)?;
        reputation::refresh(client, org_id, &[ratee_id])?;
        Ok(rating)
    })
}

/// Whom somebody rates: an attendee the host, and the host the attendee, where there is one of each.
fn ratee(meeting: &Meeting, rater_id: Uuid) -> Outcome<Uuid> {
    let hosts_it = meeting.hosts().any(|host| host.user_id == Some(rater_id));
    let other = if hosts_it { Part::Attendee } else { Part::Host };
    let mut others = meeting.people.iter().filter(|person| person.role == other && person.status.takes_part());
    match (others.next().and_then(|one| one.user_id), others.next()) {
        (Some(ratee_id), None) => Ok(ratee_id),
        _ => Err(Refusal::invalid("booking_id", "must be a meeting of two people with accounts").into()),
    }
}
