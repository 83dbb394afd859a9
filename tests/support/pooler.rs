//! PgBouncer between the service and Postgres, which lends sessions for one transaction at a time.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio_postgres::config::Host;

use crate::database::TestDatabase;
use crate::surroundings::surroundings;

/// A running pooler. It ends with this value.
pub struct Pooler {
    _process: Child,
    home: PathBuf,
    database: String,
    port: u16,
}

static COUNT: AtomicU32 = AtomicU32::new(0);

impl Pooler {
    /// A pooler with so few sessions that whoever uses it meets the others in them.
    pub async fn start(database: &TestDatabase, sessions: u32) -> Self {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let home = std::env::temp_dir().join(format!("convene-pooler-{}-{number}", std::process::id()));
        let port = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a free port").port();
        let role = database.role("convene_service");
        let [Host::Tcp(host)] = role.get_hosts() else { panic!("the cluster is reached over TCP") };
        let password = String::from_utf8_lossy(role.get_password().expect("roles have passwords"));
        // Whoever comes is taken for convene_service.
        let settings = format!(
            "[databases]
             {name} = host={host} port={server} dbname={name} user=convene_service password={password}
             [pgbouncer]
             listen_addr = 127.0.0.1
             listen_port = {port}
             unix_socket_dir =
             auth_type = any
             pool_mode = transaction
             default_pool_size = {sessions}
             ",
            name = database.name,
            server = role.get_ports()[0],
        );
        std::fs::create_dir_all(&home).expect("a directory for the pooler");
        let file = home.join("pgbouncer.ini");
        let lines: String = settings.lines().map(|line| format!("{}\n", line.trim())).collect();
        std::fs::write(&file, lines).expect("a file for the pooler");
        let mut command = Command::new(&surroundings().pgbouncer);
        // It refuses to run as root.
        if let Some(user) = &surroundings().run_as {
            command.args(["-u", user]);
        }
        let log = std::fs::File::create(home.join("log")).expect("a file for the log");
        command.arg("-q").arg(&file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).kill_on_drop(true);
        let process = command.spawn().expect("pgbouncer runs");
        let pooler = Self { _process: process, home, database: database.name.clone(), port };
        pooler.wait_until_it_listens().await;
        pooler
    }

    /// The service's URL.
    pub fn url(&self) -> String {
        format!("postgres://convene_service@127.0.0.1:{}/{}?sslmode=disable", self.port, self.database)
    }

    async fn wait_until_it_listens(&self) {
        for _ in 0..200 {
            if TcpStream::connect(("127.0.0.1", self.port)).await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("pgbouncer does not listen: {}", std::fs::read_to_string(self.home.join("log")).unwrap_or_default());
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.home);
    }
}
