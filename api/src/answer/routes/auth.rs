//! Signing in by mail, and the sender's sessions.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use convene_rules::refusal::Refusal;
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio_postgres::Row;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::responses::{Invalid, InvalidOrAbsent, InvalidOrUnknown};
use super::words::Scope;
use crate::answer::auth::{self, Actor, Anonymous, Authenticator, Human, Via, allow, open};
use crate::answer::extract::{self, EmailAddress, Id};
use crate::answer::failure::ErrorBody;
use crate::answer::page::Page;
use crate::answer::rate_limit::Preset;
use crate::answer::state::AppState;
use crate::database::{Database, FromRow, resource, row};
use crate::error::{ApiError, Fault};
use crate::opaque_token::{LINK_TOKEN_PREFIX, SESSION_TOKEN_PREFIX, generate, hash};
use crate::role::Role;
use crate::seal::KeyRing;
use crate::seal::MagicLink;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(open(Preset::Auth, routes!(request_link)))
        .routes(open(Preset::Auth, routes!(verify_link)))
        .routes(allow(auth::ALL, routes!(who_am_i)))
        .routes(allow(auth::ALL, routes!(list_sessions)))
        .routes(allow(auth::ALL, routes!(revoke_session)))
        .routes(allow(auth::ALL, routes!(sign_out)))
        .routes(allow(auth::ALL, routes!(sign_out_everywhere)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LinkRequest {
    email: EmailAddress,
    /// The organization's short name; without it, every organization that knows the address is meant.
    #[schema(example = "demo")]
    org: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct LinkRequested {
    /// The same for known and unknown addresses.
    message: &'static str,
}

/// Ask for a link to sign in with
///
/// It comes by mail, and works once and for 15 minutes; earlier ones stay valid. An address gets five mails at once and
/// five an hour. The answer tells nobody whether the address is known, or how many mails it got.
#[utoipa::path(post, path = "/auth/magic-link", tag = "auth", request_body = LinkRequest,
    params(("X-Captcha-Token" = Option<String>, Header,
        description = "What the captcha gave the page, where the installation asks for one")),
    responses((status = 202, body = LinkRequested), (status = 403, body = ErrorBody, description = "The captcha was not solved"),
        Invalid))]
async fn request_link(
    _: Human,
    State(database): State<Database>,
    State(keys): State<Option<KeyRing>>,
    extract::Json(wanted): extract::Json<LinkRequest>,
) -> Result<(StatusCode, Json<LinkRequested>), ApiError> {
    let keys = keys.ok_or(Fault::NotConfigured { problem: "signing in by mail is not set up here" })?;
    let token = generate(LINK_TOKEN_PREFIX).map_err(|error| ApiError::internal(error.to_string()))?;
    let hash = hash(&token);
    let sealed = MagicLink { token }.seal(&keys).map_err(|error| ApiError::internal(error.to_string()))?;
    let sql = "SELECT convene.request_magic_link($1, $2, $3, $4, $5)";
    database.run(sql, &[&wanted.email.0, &wanted.org, &hash.as_slice(), &sealed.key_id, &sealed.bytes]).await?;
    let message = "If this address is known here, a link is on its way to it.";
    Ok((StatusCode::ACCEPTED, Json(LinkRequested { message })))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Verification {
    /// The token in the link.
    #[schema(example = "cvl_…")]
    token: String,
    /// The organization's short name, when several know the address.
    #[schema(example = "demo")]
    org: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct OpenedSession {
    /// The session token. It is shown here and never again.
    token: String,
    user_id: Uuid,
    session_id: Uuid,
    expires_at: Timestamp,
}

/// Sign in with the token of a link
///
/// Uses the link up. The session lasts 7 days, longer while it is used.
#[utoipa::path(post, path = "/auth/verify", tag = "auth", request_body = Verification,
    responses((status = 200, body = OpenedSession), InvalidOrUnknown,
        (status = 403, body = ErrorBody, description = "The user is suspended; `details` say why and until when")))]
async fn verify_link(
    _: Anonymous,
    State(database): State<Database>,
    extract::Json(given): extract::Json<Verification>,
) -> Result<Json<OpenedSession>, ApiError> {
    let token = generate(SESSION_TOKEN_PREFIX).map_err(|error| ApiError::internal(error.to_string()))?;
    let (link, session) = (hash(&given.token), hash(&token));
    let sql = "SELECT user_id, session_id, expires_at FROM convene.verify_magic_link($1, $2, $3)";
    let opened = database.one(sql, &[&link.as_slice(), &session.as_slice(), &given.org]).await;
    if let Err(ApiError::Refused(Refusal::MagicLinkInvalid {})) = opened {
        // In a transaction of its own: the refusal undoes its own.
        database.run("SELECT convene.note_refused_link($1)", &[&link.as_slice()]).await?;
    }
    let Opened { user_id, session_id, expires_at } = opened.map_err(|error| error.renamed("org_slug", "org"))?;
    Ok(Json(OpenedSession { token, user_id, session_id, expires_at }))
}

struct Opened {
    user_id: Uuid,
    session_id: Uuid,
    expires_at: Timestamp,
}

impl FromRow for Opened {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            user_id: row.try_get("user_id")?,
            session_id: row.try_get("session_id")?,
            expires_at: row.try_get("expires_at")?,
        })
    }
}

