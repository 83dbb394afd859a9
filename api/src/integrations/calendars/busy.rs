//! Reading busy time: when an account is due, and at once before a booking if what is known is old. "Don't know" is
//! never stored as "free": a calendar that could not be read keeps what was known, and the account is not known as of
//! now.

use std::collections::BTreeMap;
use std::time::Duration;

use convene_providers::CallErrorKind;
use futures_util::future::join_all;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;
use uuid::Uuid;

use super::tokens::Access;
use super::{Account, CalendarError, Calendars};
use crate::claims::{self, CALENDAR_SYNCS, Patience, Settlement, UrgentClaim};
use crate::database::row;
use crate::error::ApiError;

/// How long a booking waits for a provider before it relies on what is known.
const PATIENCE: Duration = Duration::from_secs(4);
/// How long a claim holds that was made before a booking.
const BRIEF_LEASE_SECONDS: i32 = 15;
const LOOK_AGAIN: Duration = Duration::from_millis(50);

row! {
    /// What was kept of an account's busy time.
    #[derive(Clone, Copy)]
    pub struct Kept {
        /// Whether every calendar could be read.
        is_whole: bool,
        /// When to read the account again.
        next_at: Timestamp,
    }
}

row! {
    /// What to read of an account.
    pub struct Plan {
        read_calendars: Vec<String>,
        time_zone: String,
        from_time: Timestamp,
        to_time: Timestamp,
        written_calendar: Option<String>,
        cursor: Option<String>,
        cursor_from: Timestamp,
        cursor_to: Timestamp,
        /// Whether the list of its calendars is to be fetched, too.
        lists_calendars: bool,
    }
}

impl Plan {
    /// Where whole days begin for their owner.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC)
    }
}

impl Calendars {
    /// Reads accounts side by side. A provider that is down is no error here: the rules decide whether the stored busy time
    /// is recent enough.
    pub async fn refresh_busy_times(&self, accounts: Vec<Account>) {
        join_all(accounts.into_iter().map(|account| self.refresh_one(account))).await;
    }

    /// Reads an account that was just connected.
    pub(super) async fn read_now(&self, account: Account) {
        self.refresh_one(account).await;
    }

    async fn refresh_one(&self, account: Account) {
        let refreshed = async {
            match claims::claim_now(self.database(), CALENDAR_SYNCS, account.key(), BRIEF_LEASE_SECONDS).await? {
                Some(claim) => self.refresh_claimed(account, &claim).await,
                // Somebody is reading it: their answer is as good.
                None => self.reading_ended(account).await,
            }
        };
        if let Err(error) = refreshed.await {
            tracing::warn!(connection = %account.connection_id, cause = error.cause(), "cannot refresh a calendar");
        }
    }

    /// Reads an account under a claim that was made for a booking. The rest is read when it is due, as it was.
    async fn refresh_claimed(&self, account: Account, claim: &UrgentClaim) -> Result<(), ApiError> {
        let read = tokio::time::timeout(PATIENCE, self.read_busy(account, claim.item.lease)).await;
        let settlement = match read.unwrap_or_else(|_| Err(CalendarError::slow())) {
            Ok(Some(Kept { is_whole: true, .. })) => Settlement::Again { due_at: claim.due_at },
            Ok(kept) => settlement_of(kept),
            Err(error) => self.failure_of(account, &error).await,
        };
        let settlements = [(&claim.item, &settlement)];
        claims::settle(self.database(), CALENDAR_SYNCS, Patience::Persistent, &settlements).await.map(drop)
    }

    async fn reading_ended(&self, account: Account) -> Result<(), ApiError> {
        let ended = async {
            while claims::is_leased(self.database(), CALENDAR_SYNCS, account.key()).await? {
                tokio::time::sleep(LOOK_AGAIN).await;
            }
            Ok(())
        };
        tokio::time::timeout(PATIENCE, ended).await.unwrap_or(Ok(()))
    }

    /// Reads busy time under a claim on queue `calendar_syncs`; `None` when the claim was lost, and nothing kept.
    pub(crate) async fn read_busy(&self, account: Account, lease: Uuid) -> Result<Option<Kept>, CalendarError> {
        let access = self.access(account).await?;
        match self.read_busy_with(account, lease, &access).await {
            Err(error) if error.is(&CallErrorKind::Unauthorized) => {
                let access = self.renewed(account, access.token.reveal()).await?;
                self.read_busy_with(account, lease, &access).await
            }
            outcome => outcome,
        }
    }

    async fn read_busy_with(
        &self,
        account: Account,
        lease: Uuid,
        access: &Access<'_>,
    ) -> Result<Option<Kept>, CalendarError> {
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
        let sql = "SELECT * FROM convene.store_busy_windows($1, $2, $3, $4, $5, $6, $7)";
        let Account { org_id, connection_id } = account;
        let (windows, faults) = (json!(windows), json!(faults));
        Ok(self.database().first(sql, &[&org_id, &connection_id, &lease, &from, &to, &windows, &faults]).await?)
    }

    pub(crate) async fn plan(&self, account: Account) -> Result<Plan, ApiError> {
        self.database().one("SELECT * FROM convene.sync_plan($1, $2)", &[&account.org_id, &account.connection_id]).await
    }

    /// What becomes of an account that could not be read: it is read again later, or not until its user connects anew.
    pub(crate) async fn failure_of(&self, account: Account, error: &CalendarError) -> Settlement {
        if matches!(error, CalendarError::Disconnected | CalendarError::NeedsReconnect) {
            return Settlement::Done;
        }
        if error.is(&CallErrorKind::Unauthorized) {
            // Also with a new token.
            return match self.needs_reconnect(account, None, &error.code()).await {
                Ok(()) => Settlement::Lost,
                Err(error) => Settlement::Retry { error: Some(error.code()), wait: None },
            };
        }
        tracing::warn!(connection = %account.connection_id, cause = error.code(), "cannot read a calendar");
        Settlement::Retry { error: Some(error.code()), wait: error.retry_after() }
    }
}

/// What becomes of an account that was read.
pub fn settlement_of(kept: Option<Kept>) -> Settlement {
    match kept {
        Some(Kept { is_whole: true, next_at }) => Settlement::Again { due_at: next_at },
        Some(Kept { is_whole: false, .. }) => {
            Settlement::Retry { error: Some("a calendar cannot be read".to_owned()), wait: None }
        }
        None => Settlement::Lost,
    }
}
