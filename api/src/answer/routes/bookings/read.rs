//! Reading bookings.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use super::resource::{BookingDetail, BookingEvent, BookingView, OwnBookings};
use crate::answer::auth::Actor;
use crate::answer::extract::{Id, Query, instant};
use crate::answer::page::{Cursor, Limit, List, Page, position};
use crate::answer::routes::responses::InvalidOrAbsent;
use crate::answer::routes::words::BookingStatus;
use crate::database::{Database, Parameters, Recent, Scalar, Statement};
use crate::error::ApiError;

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BookingsQuery {
    /// Only those with this status.
    #[param(value_type = Option<BookingStatus>, inline)]
    status: Option<String>,
    /// Only those that start at this instant or later.
    #[serde(default, deserialize_with = "instant")]
    from: Option<Timestamp>,
    /// Only those that start before this instant.
    #[serde(default, deserialize_with = "instant")]
    to: Option<Timestamp>,
    /// Only those with the participant who has this address.
    #[param(example = "ada@example.org")]
    email: Option<String>,
    /// Only those in which this user is the mentor.
    mentor_id: Option<Uuid>,
    /// Only those in which this user is the mentee.
    mentee_id: Option<Uuid>,
    /// Only those of this team, also those that only others take part in; for its members, coordinators and admins.
    team_id: Option<Uuid>,
    /// Only those of this event type.
    event_type_id: Option<Uuid>,
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
    /// `next_cursor` of the page before, with the same filters.
    #[param(inline)]
    cursor: Option<Cursor>,
}

/// Bookings by start time
///
/// Coordinators and admins see the organization's, everybody else those they take part in, or with `team_id` those of a team
/// they are in.
#[utoipa::path(get, path = "/bookings", tag = "bookings", params(BookingsQuery),
    responses((status = 200, body = Page<BookingView>), InvalidOrAbsent))]
pub async fn list_bookings(
    actor: Actor,
    State(database): State<Database>,
    of: List,
    Query(query): Query<BookingsQuery>,
) -> Result<Json<Page<BookingView>>, ApiError> {
    let is_all = actor.role.is_staff() || query.team_id.is_some();
    list(actor, &database, &of, &query, if is_all { Whose::Organization } else { Whose::Actor }).await
}

/// The sender's own bookings by start time
///
/// `total` says how many there are on all pages together.
#[utoipa::path(get, path = "/bookings/my-bookings", tag = "bookings", params(BookingsQuery),
    responses((status = 200, body = OwnBookings), InvalidOrAbsent))]
pub async fn my_bookings(
    actor: Actor,
    State(database): State<Database>,
    of: List,
    Query(query): Query<BookingsQuery>,
) -> Result<Json<OwnBookings>, ApiError> {
    let BookingsQuery { status, from, to, email, mentor_id, mentee_id, team_id, event_type_id, cursor, .. } = &query;
    let Json(page) = list(actor, &database, &of, &query, Whose::Actor).await?;
    let total = match i32::try_from(page.data.len()) {
        // The only page has them all.
        Ok(all) if cursor.is_none() && page.next_cursor.is_none() => all,
        _ => {
            let sql = "SELECT convene.count_bookings($1, true, $2, $3, $4, $5, $6, $7, $8, $9)";
            let filters: Parameters<'_> =
                &[&actor.id, status, from, to, email, mentor_id, mentee_id, team_id, event_type_id];
            let Scalar(total) = database.one(sql, filters).await?;
            total
        }
    };
    Ok(Json(OwnBookings { page, total }))
}

enum Whose {
    Actor,
    Organization,
}

impl Whose {
    fn statement(self) -> Statement<'static> {
        match self {
            // Who has just booked looks here.
            Self::Actor => "SELECT * FROM convene.list_bookings($1, true, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)".into(),
            Self::Organization => {
                Recent("SELECT * FROM convene.list_bookings($1, false, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)").into()
            }
        }
    }
}

async fn list(
    actor: Actor,
    database: &Database,
    of: &List,
    query: &BookingsQuery,
    whose: Whose,
) -> Result<Json<Page<BookingView>>, ApiError> {
    let (start, id) = position::<(Timestamp, Uuid)>(query.cursor.as_ref(), of)?.unzip();
    let BookingsQuery { status, from, to, email, mentor_id, mentee_id, team_id, event_type_id, limit, .. } = query;
    let filters: Parameters<'_> = &[
        &actor.id,
        status,
        from,
        to,
        email,
        &limit.probe(),
        &start,
        &id,
        mentor_id,
        mentee_id,
        team_id,
        event_type_id,
    ];
    let bookings = database.all(whose.statement(), filters).await?;
    Ok(Json(Page::cut(bookings, *limit, of, |view: &BookingView| (view.booking.start_time, view.booking.id))))
}

/// One booking
#[utoipa::path(get, path = "/bookings/{id}", tag = "bookings", params(("id" = Uuid, Path)),
    responses((status = 200, body = BookingDetail), InvalidOrAbsent))]
pub async fn get_booking(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
) -> Result<Json<BookingDetail>, ApiError> {
    database.one("SELECT * FROM convene.get_booking($1, $2)", &[&id, &actor.id]).await.map(Json)
}

/// Everything that happened to a booking, oldest first
#[utoipa::path(get, path = "/bookings/{id}/history", tag = "bookings", params(("id" = Uuid, Path)),
    responses((status = 200, body = Page<BookingEvent>), InvalidOrAbsent))]
pub async fn booking_history(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
) -> Result<Json<Page<BookingEvent>>, ApiError> {
    let events = database.all("SELECT * FROM convene.booking_history($1, $2)", &[&id, &actor.id]).await?;
    Ok(Json(Page::whole(events)))
}
