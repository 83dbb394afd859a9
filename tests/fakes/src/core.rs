//! What every fake has: its address, its faults, its record of calls, its postman, and a clock that can be put on.

use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::calls::Log;
use crate::faults::{Faults, Weather};
use crate::post::Postman;

pub(crate) struct Core {
    pub url: String,
    pub log: Log,
    pub postman: Postman,
    weather: Mutex<Weather>,
    ahead_millis: AtomicI64,
}

impl Core {
    pub fn new(url: String) -> Self {
        Self {
            url,
            log: Log::default(),
            postman: Postman::start(),
            weather: Mutex::new(Weather::new(Faults::none())),
            ahead_millis: AtomicI64::new(0),
        }
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::now() + SignedDuration::from_millis(self.ahead_millis.load(Ordering::Relaxed))
    }

    pub fn pass(&self, time: Duration) {
        let millis = i64::try_from(time.as_millis()).expect("less than an age");
        self.ahead_millis.fetch_add(millis, Ordering::Relaxed);
    }

    pub fn set_faults(&self, faults: Faults) {
        *self.weather.lock().expect("nobody panics holding it") = Weather::new(faults);
    }

    pub fn with_weather<T>(&self, ask: impl FnOnce(&mut Weather) -> T) -> T {
        ask(&mut self.weather.lock().expect("nobody panics holding it"))
    }
}

/// What every fake's handle can do, whatever it fakes.
macro_rules! common_handle {
    ($fake:ty) => {
        impl $fake {
            /// `http://127.0.0.1:port`
            pub fn url(&self) -> &str {
                &self.core().url
            }

            /// From now on this goes wrong, and nothing else.
            pub fn set_faults(&self, faults: $crate::Faults) {
                self.core().set_faults(faults);
            }

            /// Puts the fake's clock on: tokens, channels and hooks expire by it.
            pub fn pass(&self, time: std::time::Duration) {
                self.core().pass(time);
            }

            /// Every call that has ended, in the order in which they did.
            pub fn calls(&self) -> Vec<$crate::Call> {
                self.core().log.all()
            }

            /// How many calls of a method have ended whose route ends with this.
            pub fn calls_to(&self, method: &str, route: &str) -> usize {
                self.core().log.count(method, route)
            }

            /// Forgets the calls so far.
            pub fn forget_calls(&self) {
                self.core().log.forget();
            }

            /// The most calls that this mailbox had open at once.
            pub fn most_open_calls(&self, mailbox: &str) -> usize {
                self.core().log.most_open(mailbox)
            }
        }
    };
}

pub(crate) use common_handle;
