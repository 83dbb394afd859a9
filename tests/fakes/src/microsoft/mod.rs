//! Microsoft: OAuth v2, and as much of Graph v1.0 as bookings need.
//!
//! | module | what it holds |
//! | --- | --- |
//! | `handle`, `by_hand` | [`Microsoft`]: what tests hold; events as a person makes and moves them |
//! | `state` | mailboxes, their calendars, and what the fake was told to do |
//! | `event`, `times` | an event and how it is shown, and when it is |
//! | `caller`, `refusal` | who calls and whether they may; errors in Graph's shape |
//! | `strict`, `filter` | what Graph takes and how long it may be; `$select`; `$filter` |
//! | `ids` | ids that change when an event moves to another calendar, and ids that do not |
//! | `oauth` | `/{tenant}/oauth2/v2.0/authorize` and `token` |
//! | `calendars`, `schedule` | `/v1.0/me/calendars`, `/v1.0/me/calendar/getSchedule` |
//! | `events`, `view`, `delta` | `…/events`, `…/calendarView`, `…/calendarView/delta` |
//! | `subscriptions`, `notifications` | `/v1.0/subscriptions`, and what is sent to them |
//!
//! `$expand` is not known: answers hold all there is that is selected, but for extended properties.

mod by_hand;
mod calendars;
mod caller;
mod delta;
mod event;
mod events;
mod filter;
mod handle;
mod ids;
mod notifications;
mod oauth;
mod refusal;
mod schedule;
mod state;
mod strict;
mod subscriptions;
mod times;
mod view;

pub use delta::DeltaReset;
pub use event::Event;
pub use handle::Microsoft;
pub use notifications::Lifecycle;
pub use state::Calendar;
pub use subscriptions::Subscription;
