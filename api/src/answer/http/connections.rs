//! How many connections there may be: in all, and of one sender.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::answer::rate_limit::{Network, Peer};
use crate::config::Proxies;

/// How often the log says that connections are turned away.
const SAY_EVERY: Duration = Duration::from_secs(60);

/// Cheap to clone.
#[derive(Clone)]
pub struct Connections {
    room: Arc<Semaphore>,
    most_of_one: usize,
    proxies: Arc<Proxies>,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    of_each: HashMap<Network, usize>,
    turned_away: usize,
    said_at: Option<Instant>,
}

/// Room for one connection.
pub type Room = OwnedSemaphorePermit;

/// A connection's place, which is free again when this is dropped.
pub struct Place {
    _room: Room,
    /// `None`: a trusted proxy, which brings many senders.
    network: Option<Network>,
    connections: Connections,
}

impl Connections {
    /// At most so many in all, and of one sender who is no trusted proxy.
    pub fn new(most: usize, most_of_one: usize, proxies: Arc<Proxies>) -> Self {
        Self { room: Arc::new(Semaphore::new(most)), most_of_one, proxies, shared: Arc::default() }
    }

    /// Waits until there is room for one more. `None` never comes: nobody closes the semaphore.
    pub async fn room(&self) -> Option<Room> {
        Arc::clone(&self.room).acquire_owned().await.ok()
    }

    /// A place for a connection of `peer`. `None` if that sender has enough.
    pub fn place(&self, room: Room, peer: Peer) -> Option<Place> {
        let is_proxy = self.proxies.trust(peer.0.to_canonical());
        let network = (!is_proxy).then(|| Network::of(peer.0.to_canonical()));
        if let Some(network) = network {
            let mut shared = self.lock();
            let count = shared.of_each.get(&network).copied().unwrap_or(0);
            if count >= self.most_of_one {
                shared.turn_away(Instant::now());
                return None;
            }
            shared.of_each.insert(network, count + 1);
        }
        Some(Place { _room: room, network, connections: self.clone() })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    fn turn_away(&mut self, now: Instant) {
        self.turned_away += 1;
        if self.said_at.is_none_or(|said_at| now - said_at >= SAY_EVERY) {
            tracing::warn!(connections = self.turned_away, "turned away senders with too many connections");
            *self = Self { of_each: std::mem::take(&mut self.of_each), turned_away: 0, said_at: Some(now) };
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(network) = self.network else { return };
        let mut shared = self.connections.lock();
        match shared.of_each.get_mut(&network) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(shared.of_each.remove(&network)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    fn peer(address: &str) -> Peer {
        Peer(address.parse::<IpAddr>().unwrap())
    }

    async fn place(connections: &Connections, address: &str) -> Option<Place> {
        connections.place(connections.room().await.unwrap(), peer(address))
    }

    #[tokio::test]
    async fn one_sender_has_so_many_and_others_have_theirs() {
        let connections = Connections::new(10, 2, Arc::default());
        let first = place(&connections, "192.0.2.1").await;
        let second = place(&connections, "::ffff:192.0.2.1").await;
        assert!(first.is_some() && second.is_some());
        assert!(place(&connections, "192.0.2.1").await.is_none());
        assert!(place(&connections, "192.0.2.2").await.is_some());
        drop(second);
        assert!(place(&connections, "192.0.2.1").await.is_some());
        drop(first);
        assert!(connections.lock().of_each.is_empty(), "who is gone is forgotten");
    }

    #[tokio::test]
    async fn a_trusted_proxy_brings_as_many_as_there_may_be() {
        let connections = Connections::new(3, 1, Arc::new(Proxies::parse("10.0.0.0/8").unwrap()));
        let mut places = Vec::new();
        for _ in 0..3 {
            places.push(place(&connections, "10.0.0.1").await.unwrap());
        }
        let waiting = tokio::time::timeout(Duration::from_millis(20), connections.room()).await;
        assert!(waiting.is_err(), "there was room for a fourth");
        places.pop();
        assert!(connections.room().await.is_some());
    }
}
