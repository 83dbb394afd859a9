//! A pooled connection for the time of one statement.

use std::time::Duration;

use deadpool_postgres::{ClientWrapper, Object};

use super::connector::Connector;

/// Returns its connection to the pool only when told that the statement has ended.
///
/// A request that is given up (timeout, client gone) drops this in the middle of a statement. Handing the connection
/// to the next request would make that one wait for the abandoned statement, and canceling it then could hit the
/// next request's statement. So the connection leaves the pool first, is told to cancel, and closes.
pub struct Lease {
    connection: Option<Object>,
    connector: Connector,
}

impl Lease {
    pub fn new(connection: Object, connector: Connector) -> Self {
        Self { connection: Some(connection), connector }
    }

    /// The connection. `None` only after [`Self::end`].
    pub fn client(&self) -> Option<&ClientWrapper> {
        self.connection.as_deref()
    }

    /// The statement has ended: the connection goes back to the pool.
    pub fn end(mut self) {
        self.connection.take();
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let (Some(connection), Ok(runtime)) = (self.connection.take(), tokio::runtime::Handle::try_current()) else {
            return;
        };
        let (client, connector) = (Object::take(connection), self.connector.clone());
        runtime.spawn(async move {
            // The server's own statement timeout ends it if this does not.
            let _ = tokio::time::timeout(Duration::from_secs(5), connector.cancel(client.cancel_token())).await;
            drop(client);
        });
    }
}