#[derive(Serialize, ToSchema)]
struct SignedIn {
    user_id: Uuid,
    name: String,
    /// Null where nobody has one.
    email: Option<String>,
    /// The organization's short name.
    org_slug: String,
    #[schema(value_type = Role)]
    role: &'static str,
    /// session, jwt or api_key.
    via: &'static str,
    /// The session, where there is one.
    session_id: Option<Uuid>,
    /// What the API key may do, where there is one.
    #[schema(value_type = Option<Vec<Scope>>)]
    scopes: Option<Vec<String>>,
}

row! {
    struct Profile {
        name: String,
        email: Option<String>,
        org_slug: String,
    }
}

/// Who the sender is, and how they are signed in
#[utoipa::path(get, path = "/auth/me", tag = "users", responses((status = 200, body = SignedIn)))]
async fn who_am_i(actor: Actor, State(database): State<Database>) -> Result<Json<SignedIn>, ApiError> {
    let Profile { name, email, org_slug } =
        database.one("SELECT name, email, org_slug FROM convene.get_user($1, $1)", &[&actor.id]).await?;

    let (via, session_id, scopes) = match actor.via {
        Via::Session(id) => ("session", Some(id), None),
        Via::Jwt => ("jwt", None, None),
        Via::ApiKey(scopes) => ("api_key", None, Some(scopes.names())),
    };
    let (user_id, role) = (actor.id, actor.role.name());
    Ok(Json(SignedIn { user_id, name, email, org_slug, role, via, session_id, scopes }))
}

resource! {
    /// A place where the sender is signed in.
    pub struct Session {
        id: Uuid,
        created_at: Timestamp,
        /// When it was last used, to the day.
        extended_at: Timestamp,
        expires_at: Timestamp,
    }
}

/// The sender's sessions, newest first
#[utoipa::path(get, path = "/auth/sessions", tag = "auth", responses((status = 200, body = Page<Session>)))]
async fn list_sessions(actor: Actor, State(database): State<Database>) -> Result<Json<Page<Session>>, ApiError> {
    let sessions = database.all("SELECT * FROM convene.list_sessions($1)", &[&actor.id]).await?;
    Ok(Json(Page::whole(sessions)))
}

/// End one of the sender's sessions
#[utoipa::path(delete, path = "/auth/sessions/{id}", tag = "auth", params(("id" = Uuid, Path)),
    responses((status = 204), InvalidOrAbsent))]
async fn revoke_session(
    actor: Actor,
    State(database): State<Database>,
    State(authenticator): State<Arc<Authenticator>>,
    Id(id): Id,
) -> Result<StatusCode, ApiError> {
    end(&database, &authenticator, actor, id).await
}

/// End the session that sends this
#[utoipa::path(post, path = "/auth/sign-out", tag = "auth", responses((status = 204), InvalidOrAbsent))]
async fn sign_out(
    actor: Actor,
    State(database): State<Database>,
    State(authenticator): State<Arc<Authenticator>>,
) -> Result<StatusCode, ApiError> {
    match actor.via {
        Via::Session(id) => end(&database, &authenticator, actor, id).await,
        Via::Jwt | Via::ApiKey(_) => Err(ApiError::invalid("Authorization", "must be a session token")),
    }
}

async fn end(
    database: &Database,
    authenticator: &Authenticator,
    actor: Actor,
    id: Uuid,
) -> Result<StatusCode, ApiError> {
    database.run("SELECT convene.revoke_session($1, $2)", &[&actor.id, &id]).await?;
    authenticator.forget(actor.id);
    Ok(StatusCode::NO_CONTENT)
}

/// End all of the sender's sessions, this one too
///
/// API keys stay.
#[utoipa::path(post, path = "/auth/sign-out-everywhere", tag = "auth", responses((status = 204)))]
async fn sign_out_everywhere(
    actor: Actor,
    State(database): State<Database>,
    State(authenticator): State<Arc<Authenticator>>,
) -> Result<StatusCode, ApiError> {
    database.run("SELECT convene.revoke_sessions($1)", &[&actor.id]).await?;
    authenticator.forget(actor.id);
    Ok(StatusCode::NO_CONTENT)
}
