//! What the organization knows of guests: a copy of it, and its end. Addresses come in bodies, so that no log of addresses has
//! them.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio_postgres::Row;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::auth::Actor;
use crate::answer::extract::{self, EmailAddress};
use crate::answer::routes::guests::{GuestView, SealedRow, not_configured};
use crate::answer::routes::responses::InvalidOrAbsent;
use crate::answer::routes::words::BookingStatus;
use crate::database::{Database, FromRow, Scalar};
use crate::error::ApiError;
use crate::seal::KeyRing;

/// Which guests: those with an address, or those of a booking.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WhichGuests {
    #[schema(value_type = Option<EmailAddress>)]
    email: Option<EmailAddress>,
    booking_id: Option<Uuid>,
}

/// Which guests, and after whom the page begins.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GuestsPage {
    #[schema(value_type = Option<EmailAddress>)]
    email: Option<EmailAddress>,
    booking_id: Option<Uuid>,
    /// The last guest of the page before.
    after_id: Option<Uuid>,
}

/// A guest, and the meeting they were booked into.
#[derive(Serialize, ToSchema)]
pub struct GuestRecord {
    #[serde(flatten)]
    guest: GuestView,
    #[schema(value_type = BookingStatus)]
    status: String,
    start_time: Timestamp,
    end_time: Timestamp,
}

/// Guests, in the order in which they came, at most 200 at a time.
#[derive(Serialize, ToSchema)]
pub struct GuestRecords {
    data: Vec<GuestRecord>,
    /// Give it back as `after_id` for the next page; null on the last.
    next_after_id: Option<Uuid>,
}

struct RecordRow {
    guest: SealedRow,
    status: String,
    start_time: Timestamp,
    end_time: Timestamp,
}

impl FromRow for RecordRow {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            guest: SealedRow::from_row(row)?,
            status: row.try_get("status")?,
            start_time: row.try_get("start_time")?,
            end_time: row.try_get("end_time")?,
        })
    }
}

/// How many guests are listed at a time: the most that the database gives.
const PAGE: i32 = 200;

/// What is known of guests
///
/// Of those with an address, or of a booking: exactly one of the two is given.
#[utoipa::path(post, path = "/admin/guests/export", tag = "admin", request_body = GuestsPage,
    responses((status = 200, body = GuestRecords), InvalidOrAbsent))]
pub async fn export_guests(
    actor: Actor,
    State(database): State<Database>,
    State(keys): State<Option<KeyRing>>,
    extract::Json(which): extract::Json<GuestsPage>,
) -> Result<Json<GuestRecords>, ApiError> {
    let keys = keys.ok_or_else(not_configured)?;
    let indexes = which.email.map(|email| keys.guest_indexes(actor.org_id, &email.0));
    let sql = "SELECT * FROM convene.list_guests($1, $2, $3, $4, $5)";
    let rows: Vec<RecordRow> = database
        .all(sql, &[&actor.id, &indexes, &which.booking_id, &PAGE, &which.after_id])
        .await
        .map_err(|error: ApiError| error.renamed("email_indexes", "email"))?;
    let is_full = i32::try_from(rows.len()).is_ok_and(|many| many == PAGE);
    let next_after_id = rows.last().filter(|_| is_full).map(|last| last.guest.id);
    let record = |row: RecordRow| {
        let RecordRow { guest, status, start_time, end_time } = row;
        Ok(GuestRecord { guest: GuestView::of(guest, &keys)?, status, start_time, end_time })
    };
    let data = rows.into_iter().map(record).collect::<Result<_, ApiError>>()?;
    Ok(Json(GuestRecords { data, next_after_id }))
}

/// How many guests were erased.
#[derive(Serialize, ToSchema)]
pub struct Erased {
    erased: i32,
}

/// Erase guests
///
/// Those with an address, or those of a booking: exactly one of the two is given. Meetings of theirs that are still to come are
/// canceled. At most 100 at once: send it again until `erased` is less.
#[utoipa::path(post, path = "/admin/guests/erase", tag = "admin", request_body = WhichGuests,
    responses((status = 200, body = Erased), InvalidOrAbsent))]
pub async fn erase_guests(
    actor: Actor,
    State(database): State<Database>,
    State(keys): State<Option<KeyRing>>,
    extract::Json(which): extract::Json<WhichGuests>,
) -> Result<Json<Erased>, ApiError> {
    let keys = keys.ok_or_else(not_configured)?;
    let hex = |index: Vec<u8>| index.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let indexes = which.email.map(|email| keys.guest_indexes(actor.org_id, &email.0));
    let indexes: Option<Vec<String>> = indexes.map(|indexes| indexes.into_iter().map(hex).collect());
    let erased =
        database.one("SELECT convene.erase_guests($1, $2, $3)", &[&actor.id, &indexes, &which.booking_id]).await;
    let Scalar(erased) = erased.map_err(|error: ApiError| error.renamed("email_indexes", "email"))?;
    Ok(Json(Erased { erased }))
}
