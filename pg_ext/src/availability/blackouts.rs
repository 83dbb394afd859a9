//! Days off of hosts. A mentor's unbooked slots of such a day go, and come back when the day is given back.

use convene_rules::refusal::Refusal;
use convene_rules::request;
use convene_rules::room;
use jiff::civil::Date;
use pgrx::iter::TableIterator;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;

use super::host::Host;
use super::record::{DayOff, returns_day_off};
use crate::actor::Actor;
use crate::failure::{Failure, Outcome, answer};
use crate::ids::IdRow;
use crate::slots::{lock_block, regenerate};
use crate::values::{pg_date, pg_uuid};
use crate::{args, ids, record, statement};

statement! {
    fresh ADD: DayOff = "../sql/blackout_add.sql" (INT4OID, UUIDOID, UUIDOID, DATEOID, TEXTOID);
    fresh COUNT: DaysOff = "../sql/blackouts_count.sql" (INT4OID, UUIDOID);
    fresh REMOVE = "../sql/blackout_remove.sql" (INT4OID, UUIDOID, DATEOID);
    fresh BLOCKS: IdRow = "../sql/mentor_blocks.sql" (INT4OID, UUIDOID);
}

record! {
    struct DaysOff {
        days: i64,
    }
}

returns_day_off! {
    /// Takes a day off. Adding it twice keeps the first, with the new reason.
    #[pg_extern(volatile, parallel_unsafe)]
    fn add_blackout_date(
        p_actor_id: Option<pgrx::Uuid>,
        p_mentor_id: Option<pgrx::Uuid>,
        p_day: Option<pgrx::datum::Date>,
        p_reason: default!(Option<String>, "NULL"),
    ) -> DayOff {
        let (actor_id, mentor_id) = (args::id(p_actor_id, "actor_id")?, args::id(p_mentor_id, "mentor_id")?);
        let day = args::date(p_day, "day")?;
        let reason = p_reason.as_deref().map(|reason| request::notes("reason", reason)).transpose()?;
        Spi::connect(|client| {
            let host = Host::open(client, Actor::load(client, actor_id)?, mentor_id)?;
            let row = [
                host.org_id().into(),
                pg_uuid(ids::new_uuid(host.org_id())?).into(),
                pg_uuid(mentor_id).into(),
                pg_date(day)?.into(),
                reason.as_deref().into(),
            ];
            let not_stored = || Failure::Corrupt("the day off was not stored".to_owned());
            let added = ADD.row(client, &row)?.ok_or_else(not_stored)?;
            let days = COUNT.row(client, &host.key())?.map_or(0, |row| row.days);
            room::for_days_off(days)?;
            regenerate_all(client, &host)?;
            note(client, &host, "add_blackout_date", day)?;
            Ok(added)
        })
    }
}

/// Gives a day off back.
#[pg_extern(volatile, parallel_unsafe)]
fn remove_blackout_date(
    p_actor_id: Option<pgrx::Uuid>,
    p_mentor_id: Option<pgrx::Uuid>,
    p_day: Option<pgrx::datum::Date>,
) -> TableIterator<'static, (name!(slots_added, i64),)> {
    let added = || {
        let (actor_id, mentor_id) = (args::id(p_actor_id, "actor_id")?, args::id(p_mentor_id, "mentor_id")?);
        let day: Date = args::date(p_day, "day")?;
        Spi::connect(|client| {
            let host = Host::open(client, Actor::load(client, actor_id)?, mentor_id)?;
            let [org_id, host_id] = host.key();
            if !REMOVE.finds_any(client, &[org_id, host_id, pg_date(day)?.into()])? {
                return Err(Refusal::BlackoutNotFound { day: day.to_string() }.into());
            }
            note(client, &host, "remove_blackout_date", day)?;
            regenerate_all(client, &host)
        })
    };
    TableIterator::once((answer(added()),))
}

fn note(client: &SpiClient<'_>, host: &Host, action: &str, day: Date) -> Outcome<()> {
    host.note(client, action, ("user", host.id), serde_json::json!({ "day": day.to_string() }))
}

/// Makes the slots of all the host's blocks anew; returns how many more (or fewer) there are. Only mentors have blocks.
fn regenerate_all(client: &SpiClient<'_>, host: &Host) -> Outcome<i64> {
    let blocks = BLOCKS.ids(client, &host.key())?;
    let (mut added, mut removed) = (0_u64, 0_u64);
    for block_id in blocks {
        if let Some(span) = lock_block(client, host.org_id(), block_id)? {
            let made = regenerate(client, &span, true)?;
            added += made.added;
            removed += made.removed;
        }
    }
    Ok(i64::try_from(added).unwrap_or(i64::MAX).saturating_sub(i64::try_from(removed).unwrap_or(i64::MAX)))
}
