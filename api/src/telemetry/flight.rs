//! A request, from its head to its answer.

use std::time::Instant;

use opentelemetry::Context;

use super::Telemetry;
use super::board::{Finished, InFlight};

/// Counts as a request in progress while it lives. If it is dropped before it landed, the client has left.
pub struct Flight {
    telemetry: Telemetry,
    number: u64,
    what: InFlight,
    context: Context,
    landed: bool,
}

impl Flight {
    pub(super) fn new(telemetry: Telemetry, what: InFlight, context: Context) -> Self {
        let number = telemetry.board().took_off(what.clone());
        Self { telemetry, number, what, context, landed: false }
    }

    /// The trace that its spans belong to.
    pub fn context(&self) -> Context {
        self.context.clone()
    }

    /// It is answered, with this status; `problem` is the code of a fault.
    pub fn land(mut self, status: u16, problem: Option<String>) {
        self.end(Some(status), problem);
    }

    fn end(&mut self, status: Option<u16>, problem: Option<String>) {
        self.landed = true;
        let duration = self.what.started.elapsed();
        self.what.log(status, duration);
        self.telemetry.board().is_over(self.number);
        let InFlight { method, route, id, notes, .. } = self.what.clone();
        let principal = notes.known_principal().copied();
        let finished = Finished { ended: Instant::now(), duration, method, route, id, principal, status, problem };
        self.telemetry.landed(finished, &self.context);
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        if !self.landed {
            self.end(None, Some("canceled".to_owned()));
        }
    }
}
