//! Booking as a guest, at once or by way of a hold.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::page::{Named, PageQuery};
use super::resource::{BookedByGuest, Held};
use crate::answer::auth::{Anonymous, Human};
use crate::answer::extract::{self, IdempotencyKey, Segment};
use crate::answer::failure::ErrorBody;
use crate::answer::routes::bookings::create::keyed;
use crate::answer::routes::bookings::decide::decide;
use crate::answer::routes::bookings::resource::Answer;
use crate::answer::routes::guests::{
    ActionTokens, GuestBooking, HoldBooking, hold_token, not_configured, prepare, token_hash,
};
use crate::answer::routes::responses::Refusals;
use crate::answer::routes::words::IdempotencyKeyForm;
use crate::database::{Database, Parameters, row};
use crate::error::ApiError;
use crate::integrations::calendars::Calendars;
use crate::seal::KeyRing;

/// Book a time, without an account
///
/// The answer has the tokens by which the guest looks at the booking, cancels or moves it later. The same key and body give the
/// same answer again, with `Idempotent-Replayed: true`; the same key with another body is refused. Keys are kept for 24 hours
/// and are those of the page: take a fresh UUID for each new booking.
#[utoipa::path(post, path = "/public/{org}/{owner}/{slug}/bookings", tag = "public", request_body = GuestBooking,
    params(("org" = String, Path, description = "The organization's short name", example = "demo"),
        ("owner" = String, Path, description = "The host's or team's short name"),
        ("slug" = String, Path, description = "The event type's short name"), PageQuery,
        ("Idempotency-Key" = inline(IdempotencyKeyForm), Header),
        ("X-Captcha-Token" = Option<String>, Header, description = "What the captcha gave the page, where the installation asks for one")),
    responses(
        (status = 201, body = BookedByGuest, headers(("Idempotent-Replayed" = bool, description = "true on an answer given before"))),
        (status = 403, body = ErrorBody, description = "The captcha was not solved, or the private link no longer works"),
        Refusals))]
pub async fn book_as_guest(
    _: Human,
    State(database): State<Database>,
    State(calendars): State<Option<Calendars>>,
    State(keys): State<Option<KeyRing>>,
    named: Named,
    IdempotencyKey(key): IdempotencyKey,
    extract::Json(wanted): extract::Json<GuestBooking>,
) -> Result<Response, ApiError> {
    let keys = keys.ok_or_else(not_configured)?;
    let page = named.find(&database).await?;
    let link = named.link_hash();
    let GuestBooking { start_time, duration, guest, answers, time_zone } = wanted;
    let prepared = prepare(&keys, page.org_id, &page.questions, &guest, answers)?;
    let sealed = &prepared.sealed;
    let tokens = tokens_of(&keys, &[&page.id.to_string(), &key, &start_time.to_string()], &sealed.fingerprint)?;
    let sql = "SELECT * FROM convene.book_event_type_as_guest($1, $2, $3, $4, $5, coalesce($6, 'UTC'), $7, $8, $9, $10, $11, NULL, $12, $13)";
    let (index, fingerprint) = (sealed.email_index.as_slice(), sealed.fingerprint.as_slice());
    let parameters: Parameters<'_> = &[
        &page.id,
        &start_time,
        &sealed.key_id,
        &sealed.contact,
        &index,
        &time_zone,
        &duration,
        &prepared.answers,
        &link,
        &tokens.hashes(),
        &fingerprint,
        &key,
    ];
    let answer = decide(&database, calendars.as_ref(), sql, parameters).await?;
    let replayed = answer.replayed;
    Ok(keyed(StatusCode::CREATED, replayed, BookedByGuest { booking: answer.booking.into(), tokens }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewHold {
    /// One of the free times.
    start_time: Timestamp,
    /// One of the event type's lengths, in minutes; the first unless given.
    #[schema(minimum = 5, maximum = 1440, example = 30)]
    duration: Option<i32>,
    /// For how long; 5 unless given.
    #[schema(minimum = 1, maximum = 15, example = 5)]
    minutes: Option<i32>,
}

/// Hold a time while somebody fills in the form
///
/// The answer has the token with which the hold becomes a booking. Idempotency as for booking.
#[utoipa::path(post, path = "/public/{org}/{owner}/{slug}/holds", tag = "public", request_body = NewHold,
    params(("org" = String, Path, description = "The organization's short name", example = "demo"),
        ("owner" = String, Path, description = "The host's or team's short name"),
        ("slug" = String, Path, description = "The event type's short name"), PageQuery,
        ("Idempotency-Key" = inline(IdempotencyKeyForm), Header),
        ("X-Captcha-Token" = Option<String>, Header, description = "What the captcha gave the page, where the installation asks for one")),
    responses(
        (status = 201, body = Held, headers(("Idempotent-Replayed" = bool, description = "true on an answer given before"))),
        (status = 403, body = ErrorBody, description = "The captcha was not solved, or the private link no longer works"),
        Refusals))]
