//! The worker: lists all records when that is needed, and follows changes from there.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use convene_providers::airtable::{Base, Client, Record, is_record_id};
use convene_providers::{CallError, CallErrorKind};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::claims::{AIRTABLE_SYNCS, Item, Patience, Settlement};
use crate::database::{Database, Scalar, row};
use crate::integrations::airtable::sources::Secrets;
use crate::integrations::airtable::{Directories, Source, SourceError};
use crate::seal::SealError;
use crate::work::queue::Queue;

/// Airtable takes five calls a second for a base.
const PACE: Duration = Duration::from_millis(210);
/// After that long a source is left to whoever claims it next, and goes on from where it is.
const LONGEST: Duration = Duration::from_secs(60);
/// Records asked for at a time.
const PAGE: usize = 100;
/// A page of payloads about more records than this is taken for a reason to list them all.
const MOST_CHANGED: usize = 500;

row! {
    /// What to do about a source.
    pub(super) struct Plan {
        base_id: String,
        table_name: String,
        key_id: String,
        secrets: Vec<u8>,
        webhook_id: Option<String>,
        webhook_url: Option<String>,
        is_expired: bool,
        is_ending: bool,
        misses_pings: bool,
        cursor: i64,
        needs_listing: bool,
        is_listing: bool,
        listing_offset: Option<String>,
        now: Timestamp,
    }
}

/// Sources that are due.
#[derive(Clone)]
pub struct Sources(pub Directories);

impl Queue for Sources {
    const NAME: &'static str = AIRTABLE_SYNCS;
    const AT_ONCE: usize = 8;
    const PATIENCE: Patience = Patience::Persistent;

    async fn work(&self, item: &Item) -> Settlement {
        let source = Source { org_id: item.org_id, id: item.subject_id };
        match self.0.sync(source, item.lease).await {
            Ok(due_at) => Settlement::Again { due_at },
            Err(SourceError::Lost) => Settlement::Lost,
            Err(error) => self.0.sync_failed(source, item.lease, &error).await,
        }
    }
}

/// A source that is being read, under a claim.
pub(super) struct Reading<'a> {
    pub directories: &'a Directories,
    pub source: Source,
    pub lease: Uuid,
    pub table: String,
    base_id: String,
    token: String,
    /// When the last call was made.
    called_at: Option<Instant>,
    began_at: Instant,
}

/// Whether a source is read to its end.
#[derive(PartialEq, Eq)]
enum Progress {
    Complete,
    GoesOn,
}

impl Directories {
    /// Reads a source; when to read it again.
    async fn sync(&self, source: Source, lease: Uuid) -> Result<Timestamp, SourceError> {
        let plan = self.plan(source, lease).await?;
        let secrets = Secrets::open(self.keys(), source.id, &plan.key_id, &plan.secrets)?;
        let mut reading = Reading {
            directories: self,
            source,
            lease,
            table: plan.table_name.clone(),
            base_id: plan.base_id.clone(),
            token: secrets.access_token,
            called_at: None,
            began_at: Instant::now(),
        };
        reading.keep_webhook(&plan).await?;
        let progress = match reading.list().await? {
            Progress::Complete => reading.follow().await?,
            Progress::GoesOn => Progress::GoesOn,
        };
        reading.mend_pings(&plan).await?;
        let sql = "SELECT convene.finish_airtable_sync($1, $2, $3, $4, $5)";
        let goes_on = progress == Progress::GoesOn;
        let Scalar(due_at): Scalar<Option<Timestamp>> =
            self.database().one(sql, &[&source.org_id, &source.id, &lease, &plan.now, &goes_on]).await?;
        due_at.ok_or(SourceError::Lost)
    }

    /// What to do now.
    async fn plan(&self, source: Source, lease: Uuid) -> Result<Plan, SourceError> {
        let sql = "SELECT * FROM convene.airtable_plan($1, $2, $3)";
        self.database().first(sql, &[&source.org_id, &source.id, &lease]).await?.ok_or(SourceError::Lost)
    }

