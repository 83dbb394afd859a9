//! Claims on work items: what is owed, mostly to the outside world, is claimed under a lease, worked on, and settled. Workers claim
//! what is due (`work::queue`); whoever cannot wait for them claims one item at once.

use jiff::Timestamp;
use uuid::Uuid;

use crate::database::{Database, Scalar, row};
use crate::error::ApiError;

/// The queues that this service works on.
pub const QUEUES: [&str; 5] = [AIRTABLE_SYNCS, CALENDAR_SYNCS, ERASURES, TOKEN_REFRESHES, WRITEBACKS];
/// Directories of people that are due to be read.
pub const AIRTABLE_SYNCS: &str = "airtable_syncs";
/// Calendar accounts that are due to be read.
pub const CALENDAR_SYNCS: &str = "calendar_syncs";
/// People whose personal data goes, step by step.
pub const ERASURES: &str = "erasures";
/// Calendar accounts whose access token ends soon.
pub const TOKEN_REFRESHES: &str = "token_refreshes";
/// Events that calendars are owed.
pub const WRITEBACKS: &str = "writebacks";

/// A claimed piece of work.
#[derive(Debug, Clone)]
pub struct Item {
    pub org_id: i32,
    /// What it is about: a row in the queue's own table.
    pub subject_id: Uuid,
    /// The claim. Whoever stores what they did names it, and stores nothing when it was lost.
    pub lease: Uuid,
    /// What the claim is settled by: it says whether the work was asked for again meanwhile.
    pub version: i32,
}

/// What became of a piece of work.
#[derive(Debug, Clone, PartialEq)]
pub enum Settlement {
    Done,
    /// Done, and due again then: work that recurs.
    Again {
        due_at: Timestamp,
    },
    /// It is tried again later. `error` is why, in a word; `None` when it only came too early.
    Retry {
        error: Option<String>,
        /// How long the receiver asked to wait, in seconds.
        wait: Option<f64>,
    },
    /// It is given up until somebody asks for it again; trying would be of no use.
    Failed {
        error: String,
    },
    /// The claim was lost: somebody else has it, or nobody wants it any more.
    Lost,
}

/// How long work that fails is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// Some 20 times in two days; then it is given up.
    Bounded,
    /// For as long as it takes.
    Persistent,
}

row! {
    /// What the database made of a settlement: `done`, `due` or `failed`. Items whose claim was lost are missing.
    pub struct Settled {
        org_id: i32,
        subject_id: Uuid,
        became: String,
    }
}

row! {
    struct ClaimedNow {
        version: i32,
        due_at: Timestamp,
    }
}

/// A claim that was made because somebody waits.
pub struct UrgentClaim {
    pub item: Item,
    /// When the work was due.
    pub due_at: Timestamp,
}

/// Claims one item now, whether or not it is due; `None` when somebody else has it, or there is no such work.
pub async fn claim_now(
    database: &Database,
    queue: &str,
    (org_id, subject_id): (i32, Uuid),
    seconds: i32,
) -> Result<Option<UrgentClaim>, ApiError> {
    let lease = Uuid::new_v4();
    let sql = "SELECT version, due_at FROM convene.claim_work_item($1, $2, $3, $4, $5)";
    let claimed: Option<ClaimedNow> = database.first(sql, &[&queue, &org_id, &subject_id, &lease, &seconds]).await?;
    Ok(claimed.map(|claimed| UrgentClaim {
        item: Item { org_id, subject_id, lease, version: claimed.version },
        due_at: claimed.due_at,
    }))
}

/// Whether somebody works on an item.
pub async fn is_leased(database: &Database, queue: &str, (org_id, subject_id): (i32, Uuid)) -> Result<bool, ApiError> {
    let sql = "SELECT convene.work_is_leased($1, $2, $3)";
    let Scalar(is_leased) = database.one(sql, &[&queue, &org_id, &subject_id]).await?;
    Ok(is_leased)
}

/// Settles items of a queue, all at once; what each became.
pub async fn settle(
    database: &Database,
    queue: &str,
    patience: Patience,
    settlements: &[(&Item, &Settlement)],
) -> Result<Vec<Settled>, ApiError> {
    let mut columns = Columns::default();
    for (item, settlement) in settlements {
        columns.add(item, settlement, patience);
    }
    if columns.outcomes.is_empty() {
        return Ok(Vec::new());
    }
    let sql = "SELECT * FROM convene.settle_work($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    database
        .all(
            sql,
            &[
                &queue,
                &columns.org_ids,
                &columns.subjects,
                &columns.leases,
                &columns.versions,
                &columns.outcomes,
                &columns.errors,
                &columns.waits,
                &columns.due_at,
            ],
        )
        .await
}

/// Settlements as the function takes them.
#[derive(Default)]
struct Columns<'a> {
    org_ids: Vec<i32>,
    subjects: Vec<Uuid>,
    leases: Vec<Uuid>,
    versions: Vec<i32>,
    outcomes: Vec<&'static str>,
    errors: Vec<Option<&'a str>>,
    waits: Vec<Option<f64>>,
    due_at: Vec<Option<Timestamp>>,
}

impl<'a> Columns<'a> {
    fn add(&mut self, item: &Item, settlement: &'a Settlement, patience: Patience) {
        let (outcome, error, wait, due_at) = match settlement {
            Settlement::Lost => return,
            Settlement::Done => ("done", None, None, None),
            Settlement::Again { due_at } => ("again", None, None, Some(*due_at)),
            Settlement::Failed { error } => ("failed", Some(error.as_str()), None, None),
            Settlement::Retry { error, wait } => {
                let outcome = match patience {
                    Patience::Bounded => "retry",
                    Patience::Persistent => "persist",
                };
                (outcome, error.as_deref(), *wait, None)
            }
        };
        self.org_ids.push(item.org_id);
        self.subjects.push(item.subject_id);
        self.leases.push(item.lease);
        self.versions.push(item.version);
        self.outcomes.push(outcome);
        self.errors.push(error);
        self.waits.push(wait);
        self.due_at.push(due_at);
    }
}
