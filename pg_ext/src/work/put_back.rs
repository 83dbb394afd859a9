//! Items that leave a worker: removed, due again, or given up.

use convene_rules::work::Next;
use jiff::Timestamp;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use crate::failure::Outcome;
use crate::statement;
use crate::values::{pg_timestamp, pg_uuids};

statement! {
    fresh PUT_BACK = "../sql/work_put_back.sql" (
        TEXTOID, INT4ARRAYOID, UUIDARRAYOID, TIMESTAMPTZARRAYOID, INT4ARRAYOID, TEXTARRAYOID,
    );
    fresh REMOVE = "../sql/work_remove.sql" (TEXTOID, INT4ARRAYOID, UUIDARRAYOID);
    fresh CALL = "../sql/work_call.sql" (TEXTOID);
}

/// What becomes of items, whose rows are locked.
#[derive(Default)]
pub struct PutBack {
    gone: (Vec<i32>, Vec<Uuid>),
    org_ids: Vec<i32>,
    subjects: Vec<Uuid>,
    due_at: Vec<Option<TimestampWithTimeZone>>,
    attempts: Vec<i32>,
    errors: Vec<Option<String>>,
    is_due_now: bool,
}

impl PutBack {
    pub fn add(&mut self, org_id: i32, subject: Uuid, next: Next, now: Timestamp) -> Outcome<()> {
        let (due_at, attempts, error) = match next {
            Next::Gone => {
                self.gone.0.push(org_id);
                self.gone.1.push(subject);
                return Ok(());
            }
            Next::Due { at, attempts, error } => {
                self.is_due_now |= at <= now;
                (Some(pg_timestamp(at)?), attempts, error)
            }
            Next::Failed { attempts, error } => (None, attempts, Some(error)),
        };
        self.org_ids.push(org_id);
        self.subjects.push(subject);
        self.due_at.push(due_at);
        self.attempts.push(attempts);
        self.errors.push(error);
        Ok(())
    }

    pub fn store(self, client: &SpiClient<'_>, queue: &str) -> Outcome<()> {
        if !self.gone.0.is_empty() {
            REMOVE.run(client, &[queue.into(), self.gone.0.into(), pg_uuids(&self.gone.1).into()])?;
        }
        if !self.org_ids.is_empty() {
            let args = [
                queue.into(),
                self.org_ids.into(),
                pg_uuids(&self.subjects).into(),
                self.due_at.into(),
                self.attempts.into(),
                self.errors.into(),
            ];
            PUT_BACK.run(client, &args)?;
        }
        if self.is_due_now {
            CALL.run(client, &[queue.into()])?;
        }
        Ok(())
    }
}
