//! A pooled connection for the time of one statement.

use std::time::Duration;

use deadpool_postgres::{ClientWrapper, Object};
use tokio_postgres::NoTls;

/// Returns its connection to the pool only when told that the statement has ended.
///
/// A request that is given up (timeout, client gone) drops this in the middle of a statement. Handing the connection
/// to the next request would make that one wait for the abandoned statement, and canceling it then could hit the
/// next request's statement. So the connection leaves the pool first, is told to cancel, and closes.
pub struct Lease(Option<Object>);

impl Lease {
    pub fn new(connection: Object) -> Self {
        Self(Some(connection))
    }

    /// The connection. `None` only after [`Self::end`].
    pub fn client(&self) -> Option<&ClientWrapper> {
        self.0.as_deref()
    }

    /// The statement has ended: the connection goes back to the pool.
    pub fn end(mut self) {
        self.0.take();
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let (Some(connection), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current()) else { return };
        let client = Object::take(connection);
        runtime.spawn(async move {
            // The server's own statement timeout ends it if this does not.
            let _ = tokio::time::timeout(Duration::from_secs(5), client.cancel_token().cancel_query(NoTls)).await;
            drop(client);
        });
    }
}
