//! The services outside that an organization or a user connected, as far as handlers and workers share what is done
//! with them. How a provider is spoken to is `convene_providers`; what is done in the background is in `work`.

pub mod airtable;
pub mod calendars;
