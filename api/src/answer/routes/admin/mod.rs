//! Administration: policy, people, their directory in Airtable, places, keys, and the audit log. API keys cannot be
//! used here: a leaked key must not be able to make an admin.

mod airtable;
mod audit;
mod guests;
mod identities;
mod keys;
mod places;
mod policy;
mod policy_changes;
mod users;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::auth::{self, allow};
use crate::answer::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(allow(auth::STAFF, routes!(policy::get_policy)))
        .routes(allow(auth::ADMINS, routes!(policy::change_policy)))
        .routes(allow(auth::ALL, routes!(policy::list_tiers)))
        .routes(allow(auth::ADMINS, routes!(policy::change_tier)))
        .routes(allow(auth::ADMINS, routes!(users::add_user)))
        .routes(allow(auth::ADMINS, routes!(users::change_user)))
        .routes(allow(auth::ADMINS, routes!(identities::list_identities)))
        .routes(allow(auth::ADMINS, routes!(identities::link_identity)))
        .routes(allow(auth::ADMINS, routes!(identities::unlink_identity)))
        .routes(allow(auth::ALL, routes!(places::list_presets)))
        .routes(allow(auth::ADMINS, routes!(places::create_preset)))
        .routes(allow(auth::ADMINS, routes!(places::change_preset)))
        .routes(allow(auth::ADMINS, routes!(places::delete_preset)))
        .routes(allow(auth::ADMINS, routes!(keys::list_all_keys)))
        .routes(allow(
            auth::ADMINS,
            routes!(airtable::connect_airtable, airtable::get_airtable, airtable::disconnect_airtable),
        ))
        .routes(allow(auth::ADMINS, routes!(airtable::resync_airtable)))
        .routes(allow(auth::STAFF, routes!(guests::export_guests)))
        .routes(allow(auth::STAFF, routes!(guests::erase_guests)))
        .routes(allow(auth::ADMINS, routes!(audit::list_audit_log)))
}
