//! Making, changing, switching off and removing availability blocks. Their slots follow at once.

use convene_rules::block::BlockDraft;
use convene_rules::refusal::Refusal;
use convene_rules::zone::Zone;
use pgrx::iter::TableIterator;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::{Value, json};
use uuid::Uuid;

use super::record::{BlockRow, returns_block};
use super::room;
use crate::actor::Actor;
use crate::failure::{Outcome, answer};
use crate::slots::{insert_slots, lock_block, regenerate};
use crate::spi::Statement;
use crate::values::{pg_date, pg_uuid};
use crate::{args, audit, ids, lock, record, statement};

statement! {
    fresh MENTOR: MentorRow = "../sql/block_mentor.sql" (INT4OID, UUIDOID);
    fresh PRESET = "../sql/location_preset_exists.sql" (INT4OID, UUIDOID);
    fresh OWNER: OwnerRow = "../sql/block_owner.sql" (INT4OID, UUIDOID);
    fresh READ: BlockRow = "../sql/block_read.sql" (INT4OID, UUIDOID);
    fresh INSERT = "../sql/block_insert.sql" (
        INT4OID, UUIDOID, UUIDOID, TEXTOID, DATEOID, DATEOID, TEXTOID, TEXTOID, BOOLOID, TEXTOID, INT4OID, INT4OID,
        TEXTOID, UUIDOID, TEXTOID, BOOLOID, BOOLOID,
    );
    fresh UPDATE = "../sql/block_update.sql" (
        INT4OID, UUIDOID, UUIDOID, TEXTOID, DATEOID, DATEOID, TEXTOID, TEXTOID, BOOLOID, TEXTOID, INT4OID, INT4OID,
        TEXTOID, UUIDOID, TEXTOID, BOOLOID, BOOLOID,
    );
    fresh DELETE = "../sql/block_delete.sql" (INT4OID, UUIDOID);
}

record! {
    struct MentorRow {
        time_zone: Zone,
    }
}

record! {
    struct OwnerRow {
        mentor_id: Uuid,
    }
}

returns_block! {
    /// Makes a block and its slots.
    #[pg_extern(volatile, parallel_unsafe)]
    fn create_availability_block(
        p_actor_id: Option<pgrx::Uuid>,
        p_mentor_id: Option<pgrx::Uuid>,
        p_block: Option<pgrx::JsonB>,
    ) -> BlockRow {
        let (actor_id, mentor_id) = (args::id(p_actor_id, "actor_id")?, args::id(p_mentor_id, "mentor_id")?);
        let block = args::required(p_block, "block")?.0;
        Spi::connect(|client| {
            let actor = Actor::load(client, actor_id)?;
            actor.may_change_availability(mentor_id)?;
            lock::users(client, actor.org_id, &[mentor_id])?;
            let zone = mentor_zone(client, actor.org_id, mentor_id)?;
            let draft = BlockDraft::from_json(&block, zone.name())?;
            preset_exists(client, actor.org_id, &draft)?;
            let id = ids::new_uuid(actor.org_id)?;
            store(client, &INSERT, actor.org_id, id, mentor_id, &draft)?;
            let span = lock_block(client, actor.org_id, id)?.ok_or(Refusal::BlockNotFound { block_id: id })?;
            room::for_new(client, &span)?;
            if draft.is_active {
                room::beside_others(client, &span)?;
                insert_slots(client, &[span])?;
            }
            note(client, &actor, mentor_id, "create_availability_block", id, &json!({}))?;
            read(client, actor.org_id, id)
        })
    }
}

returns_block! {
    /// Changes a block; its unbooked future slots are made anew.
    #[pg_extern(volatile, parallel_unsafe)]
    fn change_availability_block(
        p_actor_id: Option<pgrx::Uuid>,
        p_block_id: Option<pgrx::Uuid>,
        p_changes: Option<pgrx::JsonB>,
    ) -> BlockRow {
        let (actor_id, block_id) = (args::id(p_actor_id, "actor_id")?, args::id(p_block_id, "block_id")?);
        let changes = args::required(p_changes, "changes")?.0;
        change(actor_id, block_id, &changes)
    }
}

returns_block! {
    /// Switches a block off: its unbooked future slots go.
    #[pg_extern(volatile, parallel_unsafe)]
    fn deactivate_availability_block(p_actor_id: Option<pgrx::Uuid>, p_block_id: Option<pgrx::Uuid>) -> BlockRow {
        let (actor_id, block_id) = (args::id(p_actor_id, "actor_id")?, args::id(p_block_id, "block_id")?);
        change(actor_id, block_id, &json!({ "is_active": false }))
    }
}

