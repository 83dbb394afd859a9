//! Requests for the pages of operators: those in progress, and those that recently were slow or failed.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::{RequestId, RequestNotes};

/// A request of at least this long is slow.
pub const SLOW: Duration = Duration::from_millis(250);
/// How many slow and how many failed ones are kept for each route.
const KEPT: usize = 5;

/// In memory, of this instance only.
#[derive(Default)]
pub struct Board {
    next: AtomicU64,
    in_flight: Mutex<HashMap<u64, InFlight>>,
    routes: Mutex<BTreeMap<RouteKey, RouteRecord>>,
}

/// The route's template, none for requests that match no route; and the method.
pub type RouteKey = (Option<Arc<str>>, &'static str);

/// A request in progress.
#[derive(Clone)]
pub struct InFlight {
    pub started: Instant,
    pub method: &'static str,
    pub route: Option<Arc<str>>,
    pub id: RequestId,
    pub notes: RequestNotes,
}

/// A request that is over.
#[derive(Clone)]
pub struct Finished {
    pub ended: Instant,
    pub duration: Duration,
    pub method: &'static str,
    pub route: Option<Arc<str>>,
    pub id: RequestId,
    /// The user's id.
    pub principal: Option<Uuid>,
    /// None: the client left before the answer.
    pub status: Option<u16>,
    /// The code of a fault.
    pub problem: Option<String>,
}

/// All requests of one route and method since the start.
#[derive(Clone, Default)]
pub struct RouteRecord {
    pub count: u64,
    /// Answers of 400 to 499.
    pub refused: u64,
    /// Answers of 500 and above, and requests whose client left.
    pub failed: u64,
    pub total: Duration,
    pub longest: Duration,
    /// The latest last.
    pub recently_slow: VecDeque<Finished>,
    /// The latest last.
    pub recently_failed: VecDeque<Finished>,
}

impl InFlight {
    /// Writes the request's line in the log. Of its address only the route's template is logged, which holds no
    /// personal data.
    pub fn log(&self, status: Option<u16>, duration: Duration) {
        tracing::info!(
            method = self.method,
            route = self.route.as_deref().unwrap_or("(none)"),
            status,
            duration_ms = (duration.as_secs_f64() * 1e6).round() / 1e3,
            request_id = self.id.as_str(),
            principal = self.notes.known_principal().map(tracing::field::display),
            "request"
        );
    }
}

impl Board {
    pub(super) fn took_off(&self, request: InFlight) -> u64 {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        lock(&self.in_flight).insert(number, request);
        number
    }

    pub(super) fn is_over(&self, number: u64) {
        lock(&self.in_flight).remove(&number);
    }

    pub(super) fn landed(&self, request: Finished) {
        let mut routes = lock(&self.routes);
        routes.entry((request.route.clone(), request.method)).or_default().add(request);
    }

    /// What is in progress, the oldest first.
    pub fn in_flight(&self) -> Vec<InFlight> {
        let mut requests: Vec<InFlight> = lock(&self.in_flight).values().cloned().collect();
        requests.sort_by_key(|request| request.started);
        requests
    }

    /// Every route that was asked for, with its method and record.
    pub fn routes(&self) -> Vec<(RouteKey, RouteRecord)> {
        lock(&self.routes).iter().map(|(key, record)| (key.clone(), record.clone())).collect()
    }
}

impl RouteRecord {
    fn add(&mut self, request: Finished) {
        self.count += 1;
        self.total += request.duration;
        self.longest = self.longest.max(request.duration);
        match request.status {
            Some(400..=499) => self.refused += 1,
            Some(500..) | None => {
                self.failed += 1;
                keep(&mut self.recently_failed, request.clone());
            }
            Some(_) => {}
        }
        if request.duration >= SLOW {
            keep(&mut self.recently_slow, request);
        }
    }
}

fn keep(kept: &mut VecDeque<Finished>, request: Finished) {
    if kept.len() == KEPT {
        kept.pop_front();
    }
    kept.push_back(request);
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
