//! Who may administer an organization.

use pgrx::spi::SpiClient;
use uuid::Uuid;

use crate::failure::Outcome;
use crate::ids::IdRow;
use crate::statement;

statement! {
    fresh ADMINS: IdRow = "../sql/active_admins.sql" (INT4OID);
}

/// Those who may, in the order of their ids.
pub fn active(client: &SpiClient<'_>, org_id: i32) -> Outcome<Vec<Uuid>> {
    ADMINS.ids(client, &[org_id.into()])
}
