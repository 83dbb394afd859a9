//! Why can this mentee not have this slot? Every reason, by the checks of booking itself, and whose it is.

use convene_rules::eligibility::{Finding, Purpose, all_refusals, without_slot};
use convene_rules::refusal::Refusal;
use convene_rules::timeline::Span;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::Value;
use uuid::Uuid;

use crate::actor::Actor;
use crate::booking::{Kind, Reading, SlotRow, candidate, see};
use crate::failure::Outcome;
use crate::values::{self, pg_uuid};
use crate::{args, record, statement};

statement! {
    callers SLOT: SlotRow = "../sql/booking/slot.sql" (INT4OID, UUIDOID);
}

record! {
    pub struct Reason {
        pub code: String,
        pub message: String,
        pub details: Value,
        pub whose: Option<String>,
    }
    returned by returns_reasons;
}

impl From<Finding> for Reason {
    fn from(finding: Finding) -> Self {
        Self {
            code: finding.refusal.code().to_owned(),
            message: finding.refusal.to_string(),
            details: finding.refusal.details(),
            whose: finding.whose.map(|(whose, _)| whose.to_string()),
        }
    }
}

returns_reasons! {
    /// Every reason against; no row means bookable.
    #[pg_extern(stable, parallel_unsafe)]
    fn explain_slot(
        p_time_slot_id: Option<pgrx::Uuid>,
        p_mentee_id: Option<pgrx::Uuid>,
        p_actor_id: default!(Option<pgrx::Uuid>, "NULL"),
    ) -> Vec<Reason> {
        let (slot_id, mentee_id) = (args::id(p_time_slot_id, "time_slot_id")?, args::id(p_mentee_id, "mentee_id")?);
        let actor_id = p_actor_id.map(values::uuid);
        Spi::connect(|client| {
            let found = explain(client, slot_id, mentee_id, actor_id)?;
            let reader = actor_id.unwrap_or(mentee_id);
            Ok(found.into_iter().map(|finding| finding.told_to(reader)).map(Reason::from).collect())
        })
    }
}

fn explain(client: &SpiClient<'_>, slot_id: Uuid, mentee_id: Uuid, actor_id: Option<Uuid>) -> Outcome<Vec<Finding>> {
    let actor = actor_id.map(|actor_id| Actor::seen(client, actor_id)).transpose()?;
    let alone = see(client, mentee_id, &[])?;
    let org_id = alone.attendee.org_id;
    let slot = SLOT.row(client, &[org_id.into(), pg_uuid(slot_id).into()])?;
    if let Some(actor) = actor.filter(|actor| actor.id != mentee_id) {
        // Another organization's people are unknown here, whoever asks.
        if actor.org_id != org_id {
            return Err(Refusal::UserNotFound { user_id: mentee_id }.into());
        }
        let mentor_id = slot.as_ref().map_or(mentee_id, |slot| slot.mentor_id);
        actor.may_act_for(mentor_id, "see this mentee's reasons")?;
    }
    let Some(slot) = slot else {
        let now = Span { start: alone.attendee.now, end: alone.attendee.now };
        let facts = alone.facts(client, Kind::OfficeHours, now, None, Reading::Explaining)?;
        return Ok(without_slot(&facts, slot_id));
    };
    let candidate = candidate(&slot, None);
    let viewers = see(client, mentee_id, &[slot.mentor_id])?;
    let facts = viewers.facts(client, Kind::OfficeHours, candidate.blocked, None, Reading::Explaining)?;
    Ok(all_refusals(&facts, &candidate, Purpose::Book))
}
