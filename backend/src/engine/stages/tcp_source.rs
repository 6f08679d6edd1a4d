//! `tcp_source`: a Readable over a real TCP connection, like `net.connect()`: this server listens
//! on a free port of loopback, connects to itself and sends a sample.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use spillway_protocol::stages::Side;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_util::task::AbortOnDropHandle;

use super::documented::{END, SAMPLE};
use super::loopback::{self, OnTheWay};
use super::sample;
use super::{Inside, Kind, LiveSource, Options, Plan, StageError, Worker};
use crate::data::{Form, Sample};
use crate::engine::{Counted, Ledger, Resource};

pub(super) const KIND: Kind = Kind {
    name: "tcp_source",
    about: "Readable over a real TCP connection to this server, which sends the rows of \
            `csv_sample`. `rows` (10000) or `bytes`, `seed`, `bytes_per_s` (full speed when left \
            out), `high_water_mark` (16384), `label`",
    side: Side::Readable,
    options: &[SAMPLE, END],
    word: None,
    plan,
};

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    sample::plan(options, &[], Form::Csv, "TCP socket", |sample, ledger| {
        Worker::LiveSource(Box::new(TcpSource {
            sample: Some(sample),
            socket: None,
            on_the_way: Arc::default(),
            ledger,
        }))
    })
}

struct TcpSource {
    /// Until it is connected.
    sample: Option<Sample>,
    /// With the task at the other end.
    socket: Option<(Counted<TcpStream>, AbortOnDropHandle<()>)>,
    on_the_way: Arc<OnTheWay>,
    ledger: Ledger,
}

impl TcpSource {
    async fn connect(&mut self, sample: Sample) -> Result<(), StageError> {
        let connection = loopback::connection().await;
        let (near, far) =
            connection.map_err(|error| StageError::io("cannot connect over loopback", error))?;
        let [near, far] = [near, far].map(|end| self.ledger.count(Resource::Socket, end));
        let sends = tokio::spawn(send(sample, far, Arc::clone(&self.on_the_way)));
        self.socket = Some((near, AbortOnDropHandle::new(sends)));
        Ok(())
    }
}

/// The other end: sends the sample and closes.
async fn send(mut sample: Sample, mut socket: Counted<TcpStream>, on_the_way: Arc<OnTheWay>) {
    let mut piece = BytesMut::new();
    loop {
        sample.fill(&mut piece, PIECE);
        if piece.is_empty() {
            // Nobody is left to be told when this fails.
            socket.shutdown().await.ok();
            return;
        }
        while !piece.is_empty() {
            match socket.write_buf(&mut piece).await {
                Ok(sent) => on_the_way.count_sent(sent),
                Err(_) => return,
            }
        }
    }
}

/// Bytes made before they are sent.
const PIECE: usize = 16 * 1024;

impl LiveSource for TcpSource {
    fn read(&mut self, n: usize) -> BoxFuture<'_, Result<Option<Bytes>, StageError>> {
        async move {
            if let Some(sample) = self.sample.take() {
                self.connect(sample).await?;
            }
            let Some((socket, _)) = &mut self.socket else {
                return Err(StageError::Data("the socket is not connected".to_owned()));
            };
            self.on_the_way.read(&mut **socket, n).await
        }
        .boxed()
    }

    fn inside(&self) -> Inside {
        Inside::holding(self.on_the_way.bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::stages::tests_support::{
        live_source, reach, read_all, read_all_live, source,
    };

    #[tokio::test]
    async fn what_crosses_the_connection_is_the_sample() {
        let stage = r#"{"id":"t","kind":"tcp_source","rows":5000,"seed":9}"#;
        let mut tcp = live_source(stage, &reach());
        let crossed = read_all_live(&mut *tcp, 10_000).await;
        let sample = stage.replace("tcp_source", "csv_sample");
        assert!(crossed == read_all(&mut *source(&sample), 10_000));
        assert_eq!(tcp.inside(), Inside::default());
    }

    #[tokio::test]
    async fn its_other_end_ends_with_it() {
        let mut tcp = live_source(
            r#"{"id":"t","kind":"tcp_source","bytes":1000000000}"#,
            &reach(),
        );
        tcp.read(10).await.unwrap().unwrap();
        let tasks = tokio::runtime::Handle::current().metrics();
        assert_eq!(tasks.num_alive_tasks(), 1);
        drop(tcp);
        while tasks.num_alive_tasks() > 0 {
            tokio::task::yield_now().await;
        }
    }
}
