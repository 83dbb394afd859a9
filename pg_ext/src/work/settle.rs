//! Settles what was worked on.

use convene_rules::refusal::Refusal;
use convene_rules::work::{Item, Next, Outcome as WorkOutcome, Patience, settle};
use jiff::{SignedDuration, Timestamp};
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::claim::Leased;
use super::put_back::PutBack;
use crate::failure::Outcome;
use crate::values::finite_timestamp;
use crate::{args, record, statement};

statement! {
    fresh LEASED: Leased = "../sql/work_leased.sql" (TEXTOID, INT4ARRAYOID, UUIDARRAYOID, UUIDARRAYOID, INT4ARRAYOID);
}

record! {
    struct Settled {
        org_id: i32,
        subject_id: Uuid,
        became: String,
    }
    returned by returns_settled;
}

returns_settled! {
    /// Settles items. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn settle_work(
        p_queue: Option<&str>,
        p_org_ids: Option<Vec<i32>>,
        p_subjects: Option<Vec<pgrx::Uuid>>,
        p_leases: Option<Vec<pgrx::Uuid>>,
        p_versions: Option<Vec<i32>>,
        p_outcomes: Option<Vec<String>>,
        p_errors: Option<Vec<Option<String>>>,
        p_wait_seconds: Option<Vec<Option<f64>>>,
        p_due_at: Option<Vec<Option<TimestampWithTimeZone>>>,
    ) -> Vec<Settled> {
        let queue = args::required(p_queue, "queue")?;
        let org_ids = args::required(p_org_ids, "org_ids")?;
        let subjects = args::required(p_subjects, "subjects")?;
        let leases = args::required(p_leases, "leases")?;
        let versions = args::required(p_versions, "versions")?;
        let claimed = [queue.into(), org_ids.clone().into(), subjects.into(), leases.into(), versions.into()];
        let outcomes = outcomes(
            args::required(p_outcomes, "outcomes")?,
            args::required(p_errors, "errors")?,
            args::required(p_wait_seconds, "wait_seconds")?,
            args::required(p_due_at, "due_at")?,
        )?;
        if outcomes.len() != org_ids.len() {
            return Err(Refusal::invalid("outcomes", "must be one for each item").into());
        }
        Spi::connect(|client| settle_all(client, queue, &claimed, outcomes))
    }
}

fn settle_all(
    client: &SpiClient<'_>,
    queue: &str,
    claimed: &[pgrx::datum::DatumWithOid<'_>],
    mut outcomes: Vec<Option<WorkOutcome>>,
) -> Outcome<Vec<Settled>> {
    let mut put_back = PutBack::default();
    let mut settled = Vec::new();
    for item in LEASED.rows(client, claimed)? {
        let Leased { org_id, subject_id, attempts, asked_again, now, chance, place } = item?;
        let place = usize::try_from(place).ok().and_then(|place| place.checked_sub(1));
        let Some(outcome) = place.and_then(|place| outcomes.get_mut(place)).and_then(Option::take) else { continue };
        let next = settle(Item { attempts, asked_again }, outcome, now, chance);
        let became = match &next {
            Next::Gone => "done",
            Next::Due { .. } => "due",
            Next::Failed { .. } => "failed",
        };
        settled.push(Settled { org_id, subject_id, became: became.to_owned() });
        put_back.add(org_id, subject_id, next, now)?;
    }
    put_back.store(client, queue)?;
    Ok(settled)
}

/// One for each item, to be taken.
fn outcomes(
    names: Vec<String>,
    errors: Vec<Option<String>>,
    waits: Vec<Option<f64>>,
    due: Vec<Option<TimestampWithTimeZone>>,
) -> Outcome<Vec<Option<WorkOutcome>>> {
    if [errors.len(), waits.len(), due.len()] != [names.len(); 3] {
        return Err(Refusal::invalid("outcomes", "must be as many as errors, wait_seconds and due_at").into());
    }
    let mut outcomes = Vec::with_capacity(names.len());
    for (((name, error), wait), due_at) in names.into_iter().zip(errors).zip(waits).zip(due) {
        let wait = SignedDuration::try_from_secs_f64(wait.unwrap_or(0.0).max(0.0)).unwrap_or(SignedDuration::MAX);
        let retry = |error, patience| WorkOutcome::Retry { error, wait, patience };
        outcomes.push(Some(match name.as_str() {
            "done" => WorkOutcome::Done,
            "again" => WorkOutcome::Again { due_at: due_at.and_then(finite_timestamp).unwrap_or(Timestamp::MAX) },
            "retry" => retry(error, Patience::Bounded),
            "persist" => retry(error, Patience::Persistent),
            "failed" => WorkOutcome::Failed { error: error.unwrap_or_default() },
            _ => return Err(Refusal::invalid("outcomes", "must each be done, again, retry, persist or failed").into()),
        }));
    }
    Ok(outcomes)
}
