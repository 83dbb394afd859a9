//! Mentors, and what each has free.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_postgres::types::{self, FromSql, Type};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::responses::{Invalid, InvalidOrAbsent};
use super::words::{AnyOrAll, MeetingType, TagKind, Tier};
use crate::answer::auth::{self, Actor, allow};
use crate::answer::extract::{Id, Query, RepeatingQuery, Repeats, ids, instant};
use crate::answer::page::{Cursor, Limit, List, Page, position};
use crate::answer::state::AppState;
use crate::database::{Database, Recent, resource};
use crate::error::ApiError;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(allow(auth::ALL, routes!(list_mentors)))
        .routes(allow(auth::MENTEES, routes!(recommend_mentors)))
        .routes(allow(auth::ALL, routes!(get_mentor)))
        .routes(allow(auth::ALL, routes!(list_slots)))
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
        #[schema(value_type = Tier)]
        reputation_tier: String,
        /// Not seen for long.
        is_dormant: bool,
        /// By kind and name.
        #[schema(value_type = Vec<MentorTag>)]
        tags: Value,
        /// At most ten, in the mentor's order.
        #[schema(value_type = Vec<MentorUrl>, max_items = 10)]
        urls: Value,
    }
}

/// A word for what a mentor knows.
#[derive(Serialize, ToSchema)]
#[allow(dead_code)] // it describes what the database makes
struct MentorTag {
    id: Uuid,
    #[schema(value_type = TagKind)]
    kind: String,
    name: String,
}

/// An address that a mentor shows.
#[derive(Serialize, ToSchema)]
#[allow(dead_code)] // it describes what the database makes
struct MentorUrl {
    label: String,
    url: String,
}

resource! {
    /// A mentor that suits a mentee.
    pub struct RecommendedMentor {
        id: Uuid,
        name: String,
        title: Option<String>,
        company: Option<String>,
        #[schema(value_type = Tier)]
        reputation_tier: String,
        /// 0 to 5.
        reputation_score: f64,
        /// Not seen for long.
        is_dormant: bool,
        /// 0 to 100: how well they suit.
        score: f64,
        /// The score's parts.
        breakdown: MatchBreakdown,
        /// The start of the first free slot in the next 14 days.
        next_free_slot: Option<Timestamp>,
        /// How many there are in the next 14 days.
        free_slots: i32,
        /// By kind and name.
        #[schema(value_type = Vec<MentorTag>)]
        tags: Value,
        /// At most ten, in the mentor's order.
        #[schema(value_type = Vec<MentorUrl>, max_items = 10)]
        urls: Value,
    }
}

/// The points of a match, by what they are given for. Each is rounded to hundredths for itself; the score is the rounded
/// sum of the unrounded ones.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct MatchBreakdown {
    /// Shared industries, up to 30.
    industry: f64,
    /// Shared technologies, up to 20.
    technology: f64,
    /// Shared stages, up to 10.
    stage: f64,
    /// Free slots in the next 14 days, up to 10.
    free_slots: f64,
    /// How soon the first of them is, up to 10.
    soon: f64,
    /// Up to 20.
    reputation: f64,
}

impl<'a> FromSql<'a> for MatchBreakdown {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(types::Json::from_sql(kind, raw)?.0)
    }

    fn accepts(kind: &Type) -> bool {
        <types::Json<Self> as FromSql>::accepts(kind)
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
        #[schema(value_type = MeetingType)]
        meeting_type: String,
        /// The place, for meetings in person.
        location: Option<String>,
        /// Whether a booking waits for the mentor's confirmation.
        requires_confirmation: bool,
        /// Not so of a last row that only says where the search stopped.
        #[serde(skip)]
        is_free: bool,
    }
}

