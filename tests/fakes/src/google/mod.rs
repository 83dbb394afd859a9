//! Google: OAuth 2.0, and as much of Calendar v3 as bookings need.
//!
//! | module | what it holds |
//! | --- | --- |
//! | `handle`, `by_hand` | [`Google`]: what tests hold; events as a person makes and moves them |
//! | `state` | accounts, their calendars, and what the fake was told to do |
//! | `event`, `times`, `conference` | an event and how it is shown, when it is, its video meeting |
//! | `caller`, `refusal` | who calls and whether they may; errors in Google's shape |
//! | `strict`, `fields`, `html` | what Google takes and how long it may be; parts of answers; descriptions |
//! | `oauth` | `/o/oauth2/v2/auth`, `/token`, `/revoke` |
//! | `calendar_list`, `free_busy` | `/calendar/v3/users/me/calendarList`, `/calendar/v3/freeBusy` |
//! | `events`, `listing` | `/calendar/v3/calendars/{calendar}/events`: one, and lists with sync tokens |
//! | `channels` | `…/events/watch`, `/calendar/v3/channels/stop`, and the pushes |

mod by_hand;
mod calendar_list;
mod caller;
mod channels;
mod conference;
mod event;
mod events;
mod fields;
mod free_busy;
mod handle;
mod html;
mod listing;
mod oauth;
mod refusal;
mod state;
mod strict;
mod times;

pub use channels::Channel;
pub use conference::Meetings;
pub use event::Event;
pub use handle::Google;
pub use state::{Calendar, Role};
