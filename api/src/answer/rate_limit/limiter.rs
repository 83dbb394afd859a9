//! Taking tokens from the buckets.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use tokio_postgres::Row;

use super::{Preset, Standing};
use crate::config::{Rate, Rates};
use crate::database::{Database, FromRow};
use crate::error::{ApiError, Fault, Rejection};

/// Takes tokens from the shared buckets, a tenth of a bucket at a time, and spends them one by one.
///
/// Why: a statement for each request would cost a tenth of a booking. A token that was taken is gone from the shared
/// bucket, so several instances together never let more requests through than the limit allows. Tokens that are not
/// spent within [`LEASE`] are thrown away, so that no sender can save up more than a bucket.
pub struct Limiter {
    rates: Rates,
    leases: Mutex<HashMap<Key, Lease>>,
    /// Whose requests at once have tokens taken for them once; a turn each for senders whose keys begin alike.
    turns: [tokio::sync::Mutex<()>; 256],
}

/// How long taken tokens may be spent.
const LEASE: Duration = Duration::from_secs(10);
/// Most tokens taken at once.
const LARGEST_LEASE: u32 = 50;
/// The most senders to remember: about 1 MiB.
const CAPACITY: usize = 10_000;

type Key = [u8; 32];

/// The tokens of one sender that this instance has taken.
#[derive(Debug, Clone, Copy)]
struct Lease {
    /// Taken and not yet spent.
    tokens: u32,
    /// What was left in the shared bucket then.
    left_over: u32,
    until: Instant,
    /// Until then the bucket is known to be empty.
    empty_until: Option<Instant>,
}

impl Limiter {
    pub fn new(rates: Rates) -> Self {
        Self { rates, leases: Mutex::default(), turns: std::array::from_fn(|_| tokio::sync::Mutex::default()) }
    }

    /// Spends a token of `who`, a user's id or an address. `None` where there is no limit. Refuses with
    /// `RATE_LIMIT_EXCEEDED`.
    pub async fn take(
        &self,
        preset: Preset,
        who: impl std::fmt::Display,
        database: &Database,
    ) -> Result<Option<Standing>, ApiError> {
        let Some(rate) = preset.rate(&self.rates) else { return Ok(None) };
        let key = key(preset, who);
        if let Some(remaining) = self.spend(&key, rate, Instant::now())? {
            return Ok(Some(Standing { rate, remaining }));
        }
        let _turn = self.turns[usize::from(key[0])].lock().await;
        if let Some(remaining) = self.spend(&key, rate, Instant::now())? {
            return Ok(Some(Standing { rate, remaining }));
        }
        let remaining = match take_tokens(&key, rate, database).await {
            Ok(taken) => self.note(key, rate, &taken, Instant::now())?,
            Err(ApiError::Failed(fault)) if matches!(*fault, Fault::ReadOnly) => {
                self.take_own(key, rate, Instant::now())?
            }
            Err(error) => return Err(error),
        };
        Ok(Some(Standing { rate, remaining }))
    }

    /// Refuses where it is known that `who` has nothing left, and takes nothing.
    pub fn check(&self, preset: Preset, who: impl std::fmt::Display) -> Result<(), Rejection> {
        let Some(rate) = preset.rate(&self.rates) else { return Ok(()) };
        let (leases, now) = (self.leases.lock().unwrap_or_else(PoisonError::into_inner), Instant::now());
        let empty_until = leases.get(&key(preset, who)).and_then(|lease| lease.empty_until);
        empty_until.filter(|end| now < *end).map_or(Ok(()), |end| Err(exceeded(rate, end - now)))
    }

