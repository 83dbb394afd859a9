//! Recently authenticated users, by the hash of their token.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::Actor;
use crate::opaque_token::TokenHash;

/// The most users to remember: about 1 MiB.
const CAPACITY: usize = 10_000;

/// How long it is remembered that a token was good, for as long as it is not known to have ended.
const KNOWN: Duration = Duration::from_secs(600);

pub struct Cache {
    remember: Duration,
    entries: Mutex<HashMap<TokenHash, Entry>>,
}

struct Entry {
    actor: Actor,
    until: Instant,
    known_until: Instant,
}

impl Cache {
    /// Remembers no sender when `remember` is zero.
    pub fn new(remember: Duration) -> Self {
        Self { remember, entries: Mutex::new(HashMap::new()) }
    }

    pub fn get(&self, hash: &TokenHash, now: Instant) -> Option<Actor> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.get(hash).filter(|entry| now < entry.until).map(|entry| entry.actor)
    }

    /// Whether this token was good lately.
    pub fn knows(&self, hash: &TokenHash, now: Instant) -> bool {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.get(hash).is_some_and(|entry| now < entry.known_until)
    }

    /// Remembers `actor` for the cache's time, and no longer than the token is valid.
    pub fn put(&self, hash: TokenHash, actor: Actor, valid_for: Duration, now: Instant) {
        let (until, known_until) = (now + self.remember.min(valid_for), now + KNOWN.min(valid_for));
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= CAPACITY {
            entries.retain(|_, entry| now < entry.until);
        }
        if entries.len() >= CAPACITY {
            entries.clear();
        }
        entries.insert(hash, Entry { actor, until, known_until });
    }

    /// Forgets a token that turned out to have ended.
    pub fn forget_token(&self, hash: &TokenHash) {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).remove(hash);
    }

    /// Forgets a user, whose session or key may just have ended.
    pub fn forget(&self, user_id: Uuid) {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, entry| entry.actor.id != user_id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::auth::Via;
    use crate::role::Role;

    const SOMEBODY: Actor = Actor { id: Uuid::nil(), org_id: 1, role: Role::Mentee, via: Via::Jwt };

    #[test]
    fn a_user_is_remembered_for_the_time_set_and_no_longer() {
        let (cache, now) = (Cache::new(Duration::from_secs(5)), Instant::now());
        cache.put([1; 32], SOMEBODY, Duration::MAX, now);
        assert!(cache.get(&[1; 32], now + Duration::from_secs(4)).is_some());
        assert!(cache.get(&[1; 32], now + Duration::from_secs(5)).is_none());
        assert!(cache.get(&[2; 32], now).is_none());
    }

    #[test]
    fn a_token_is_not_remembered_past_its_own_end() {
        let (cache, now) = (Cache::new(Duration::from_secs(5)), Instant::now());
        cache.put([1; 32], SOMEBODY, Duration::from_secs(1), now);
        assert!(cache.get(&[1; 32], now + Duration::from_secs(2)).is_none());
    }

    #[test]
    fn a_user_who_is_to_be_forgotten_is() {
        let (cache, now) = (Cache::new(Duration::from_secs(5)), Instant::now());
        cache.put([1; 32], SOMEBODY, Duration::MAX, now);
        cache.put([2; 32], Actor { id: Uuid::max(), ..SOMEBODY }, Duration::MAX, now);
        cache.forget(SOMEBODY.id);
        assert!(cache.get(&[1; 32], now).is_none() && cache.get(&[2; 32], now).is_some());
    }

    #[test]
    fn a_time_of_zero_remembers_nobody_and_yet_that_the_token_was_good() {
        let (cache, now) = (Cache::new(Duration::ZERO), Instant::now());
        cache.put([1; 32], SOMEBODY, Duration::MAX, now);
        assert!(cache.get(&[1; 32], now).is_none());
        assert!(cache.knows(&[1; 32], now) && !cache.knows(&[2; 32], now) && !cache.knows(&[1; 32], now + KNOWN));
        cache.forget_token(&[1; 32]);
        assert!(!cache.knows(&[1; 32], now));
    }

    #[test]
    fn the_cache_does_not_outgrow_its_capacity() {
        let (cache, now) = (Cache::new(Duration::from_secs(5)), Instant::now());
        for number in 0..2 * CAPACITY {
            let mut hash = [0; 32];
            hash[..8].copy_from_slice(&number.to_be_bytes());
            cache.put(hash, SOMEBODY, Duration::MAX, now);
        }
        assert!(cache.entries.lock().unwrap().len() <= CAPACITY);
    }
}
