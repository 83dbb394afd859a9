//! The replica, and how recent it is known to be.
//!
//! Every answer of a replica has everything that was committed `CONVENE_REPLICA_LAG` before the call. To know that, the
//! service notes now and then how far the primary's write-ahead log is, and looks whether the replica has replayed that
//! much. If so, the replica has what was committed when the note was taken, whatever the clocks of both servers say. A
//! replica of which this was last known too long ago is not asked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio_postgres::Row;
use tokio_postgres::error::SqlState;

use super::call::Parameters;
use super::node::{CallError, Node};
use super::row::{FromRow, row};
use crate::error::ApiError;

/// Where a server is.
pub const POSITION: &str = include_str!("sql/position.sql");

row! {
    /// Where a server is in the log that its standbys follow.
    #[derive(Debug)]
    pub struct Position {
        /// In bytes.
        position: i64,
        is_standby: bool,
        /// Which database of which server; a standby's is the same as its primary's.
        database: String,
    }
}

/// A replica that may be asked while it is recent enough. Cheap to clone.
#[derive(Clone)]
pub struct Replica {
    node: Node,
    most_lag: Duration,
    /// It is known to have what was committed then.
    has_all_of: Arc<Mutex<Option<Instant>>>,
}

/// How far the primary was at a time.
#[derive(Debug, Clone, Copy)]
struct Mark {
    at: Instant,
    position: i64,
}

/// Longest time between two looks.
const PAUSE: Duration = Duration::from_secs(1);
/// How long a look may take: a server that is gone without a word is looked at again with a new connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why nothing is known of a replica.
#[derive(Debug, thiserror::Error)]
enum Unknown {
    #[error("a server does not answer")]
    Silent,
    #[error("{0}")]
    Unanswered(String),
    #[error("it is no standby")]
    NoStandby,
    #[error("it is a standby of another database")]
    OfAnother,
}

impl Replica {
    /// It is not asked before it was looked at: see [`Self::watch`].
    pub fn new(node: Node, most_lag: Duration) -> Self {
        Self { node, most_lag, has_all_of: Arc::default() }
    }

    pub fn node(&self) -> &Node {
        &self.node
    }

    /// For how long the replica may lack what was committed since. `None`: nothing is known.
    pub fn age(&self) -> Option<Duration> {
        self.has_all_of.lock().unwrap_or_else(PoisonError::into_inner).map(|instant| instant.elapsed())
    }

    fn is_recent(&self) -> bool {
        self.age().is_some_and(|age| age <= self.most_lag)
    }

    /// The replica's answer. `None` is for the primary to answer: the replica is away or too old, or it refuses, perhaps
    /// because it does not have yet what the call is about. A replica that is too slow or has no connection left is no
    /// reason to give the same work to the primary.
    pub async fn rows(&self, sql: &str, parameters: Parameters<'_>) -> Option<Result<Vec<Row>, ApiError>> {
        if !self.is_recent() {
            return None;
        }
        match self.node.call(sql, parameters).await {
            Ok(rows) => Some(Ok(rows)),
            Err(error @ CallError::Busy) => Some(Err(error.into())),
            Err(CallError::Failed(error)) if error.code() == Some(&SqlState::QUERY_CANCELED) => {
                Some(Err(CallError::Failed(error).into()))
            }
            Err(_) => None,
        }
    }

    /// Looks how recent the replica is, until `stop` ends, and logs when it begins or ceases to be asked.
    pub async fn watch(&self, primary: &Node, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        let pause = (self.most_lag / 4).min(PAUSE);
        let (mut marks, mut was_recent) = (VecDeque::new(), None);
        loop {
            let looked = tokio::select! {
                () = &mut stop => return,
                looked = tokio::time::timeout(PATIENCE, self.look(primary, &mut marks)) => looked,
            };
            let problem = looked.unwrap_or(Err(Unknown::Silent)).err();
            let is_recent = self.is_recent();
            if was_recent != Some(is_recent) {
                self.tell(is_recent, problem);
                was_recent = Some(is_recent);
            }
            tokio::select! {
                () = &mut stop => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    fn tell(&self, is_recent: bool, problem: Option<Unknown>) {
        if is_recent {
            tracing::info!("the replica is asked for lists");
        } else {
            let cause = problem.map_or_else(|| "it is too far behind".to_owned(), |problem| problem.to_string());
            tracing::warn!(cause, "the replica is not asked: the primary answers");
        }
    }

    /// Takes a note of where the primary is, and finds the newest that the replica has reached.
    async fn look(&self, primary: &Node, marks: &mut VecDeque<Mark>) -> Result<(), Unknown> {
        // What is committed now is in the log before the primary is asked.
        let at = Instant::now();
        let ahead = position(primary).await?;
        marks.push_back(Mark { at, position: ahead.position });
        let replica = position(&self.node).await?;
        if !replica.is_standby {
            return Err(Unknown::NoStandby);
        }
        if replica.database != ahead.database {
            return Err(Unknown::OfAnother);
        }
        if let Some(reached) = newest_reached(marks, replica.position) {
            *self.has_all_of.lock().unwrap_or_else(PoisonError::into_inner) = Some(reached);
        }
        // Those that would come too late to matter.
        marks.retain(|mark| mark.at.elapsed() <= self.most_lag);
        Ok(())
    }
}

/// When the newest note was taken that a server at `position` has reached. Takes it and those before it away.
fn newest_reached(marks: &mut VecDeque<Mark>, position: i64) -> Option<Instant> {
    let mut reached = None;
    while let Some(mark) = marks.pop_front_if(|mark| mark.position <= position) {
        reached = Some(mark.at);
    }
    reached
}

async fn position(node: &Node) -> Result<Position, Unknown> {
    let unanswered = |error: CallError| {
        let error = ApiError::from(error);
        Unknown::Unanswered(format!("{}: {}", error.code(), error.cause()))
    };
    let rows = node.call(POSITION, &[]).await.map_err(unanswered)?;
    let row = rows.first().ok_or(Unknown::Silent)?;
    Position::from_row(row).map_err(|error| unanswered(CallError::Failed(error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replica_has_what_was_there_at_the_newest_note_that_it_has_reached() {
        let start = Instant::now();
        let after = |seconds: u64| start + Duration::from_secs(seconds);
        let mut marks: VecDeque<Mark> =
            (0..4).map(|second| Mark { at: after(second), position: 100 * second as i64 }).collect();

        assert_eq!(newest_reached(&mut marks, -1), None);
        assert_eq!(newest_reached(&mut marks, 250), Some(after(2)));
        assert_eq!(newest_reached(&mut marks, 250), None);
        assert_eq!(newest_reached(&mut marks, 300), Some(after(3)));
    }
}