    /// Gives back a token that was taken for somebody who turns out not to be meant.
    pub fn give_back(&self, preset: Preset, who: impl std::fmt::Display) {
        let mut leases = self.leases.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lease) = leases.get_mut(&key(preset, who)) {
            lease.tokens += 1;
            lease.empty_until = None;
        }
    }

    /// Spends a token that was taken before, and returns how many remain. `None` when there is none.
    fn spend(&self, key: &Key, rate: Rate, now: Instant) -> Result<Option<u32>, Rejection> {
        let mut leases = self.leases.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(lease) = leases.get_mut(key) else { return Ok(None) };
        if let Some(end) = lease.empty_until.filter(|end| now < *end) {
            return Err(exceeded(rate, end - now));
        }
        if lease.tokens == 0 || now >= lease.until {
            return Ok(None);
        }
        lease.tokens -= 1;
        Ok(Some(lease.tokens + lease.left_over))
    }

    /// Where the database can only be read there are no shared buckets, and each instance lets through as much as the limit
    /// allows; returns how many remain.
    fn take_own(&self, key: Key, rate: Rate, now: Instant) -> Result<u32, Rejection> {
        let mut leases = self.leases.lock().unwrap_or_else(PoisonError::into_inner);
        make_room(&mut leases, now);
        if let Some(spent) = leases.get(&key).filter(|lease| now < lease.until) {
            return Err(exceeded(rate, spent.until - now));
        }
        let share = LEASE.as_secs_f64() / rate.window.as_secs_f64();
        let allowed = (f64::from(rate.requests) * share.min(1.0)).ceil() as u32;
        let (tokens, until) = (allowed.saturating_sub(1), now + LEASE.min(rate.window));
        leases.insert(key, Lease { tokens, left_over: 0, until, empty_until: None });
        Ok(tokens)
    }

    /// Keeps the tokens that were taken, but for the one that is spent now; returns how many remain.
    fn note(&self, key: Key, rate: Rate, taken: &Taken, now: Instant) -> Result<u32, Rejection> {
        let mut leases = self.leases.lock().unwrap_or_else(PoisonError::into_inner);
        make_room(&mut leases, now);
        let kept = leases.get(&key).filter(|lease| now < lease.until).map_or(0, |lease| lease.tokens);
        let tokens = (kept + taken.granted).checked_sub(1);
        let empty_until = tokens.is_none().then(|| now + taken.next_in);
        let until = now + if tokens.is_some() { LEASE } else { taken.next_in };
        leases.insert(key, Lease { tokens: tokens.unwrap_or(0), left_over: taken.left_over, until, empty_until });
        tokens.map(|tokens| tokens + taken.left_over).ok_or_else(|| exceeded(rate, taken.next_in))
    }
}

fn key(preset: Preset, who: impl std::fmt::Display) -> Key {
    Sha256::digest(format!("{} {who}", preset.name())).into()
}

fn make_room(leases: &mut HashMap<Key, Lease>, now: Instant) {
    if leases.len() >= CAPACITY {
        leases.retain(|_, lease| now < lease.until);
    }
    if leases.len() >= CAPACITY {
        leases.clear();
    }
}

fn exceeded(rate: Rate, wait: Duration) -> Rejection {
    Rejection::RateLimitExceeded { rate, retry_after: wait.max(Duration::from_millis(1)) }
}

/// What the bucket gave.
struct Taken {
    granted: u32,
    left_over: u32,
    next_in: Duration,
}

impl FromRow for Taken {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let count = |index| row.try_get::<_, i32>(index).map(i32::unsigned_abs);
        let seconds: f64 = row.try_get(2)?;
        let next_in = Duration::try_from_secs_f64(seconds).unwrap_or_default();
        Ok(Self { granted: count(0)?, left_over: count(1)?, next_in })
    }
}

