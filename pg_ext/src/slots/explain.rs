//! Why can this mentee not have this slot? Every reason, by the checks of booking itself.

use convene_rules::booking::{Purpose, refusals};
use convene_rules::refusal::Refusal;
use pgrx::iter::TableIterator;
use pgrx::prelude::*;
use uuid::Uuid;

use crate::actor::Actor;
use crate::args;
use crate::booking::slot_facts_seen;
use crate::failure::{Outcome, answer};
use crate::values;

/// Every reason against; no row means bookable.
#[pg_extern(stable, parallel_unsafe)]
fn explain_slot(
    p_time_slot_id: Option<pgrx::Uuid>,
    p_mentee_id: Option<pgrx::Uuid>,
    p_actor_id: default!(Option<pgrx::Uuid>, "NULL"),
) -> TableIterator<'static, (name!(code, String), name!(message, String), name!(details, pgrx::JsonB))> {
    let reasons = || {
        let (slot_id, mentee_id) = (args::id(p_time_slot_id, "time_slot_id")?, args::id(p_mentee_id, "mentee_id")?);
        explain(slot_id, mentee_id, p_actor_id.map(values::uuid))
    };
    TableIterator::new(
        answer(reasons())
            .into_iter()
            .map(|refusal| (refusal.code(), refusal.message(), pgrx::JsonB(refusal.details()))),
    )
}

fn explain(slot_id: Uuid, mentee_id: Uuid, actor_id: Option<Uuid>) -> Outcome<Vec<Refusal>> {
    Spi::connect(|client| {
        let unknown = || Refusal::UserNotFound { user_id: mentee_id };
        let actor = actor_id.map(|actor_id| Actor::seen(client, actor_id)).transpose()?;
        let facts = slot_facts_seen(client, mentee_id, &[slot_id])?.into_iter().next().ok_or_else(unknown)?;
        if let Some(actor) = actor
            && actor.id != mentee_id
        {
            // Another organization's people are unknown here, whoever asks.
            if crate::slots::list::tenant_of(client, mentee_id)? != Some(actor.org_id) {
                return Err(unknown().into());
            }
            let mentor_id = facts.slot.as_ref().map_or(mentee_id, |slot| slot.mentor.id);
            actor.may_act_for(mentor_id, "see this mentee's reasons")?;
        }
        Ok(refusals(&facts, Purpose::Book).collect())
    })
}
