//! The pool.

use std::pin::Pin;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Config, Error};

use super::connector::Connector;
use super::limits::CallLimits;
use crate::config::{DatabaseUrl, PoolConfig, Pooling};

/// A pool that connects when first used. Every connection reports as `convene`.
///
/// `Fast` recycling asks the server nothing: a connection that the server closed is noticed by its task, and one whose
/// statement was given up never comes back (see [`super::lease`]). The alternative costs a round trip per request.
pub fn build(
    url: &DatabaseUrl,
    connector: Connector,
    limits: &CallLimits,
    settings: &PoolConfig,
) -> Result<Pool, deadpool_postgres::BuildError> {
    let mut parameters = url.parameters().clone();
    parameters.application_name("convene");
    if parameters.get_connect_timeout().is_none() {
        parameters.connect_timeout(settings.wait);
    }
    let set_up = match settings.pooling {
        Pooling::Sessions => limits.of_session(),
        Pooling::Transactions => String::new(),
    };
    let connect = SetUp { connector, set_up };
    let manager = Manager::from_connect(parameters, connect, ManagerConfig { recycling_method: RecyclingMethod::Fast });
    Pool::builder(manager)
        .max_size(settings.size)
        .wait_timeout(Some(settings.wait))
        .create_timeout(Some(settings.wait))
        .runtime(Runtime::Tokio1)
        .build()
}

/// Opens connections, and runs the first statements on each.
struct SetUp {
    connector: Connector,
    /// May be empty.
    set_up: String,
}

impl deadpool_postgres::Connect for SetUp {
    fn connect(
        &self,
        parameters: &Config,
    ) -> Pin<Box<dyn Future<Output = Result<(Client, JoinHandle<()>), Error>> + Send + '_>> {
        let parameters = parameters.clone();
        Box::pin(async move {
            let (client, connection) = self.connector.connect(&parameters).await?;
            let driver = tokio::spawn(async move {
                // Its end shows as an error of the statement that was running.
                let _ = connection.await;
            });
            if !self.set_up.is_empty() {
                client.batch_execute(&self.set_up).await?;
            }
            Ok((client, driver))
        })
    }
}
