//! Days off: their unbooked slots go, and come back when the day is given back.

use convene_rules::refusal::Refusal;
use convene_rules::request;
use convene_rules::room;
use jiff::civil::Date;
use pgrx::iter::TableIterator;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::record::{DayOff, returns_day_off};
use crate::actor::Actor;
use crate::failure::{Failure, Outcome, answer};
use crate::ids::IdRow;
use crate::slots::{lock_block, regenerate};
use crate::values::{pg_date, pg_uuid};
use crate::{args, audit, ids, lock, record, statement};

statement! {
    fresh MENTOR = "../sql/block_mentor.sql" (INT4OID, UUIDOID);
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
            let actor = open(client, actor_id, mentor_id)?;
            let row = [
                actor.org_id.into(),
                pg_uuid(ids::new_uuid(actor.org_id)?).into(),
                pg_uuid(mentor_id).into(),
                pg_date(day)?.into(),
                reason.as_deref().into(),
            ];
            let not_stored = || Failure::Corrupt("the day off was not stored".to_owned());
            let added = ADD.row(client, &row)?.ok_or_else(not_stored)?;
            let days = COUNT.row(client, &[actor.org_id.into(), pg_uuid(mentor_id).into()])?.map_or(0, |row| row.days);
            room::for_days_off(days)?;
            regenerate_all(client, actor.org_id, mentor_id)?;
            note(client, &actor, mentor_id, "add_blackout_date", day)?;
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
            let actor = open(client, actor_id, mentor_id)?;
            let key = [actor.org_id.into(), pg_uuid(mentor_id).into(), pg_date(day)?.into()];
            if !REMOVE.finds_any(client, &key)? {
                return Err(Refusal::BlackoutNotFound { day: day.to_string() }.into());
            }
            note(client, &actor, mentor_id, "remove_blackout_date", day)?;
            regenerate_all(client, actor.org_id, mentor_id)
        })
    };
    TableIterator::once((answer(added()),))
}

/// The actor, allowed to change the mentor's availability; the mentor's row locked: bookings of their time wait.
fn open(client: &SpiClient<'_>, actor_id: Uuid, mentor_id: Uuid) -> Outcome<Actor> {
    let actor = Actor::load(client, actor_id)?;
    actor.may_change_availability(mentor_id)?;
    if !MENTOR.finds_any(client, &[actor.org_id.into(), pg_uuid(mentor_id).into()])? {
        return Err(Refusal::MentorNotFound { mentor_id }.into());
    }
    lock::users(client, actor.org_id, &[mentor_id])?;
    Ok(actor)
}

fn note(client: &SpiClient<'_>, actor: &Actor, mentor_id: Uuid, action: &str, day: Date) -> Outcome<()> {
    let details = serde_json::json!({ "day": day.to_string() });
    audit::availability(client, actor, mentor_id, action, ("user", mentor_id), details)
}

/// Makes the slots of all the mentor's blocks anew; returns how many more (or fewer) there are.
fn regenerate_all(client: &SpiClient<'_>, org_id: i32, mentor_id: Uuid) -> Outcome<i64> {
    let blocks = BLOCKS.ids(client, &[org_id.into(), pg_uuid(mentor_id).into()])?;
    let (mut added, mut removed) = (0_u64, 0_u64);
    for block_id in blocks {
        if let Some(span) = lock_block(client, org_id, block_id)? {
            let made = regenerate(client, &span, true)?;
            added += made.added;
            removed += made.removed;
        }
    }
    Ok(i64::try_from(added).unwrap_or(i64::MAX).saturating_sub(i64::try_from(removed).unwrap_or(i64::MAX)))
}
