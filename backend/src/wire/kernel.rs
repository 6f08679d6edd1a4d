//! What the kernel holds of a TCP connection, from `/proc/net/tcp`.

use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use memchr::memmem;
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;
use tokio::time::Instant;

/// The kernel's table of connections, read at most ten times a second however many ask.
#[derive(Debug, Default)]
pub(crate) struct Kernel {
    latest: Mutex<Option<(Instant, Arc<Tables>)>>,
}

/// The tables as they stand in `/proc`.
#[derive(Debug, Default)]
struct Tables {
    v4: Vec<u8>,
    v6: Vec<u8>,
}

/// The queues of one end of a connection, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Queues {
    /// What this end has written and the other has not acknowledged.
    pub(crate) send: u64,
    /// What has arrived at this end and was not read.
    pub(crate) receive: u64,
}

/// How old the table may be.
const FRESH: Duration = Duration::from_millis(100);

impl Kernel {
    /// The queues of the end at `local` of a connection with `remote`; `None` when this machine's
    /// kernel does not have that end, or does not tell.
    pub(crate) async fn queues(&self, local: SocketAddr, remote: SocketAddr) -> Option<Queues> {
        self.tables().await.find(local, remote)
    }

    async fn tables(&self) -> Arc<Tables> {
        let mut latest = self.latest.lock().await;
        if let Some((read_at, tables)) = &*latest
            && read_at.elapsed() < FRESH
        {
            return Arc::clone(tables);
        }
        let tables = Arc::new(spawn_blocking(Tables::read).await.unwrap_or_default());
        *latest = Some((Instant::now(), Arc::clone(&tables)));
        tables
    }
}

impl Tables {
    /// Where the system has no such files, the tables are empty.
    fn read() -> Self {
        Self {
            v4: fs::read("/proc/net/tcp").unwrap_or_default(),
            v6: fs::read("/proc/net/tcp6").unwrap_or_default(),
        }
    }

    fn find(&self, local: SocketAddr, remote: SocketAddr) -> Option<Queues> {
        let (ours, theirs) = (local.ip().to_canonical(), remote.ip().to_canonical());
        let key = |ip: fn(IpAddr) -> String| {
            let (from, to) = (ip(ours), ip(theirs));
            format!(" {from}:{:04X} {to}:{:04X} ", local.port(), remote.port())
        };
        // An IPv4 client of a socket for both families stands among those of IPv6.
        let v4 = ours.is_ipv4() && theirs.is_ipv4();
        let short = v4.then(|| read_line(&self.v4, &key(hex)));
        short
            .flatten()
            .or_else(|| read_line(&self.v6, &key(long_hex)))
    }
}

/// The queues in the line that has these addresses: after them stand the state and
/// `SEND:RECEIVE`, in hexadecimal.
fn read_line(table: &[u8], addresses: &str) -> Option<Queues> {
    let at = memmem::find(table, addresses.as_bytes())?;
    let rest = table.get(at + addresses.len()..)?;
    let rest = str::from_utf8(rest.get(..rest.len().min(24))?).ok()?;
    let (send, receive) = rest.split(' ').nth(1)?.split_once(':')?;
    let bytes = |digits| u64::from_str_radix(digits, 16).ok();
    Some(Queues {
        send: bytes(send)?,
        receive: bytes(receive)?,
    })
}

/// An address as the kernel prints it: words in the machine's own order.
fn hex(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(v4) => format!("{:08X}", u32::from_ne_bytes(v4.octets())),
        IpAddr::V6(_) => long_hex(ip),
    }
}

fn long_hex(ip: IpAddr) -> String {
    let octets = match ip {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().octets(),
        IpAddr::V6(v6) => v6.octets(),
    };
    octets
        .chunks_exact(4)
        .map(|word| {
            let word = [word[0], word[1], word[2], word[3]];
            format!("{:08X}", u32::from_ne_bytes(word))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    const HEAD: &str =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt\n";

    #[cfg(target_endian = "little")]
    #[test]
    fn a_line_is_found_by_both_addresses_in_either_table() {
        let v4 = "   0: 0100007F:0BB8 0100007F:D431 01 0000A000:00000007 00:00000000 00000000\n";
        let v6 = "   0: 0000000000000000FFFF00000100007F:0BB8 \
                  0000000000000000FFFF00000100007F:D432 01 00000010:00000000 00:00000000\n";
        let tables = Tables {
            v4: [HEAD, v4].concat().into_bytes(),
            v6: [HEAD, v6].concat().into_bytes(),
        };
        let at = |port| SocketAddr::from(([127, 0, 0, 1], port));
        let found = tables.find(at(3000), at(54321));
        assert_eq!(
            found,
            Some(Queues {
                send: 0xa000,
                receive: 7
            })
        );
        let mapped = tables.find(at(3000), at(54322));
        assert_eq!(
            mapped,
            Some(Queues {
                send: 16,
                receive: 0
            })
        );
        assert_eq!(tables.find(at(54321), at(3000)), None);
        assert_eq!(read_line(b" a b 01", " a b "), None, "a line that is cut");
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn what_was_written_and_not_read_is_in_the_queue_of_the_reader() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut writer = TcpStream::connect(listener.local_addr().unwrap())
            .await
            .unwrap();
        let (_reader, _) = listener.accept().await.unwrap();
        writer.write_all(&[7; 1000]).await.unwrap();
        let (local, remote) = (writer.local_addr().unwrap(), writer.peer_addr().unwrap());
        let kernel = Kernel::default();
        // On loopback it has arrived when it was written.
        let there = kernel.queues(remote, local).await.unwrap();
        assert_eq!(there.receive, 1000);
        assert_eq!(kernel.queues(local, remote).await.unwrap().send, 0);
        assert_eq!(kernel.queues(local, local).await, None);
    }
}
