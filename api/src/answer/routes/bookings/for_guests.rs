//! Bookings that a host, staff or a program of theirs makes and changes for guests.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use convene_rules::refusal::Refusal;
use http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::create::keyed;
use super::decide::decide;
use super::read::detail;
use super::resource::{BookedForGuest, BookingDetail};
use crate::answer::auth::Actor;
use crate::answer::extract::{self, Change, Id, IdempotencyKey};
use crate::answer::routes::guests::{ActionTokens, GuestBooking, SealedRow, broken, not_configured, prepare};
use crate::answer::routes::responses::Refusals;
use crate::answer::routes::words::IdempotencyKeyForm;
use crate::database::{Database, Parameters, Scalar, row};
use crate::error::ApiError;
use crate::integrations::calendars::Calendars;
use crate::seal::{KeyRing, seal_guest};

row! {
    struct Asked {
        org_id: i32,
        questions: Value,
    }
}

/// Book a time of an event type for a guest
///
/// For its hosts, coordinators and admins, and programs that act for them. The answer has the tokens by which the guest acts on
/// the booking: whoever books gives them to the guest. Idempotency as for booking.
#[utoipa::path(post, path = "/event-types/{id}/bookings", tag = "bookings", request_body = GuestBooking,
    params(("id" = Uuid, Path),
        ("Idempotency-Key" = inline(IdempotencyKeyForm), Header)),
    responses(
        (status = 201, body = BookedForGuest, headers(("Idempotent-Replayed" = bool, description = "true on an answer given before"))),
        Refusals))]
pub async fn book_for_guest(
    actor: Actor,
    State(database): State<Database>,
    State(calendars): State<Option<Calendars>>,
    State(keys): State<Option<KeyRing>>,
    Id(id): Id,
    IdempotencyKey(key): IdempotencyKey,
    extract::Json(wanted): extract::Json<GuestBooking>,
) -> Result<Response, ApiError> {
    let keys = keys.ok_or_else(not_configured)?;
    let asked = database.one("SELECT * FROM convene.event_type_to_book($1, $2)", &[&id, &actor.id]).await?;
    let Asked { org_id, questions } = asked;
    let GuestBooking { start_time, duration, guest, answers, time_zone } = wanted;
    let prepared = prepare(&keys, org_id, &questions, &guest, answers)?;
    let sealed = &prepared.sealed;
    let fingerprint: String = sealed.fingerprint.iter().map(|byte| format!("{byte:02x}")).collect();
    let request = [id.to_string(), actor.id.to_string(), key.clone(), start_time.to_string(), fingerprint];
    let tokens = ActionTokens::of(&keys, &request.each_ref().map(String::as_str))?;
    let sql = "SELECT * FROM convene.book_event_type_as_guest($1, $2, $3, $4, $5, coalesce($6, 'UTC'), $7, $8, NULL, $9, $10, $11, $12, $13)";
    let (index, fingerprint) = (sealed.email_index.as_slice(), sealed.fingerprint.as_slice());
    let parameters: Parameters<'_> = &[
        &id,
        &start_time,
        &sealed.key_id,
        &sealed.contact,
        &index,
        &time_zone,
        &duration,
        &prepared.answers,
        &tokens.hashes(),
        &fingerprint,
        &actor.id,
        &key,
    ];
    let answer = decide(&database, calendars.as_ref(), sql, parameters).await?;
    Ok(keyed(StatusCode::CREATED, answer.replayed, BookedForGuest { booking: answer.booking, tokens }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BookingChanges {
    /// Another time; null and absent leave it where it is. Of a meeting of an event type.
    start_time: Option<Timestamp>,
    /// One of the event type's lengths, in minutes; with `start_time`.
    #[schema(minimum = 5, maximum = 1440, example = 30)]
    duration: Option<i32>,
    /// What the guest wants; null takes it away. For hosts and staff.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 5000)]
    inquiry: Change<String>,
    /// Which guest's inquiry, where there are several.
    guest_id: Option<Uuid>,
}

/// Change a booking: its time, or what its guest wants
///
/// A time is checked as in booking. It is moved first: where that is refused, nothing changes. Idempotency as for booking, of the
/// time; an inquiry is simply written once more.
#[utoipa::path(patch, path = "/bookings/{id}", tag = "bookings", request_body = BookingChanges,
    params(("id" = Uuid, Path),
        ("Idempotency-Key" = inline(IdempotencyKeyForm), Header)),
    responses((status = 200, body = BookingDetail), Refusals))]
pub async fn change_booking(
    actor: Actor,
    State(database): State<Database>,
    State(calendars): State<Option<Calendars>>,
    State(keys): State<Option<KeyRing>>,
    Id(id): Id,
    IdempotencyKey(key): IdempotencyKey,
    extract::Json(wanted): extract::Json<BookingChanges>,
) -> Result<Json<BookingDetail>, ApiError> {
    if wanted.start_time.is_none() && wanted.duration.is_some() {
        return Err(ApiError::invalid("duration", "must be given with start_time"));
    }
    if let Some(start_time) = &wanted.start_time {
        let sql = "SELECT * FROM convene.reschedule_event_type_booking($1, $2, $3, $4, $5, $6)";
        let parameters: Parameters<'_> = &[&id, &actor.id, start_time, &wanted.duration, &key];
        decide(&database, calendars.as_ref(), sql, parameters).await?;
    }
    if let Change::To(inquiry) = &wanted.inquiry {
        let keys = keys.as_ref().ok_or_else(not_configured)?;
        change_inquiry(&database, keys, actor, id, wanted.guest_id, inquiry.as_deref()).await?;
    }
    detail(actor, &database, keys.as_ref(), id).await.map(Json)
}

async fn change_inquiry(
    database: &Database,
    keys: &KeyRing,
    actor: Actor,
    id: Uuid,
    guest_id: Option<Uuid>,
    inquiry: Option<&str>,
) -> Result<(), ApiError> {
    let guests: Vec<SealedRow> =
        database.all("SELECT * FROM convene.booking_guests($1, $2)", &[&id, &actor.id]).await?;
    let mut meant = guests.into_iter().filter(|guest| guest_id.is_none_or(|id| guest.id == id));
    let (Some(row), None) = (meant.next(), meant.next()) else {
        return Err(ApiError::invalid("guest_id", "must be one of the booking's guests, whom you may know"));
    };
    let Some(guest) = row.open(keys)? else {
        return Err(ApiError::invalid("guest_id", "must be a guest who was not erased"));
    };
    let guest = guest.with_inquiry(inquiry)?;
    let sealed = seal_guest(keys, row.org_id, &guest).map_err(broken)?;
    let sql = "SELECT convene.change_guest($1, $2, $3, $4, $5, $6, $7)";
    let index = sealed.email_index.as_slice();
    let Scalar(was_current): Scalar<bool> =
        database.one(sql, &[&id, &actor.id, &row.id, &row.contact, &sealed.key_id, &sealed.contact, &index]).await?;
    if was_current {
        return Ok(());
    }
    // Somebody else wrote at the same moment, or the guest was erased.
    Err(Refusal::BookingNotFound { booking_id: id }.into())
}
