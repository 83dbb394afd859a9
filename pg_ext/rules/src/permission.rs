//! Who may do what to a booking: one table, right × relation.

use uuid::Uuid;

use crate::refusal::Refusal;

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Somebody with an account.
    User { id: Uuid, is_staff: bool },
    /// Somebody without one, who holds a token for the booking.
    Guest { id: Uuid },
    /// Nobody in person: the clock, or a directory of people.
    System,
}

impl Actor {
    /// The user, if it is one.
    pub fn user_id(self) -> Option<Uuid> {
        match self {
            Self::User { id, .. } => Some(id),
            Self::Guest { .. } | Self::System => None,
        }
    }

    /// The guest, if it is one.
    pub fn guest_id(self) -> Option<Uuid> {
        match self {
            Self::Guest { id } => Some(id),
            Self::User { .. } | Self::System => None,
        }
    }
}

/// What somebody is to a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::VariantArray)]
pub enum Relation {
    /// They host it.
    Host,
    /// They attend it, and have an account.
    Attendee,
    /// They attend it, have no account, and act by a token.
    Guest,
    /// A coordinator or admin of the organization; where members of a team are concerned, an owner of it, too.
    Staff,
    /// The clock, or a directory of people.
    System,
}

impl Relation {
    /// As history keeps it: `host`, `attendee`, `staff` or `system`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Attendee | Self::Guest => "attendee",
            Self::Staff => "staff",
            Self::System => "system",
        }
    }
}

/// What can be done to a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::VariantArray)]
pub enum Right {
    See,
    /// Confirm or decline a request.
    Answer,
    Cancel,
    Reschedule,
    Reassign,
    /// Give a meeting of a team to another of its members.
    ReassignHost,
    /// Make a booking of a hold.
    Finalize,
    /// Give one's own seat up.
    Leave,
    /// Say that it took place.
    Complete,
    /// Say who did not come.
    MarkNoShow,
    /// Say that one came oneself.
    DisputeNoShow,
    /// Decide who came, whatever was said.
    CorrectNoShow,
    Rate,
    /// End a hold or a request that nobody finished in time.
    Expire,
}

impl Right {
    /// The table.
    pub fn is_given_to(self, relation: Relation) -> bool {
        use Relation::{Attendee, Guest, Host, Staff, System};
        match self {
            Self::See | Self::Cancel => true,
            Self::Answer | Self::ReassignHost => matches!(relation, Host | Staff),
            Self::Reschedule => matches!(relation, Host | Attendee | Guest | Staff),
            Self::Reassign | Self::CorrectNoShow => matches!(relation, Staff),
            Self::Finalize | Self::Leave => matches!(relation, Attendee | Guest | Staff),
            Self::Complete => matches!(relation, Host | Staff | System),
            Self::MarkNoShow => matches!(relation, Host | Attendee | Staff),
            Self::DisputeNoShow | Self::Rate => matches!(relation, Host | Attendee),
            Self::Expire => matches!(relation, System),
        }
    }

    /// As it fits "you may not …".
    pub fn phrase(self) -> &'static str {
        match self {
            Self::See => "see this booking",
            Self::Answer => "answer this request",
            Self::Cancel => "cancel this booking",
            Self::Reschedule => "reschedule this booking",
            Self::Reassign => "reassign bookings",
            Self::ReassignHost => "give this meeting to another host",
            Self::Finalize => "finalize this booking",
            Self::Leave => "leave this booking",
            Self::Complete => "complete this booking",
            Self::MarkNoShow => "mark a no-show on this booking",
            Self::DisputeNoShow => "dispute a no-show on this booking",
            Self::CorrectNoShow => "correct a no-show on this booking",
            Self::Rate => "rate this booking",
            Self::Expire => "expire this booking",
        }
    }
}

/// As what somebody acts: the first of their relations that gives them the right. Somebody who takes part acts as that,
/// also when they are staff.
///
/// Refuses with `NOT_AUTHORIZED` when none does. Whoever has no relation at all may not know that the booking exists:
/// that is for the caller, who refuses with `BOOKING_NOT_FOUND`.
pub fn acting_as(right: Right, relations: &[Relation]) -> Result<Relation, Refusal> {
    relations
        .iter()
        .copied()
        .find(|relation| right.is_given_to(*relation))
        .ok_or_else(|| Refusal::NotAuthorized { action: right.phrase().to_owned() })
}

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::*;

    fn table() -> String {
        let given = |right: Right| {
            let to: Vec<String> = Relation::VARIANTS
                .iter()
                .filter(|relation| right.is_given_to(**relation))
                .map(|relation| format!("{relation:?}"))
                .collect();
            format!("{right:?}: {}", to.join(", "))
        };
        Right::VARIANTS.iter().copied().map(given).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_table_of_rights_is_this() {
        let expected = "See: Host, Attendee, Guest, Staff, System
Answer: Host, Staff
Cancel: Host, Attendee, Guest, Staff, System
Reschedule: Host, Attendee, Guest, Staff
Reassign: Staff
ReassignHost: Host, Staff
Finalize: Attendee, Guest, Staff
Leave: Attendee, Guest, Staff
Complete: Host, Staff, System
MarkNoShow: Host, Attendee, Staff
DisputeNoShow: Host, Attendee
CorrectNoShow: Staff
Rate: Host, Attendee
Expire: System";
        assert_eq!(table(), expected);
    }

    #[test]
    fn staff_who_take_part_act_as_participants() {
        let relations = [Relation::Attendee, Relation::Staff];
        assert_eq!(acting_as(Right::Cancel, &relations), Ok(Relation::Attendee));
        assert_eq!(acting_as(Right::Answer, &relations), Ok(Relation::Staff));
    }

    #[test]
    fn whoever_has_no_relation_that_gives_the_right_is_refused() {
        let no = acting_as(Right::Reassign, &[Relation::Host, Relation::Attendee]).unwrap_err();
        assert_eq!(no.to_string(), "you may not reassign bookings");
    }
}
