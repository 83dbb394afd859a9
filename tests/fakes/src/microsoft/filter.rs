//! `$filter`: the one question that the fake knows, whether an event has a property of a caller's own.

use super::event::Stored;
use super::refusal::Refusal;

/// A property and its value.
pub(super) struct Filter {
    id: String,
    value: String,
}

impl Filter {
    /// Of `singleValueExtendedProperties/Any(ep: ep/id eq '…' and ep/value eq '…')`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let parse = || {
            let rest = text.strip_prefix("singleValueExtendedProperties/Any(ep: ep/id eq '")?;
            let (id, rest) = rest.split_once("' and ep/value eq '")?;
            let value = rest.strip_suffix("')")?;
            (!value.contains('\'')).then(|| Self { id: id.to_owned(), value: value.to_owned() })
        };
        parse().ok_or_else(|| Refusal::invalid("The fake knows no such filter."))
    }

    pub fn takes(&self, event: &Stored) -> bool {
        event.seen().properties.get(&self.id) == Some(&self.value)
    }
}