fn change(actor_id: Uuid, block_id: Uuid, changes: &Value) -> Outcome<BlockRow> {
    Spi::connect(|client| {
        let (actor, _) = open(client, actor_id, block_id)?;
        let before = read(client, actor.org_id, block_id)?;
        let mentor_id = before.mentor_id;
        let draft = before.into_draft().changed(changes)?;
        preset_exists(client, actor.org_id, &draft)?;
        store(client, &UPDATE, actor.org_id, block_id, mentor_id, &draft)?;
        let span = lock_block(client, actor.org_id, block_id)?.ok_or(Refusal::BlockNotFound { block_id })?;
        if draft.is_active {
            room::beside_others(client, &span)?;
        }
        regenerate(client, &span, draft.is_active)?;
        note(client, &actor, mentor_id, "change_availability_block", block_id, changes)?;
        read(client, actor.org_id, block_id)
    })
}

/// Removes a block with its unbooked future slots. Bookings stay.
#[pg_extern(volatile, parallel_unsafe)]
fn delete_availability_block(
    p_actor_id: Option<pgrx::Uuid>,
    p_block_id: Option<pgrx::Uuid>,
) -> TableIterator<'static, (name!(slots_removed, i64),)> {
    let removed = || {
        let (actor_id, block_id) = (args::id(p_actor_id, "actor_id")?, args::id(p_block_id, "block_id")?);
        Spi::connect(|client| {
            let (actor, mentor_id) = open(client, actor_id, block_id)?;
            let span = lock_block(client, actor.org_id, block_id)?.ok_or(Refusal::BlockNotFound { block_id })?;
            let removed = regenerate(client, &span, false)?.removed;
            DELETE.run(client, &[actor.org_id.into(), pg_uuid(block_id).into()])?;
            note(client, &actor, mentor_id, "delete_availability_block", block_id, &json!({}))?;
            Ok(i64::try_from(removed).unwrap_or(i64::MAX))
        })
    };
    TableIterator::once((answer(removed()),))
}

/// The actor, allowed to change the block, and its mentor; mentor, then block, locked: a booking of this mentor's time
/// waits.
fn open(client: &SpiClient<'_>, actor_id: Uuid, block_id: Uuid) -> Outcome<(Actor, Uuid)> {
    let actor = Actor::load(client, actor_id)?;
    let key = [actor.org_id.into(), pg_uuid(block_id).into()];
    let OwnerRow { mentor_id } = OWNER.row(client, &key)?.ok_or(Refusal::BlockNotFound { block_id })?;
    actor.may_change_availability(mentor_id)?;
    lock::users(client, actor.org_id, &[mentor_id])?;
    lock_block(client, actor.org_id, block_id)?.ok_or(Refusal::BlockNotFound { block_id })?;
    Ok((actor, mentor_id))
}

/// Which fields were changed, not to what: places are the mentor's words.
fn note(
    client: &SpiClient<'_>,
    actor: &Actor,
    mentor_id: Uuid,
    action: &str,
    block_id: Uuid,
    changes: &Value,
) -> Outcome<()> {
    let fields: Vec<&String> = changes.as_object().into_iter().flat_map(|changes| changes.keys()).collect();
    let details = json!({ "mentor_id": mentor_id, "fields": fields });
    audit::availability(client, actor, mentor_id, action, ("availability_block", block_id), details)
}

fn mentor_zone(client: &SpiClient<'_>, org_id: i32, mentor_id: Uuid) -> Outcome<Zone> {
    let mentor = MENTOR.row(client, &[org_id.into(), pg_uuid(mentor_id).into()])?;
    Ok(mentor.ok_or(Refusal::MentorNotFound { mentor_id })?.time_zone)
}

fn preset_exists(client: &SpiClient<'_>, org_id: i32, draft: &BlockDraft) -> Outcome<()> {
    let Some(location_preset_id) = draft.location_preset_id else { return Ok(()) };
    if PRESET.finds_any(client, &[org_id.into(), pg_uuid(location_preset_id).into()])? {
        return Ok(());
    }
    Err(Refusal::LocationPresetNotFound { location_preset_id }.into())
}

fn read(client: &SpiClient<'_>, org_id: i32, block_id: Uuid) -> Outcome<BlockRow> {
    let block = READ.row(client, &[org_id.into(), pg_uuid(block_id).into()])?;
    Ok(block.ok_or(Refusal::BlockNotFound { block_id })?)
}

fn store(
    client: &SpiClient<'_>,
    statement: &Statement,
    org_id: i32,
    block_id: Uuid,
    mentor_id: Uuid,
    draft: &BlockDraft,
) -> Outcome<()> {
    let args = [
        org_id.into(),
        pg_uuid(block_id).into(),
        pg_uuid(mentor_id).into(),
        draft.recurrence.as_ref().into(),
        pg_date(draft.start_date)?.into(),
        draft.until_date.map(pg_date).transpose()?.into(),
        draft.start_time.to_string().into(),
        draft.end_time.to_string().into(),
        draft.ends_next_day.into(),
        draft.time_zone.name().into(),
        draft.slot_minutes.into(),
        draft.buffer_minutes.into(),
        draft.meeting_type.as_ref().into(),
        draft.location_preset_id.map(pg_uuid).into(),
        draft.location_custom.as_deref().into(),
        draft.requires_confirmation.into(),
        draft.is_active.into(),
    ];
    statement.run(client, &args)?;
    Ok(())
}
