//! Reading busy time: when an account is due, and at once before a booking if what is known is old. "Don't know" is
//! never stored as "free": a calendar that could not be read keeps what was known, and the account is not known as of
//! now.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;
use uuid::Uuid;

use super::connect::listed;
use super::tokens::Access;
use super::{Account, CalendarError, Calendars};
use crate::calendar::{CallErrorKind, ChangeState};
use crate::database::{Scalar, row};
use crate::error::ApiError;
use crate::queue::{Outcome, Queue, lease_seconds};

/// How long a booking waits for a provider before it relies on what is known.
const PATIENCE: Duration = Duration::from_secs(4);
/// How long a claim holds that was made before a booking.
const BRIEF_LEASE_SECONDS: i32 = 15;
const LOOK_AGAIN: Duration = Duration::from_millis(50);

row! {
    /// What to read of an account.
    struct Plan {
        read_calendars: Vec<String>,
        time_zone: String,
        from_time: Timestamp,
        to_time: Timestamp,
        written_calendar: Option<String>,
        cursor: Option<String>,
        cursor_from: Timestamp,
        cursor_to: Timestamp,
    }
}

impl Plan {
    /// Where whole days begin for their owner.
    fn zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC)
    }
}

/// Accounts that are due to be read.
#[derive(Clone)]
pub struct Syncs(pub Calendars);

impl Queue for Syncs {
    const NAME: &'static str = "calendar_syncs";
    const AT_ONCE: usize = 8;
    type Job = Account;

    async fn claim(&self, lease: Uuid, limit: i32) -> Result<Vec<Account>, ApiError> {
        let sql = "SELECT * FROM convene.claim_calendar_syncs($1, $2, $3)";
        self.0.database().all(sql, &[&lease, &limit, &lease_seconds()]).await
    }

    fn id(account: &Account) -> Uuid {
        account.connection_id
    }

    async fn work(&self, lease: Uuid, account: Account) -> Outcome {
        match self.0.sync(account, lease).await {
            Ok(is_kept) => {
                self.0.keep_watching(account).await;
                if is_kept { Outcome::Done } else { Outcome::Lost }
            }
            Err(error) => self.0.sync_failed(account, lease, &error).await,
        }
    }
}

impl Calendars {
    /// Reads the accounts that a booking depends on, if they were last read too long ago. That a provider is down is no
    /// error here: whether what is known will do is for the rules to say.
    pub async fn freshen(&self, slot: Uuid, booking: Option<Uuid>, actor: Uuid) -> Result<(), ApiError> {
        let sql = "SELECT * FROM convene.stale_connections($1, $2, $3)";
        let stale: Vec<Account> = self.database().all(sql, &[&slot, &booking, &actor]).await?;
        join_all(stale.into_iter().map(|account| self.freshen_one(account))).await;
        Ok(())
    }

    /// Reads an account that was just connected.
    pub(super) async fn read_now(&self, account: Account) {
        self.freshen_one(account).await;
    }

