//! The routes, a file for each resource.

mod admin;
mod airtable_push;
mod analytics;
mod api_keys;
mod auth;
mod availability;
mod blackout_dates;
mod bookings;
mod calendar;
mod calendar_push;
mod coordinator;
mod event_types;
mod exceptions;
mod health;
mod hours;
mod identities;
mod mentors;
mod page_events;
mod personal_data;
mod phone;
mod profile;
mod ratings;
mod responses;
mod sign_ins;
mod slots;
mod tags;
mod teams;
mod users;
mod words;

use utoipa_axum::router::OpenApiRouter;

use crate::answer::state::AppState;

/// Everything under `/v1`.
pub fn v1() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(health::of_database())
        .merge(auth::routes())
        .merge(identities::routes())
        .merge(sign_ins::routes())
        .merge(api_keys::routes())
        .merge(mentors::routes())
        .merge(availability::routes())
        .merge(blackout_dates::routes())
        .merge(bookings::routes())
        .merge(calendar::routes())
        .merge(calendar_push::routes())
        .merge(airtable_push::routes())
        .merge(event_types::routes())
        .merge(hours::routes())
        .merge(slots::routes())
        .merge(exceptions::routes())
        .merge(users::routes())
        .merge(phone::routes())
        .merge(profile::routes())
        .merge(ratings::routes())
        .merge(tags::routes())
        .merge(teams::routes())
        .merge(personal_data::routes())
        .merge(coordinator::routes())
        .merge(analytics::routes())
        .merge(page_events::routes())
        .merge(admin::routes())
}

/// What orchestrators ask.
pub fn health() -> OpenApiRouter<AppState> {
    health::routes()
}