async fn take_tokens(key: &Key, rate: Rate, database: &Database) -> Result<Taken, ApiError> {
    let sql = "SELECT granted, left_over, next_in FROM convene.take_tokens($1, $2, $3 * interval '1 second', $4)";
    let capacity = i32::try_from(rate.requests).unwrap_or(i32::MAX);
    let wanted = (rate.requests / 10).clamp(1, LARGEST_LEASE) as i32;
    database.one(sql, &[&key.as_slice(), &capacity, &rate.window.as_secs_f64(), &wanted]).await
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { requests: 30, window: Duration::from_secs(60) };

    fn taken(granted: u32, left_over: u32, next_in: u64) -> Taken {
        Taken { granted, left_over, next_in: Duration::from_secs(next_in) }
    }

    #[test]
    fn tokens_that_were_taken_are_spent_one_by_one() {
        let (limiter, now) = (Limiter::new(Rates::default()), Instant::now());
        assert_eq!(limiter.spend(&[1; 32], RATE, now).unwrap(), None);
        assert_eq!(limiter.note([1; 32], RATE, &taken(3, 27, 0), now).unwrap(), 29);
        assert_eq!(limiter.spend(&[1; 32], RATE, now).unwrap(), Some(28));
        assert_eq!(limiter.spend(&[1; 32], RATE, now).unwrap(), Some(27));
        assert_eq!(limiter.spend(&[1; 32], RATE, now).unwrap(), None);
        assert_eq!(limiter.spend(&[2; 32], RATE, now).unwrap(), None);
    }

    #[test]
    fn tokens_that_are_not_spent_soon_are_thrown_away() {
        let (limiter, now) = (Limiter::new(Rates::default()), Instant::now());
        limiter.note([1; 32], RATE, &taken(3, 27, 0), now).unwrap();
        assert_eq!(limiter.spend(&[1; 32], RATE, now + LEASE).unwrap(), None);
        assert_eq!(limiter.note([1; 32], RATE, &taken(3, 27, 0), now + LEASE).unwrap(), 29);
    }

    #[test]
    fn an_empty_bucket_is_not_asked_again_before_it_has_something() {
        let (limiter, now) = (Limiter::new(Rates::default()), Instant::now());
        assert!(limiter.note([1; 32], RATE, &taken(0, 0, 2), now).is_err());
        assert!(limiter.spend(&[1; 32], RATE, now + Duration::from_secs(1)).is_err());
        assert_eq!(limiter.spend(&[1; 32], RATE, now + Duration::from_secs(2)).unwrap(), None);
    }

    #[test]
    fn what_is_given_back_can_be_spent_again() {
        let rates = Rates { public: Some(RATE), ..Rates::default() };
        let (limiter, now, key) = (Limiter::new(rates), Instant::now(), key(Preset::Public, "somebody"));
        limiter.note(key, RATE, &taken(1, 0, 9), now).unwrap();
        assert_eq!(limiter.spend(&key, RATE, now).unwrap(), None);
        limiter.give_back(Preset::Public, "somebody");
        assert_eq!(limiter.spend(&key, RATE, now).unwrap(), Some(0));
        assert!(limiter.note(key, RATE, &taken(0, 0, 9), now).is_err());
        assert!(limiter.check(Preset::Public, "somebody").is_err());
        assert!(limiter.check(Preset::Public, "somebody else").is_ok());
        limiter.give_back(Preset::Public, "somebody");
        assert!(limiter.check(Preset::Public, "somebody").is_ok());
    }

    #[test]
    fn without_shared_buckets_the_limit_holds_for_each_instance() {
        let (limiter, now) = (Limiter::new(Rates::default()), Instant::now());
        // 30 a minute are 5 in ten seconds.
        assert_eq!(limiter.take_own([1; 32], RATE, now).unwrap(), 4);
        for left in (0..4).rev() {
            assert_eq!(limiter.spend(&[1; 32], RATE, now).unwrap(), Some(left));
        }
        assert_eq!(limiter.spend(&[1; 32], RATE, now).unwrap(), None);
        assert!(limiter.take_own([1; 32], RATE, now).is_err());
        assert_eq!(limiter.take_own([1; 32], RATE, now + LEASE).unwrap(), 4);
    }

    #[test]
    fn of_two_who_asked_at_once_neither_loses_what_was_taken() {
        let (limiter, now) = (Limiter::new(Rates::default()), Instant::now());
        limiter.note([1; 32], RATE, &taken(3, 27, 0), now).unwrap();
        assert_eq!(limiter.note([1; 32], RATE, &taken(3, 24, 0), now).unwrap(), 28);
    }

    #[test]
    fn the_senders_remembered_do_not_outgrow_their_room() {
        let (limiter, now) = (Limiter::new(Rates::default()), Instant::now());
        for number in 0..2 * CAPACITY {
            let mut key = [0; 32];
            key[..8].copy_from_slice(&number.to_be_bytes());
            limiter.note(key, RATE, &taken(3, 27, 0), now).unwrap();
        }
        assert!(limiter.leases.lock().unwrap().len() <= CAPACITY);
    }
}
