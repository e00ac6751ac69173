//! Connections: a bounded number of them, each closed when nothing moves on it for a while. Where there is no more room, the
//! ones that have gone without an answer for longest make some: thousands that send their requests a byte at a time keep
//! nobody else out.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use futures_util::task::AtomicWaker;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, Sleep};

/// A connection is not made to go before it has had this long for its request.
const LEAST: Duration = Duration::from_millis(500);
/// Between two looks for room.
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// One in this many is told to go at a time.
const SHARE: usize = 16;

/// A TCP listener with its bounds.
pub(super) struct Bounded {
    tcp: TcpListener,
    room: Arc<Room>,
    idle: Duration,
}

impl Bounded {
    /// At most `connections` at once.
    pub(super) fn new(tcp: TcpListener, connections: usize, idle: Duration) -> Self {
        let room = Room { began: Instant::now(), most: connections.max(1), seats: Mutex::default() };
        Self { tcp, room: Arc::new(room), idle }
    }
}

impl Listener for Bounded {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        while !self.room.has_seat() {
            tokio::time::sleep(LOOK_EVERY).await;
        }
        let (tcp, peer) = Listener::accept(&mut self.tcp).await;
        // Small answers go out at once; without it, tiles wait for one another.
        let _ = tcp.set_nodelay(true);
        let sleep = Box::pin(tokio::time::sleep(self.idle));
        let seat = self.room.seat();
        (Connection { tcp, idle: self.idle, sleep, room: Arc::clone(&self.room), seat }, peer)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.tcp.local_addr()
    }
}

/// Where connections sit.
struct Room {
    began: Instant,
    most: usize,
    seats: Mutex<Vec<Arc<Seat>>>,
}

/// What the room knows of a connection.
struct Seat {
    /// When it was last answered, or came, in milliseconds since the room opened.
    answered_ms: AtomicU64,
    is_taken: AtomicBool,
    waker: AtomicWaker,
}

impl Room {
    fn now_ms(&self) -> u64 {
        self.began.elapsed().as_millis() as u64
    }

    /// Whether one more may come. Where there is no seat, the connections without an answer for longest are told to go.
    fn has_seat(&self) -> bool {
        let seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        if seats.len() < self.most {
            return true;
        }
        let answered = |seat: &Arc<Seat>| seat.answered_ms.load(Ordering::Relaxed);
        if seats.iter().any(|s| s.is_taken.load(Ordering::Relaxed)) {
            // Those that were told are on their way.
            return false;
        }
        let latest = self.now_ms().saturating_sub(LEAST.as_millis() as u64);
        let mut silent: Vec<&Arc<Seat>> = seats.iter().filter(|s| answered(s) <= latest).collect();
        silent.sort_unstable_by_key(|s| answered(s));
        // Several at once: a crowd that comes together is not let in one by one.
        for seat in silent.iter().take(self.most.div_ceil(SHARE)) {
            seat.is_taken.store(true, Ordering::Relaxed);
            seat.waker.wake();
        }
        false
    }

    fn seat(&self) -> Arc<Seat> {
        let answered_ms = AtomicU64::new(self.now_ms());
        let seat = Arc::new(Seat { answered_ms, is_taken: AtomicBool::new(false), waker: AtomicWaker::new() });
        self.seats.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&seat));
        seat
    }

    fn leave(&self, seat: &Arc<Seat>) {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = seats.iter().position(|s| Arc::ptr_eq(s, seat)) {
            seats.swap_remove(at);
        }
    }
}

/// The address of whoever is connected.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

impl Connected<IncomingStream<'_, Bounded>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Bounded>) -> Self {
        Self(*stream.remote_addr())
    }
}

/// A connection that ends when it is idle.
pub(super) struct Connection {
    tcp: TcpStream,
    idle: Duration,
    sleep: Pin<Box<Sleep>>,
    room: Arc<Room>,
    seat: Arc<Seat>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.room.leave(&self.seat);
    }
}

impl Connection {
    /// Notes that something moved, or whether nothing has for too long.
    fn watch<T>(&mut self, cx: &mut Context<'_>, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        self.seat.waker.register(cx.waker());
        if self.seat.is_taken.load(Ordering::Relaxed) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        match polled {
            Poll::Pending => match self.sleep.as_mut().poll(cx) {
                Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
                Poll::Pending => Poll::Pending,
            },
            ready => {
                let next = Instant::now() + self.idle;
                // Moving the timer costs; once a second is often enough.
                if next.duration_since(self.sleep.deadline()) > Duration::from_secs(1) {
                    self.sleep.as_mut().reset(next);
                }
                ready
            }
        }
    }
}

impl Connection {
    /// Notes that a part of an answer went out.
    fn answered(&self, written: &Poll<io::Result<usize>>) {
        if written.is_ready() {
            self.seat.answered_ms.store(self.room.now_ms(), Ordering::Relaxed);
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.tcp).poll_read(cx, buf);
        self.watch(cx, polled)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.tcp).poll_write(cx, buf);
        self.answered(&polled);
        self.watch(cx, polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.tcp).poll_write_vectored(cx, bufs);
        self.answered(&polled);
        self.watch(cx, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}
