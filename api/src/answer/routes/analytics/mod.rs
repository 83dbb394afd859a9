//! Reports: how visits to booking pages end, what becomes of bookings and holds, and who hosts how much.

mod bookings;
mod format;
mod funnel;
mod holds;
mod hosts;
mod query;
mod report;
mod team;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::auth::{self, allow};
use crate::answer::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(allow(auth::HOSTS, routes!(funnel::get_funnel)))
        .routes(allow(auth::HOSTS, routes!(bookings::get_booking_statuses)))
        .routes(allow(auth::HOSTS, routes!(team::get_team_volumes)))
        .routes(allow(auth::HOSTS, routes!(hosts::get_host_weeks)))
        .routes(allow(auth::HOSTS, routes!(holds::get_hold_outcomes)))
}
