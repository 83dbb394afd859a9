//! The functions that the service calls on nobody's behalf: its workers, with keys that the database gave them, and its
//! receivers of pushes. They name a tenant, or a claim, instead of an acting user.

/// Their names.
pub const FUNCTIONS: &[&str] = &[
    "calendar_changed",
    "calendar_channels_to_open",
    "claim_calendar_sync",
    "claim_calendar_syncs",
    "claim_token_refresh",
    "claim_writebacks",
    "connection_tokens",
    "extend_leases",
    "fail_calendar_sync",
    "finish_writeback",
    "is_syncing",
    "keep_calendar_channel",
    "mark_needs_reconnect",
    "open_calendar_channel",
    "postpone_writeback",
    "release_token_refresh",
    "stale_connections",
    "store_busy_windows",
    "store_calendar_changes",
    "store_tokens",
    "sync_plan",
    "tokens_to_refresh",
];
