//! What the owners of calendars did to our events there.

use jiff::Timestamp;

use super::{Span, Status};

/// What an owner did to an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnerChange {
    Deleted,
    Moved(Span),
}

/// A row whose event a listing of its calendar may be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    pub status: Status,
    /// When the event is, as we last wrote it.
    pub written: Option<Span>,
    /// When the row last changed.
    pub updated_at: Timestamp,
    /// What was noticed before.
    pub owner_change: Option<OwnerChange>,
    /// What the listing says: `None` when it does not name the event, `Some(None)` when it says that the event is gone.
    pub found: Option<Option<Span>>,
}

/// What a provider was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    /// What changed.
    Changes,
    /// Everything within that time.
    Whole(Span),
}

/// What a listing, asked for at `asked_at`, tells of an event's owner; `None` when nothing new.
pub fn notice(row: &Listed, listing: Listing, asked_at: Timestamp) -> Option<Option<OwnerChange>> {
    let written = row.written?;
    // What was written since is newer than the answer; what we are about to change ourselves is not the owner's doing.
    if row.updated_at >= asked_at || row.status != Status::Done {
        return None;
    }
    let found = match (row.found, listing) {
        (Some(found), _) => found,
        // The whole list has what is there; what it lacks is gone.
        (None, Listing::Whole(window)) if window.start <= written.start && written.end <= window.end => None,
        (None, _) => return None,
    };
    let change = match found {
        None => Some(OwnerChange::Deleted),
        Some(found) if found != written => Some(OwnerChange::Moved(found)),
        Some(_) => None,
    };
    (change != row.owner_change).then_some(change)
}