    async fn freshen_one(&self, account: Account) {
        let lease = Uuid::new_v4();
        let read = async {
            let sql = "SELECT convene.claim_calendar_sync($1, $2, $3, $4)";
            let Account { org_id, connection_id } = account;
            let Scalar(is_ours) =
                self.database().one(sql, &[&org_id, &connection_id, &lease, &BRIEF_LEASE_SECONDS]).await?;
            if is_ours {
                return self.read_busy(account, lease, false).await.map(drop);
            }
            // Somebody is reading it: their answer is as good.
            loop {
                tokio::time::sleep(LOOK_AGAIN).await;
                let Scalar::<bool>(goes_on) =
                    self.database().one("SELECT convene.is_syncing($1, $2)", &[&org_id, &connection_id]).await?;
                if !goes_on {
                    return Ok(());
                }
            }
        };
        let error = match tokio::time::timeout(PATIENCE, read).await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error,
            Err(_) => CalendarError::slow(),
        };
        self.sync_failed(account, lease, &error).await;
    }

    /// Busy time, and what became of our own events. Whether the claim still held at the end.
    async fn sync(&self, account: Account, lease: Uuid) -> Result<bool, CalendarError> {
        let is_kept = self.read_busy(account, lease, true).await?;
        // The rest must not keep busy time from being known.
        for outcome in [self.refresh_list(account).await, self.notice_changes(account).await] {
            if let Err(error) = outcome {
                tracing::warn!(connection = %account.connection_id, cause = error.word(), "cannot look after a calendar");
            }
        }
        Ok(is_kept)
    }

    /// `is_sync`: as part of reading everything.
    async fn read_busy(&self, account: Account, lease: Uuid, is_sync: bool) -> Result<bool, CalendarError> {
        let access = self.access(account).await?;
        match self.read_busy_with(account, lease, is_sync, &access).await {
            Err(error) if error.is(&CallErrorKind::Unauthorized) => {
                let access = self.renewed(account, access.token.reveal()).await?;
                self.read_busy_with(account, lease, is_sync, &access).await
            }
            outcome => outcome,
        }
    }

    async fn read_busy_with(
        &self,
        account: Account,
        lease: Uuid,
        is_sync: bool,
        access: &Access<'_>,
    ) -> Result<bool, CalendarError> {
        let plan = self.plan(account).await?;
        let token = access.token.reveal();
        let (from, to) = (plan.from_time, plan.to_time);
        let answers = access.client.busy(token, &plan.read_calendars, from, to, &plan.zone()).await?;
        let mut windows = Vec::new();
        let mut faults = BTreeMap::new();
        for answer in answers {
            match answer.outcome {
                Ok(found) => windows.extend(found.into_iter().map(|window| {
                    json!({ "calendar_id": answer.calendar, "start_time": window.start, "end_time": window.end })
                })),
                Err(fault) => drop(faults.insert(answer.calendar, fault.code)),
            }
        }
        let sql = "SELECT convene.store_busy_windows($1, $2, $3, $4, $5, $6, $7, $8)";
        let Account { org_id, connection_id } = account;
        let (windows, faults) = (json!(windows), json!(faults));
        let Scalar(is_kept) = self
            .database()
            .one(sql, &[&org_id, &connection_id, &lease, &is_sync, &from, &to, &windows, &faults])
            .await?;
        Ok(is_kept)
    }

    /// Which calendars there are, for their user to choose from.
    async fn refresh_list(&self, account: Account) -> Result<(), CalendarError> {
        let access = self.access(account).await?;
        let calendars = match access.client.calendars(access.token.reveal()).await {
            // The next reading of busy time refreshes the token.
            Err(error) if error.kind == CallErrorKind::Unauthorized => return Ok(()),
            calendars => listed(&calendars?),
        };
        let sql = "SELECT convene.refresh_calendars($1, $2, $3)";
        self.database().run(sql, &[&account.org_id, &account.connection_id, &calendars]).await?;
        Ok(())
    }

    /// What owners did to our events in the calendar we write to.
    async fn notice_changes(&self, account: Account) -> Result<(), CalendarError> {
        let plan = self.plan(account).await?;
        let Some(calendar) = plan.written_calendar.clone() else { return Ok(()) };
        let access = self.access(account).await?;
        let (token, zone, mut cursor) = (access.token.reveal(), plan.zone(), plan.cursor.as_deref());
        let (from, to) = (plan.cursor_from, plan.cursor_to);
        let mut found = access.client.changes(token, &calendar, cursor, from, to, &zone).await;
        if matches!(&found, Err(error) if error.kind == CallErrorKind::CursorExpired) {
            cursor = None;
            found = access.client.changes(token, &calendar, None, from, to, &zone).await;
        }
        let found = match found {
            // The next reading of busy time refreshes the token; changes are noticed then.
            Err(error) if error.kind == CallErrorKind::Unauthorized => return Ok(()),
            found => found?,
        };
        let changes: Vec<_> = found
            .events
            .iter()
            .map(|change| match &change.state {
                ChangeState::Gone => json!({ "id": change.id }),
                ChangeState::Present { start, end, .. } => {
                    json!({ "id": change.id, "start_time": start, "end_time": end })
                }
            })
            .collect();
        let sql = "SELECT convene.store_calendar_changes($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let Account { org_id, connection_id } = account;
        let (is_whole, changes) = (cursor.is_none(), json!(changes));
        self.database()
            .run(
                sql,
                &[&org_id, &connection_id, &calendar, &plan.from_time, &is_whole, &from, &to, &found.cursor, &changes],
            )
            .await?;
        Ok(())
    }

    async fn plan(&self, account: Account) -> Result<Plan, ApiError> {
        self.database().one("SELECT * FROM convene.sync_plan($1, $2)", &[&account.org_id, &account.connection_id]).await
    }

    async fn sync_failed(&self, account: Account, lease: Uuid, error: &CalendarError) -> Outcome {
        if matches!(error, CalendarError::Disconnected | CalendarError::NeedsReconnect) {
            return Outcome::Lost;
        }
        if error.is(&CallErrorKind::Unauthorized) {
            // Also with a fresh token.
            let marked = self.needs_reconnect(account, None, &error.word()).await;
            return if marked.is_ok() { Outcome::Failed } else { Outcome::Lost };
        }
        tracing::warn!(connection = %account.connection_id, cause = error.word(), "cannot read a calendar");
        let sql = "SELECT convene.fail_calendar_sync($1, $2, $3, $4, $5)";
        let Account { org_id, connection_id } = account;
        let noted =
            self.database().run(sql, &[&org_id, &connection_id, &lease, &error.word(), &error.retry_after()]).await;
        if let Err(error) = noted {
            tracing::warn!(connection = %connection_id, cause = error.cause(), "cannot note that a calendar failed");
        }
        Outcome::Postponed
    }
}
