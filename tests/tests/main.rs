//! End-to-end tests. One program, because linking one is faster than linking many; a module for each theme.

mod booking_a_slot;
