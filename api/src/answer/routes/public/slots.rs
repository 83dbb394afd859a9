//! Free times, a page of at most 31 days at a time.

use axum::Json;
use axum::extract::State;
use convene_rules::zone::Zone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::page::{PagePath, find};
use super::resource::FreeTime;
use crate::answer::auth::Anonymous;
use crate::answer::extract::{Query, Segment, instant};
use crate::answer::page::{Cursor, List, position};
use crate::answer::routes::guests::token_hash;
use crate::answer::routes::responses::InvalidOrAbsent;
use crate::answer::routes::words::TimeZone;
use crate::database::{Database, Day};
use crate::error::ApiError;

/// How much one page looks at.
const PAGE: SignedDuration = SignedDuration::from_hours(31 * 24);
/// How much may be asked for, over all pages: as much as the database looks at.
const RANGE: SignedDuration = SignedDuration::from_hours(732 * 24);

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SlotsQuery {
    /// From when; now, unless given.
    #[serde(default, deserialize_with = "instant")]
    from: Option<Timestamp>,
    /// Before when, at most 732 days later; 31 days later, unless given.
    #[serde(default, deserialize_with = "instant")]
    to: Option<Timestamp>,
    /// The zone in which they will be shown. It is checked and given back, and changes no time.
    #[param(value_type = Option<TimeZone>, inline)]
    tz: Option<String>,
    /// One of the event type's lengths, in minutes.
    #[param(minimum = 5, maximum = 1440)]
    duration: Option<i32>,
    /// The token of a private link, for an event type that is not public.
    #[param(max_length = 200)]
    link: Option<String>,
    /// `next_cursor` of the page before, with the same filters.
    #[param(inline)]
    cursor: Option<Cursor>,
}

/// Free times, in order.
#[derive(Serialize, ToSchema)]
pub struct FreeTimes {
    data: Vec<FreeTime>,
    /// Give it back as `cursor` for the next 31 days; null at the end.
    next_cursor: Option<String>,
    /// As asked for.
    time_zone: Option<String>,
    /// The last date that can be booked, in the zone of the event type's hours; null where a booking is moved.
    #[schema(value_type = Option<String>, format = Date)]
    bookable_until: Option<Day>,
}

/// What one page looks at, and where the next one begins.
struct Span {
    from: Timestamp,
    to: Timestamp,
    next: Option<Timestamp>,
}

impl SlotsQuery {
    fn span(&self, of: &List) -> Result<Span, ApiError> {
        let (first, until): (Timestamp, Timestamp) = match position(self.cursor.as_ref(), of)? {
            Some(begun) => begun,
            None => {
                let from = self.from.unwrap_or_else(Timestamp::now);
                (from, self.to.unwrap_or_else(|| later(from, PAGE)))
            }
        };
        let length = until.duration_since(first);
        if !length.is_positive() || length > RANGE {
            return Err(ApiError::invalid("to", "must be after from, and at most 732 days later"));
        }
        let to = until.min(later(first, PAGE));
        Ok(Span { from: first, to, next: (to < until).then_some(to) })
    }

    /// The end of everything that was asked for, which the cursor carries on.
    fn until(&self, of: &List, span: &Span) -> Result<Timestamp, ApiError> {
        let begun = position::<(Timestamp, Timestamp)>(self.cursor.as_ref(), of)?;
        Ok(begun.map(|(_, until)| until).or(self.to).unwrap_or(span.to))
    }

    fn zone(&self) -> Result<(), ApiError> {
        let Some(tz) = &self.tz else { return Ok(()) };
        Zone::iana(tz).map(|_| ()).map_err(|_| ApiError::invalid("tz", "must be a known IANA zone"))
    }

    fn answer(
        self,
        of: &List,
        span: &Span,
        data: Vec<FreeTime>,
        bookable_until: Option<Day>,
    ) -> Result<Json<FreeTimes>, ApiError> {
        let until = self.until(of, span)?;
        let next_cursor = span.next.map(|next| Cursor::after(of, &(next, until)).to_string());
        Ok(Json(FreeTimes { data, next_cursor, time_zone: self.tz, bookable_until }))
    }
}

fn later(from: Timestamp, by: SignedDuration) -> Timestamp {
    from.saturating_add(by).unwrap_or(Timestamp::MAX)
}

/// The free times of an event type
#[utoipa::path(get, path = "/public/{org}/{owner}/{slug}/slots", tag = "public",
    params(("org" = String, Path, description = "The organization's short name", example = "demo"),
        ("owner" = String, Path, description = "The host's or team's short name"),
        ("slug" = String, Path, description = "The event type's short name"), SlotsQuery),
    responses((status = 200, body = FreeTimes), InvalidOrAbsent))]
pub async fn list_public_slots(
    _: Anonymous,
    State(database): State<Database>,
    of: List,
    Segment(path): Segment<PagePath>,
    Query(query): Query<SlotsQuery>,
) -> Result<Json<FreeTimes>, ApiError> {
    query.zone()?;
    let span = query.span(&of)?;
    let page = find(&database, &path, query.link.as_deref()).await?;
    let link = query.link.as_deref().map(|link| token_hash(link).to_vec());
    let (org, owner, slug) = &path;
    let sql = "SELECT * FROM convene.public_slots($1, $2, $3, $4, $5, $6, $7)";
    let data = database.all(sql, &[org, owner, slug, &span.from, &span.to, &query.duration, &link]).await?;
    query.answer(&of, &span, data, Some(page.bookable_until))
}

/// The times to which a guest can move their booking
///
/// For the token to reschedule it.
#[utoipa::path(get, path = "/public/bookings/{token}/slots", tag = "public",
    params(("token" = String, Path, description = "The token to reschedule"), SlotsQuery),
    responses((status = 200, body = FreeTimes), InvalidOrAbsent))]
pub async fn list_slots_to_move_to(
    _: Anonymous,
    State(database): State<Database>,
    of: List,
    Segment(token): Segment<String>,
    Query(query): Query<SlotsQuery>,
) -> Result<Json<FreeTimes>, ApiError> {
    query.zone()?;
    let span = query.span(&of)?;
    let sql = "SELECT * FROM convene.available_slots_by_token($1, $2, $3, $4, 10000)";
    let hash = token_hash(&token).to_vec();
    let data = database.all(sql, &[&hash, &span.from, &span.to, &query.duration]).await?;
    query.answer(&of, &span, data, None)
}
