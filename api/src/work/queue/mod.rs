//! The engine of the workers: whatever is owed to the outside world is an item in Postgres that somebody claims under a
//! lease, works on, and settles.
//!
//! | module | what it does |
//! | --- | --- |
//! | [`Engine`] | works on a queue: claims, heartbeats, settlements |
//! | `progress` | what one worker has in progress |
//! | [`Wake`] | wakes workers when there is something to do |
//!
//! Several instances share the work, because a claim skips what another has. A lease is extended while its work goes
//! on; when its holder is gone it runs out, and another takes over. So a crash at any point loses nothing, and each
//! piece of work must be such that doing it twice does no harm.

mod engine;
mod progress;
mod wake;

use crate::claims::{Item, Patience, Settlement};

pub use engine::Engine;
pub use wake::Wake;

/// One kind of work.
pub trait Queue: Clone + Send + Sync + 'static {
    /// As `work_items.queue` and notifications on `convene_work` name it.
    const NAME: &'static str;
    /// Items worked on at a time. No lane has more than three quarters of them, no tenant more than seven eighths.
    const AT_ONCE: usize;
    /// Items with one concurrency key that all instances together work on at a time; `None` for no limit.
    const MOST_PER_KEY: Option<i32> = None;
    const PATIENCE: Patience = Patience::Bounded;

    /// Works on one, and says what became of it.
    fn work(&self, item: &Item) -> impl Future<Output = Settlement> + Send;
}
