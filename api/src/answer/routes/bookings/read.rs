//! Reading bookings.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use super::resource::{BookingDetail, BookingEvent, BookingView, BookingsPage};
use crate::answer::auth::Actor;
use crate::answer::extract::{Id, Query, instant};
use crate::answer::page::{Cursor, Limit, List, Page, position};
use crate::answer::routes::guests::{GuestView, SealedRow};
use crate::answer::routes::responses::InvalidOrAbsent;
use crate::answer::routes::words::BookingStatus;
use crate::database::{Database, Parameters, Recent, Scalar, Statement};
use crate::error::ApiError;
use crate::seal::KeyRing;

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
    /// Whether to say how many there are on all pages.
    #[serde(default)]
    #[param(default = false)]
    total: bool,
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
    responses((status = 200, body = BookingsPage), InvalidOrAbsent))]
pub async fn list_bookings(
    actor: Actor,
    State(database): State<Database>,
    State(keys): State<Option<KeyRing>>,
    of: List,
    Query(query): Query<BookingsQuery>,
) -> Result<Json<BookingsPage>, ApiError> {
    let is_all = actor.role.is_staff() || query.team_id.is_some();
    let whose = if is_all { Whose::Organization } else { Whose::Actor };
    let total = if query.total { Total::Counted } else { Total::Omitted };
    list(actor, &database, keys.as_ref(), &of, &query, whose, total).await
}

/// The sender's own bookings by start time
///
/// `total` says how many there are on all pages together.
#[utoipa::path(get, path = "/bookings/my-bookings", tag = "bookings", params(BookingsQuery),
    responses((status = 200, body = BookingsPage), InvalidOrAbsent))]
pub async fn my_bookings(
    actor: Actor,
    State(database): State<Database>,
    State(keys): State<Option<KeyRing>>,
    of: List,
    Query(query): Query<BookingsQuery>,
) -> Result<Json<BookingsPage>, ApiError> {
    list(actor, &database, keys.as_ref(), &of, &query, Whose::Actor, Total::Counted).await
}

#[derive(Clone, Copy)]
enum Whose {
    Actor,
    Organization,
}

/// Whether an answer says how many there are on all pages.
#[derive(Clone, Copy)]
enum Total {
    Counted,
    Omitted,
}

impl Whose {
    fn statement(self) -> Statement<'static> {
        match self {
            // Who has just booked looks here.
            Self::Actor => {
                "SELECT * FROM convene.list_bookings($1, true, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
                    .into()
            }
            Self::Organization => Recent(
                "SELECT * FROM convene.list_bookings($1, false, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            )
            .into(),
        }
    }
}

async fn list(
    actor: Actor,
    database: &Database,
    keys: Option<&KeyRing>,
    of: &List,
    query: &BookingsQuery,
    whose: Whose,
    total: Total,
) -> Result<Json<BookingsPage>, ApiError> {
    let (start, id) = position::<(Timestamp, Uuid)>(query.cursor.as_ref(), of)?.unzip();
    let BookingsQuery { status, from, to, email, mentor_id, mentee_id, team_id, event_type_id, limit, .. } = query;
    // By which guests with that address are found.
    let indexes = keys.zip(email.as_deref()).map(|(keys, email)| keys.guest_indexes(actor.org_id, email));
    let parameters: Parameters<'_> = &[
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
        &indexes,
    ];
    let bookings = database.all(whose.statement(), parameters).await?;
    let page = Page::cut(bookings, *limit, of, |view: &BookingView| (view.booking.start_time, view.booking.id));
    let total = match (total, i32::try_from(page.data.len())) {
        (Total::Omitted, _) => None,
        // The only page has them all.
        (Total::Counted, Ok(all)) if query.cursor.is_none() && page.next_cursor.is_none() => Some(all),
        (Total::Counted, _) => {
            let mine = matches!(whose, Whose::Actor);
            let sql = "SELECT convene.count_bookings($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
            let filters: Parameters<'_> =
                &[&actor.id, &mine, status, from, to, email, mentor_id, mentee_id, team_id, event_type_id, &indexes];
            let Scalar(total) = database.one(sql, filters).await?;
            Some(total)
        }
    };
    Ok(Json(BookingsPage { page, total }))
}

/// One booking
#[utoipa::path(get, path = "/bookings/{id}", tag = "bookings", params(("id" = Uuid, Path)),
    responses((status = 200, body = BookingDetail), InvalidOrAbsent))]
pub async fn get_booking(
    actor: Actor,
    State(database): State<Database>,
    State(keys): State<Option<KeyRing>>,
    Id(id): Id,
) -> Result<Json<BookingDetail>, ApiError> {
    detail(actor, &database, keys.as_ref(), id).await.map(Json)
}

/// One booking, with its guests for those who may know them.
pub async fn detail(
    actor: Actor,
    database: &Database,
    keys: Option<&KeyRing>,
    id: Uuid,
) -> Result<BookingDetail, ApiError> {
    let booking: BookingDetail = database.one("SELECT * FROM convene.get_booking($1, $2)", &[&id, &actor.id]).await?;
    // Office hours have no guests.
    let (Some(_), Some(keys)) = (booking.view.booking.event_type_id, keys) else { return Ok(booking) };
    let guests: Vec<SealedRow> =
        database.all("SELECT * FROM convene.booking_guests($1, $2)", &[&id, &actor.id]).await?;
    let guests = guests.into_iter().map(|guest| GuestView::of(guest, keys)).collect::<Result<_, _>>()?;
    Ok(BookingDetail { guests, ..booking })
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
