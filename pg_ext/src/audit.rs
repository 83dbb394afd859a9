//! The record of what staff do for others.

use pgrx::spi::SpiClient;
use uuid::Uuid;

use crate::actor::Actor;
use crate::failure::Outcome;
use crate::statement;
use crate::values::pg_uuid;

statement! {
    fresh AUDIT = "sql/audit.sql" (INT4OID, UUIDOID, TEXTOID, TEXTOID, TEXTOID, JSONBOID);
}

/// Records that the actor did something to a thing, such as a user, in the transaction that does it.
pub fn record(
    client: &SpiClient<'_>,
    actor: &Actor,
    action: &str,
    (kind, id): (&str, Uuid),
    details: serde_json::Value,
) -> Outcome<()> {
    let args = [
        actor.org_id.into(),
        pg_uuid(actor.id).into(),
        action.into(),
        kind.into(),
        id.to_string().into(),
        pgrx::JsonB(details).into(),
    ];
    AUDIT.run(client, &args).map(|_| ())
}

/// Records what staff did to a host's availability. What hosts do with their own time is not recorded.
pub fn availability(
    client: &SpiClient<'_>,
    actor: &Actor,
    host_id: Uuid,
    action: &str,
    target: (&str, Uuid),
    details: serde_json::Value,
) -> Outcome<()> {
    if actor.id == host_id { Ok(()) } else { record(client, actor, action, target, details) }
}
