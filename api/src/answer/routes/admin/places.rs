//! Places for meetings in person.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::auth::Actor;
use crate::answer::extract::{self, Change, Id, Query};
use crate::answer::page::{Cursor, Limit, List, Page, position};
use crate::answer::routes::responses::{Invalid, InvalidOrAbsent, Refusals};
use crate::answer::routes::words::Slug;
use crate::database::{Database, resource};
use crate::error::ApiError;

resource! {
    /// A place the organization offers for meetings in person.
    pub struct LocationPreset {
        id: Uuid,
        /// Short name.
        slug: String,
        /// As people read it.
        name: String,
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPreset {
    /// Unique in the organization.
    #[schema(value_type = Slug)]
    slug: String,
    #[schema(min_length = 1, max_length = 200, example = "The roof, 5th floor")]
    name: String,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PresetsQuery {
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[param(inline)]
    cursor: Option<Cursor>,
}

/// The places for meetings in person, by short name
#[utoipa::path(get, path = "/location-presets", tag = "availability", params(PresetsQuery),
    responses((status = 200, body = Page<LocationPreset>), Invalid))]
pub async fn list_presets(
    actor: Actor,
    State(database): State<Database>,
    list: List,
    Query(query): Query<PresetsQuery>,
) -> Result<Json<Page<LocationPreset>>, ApiError> {
    let after = position::<(String,)>(query.cursor.as_ref(), &list)?.map(|(slug,)| slug);
    let sql = "SELECT * FROM convene.list_location_presets($1, $2, $3)";
    let presets = database.all(sql, &[&actor.id, &query.limit.probe(), &after]).await?;
    Ok(Json(Page::cut(presets, query.limit, &list, |preset: &LocationPreset| (preset.slug.clone(),))))
}

/// Offer a place for meetings in person
#[utoipa::path(post, path = "/admin/location-presets", tag = "admin", request_body = NewPreset,
    responses((status = 201, body = LocationPreset), Invalid))]
pub async fn create_preset(
    actor: Actor,
    State(database): State<Database>,
    extract::Json(wanted): extract::Json<NewPreset>,
) -> Result<(StatusCode, Json<LocationPreset>), ApiError> {
    let sql = "SELECT * FROM convene.create_location_preset($1, $2, $3)";
    let preset = database.one(sql, &[&actor.id, &wanted.slug, &wanted.name]).await?;
    Ok((StatusCode::CREATED, Json(preset)))
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PresetChanges {
    /// Unique in the organization.
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Slug)]
    slug: Change<String>,
    #[serde(default, skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = String, min_length = 1, max_length = 200, example = "The roof, 6th floor")]
    name: Change<String>,
}

/// Give a place another name
///
/// What is free there shows the new one; bookings keep the one they were made with.
#[utoipa::path(patch, path = "/admin/location-presets/{id}", tag = "admin", params(("id" = Uuid, Path)),
    request_body = PresetChanges, responses((status = 200, body = LocationPreset), InvalidOrAbsent))]
pub async fn change_preset(
    actor: Actor,
    State(database): State<Database>,
    Id(id): Id,
    extract::Json(changes): extract::Json<PresetChanges>,
) -> Result<Json<LocationPreset>, ApiError> {
    let sql = "SELECT * FROM convene.change_location_preset($1, $2, $3)";
    database.one(sql, &[&actor.id, &id, &tokio_postgres::types::Json(changes)]).await.map(Json)
}

/// Take a place off the list
///
/// Bookings there keep it.
#[utoipa::path(delete, path = "/admin/location-presets/{id}", tag = "admin", params(("id" = Uuid, Path)),
    responses((status = 204), Refusals))]
pub async fn delete_preset(actor: Actor, State(database): State<Database>, Id(id): Id) -> Result<StatusCode, ApiError> {
    database.run("SELECT convene.delete_location_preset($1, $2)", &[&actor.id, &id]).await?;
    Ok(StatusCode::NO_CONTENT)
}
