//! Who does something is not dormant.

use pgrx::spi::SpiClient;
use uuid::Uuid;

use crate::failure::Outcome;
use crate::statement;
use crate::values::pg_uuid;

statement! {
    fresh TOUCH_ACTIVITY = "sql/touch_activity.sql" (INT4OID, UUIDOID);
}

/// Notes that a user, whose row the caller has locked, is active now; at most once a day, unless they were dormant.
pub fn note(client: &SpiClient<'_>, org_id: i32, user_id: Uuid) -> Outcome<()> {
    TOUCH_ACTIVITY.run(client, &[org_id.into(), pg_uuid(user_id).into()])?;
    Ok(())
}
