//! The OpenAPI document: what all routes share. The rest is collected from the routes.

use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, OpenApi};
use utoipa::{Modify, OpenApi as _};

use crate::answer::failure::{ErrorBody, ErrorContent};

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Convene",
        description = "Appointment scheduling inside Postgres.\n\n\
            Every error has one shape (`ErrorBody`); its `code` is stable. Times are RFC 3339 in UTC. Lists come in \
            pages: give `next_cursor` back as `cursor`. Operations say in `x-roles` whom they are open to, and in \
            `x-scope` what an API key needs.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    servers((url = "/", description = "The service that this document comes from")),
    components(schemas(ErrorBody, ErrorContent)),
    modifiers(&SecuritySchemes),
    tags(
        (name = "mentors", description = "Mentors, and what each has free"),
        (name = "bookings", description = "Making bookings, reading them, and what becomes of them"),
        (name = "public", description = "What everybody may do without an account: see event types and free times, book, and act on that booking by its tokens"),
        (name = "slots", description = "Why a slot cannot be had"),
        (name = "availability", description = "When a host offers time: office hours, days off, and schedules for event types"),
        (name = "event-types", description = "Kinds of meetings that hosts and teams offer, and private links to them"),
        (name = "teams", description = "People who host event types together, and how they share them out"),
        (name = "exceptions", description = "Requests to book a mentor beyond one's tier"),
        (name = "users", description = "Users and their reputation"),
        (name = "auth", description = "Signing in by mail, and one's sessions"),
        (name = "api-keys", description = "Keys with which programs act for a user"),
        (name = "tags", description = "What people know and look for"),
        (name = "tiers", description = "What reputation opens"),
        (name = "calendars", description = "Connecting calendars, which of them count, and the events written into them"),
        (name = "personal data", description = "What is stored about a person: a copy of it, and its end"),
        (name = "analytics", description = "How visits to booking pages end, what becomes of bookings, and who hosts them"),
        (name = "coordinator", description = "Watching over the organization and the installation"),
        (name = "admin", description = "Policy, people and their directory in Airtable, places, keys, and the record of what was done"),
        (name = "webhooks", description = "What Google, Microsoft and Airtable call"),
        (name = "health", description = "For orchestrators"),
    ),
)]
struct Document;

/// The document before the routes are added.
pub fn base() -> OpenApi {
    Document::openapi()
}

struct SecuritySchemes;

impl Modify for SecuritySchemes {
    fn modify(&self, document: &mut OpenApi) {
        let bearer = |description: &str| {
            SecurityScheme::Http(
                HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(description)).build(),
            )
        };
        let components = document.components.get_or_insert_with(|| ComponentsBuilder::new().build());
        components.add_security_scheme("session", bearer("A session token, `cvs_…`"));
        components.add_security_scheme("api_key", bearer("An API key, `cvk_…`, within its scopes"));
        components.add_security_scheme(
            "jwt",
            bearer("A JWT (HS256, RS256, ES256) whose `sub` is a user's id or linked to one"),
        );
    }
}
