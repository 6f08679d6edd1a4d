//! Real database servers that a test starts for itself: in a folder of their own, on a free port,
//! stopped by their process when the last test that uses them ends.

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use sqlx::mysql::{MySqlConnectOptions, MySqlConnection};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Row, raw_sql};
use tempfile::TempDir;

/// Longest wait for a server to begin or to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// Which server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    MariaDb,
    Postgres,
}

pub(crate) const KINDS: [Kind; 2] = [Kind::MariaDb, Kind::Postgres];

/// A server that runs. It has the database `school`, which its users `ada`, `bob` and `cleo` may read.
pub(crate) struct Server {
    pub(crate) kind: Kind,
    port: u16,
    process: Process,
    _folder: TempDir,
}

/// Killed when dropped, unless it has ended.
struct Process(Kind, Mutex<Child>);

/// A session of the server's own administrator.
pub(crate) enum Admin {
    MariaDb(MySqlConnection),
    Postgres(PgConnection),
}

/// Those that run now, one of each kind for all tests of this process.
static SHARED: [tokio::sync::Mutex<Weak<Server>>; 2] = [
    tokio::sync::Mutex::const_new(Weak::new()),
    tokio::sync::Mutex::const_new(Weak::new()),
];

impl Kind {
    /// The server that tests share. `None`: its programs are not there, which is said.
    pub(crate) async fn shared(self) -> Option<Arc<Server>> {
        let mut shared = SHARED[self as usize].lock().await;
        if let Some(server) = shared.upgrade() {
            return Some(server);
        }
        let server = Arc::new(self.start().await?);
        *shared = Arc::downgrade(&server);
        Some(server)
    }

    /// A server of the test's own, which it may kill.
    pub(crate) async fn start(self) -> Option<Server> {
        let Some(programs) = self.programs() else {
            assert!(
                std::env::var("CI").as_deref() != Ok("true"),
                "{self:?} is not installed, and with CI=true it must be"
            );
            eprintln!("skipped: {self:?} is not installed");
            return None;
        };
        let folder = owned_folder();
        self.prepare(&programs, folder.path());
        // Somebody else may take the port between its choice and the server's start.
        for _ in 0..3 {
            let port = free_port();
            let process = Process(self, Mutex::new(self.spawn(&programs, folder.path(), port)));
            if ready(self, port, folder.path(), &process).await {
                let server = Server {
                    kind: self,
                    port,
                    process,
                    _folder: folder,
                };
                server.fill().await;
                return Some(server);
            }
        }
        let log = fs::read_to_string(folder.path().join("log")).unwrap_or_default();
        panic!("{self:?} does not start:\n{log}")
    }

    /// Where its programs are: the server, and what makes its first data.
    fn programs(self) -> Option<[PathBuf; 2]> {
        let (places, names) = match self {
            Self::MariaDb => (Vec::new(), ["mariadbd", "mariadb-install-db"]),
            Self::Postgres => (debian_postgres(), ["postgres", "initdb"]),
        };
        let path = std::env::var_os("PATH").unwrap_or_default();
        let usual = std::env::split_paths(&path).chain(["/usr/sbin".into()]);
        let places: Vec<PathBuf> = places.into_iter().chain(usual).collect();
        let find = |name: &str| {
            let mut found = places.iter().map(|place| place.join(name));
            found.find(|program| program.is_file())
        };
        Some([find(names[0])?, find(names[1])?])
    }

    fn prepare(self, [_, first]: &[PathBuf; 2], folder: &Path) {
        let mut command = unprivileged(first, folder);
        match self {
            Self::MariaDb => command
                .arg("--no-defaults")
                .arg(format!("--datadir={}", folder.join("data").display()))
                .args(["--auth-root-authentication-method=normal", "--skip-test-db"]),
            Self::Postgres => command
                .arg("--pgdata")
                .arg(folder.join("data"))
                .args([
                    "--username=root",
                    "--auth-local=trust",
                    "--auth-host=password",
                ])
                .args(["--no-sync", "--encoding=UTF8", "--no-locale"]),
        };
        let made = command.status().unwrap();
        let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
        assert!(made.success(), "{self:?} cannot make its data:\n{log}");
    }

    fn spawn(self, [server, _]: &[PathBuf; 2], folder: &Path, port: u16) -> Child {
        let mut command = unprivileged(server, folder);
        match self {
            Self::MariaDb => command
                .arg("--no-defaults")
                .arg(format!("--datadir={}", folder.join("data").display()))
                .arg(format!("--socket={}", folder.join("socket").display()))
                .arg(format!("--port={port}"))
                .args(["--bind-address=127.0.0.1", "--skip-name-resolve"])
                .args([
                    "--innodb-buffer-pool-size=32M",
                    "--innodb-flush-log-at-trx-commit=0",
                ]),
            Self::Postgres => command
                .arg("-D")
                .arg(folder.join("data"))
                .args(["-p", &port.to_string(), "-h", "127.0.0.1", "-k"])
                .arg(folder)
                .args(["-c", "fsync=off"]),
        };
        command.spawn().unwrap()
    }

    async fn admin(self, folder: &Path, port: u16, database: &str) -> Result<Admin, sqlx::Error> {
        Ok(match self {
            Self::MariaDb => {
                let options = MySqlConnectOptions::new().socket(folder.join("socket"));
                let options = options.username("root").database(database);
                Admin::MariaDb(options.disable_statement_logging().connect().await?)
            }
            Self::Postgres => {
                let options = PgConnectOptions::new_without_pgpass()
                    .socket(folder)
                    .port(port);
                let options = options.username("root").database(database);
                Admin::Postgres(options.disable_statement_logging().connect().await?)
            }
        })
    }

