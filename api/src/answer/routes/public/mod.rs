//! What everybody may do, without an account: look at a host's event types and free times, book one, and act on that booking by
//! the tokens that booking gave.

mod book;
mod own;
mod own_data;
mod page;
mod resource;
mod slots;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::auth::open;
use crate::answer::rate_limit::Preset;
use crate::answer::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(open(Preset::Public, routes!(page::list_public_event_types)))
        .routes(open(Preset::Public, routes!(page::get_public_event_type)))
        .routes(open(Preset::Public, routes!(slots::list_public_slots)))
        .routes(open(Preset::Booking, routes!(book::book_as_guest)))
        .routes(open(Preset::Booking, routes!(book::hold)))
        .routes(open(Preset::Booking, routes!(book::finalize_hold)))
        .routes(open(Preset::Public, routes!(own::view_own_booking)))
        .routes(open(Preset::Public, routes!(own::cancel_own_booking)))
        .routes(open(Preset::Public, routes!(slots::list_slots_to_move_to)))
        .routes(open(Preset::Booking, routes!(own::reschedule_own_booking)))
        .routes(open(Preset::Public, routes!(own_data::export_own_data, own_data::erase_own_data)))
}