    async fn sync_failed(&self, source: Source, lease: Uuid, error: &SourceError) -> Settlement {
        tracing::warn!(source = %source.id, cause = error.code(), "cannot read a directory in Airtable");
        let wait = match error {
            // Of payloads it is expected and dealt with; else the table or the base is not there.
            SourceError::Airtable(CallError { kind: CallErrorKind::Reconnect | CallErrorKind::Gone, .. }) => {
                let sql = "SELECT convene.break_airtable_source($1, $2, $3, $4)";
                match self.database().run(sql, &[&source.org_id, &source.id, &lease, &error.code()]).await {
                    Ok(()) => return Settlement::Lost,
                    Err(_) => None,
                }
            }
            SourceError::Airtable(CallError { kind: CallErrorKind::Retry { after }, .. }) => *after,
            _ => None,
        };
        Settlement::Retry { error: Some(error.code()), wait: wait.map(|wait| wait.as_secs_f64()) }
    }
}

impl Reading<'_> {
    /// Lists all records where that is needed, from where the last one who did left off; then removes who is gone.
    async fn list(&mut self) -> Result<Progress, SourceError> {
        let mut plan = self.plan().await?;
        if !plan.needs_listing && !plan.is_listing {
            return Ok(Progress::Complete);
        }
        let mut is_first = plan.needs_listing;
        let mut is_anew = false;
        while is_first || plan.listing_offset.is_some() {
            let offset = plan.listing_offset.as_deref().filter(|_| !is_first);
            self.pace().await;
            let page = match self.client().records(self.base(), &self.table, offset).await {
                Err(error) if error.kind == CallErrorKind::CursorExpired && !is_anew => {
                    (is_first, is_anew) = (true, true);
                    continue;
                }
                page => page?,
            };
            let records =
                page.records.into_iter().map(|record| self.described(record)).collect::<Result<Vec<_>, _>>()?;
            self.apply_listing(&plan, &records, is_first, page.offset.as_deref()).await?;
            is_first = false;
            plan = self.plan().await?;
            if plan.needs_listing || self.is_long() {
                return Ok(Progress::GoesOn);
            }
        }
        self.remove_missing().await
    }

    /// A list may miss what is there, so nobody is removed whose record was not asked for.
    async fn remove_missing(&mut self) -> Result<Progress, SourceError> {
        row! {
            struct Missing {
                record_id: String,
            }
        }
        loop {
            let plan = self.plan().await?;
            let sql = "SELECT * FROM convene.airtable_missing($1, $2, $3)";
            let limit = i32::try_from(PAGE).unwrap_or(i32::MAX);
            let missing: Vec<Missing> =
                self.database().all(sql, &[&self.source.org_id, &self.source.id, &limit]).await?;
            if missing.is_empty() {
                break;
            }
            let records = self.fetch(missing.into_iter().map(|missing| missing.record_id).collect()).await?;
            self.apply_listing(&plan, &records, false, None).await?;
            if self.is_long() {
                return Ok(Progress::GoesOn);
            }
        }
        let sql = "SELECT convene.finish_airtable_listing($1, $2, $3)";
        self.kept(sql, &[]).await?;
        Ok(Progress::Complete)
    }

    async fn apply_listing(
        &self,
        plan: &Plan,
        records: &[Value],
        is_first: bool,
        offset: Option<&str>,
    ) -> Result<(), SourceError> {
        let sql = "SELECT convene.apply_airtable_listing($1, $2, $3, $4, $5, $6, $7)";
        self.kept(sql, &[&plan.now, &json!(records), &is_first, &offset]).await
    }

    /// Applies what changed, page by page, each with its cursor.
    async fn follow(&mut self) -> Result<Progress, SourceError> {
        loop {
            let plan = self.plan().await?;
            let Some(webhook_id) = plan.webhook_id.clone() else { return Ok(Progress::GoesOn) };
            self.pace().await;
            let page = match self.client().payloads(self.base(), &webhook_id, plan.cursor).await {
                Err(error) if error.kind == CallErrorKind::Gone => return self.forget_webhook().await,
                page => page?,
            };
            if page.payloads.iter().any(|payload| payload.error) {
                return self.forget_webhook().await;
            }
            let changed: BTreeSet<String> =
                page.payloads.iter().flat_map(|payload| payload.records(&self.table)).cloned().collect();
            let is_too_much = changed.len() > MOST_CHANGED;
            let records = if is_too_much { Vec::new() } else { self.fetch(changed.into_iter().collect()).await? };
            if page.cursor != plan.cursor || !records.is_empty() {
                let sql = "SELECT convene.apply_airtable_page($1, $2, $3, $4, $5, $6, $7)";
                self.kept(sql, &[&plan.now, &json!(records), &page.cursor, &is_too_much]).await?;
            }
            if !page.might_have_more {
                return Ok(Progress::Complete);
            }
            if self.is_long() {
                return Ok(Progress::GoesOn);
            }
        }
    }

    /// Changes were lost: another webhook, and a list of all records.
    async fn forget_webhook(&self) -> Result<Progress, SourceError> {
        let none = (None::<String>, None::<Vec<u8>>, None::<Timestamp>);
        let sql = "SELECT convene.store_airtable_webhook($1, $2, $3, $4, $5, $6, $7, $8)";
        self.kept(sql, &[&none.0, &none.0, &none.0, &none.1, &none.2]).await?;
        Ok(Progress::GoesOn)
    }

    /// Records as they are now, those that are gone without fields.
    async fn fetch(&mut self, ids: Vec<String>) -> Result<Vec<Value>, SourceError> {
        let mut records = Vec::with_capacity(ids.len());
        for some in ids.chunks(PAGE) {
            let asked: Vec<&str> = some.iter().map(String::as_str).filter(|id| is_record_id(id)).collect();
            let mut found = Vec::new();
            if !asked.is_empty() {
                self.pace().await;
                found = self.client().records_of(self.base(), &self.table, &asked).await?;
            }
            let gone = some.iter().filter(|id| !found.iter().any(|record| record.id == **id));
            records.extend(gone.map(|id| json!({ "id": id })));
            for record in found {
                records.push(self.described(record)?);
            }
        }
        Ok(records)
    }

    /// Runs a statement whose first three parameters are source and claim, and that says whether the claim held.
    async fn kept(&self, sql: &str, more: &[&(dyn tokio_postgres::types::ToSql + Sync)]) -> Result<(), SourceError> {
        let (org_id, id, lease) = (&self.source.org_id, &self.source.id, &self.lease);
        let key: [&(dyn tokio_postgres::types::ToSql + Sync); 3] = [org_id, id, lease];
        let Scalar(is_kept) = self.database().one(sql, &[&key, more].concat()).await?;
        if is_kept { Ok(()) } else { Err(SourceError::Lost) }
    }

    pub(super) async fn plan(&self) -> Result<Plan, SourceError> {
        self.directories.plan(self.source, self.lease).await
    }

    /// Waits until Airtable may be called again.
    pub async fn pace(&mut self) {
        if let Some(called_at) = self.called_at {
            tokio::time::sleep(PACE.saturating_sub(called_at.elapsed())).await;
        }
        self.called_at = Some(Instant::now());
    }

    fn is_long(&self) -> bool {
        self.began_at.elapsed() > LONGEST
    }

    fn described(&self, record: Record) -> Result<Value, SealError> {
        self.directories.described(self.source.org_id, &record.id, Some(record.fields))
    }

    pub fn base(&self) -> Base<'_> {
        Base { id: &self.base_id, token: &self.token }
    }

    pub fn client(&self) -> &Client {
        self.directories.client()
    }

    pub fn database(&self) -> &Database {
        self.directories.database()
    }
}