impl TimeSlot {
    /// Where the list goes on after it.
    fn key(&self) -> (Timestamp, Uuid) {
        (self.start_time, self.id)
    }
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MentorsQuery {
    /// Only mentors of this tier.
    #[param(value_type = Option<Tier>, inline)]
    tier: Option<String>,
    /// Only mentors with these tags, repeated or separated by commas.
    #[serde(default, deserialize_with = "ids")]
    #[param(value_type = Option<Vec<Uuid>>, max_items = 50)]
    tags: Option<Vec<Uuid>>,
    /// Whether one of the tags is enough, or a mentor must have all.
    #[serde(rename = "match")]
    #[param(rename = "match", value_type = Option<AnyOrAll>, inline, default = "any")]
    how_many: Option<String>,
    /// Only mentors with a free slot that starts at this instant or later; now, if only free_to is given.
    #[serde(default, deserialize_with = "instant")]
    free_from: Option<Timestamp>,
    /// Only mentors with a free slot that starts before this instant.
    #[serde(default, deserialize_with = "instant")]
    free_to: Option<Timestamp>,
    /// Only mentors with this text, of whatever case, in name, title, company, bio or a tag.
    #[param(min_length = 1, max_length = 200, pattern = r"^[^\x00-\x1F\x7F-\x9F]*$")]
    q: Option<String>,
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
    /// `next_cursor` of the page before, with the same filters.
    #[param(inline)]
    cursor: Option<Cursor>,
}

impl Repeats for MentorsQuery {
    const REPEATED: &'static str = "tags";
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RecommendedQuery {
    #[serde(default = "ten")]
    #[param(minimum = 1, maximum = 200, default = 10)]
    limit: i32,
}

fn ten() -> i32 {
    10
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
    /// `next_cursor` of the page before, with the same filters.
    #[param(inline)]
    cursor: Option<Cursor>,
}

/// The organization's mentors, by name
///
/// Every filter narrows the list down further.
#[utoipa::path(get, path = "/mentors", tag = "mentors", params(MentorsQuery),
    responses((status = 200, body = Page<Mentor>), Invalid))]
async fn list_mentors(
    actor: Actor,
    State(database): State<Database>,
    list: List,
    RepeatingQuery(query): RepeatingQuery<MentorsQuery>,
) -> Result<Json<Page<Mentor>>, ApiError> {
    let (name, id) = position::<(String, Uuid)>(query.cursor.as_ref(), &list)?.unzip();
    let sql = Recent("SELECT * FROM convene.list_mentors($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
    let how_many = query.how_many.as_deref().unwrap_or("any");
    let (from, to) = (&query.free_from, &query.free_to);
    let limit = query.limit.probe();
    let mentors = database
        .all(sql, &[&actor.id, &limit, &name, &id, &query.tier, &query.tags, &how_many, from, to, &query.q])
        .await?;
    Ok(Json(Page::cut(mentors, query.limit, &list, |mentor: &Mentor| (mentor.name.clone(), mentor.id))))
}

/// The mentors that suit the sender best, best first
///
/// Those within reach of the sender's tier, or opened by an exception, by shared tags, free slots and reputation. The
/// dormant come last.
#[utoipa::path(get, path = "/mentors/recommended", tag = "mentors", params(RecommendedQuery),
    responses((status = 200, body = Page<RecommendedMentor>), Invalid))]
async fn recommend_mentors(
    actor: Actor,
    State(database): State<Database>,
    Query(query): Query<RecommendedQuery>,
) -> Result<Json<Page<RecommendedMentor>>, ApiError> {
    let mentors =
        database.all(Recent("SELECT * FROM convene.match_mentors($1, $2)"), &[&actor.id, &query.limit]).await?;
    Ok(Json(Page::whole(mentors)))
}

/// One mentor
#[utoipa::path(get, path = "/mentors/{id}", tag = "mentors", params(("id" = Uuid, Path)),
    responses((status = 200, body = Mentor), InvalidOrAbsent))]
async fn get_mentor(
    actor: Actor,
    State(database): State<Database>,
    Id(mentor_id): Id,
) -> Result<Json<Mentor>, ApiError> {
    database.one("SELECT * FROM convene.get_mentor($1, $2)", &[&mentor_id, &actor.id]).await.map(Json)
}

/// What a mentor has free
///
/// A mentee sees exactly what they may book now; everybody else sees what is free. Where much is taken, a page may be
/// short or empty and still have a `next_cursor`.
#[utoipa::path(get, path = "/mentors/{id}/slots", tag = "mentors", params(("id" = Uuid, Path), SlotsQuery),
    responses((status = 200, body = Page<TimeSlot>), InvalidOrAbsent))]
async fn list_slots(
    actor: Actor,
    State(database): State<Database>,
    list: List,
    Id(mentor_id): Id,
    Query(query): Query<SlotsQuery>,
) -> Result<Json<Page<TimeSlot>>, ApiError> {
    let (start, id) = position::<(Timestamp, Uuid)>(query.cursor.as_ref(), &list)?.unzip();
    let sql = Recent("SELECT * FROM convene.list_slots($1, $2, $3, $4, $5, $6, $7)");
    let mut slots: Vec<TimeSlot> =
        database.all(sql, &[&actor.id, &mentor_id, &query.from, &query.to, &query.limit.probe(), &start, &id]).await?;
    let stopped_at = slots.pop_if(|last| !last.is_free);
    let page = Page::cut(slots, query.limit, &list, TimeSlot::key);
    Ok(Json(page.going_on(&list, stopped_at.as_ref().map(TimeSlot::key))))
}
