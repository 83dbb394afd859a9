//! When mentors are available: their blocks, and their days off.

mod blackouts;
mod blocks;
mod record;
mod room;
