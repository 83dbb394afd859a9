//! What hosts say about when they can be booked: JSON in, checked schedules, windows and travels out.

mod overrides;
mod schedule;
mod travel;
mod weekly;
mod window;

pub use self::overrides::{Override, overrides};
pub use self::schedule::ScheduleDraft;
pub use self::travel::{Travel, travels};
pub use self::weekly::{WeeklyWindow, weekly};
pub use self::window::DayWindow;

/// Most schedules of a host.
pub const SCHEDULES_MOST: i32 = 10;
/// Most windows of one weekday or date.
pub const WINDOWS_MOST: usize = 20;
/// Most dates of a schedule that have windows of their own, or are off; those that have passed count.
pub const OVERRIDE_DATES_MOST: usize = 1_000;
/// Most windows and days off in a schedule's overrides.
pub const OVERRIDES_MOST: usize = 2_000;
/// Most stays elsewhere of a host; those that have passed count.
pub const TRAVELS_MOST: usize = 100;
