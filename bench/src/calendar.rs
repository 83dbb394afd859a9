//! Free slots and who is to book them, such that no two get in each other's way.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use tokio_postgres::Client;
use uuid::Uuid;

use crate::outcome::Outcome;
use crate::people::People;

/// A free slot and a mentee who has that time free.
#[derive(Debug, Clone, Copy)]
pub struct Opening {
    pub slot_id: Uuid,
    pub mentee_id: Uuid,
}

/// Openings, shared by all clients. They come hour by hour; within one hour each mentor, and each mentee who gets one,
/// comes once. Mentees take turns, so with more mentees than mentors nobody is asked to be at two places, nor to book
/// as often as no person would.
pub struct Calendar {
    mentors: Vec<Uuid>,
    mentees: Vec<Uuid>,
    ahead: Mutex<Ahead>,
}

#[derive(Default)]
struct Ahead {
    openings: VecDeque<Opening>,
    hours: i32,
    made: usize,
}

impl Calendar {
    pub fn new(people: &People) -> Self {
        Self { mentors: people.mentors.clone(), mentees: people.mentees.clone(), ahead: Mutex::default() }
    }

    /// Makes slots until that many are free.
    pub async fn refill(&self, admin: &Client, wanted: usize) -> Outcome<()> {
        let most_hours = 24;
        while self.ahead().openings.len() < wanted {
            let first = self.ahead().hours;
            let rows = admin.query(include_str!("../sql/slots_ahead.sql"), &[&first, &(first + most_hours)]).await?;
            let mut ahead = self.ahead();
            ahead.hours += most_hours;
            for row in rows {
                let mentee_id = self.mentees[ahead.made % self.mentees.len()];
                ahead.openings.push_back(Opening { slot_id: row.try_get(0)?, mentee_id });
                ahead.made += 1;
            }
        }
        Ok(())
    }

    /// The next one, for one client.
    pub fn next(&self) -> Outcome<Opening> {
        self.ahead().openings.pop_front().ok_or_else(|| "the slots ran out: this machine needs a larger stock".into())
    }

    /// Everybody who can be booked.
    pub fn mentors(&self) -> &[Uuid] {
        &self.mentors
    }

    /// Everybody who can book.
    pub fn mentees(&self) -> &[Uuid] {
        &self.mentees
    }

    fn ahead(&self) -> std::sync::MutexGuard<'_, Ahead> {
        self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
