//! Bookings: making them, reading them, and what becomes of them.

mod create;
mod decide;
mod read;
mod reassign_host;
mod resource;
mod transitions;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::auth::{self, allow, limited};
use crate::answer::rate_limit::Preset;
use crate::answer::state::AppState;

/// Routes of one booking are open to every role: the database says to whom it may be shown, and then who may do what. So a
/// booking that somebody may not see is not there, whatever they want to do with it.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(limited(Preset::Booking, allow(auth::MENTEES, routes!(create::create_booking))))
        .routes(allow(auth::ALL, routes!(read::list_bookings)))
        .routes(allow(auth::ALL, routes!(read::my_bookings)))
        .routes(allow(auth::ALL, routes!(read::get_booking)))
        .routes(allow(auth::ALL, routes!(read::booking_history)))
        .routes(allow(auth::ALL, routes!(transitions::confirm_booking)))
        .routes(allow(auth::ALL, routes!(transitions::decline_booking)))
        .routes(allow(auth::ALL, routes!(transitions::cancel_booking)))
        .routes(limited(Preset::Booking, allow(auth::ALL, routes!(create::reschedule_booking))))
        .routes(limited(Preset::Booking, allow(auth::ALL, routes!(create::reassign_booking))))
        .routes(limited(Preset::Booking, allow(auth::ALL, routes!(reassign_host::reassign_host))))
        .routes(allow(auth::ALL, routes!(transitions::complete_booking)))
        .routes(allow(auth::ALL, routes!(transitions::mark_no_show)))
        .routes(allow(auth::ALL, routes!(transitions::dispute_no_show)))
        .routes(allow(auth::ALL, routes!(transitions::correct_no_show)))
        .routes(allow(auth::ALL, routes!(transitions::rate_booking)))
}