pub async fn hold(
    _: Human,
    State(database): State<Database>,
    State(calendars): State<Option<Calendars>>,
    State(keys): State<Option<KeyRing>>,
    named: Named,
    IdempotencyKey(key): IdempotencyKey,
    extract::Json(wanted): extract::Json<NewHold>,
) -> Result<Response, ApiError> {
    let keys = keys.ok_or_else(not_configured)?;
    let page = named.find(&database).await?;
    let link = named.link_hash();
    let NewHold { start_time, duration, minutes } = &wanted;
    let token = hold_token(&keys, &[&page.id.to_string(), &key, &start_time.to_string()])?;
    let hash = token_hash(&token).to_vec();
    let sql = "SELECT * FROM convene.hold_event_type($1, $2, $3, coalesce($4, 5), $5, $6, $7, $8)";
    let parameters: Parameters<'_> = &[&page.id, start_time, duration, minutes, &link, &hash, &key];
    let answer = decide(&database, calendars.as_ref(), sql, parameters).await?;
    let replayed = answer.replayed;
    Ok(keyed(StatusCode::CREATED, replayed, Held { booking: answer.booking.into(), token }))
}

row! {
    struct Asked {
        org_id: i32,
        booking_id: Uuid,
        questions: Value,
    }
}

/// Make a booking of a held time
///
/// `id` is the held booking's. Its token is used up, and no captcha is asked for: holding the time was. Idempotency as for
/// booking.
#[utoipa::path(post, path = "/public/{org}/{owner}/{slug}/holds/{id}/finalize", tag = "public", request_body = HoldBooking,
    params(("org" = String, Path, description = "The organization's short name", example = "demo"),
        ("owner" = String, Path, description = "The host's or team's short name"),
        ("slug" = String, Path, description = "The event type's short name"), ("id" = Uuid, Path),
        ("Idempotency-Key" = inline(IdempotencyKeyForm), Header)),
    responses(
        (status = 201, body = BookedByGuest, headers(("Idempotent-Replayed" = bool, description = "true on an answer given before"))),
        Refusals))]
pub async fn finalize_hold(
    _: Anonymous,
    State(database): State<Database>,
    State(keys): State<Option<KeyRing>>,
    Segment((_, _, _, id)): Segment<(String, String, String, Uuid)>,
    IdempotencyKey(key): IdempotencyKey,
    extract::Json(wanted): extract::Json<HoldBooking>,
) -> Result<Response, ApiError> {
    let keys = keys.ok_or_else(not_configured)?;
    let HoldBooking { token, guest, answers, time_zone } = wanted;
    let hash = token_hash(&token).to_vec();
    let asked = database.one("SELECT * FROM convene.event_type_of_token($1, 'finalize')", &[&hash]).await?;
    let Asked { org_id, booking_id, questions } = asked;
    let prepared = prepare(&keys, org_id, &questions, &guest, answers)?;
    let sealed = &prepared.sealed;
    let tokens = tokens_of(&keys, &[&booking_id.to_string(), &key, &token], &sealed.fingerprint)?;
    let sql = "SELECT * FROM convene.finalize_event_hold($1, $2, $3, $4, $5, coalesce($6, 'UTC'), $7, $8, $9, $10)";
    let (index, fingerprint) = (sealed.email_index.as_slice(), sealed.fingerprint.as_slice());
    let answer: Answer = database
        .one(
            sql,
            &[
                &id,
                &hash,
                &sealed.key_id,
                &sealed.contact,
                &index,
                &time_zone,
                &prepared.answers,
                &tokens.hashes(),
                &fingerprint,
                &key,
            ],
        )
        .await?;
    let replayed = answer.replayed;
    Ok(keyed(StatusCode::CREATED, replayed, BookedByGuest { booking: answer.booking.into(), tokens }))
}

/// The tokens of a request by a guest: nobody else gets them by sending the same key.
fn tokens_of(keys: &KeyRing, asked: &[&str], fingerprint: &[u8]) -> Result<ActionTokens, ApiError> {
    let guest: String = fingerprint.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut asked = asked.to_vec();
    asked.push(&guest);
    ActionTokens::of(keys, &asked)
}
