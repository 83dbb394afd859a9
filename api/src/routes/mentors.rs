//! Mentors, and what each has free.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::responses::{Invalid, InvalidOrAbsent};
use crate::auth::{self, Actor, allow};
use crate::database::{Database, resource};
use crate::error::ApiError;
use crate::extract::{Id, Query, instant};
use crate::page::{Cursor, Limit, Page, position};
use crate::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(allow(auth::ALL, routes!(list_mentors))).routes(allow(auth::ALL, routes!(list_slots)))
}

resource! {
    /// A mentor, as everybody in the organization sees them.
    pub struct Mentor {
        id: Uuid,
        name: String,
        title: Option<String>,
        company: Option<String>,
        bio: Option<String>,
        /// IANA zone.
        time_zone: String,
        /// 0 to 5.
        reputation_score: f64,
        /// bronze, silver, gold or platinum.
        reputation_tier: String,
        /// Not seen for long.
        is_dormant: bool,
    }
}

resource! {
    /// A stretch of a mentor's time that can be booked.
    pub struct TimeSlot {
        id: Uuid,
        mentor_id: Uuid,
        /// The availability block it is cut from.
        block_id: Uuid,
        start_time: Timestamp,
        end_time: Timestamp,
        /// online, in_person_preset or in_person_custom.
        meeting_type: String,
        /// The place, for meetings in person.
        location: Option<String>,
        /// Whether a booking waits for the mentor's confirmation.
        requires_confirmation: bool,
    }
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MentorsQuery {
    /// bronze, silver, gold or platinum: only mentors of this tier.
    tier: Option<String>,
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SlotsQuery {
    /// Slots that start at this instant or later; now, if absent.
    #[serde(default, deserialize_with = "instant")]
    from: Option<Timestamp>,
    /// Slots that start before this instant; the organization's horizon, if absent.
    #[serde(default, deserialize_with = "instant")]
    to: Option<Timestamp>,
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

/// The organization's mentors, by name
#[utoipa::path(get, path = "/mentors", tag = "mentors", params(MentorsQuery),
    responses((status = 200, body = Page<Mentor>), Invalid))]
async fn list_mentors(
    actor: Actor,
    State(database): State<Database>,
    Query(query): Query<MentorsQuery>,
) -> Result<Json<Page<Mentor>>, ApiError> {
    let (name, id) = position::<(String, Uuid)>(query.cursor.as_ref(), "mentors")?.unzip();
    let sql = "SELECT * FROM convene.list_mentors($1, $2, $3, $4, $5)";
    let mentors = database.all(sql, &[&actor.id, &query.limit.probe(), &name, &id, &query.tier]).await?;
    Ok(Json(Page::cut(mentors, query.limit, "mentors", |mentor: &Mentor| (mentor.name.clone(), mentor.id))))
}

/// What a mentor has free
///
/// A mentee sees exactly what they may book now; everybody else sees what is free.
#[utoipa::path(get, path = "/mentors/{id}/slots", tag = "mentors", params(("id" = Uuid, Path), SlotsQuery),
    responses((status = 200, body = Page<TimeSlot>), InvalidOrAbsent))]
async fn list_slots(
    actor: Actor,
    State(database): State<Database>,
    Id(mentor_id): Id,
    Query(query): Query<SlotsQuery>,
) -> Result<Json<Page<TimeSlot>>, ApiError> {
    let (start, id) = position::<(Timestamp, Uuid)>(query.cursor.as_ref(), "slots")?.unzip();
    let sql = "SELECT * FROM convene.list_slots($1, $2, $3, $4, $5, $6, $7)";
    let slots =
        database.all(sql, &[&actor.id, &mentor_id, &query.from, &query.to, &query.limit.probe(), &start, &id]).await?;
    Ok(Json(Page::cut(slots, query.limit, "slots", |slot: &TimeSlot| (slot.start_time, slot.id))))
}
