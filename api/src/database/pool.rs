//! The pool.

use super::connector::Connector;
use crate::config::{DatabaseUrl, PoolConfig};
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};

/// A pool that connects when first used. Every connection has the statement timeout and reports as `convene`.
///
/// `Fast` recycling asks the server nothing: a connection that the server closed is noticed by its task, and one whose
/// statement was given up never comes back (see [`super::lease`]). The alternative costs a round trip per request.
pub fn build(
    url: &DatabaseUrl,
    connector: Connector,
    settings: &PoolConfig,
) -> Result<Pool, deadpool_postgres::BuildError> {
    let mut parameters = url.parameters().clone();
    let given = parameters.get_options().map(|options| format!("{options} ")).unwrap_or_default();
    let timeout = settings.statement_timeout.as_millis();
    parameters
        .options(format!("{given}-c statement_timeout={timeout} -c idle_in_transaction_session_timeout={timeout}"))
        .application_name("convene");
    if parameters.get_connect_timeout().is_none() {
        parameters.connect_timeout(settings.wait);
    }
    let manager =
        Manager::from_connect(parameters, connector, ManagerConfig { recycling_method: RecyclingMethod::Fast });
    Pool::builder(manager)
        .max_size(settings.size)
        .wait_timeout(Some(settings.wait))
        .create_timeout(Some(settings.wait))
        .runtime(Runtime::Tokio1)
        .build()
}