    /// The database that is there from the beginning.
    fn first_database(self) -> &'static str {
        match self {
            Self::MariaDb => "mysql",
            Self::Postgres => "postgres",
        }
    }
}

/// Whether the server takes connections, or has ended before it did.
async fn ready(kind: Kind, port: u16, folder: &Path, process: &Process) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if process.has_ended() {
            return false;
        }
        if kind
            .admin(folder, port, kind.first_database())
            .await
            .is_ok()
        {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    false
}

impl Server {
    /// What the operator of Spillway would give as `--database`. The users may do the same, and
    /// differ so that a test can count its own sessions.
    pub(crate) fn url(&self, user: &str) -> String {
        let scheme = match self.kind {
            Kind::MariaDb => "mysql",
            Kind::Postgres => "postgres",
        };
        format!("{scheme}://{user}:s3cret@127.0.0.1:{}/school", self.port)
    }

    /// A session that sees everything.
    pub(crate) async fn admin(&self) -> Admin {
        let admin = self.kind.admin(self._folder.path(), self.port, "school");
        admin.await.unwrap()
    }

    /// Kills the server as a power cut would.
    pub(crate) fn kill(&self) {
        self.process.kill();
    }

    /// Makes the database and its user.
    async fn fill(&self) {
        let first = self.kind.first_database();
        let first = self.kind.admin(self._folder.path(), self.port, first).await;
        first.unwrap().run("CREATE DATABASE school").await;
        let sql = match self.kind {
            Kind::MariaDb => include_str!("school.mariadb.sql"),
            Kind::Postgres => include_str!("school.postgres.sql"),
        };
        self.admin().await.run(sql).await;
    }
}

impl Admin {
    /// Carries out statements.
    pub(crate) async fn run(&mut self, sql: &'static str) {
        match self {
            Self::MariaDb(link) => raw_sql(sql).execute(link).await.map(drop).unwrap(),
            Self::Postgres(link) => raw_sql(sql).execute(link).await.map(drop).unwrap(),
        }
    }

    /// The one value that a query gives, as text; `None` without a row.
    pub(crate) async fn ask(&mut self, sql: &str) -> Option<String> {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::MariaDb(link) => {
                let row = raw_sql(sql).fetch_optional(link).await.unwrap();
                row.map(|row| row.try_get_unchecked::<String, usize>(0).unwrap())
            }
            Self::Postgres(link) => {
                let row = raw_sql(sql).fetch_optional(link).await.unwrap();
                row.map(|row| row.try_get_unchecked::<String, usize>(0).unwrap())
            }
        }
    }

    /// How many sessions a user has.
    pub(crate) async fn sessions(&mut self, user: &str) -> u64 {
        let sql = match self {
            Self::MariaDb(_) => {
                "SELECT CAST(count(*) AS CHAR) FROM information_schema.processlist WHERE user = "
            }
            Self::Postgres(_) => "SELECT count(*)::text FROM pg_stat_activity WHERE usename = ",
        };
        let sessions = self.ask(&format!("{sql}'{user}'")).await;
        sessions.unwrap().parse().unwrap()
    }
}

impl Process {
    fn has_ended(&self) -> bool {
        self.1.lock().unwrap().try_wait().unwrap().is_some()
    }

    fn kill(&self) {
        let mut child = self.1.lock().unwrap();
        child.kill().ok();
        child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Ok(child) = self.1.get_mut()
            && matches!(child.try_wait(), Ok(None))
        {
            // Asked to stop, a server takes its helpers along and gives back its shared memory.
            // What PostgreSQL calls a fast stop does not wait for its sessions.
            let signal = match self.0 {
                Kind::MariaDb => "-TERM",
                Kind::Postgres => "-INT",
            };
            let pid = child.id().to_string();
            let asked = Command::new("kill").args([signal, &pid]).status();
            let begun = Instant::now();
            while asked.is_ok() && begun.elapsed() < PATIENCE {
                if matches!(child.try_wait(), Ok(Some(_)) | Err(_)) {
                    return;
                }
                std::thread::sleep(Duration::from_millis(10));
            }
            child.kill().ok();
            child.wait().ok();
        }
    }
}

/// Debian keeps each version in a folder of its own: the newest first.
fn debian_postgres() -> Vec<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut versions: Vec<PathBuf> = versions.map(|entry| entry.path()).collect();
    versions.sort_by_key(|path| {
        let name = path.file_name().and_then(|name| name.to_str());
        std::cmp::Reverse(name.and_then(|name| name.parse::<u32>().ok()))
    });
    versions.iter().map(|version| version.join("bin")).collect()
}

/// A program of a server, which does not run as root: then as `nobody`.
fn unprivileged(program: &Path, folder: &Path) -> Command {
    let log = File::options()
        .append(true)
        .create(true)
        .open(folder.join("log"))
        .unwrap();
    let mut command = if fs::metadata(folder).unwrap().uid() == NOBODY {
        let mut command = Command::new("setpriv");
        command
            .arg(format!("--reuid={NOBODY}"))
            .arg(format!("--regid={NOBODY}"))
            .arg("--clear-groups")
            .arg(program);
        command
    } else {
        Command::new(program)
    };
    command
        .current_dir(folder)
        // MariaDB removes at its start what another one left in this folder, or is using.
        .env("TMPDIR", folder)
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log);
    command
}

/// A folder that the server's user owns.
fn owned_folder() -> TempDir {
    let folder = tempfile::Builder::new().prefix("db").tempdir().unwrap();
    if fs::metadata(folder.path()).unwrap().uid() == 0 {
        chown(folder.path(), Some(NOBODY), Some(NOBODY)).unwrap();
    }
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    folder
}

/// The number of `nobody` and its group on every Linux.
const NOBODY: u32 = 65_534;

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
