//! A keep-alive HTTP client that does no more than it must, so that the service is what is measured.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::Result;

/// One connection.
pub struct Connection {
    stream: BufReader<TcpStream>,
    /// What every request says, from the version of the protocol on.
    pub headers: String,
    /// Bytes of the last body, as sent.
    pub last_bytes: usize,
    body: Vec<u8>,
}

impl Connection {
    /// Opens one, with a key or without.
    pub fn open(port: u16, token: Option<&str>) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        let key = token.map_or(String::new(), |t| format!("Authorization: Bearer {t}\r\nPurpose: benchmark\r\n"));
        let headers = format!(" HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n{key}\r\n");
        Ok(Self { stream: BufReader::with_capacity(1 << 16, stream), headers, last_bytes: 0, body: vec![] })
    }

    /// Asks for a path, reads the whole answer and gives its status.
    pub fn get(&mut self, path: &str) -> Result<u16> {
        let request = format!("GET {path}{}", self.headers);
        self.stream.get_mut().write_all(request.as_bytes())?;
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status: u16 = line.split(' ').nth(1).ok_or("no status")?.parse()?;
        let (mut length, mut chunked) = (0usize, false);
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let lower = line.trim_end().to_ascii_lowercase();
            if lower.is_empty() {
                break;
            }
            if let Some(n) = lower.strip_prefix("content-length:") {
                length = n.trim().parse()?;
            }
            chunked |= lower.starts_with("transfer-encoding:") && lower.contains("chunked");
        }
        self.last_bytes = 0;
        if !chunked {
            return self.read(length).map(|()| status);
        }
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let n = usize::from_str_radix(line.trim(), 16)?;
            self.read(n + 2)?;
            if n == 0 {
                return Ok(status);
            }
        }
    }

    fn read(&mut self, n: usize) -> Result<()> {
        self.body.resize(n, 0);
        self.stream.read_exact(&mut self.body)?;
        self.last_bytes += n;
        Ok(())
    }
}

/// Answers a second over some connections for some time; each walks the paths from a place of its own.
pub fn load(port: u16, token: &str, paths: &[String], connections: usize, time: Duration) -> Result<f64> {
    let (done, bad, start) = (AtomicU64::new(0), AtomicU64::new(0), Instant::now());
    std::thread::scope(|scope| {
        for k in 0..connections {
            let (done, bad) = (&done, &bad);
            scope.spawn(move || {
                let walk = || -> Result<()> {
                    let mut c = Connection::open(port, Some(token))?;
                    for p in paths.iter().cycle().skip(k * paths.len() / connections) {
                        if start.elapsed() >= time {
                            break;
                        }
                        let counter = if matches!(c.get(p)?, 200 | 204) { done } else { bad };
                        counter.fetch_add(1, Ordering::Relaxed);
                    }
                    Ok(())
                };
                if walk().is_err() {
                    bad.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    let bad = bad.into_inner();
    if bad > 0 {
        return Err(format!("{bad} requests failed").into());
    }
    Ok(done.into_inner() as f64 / start.elapsed().as_secs_f64())
}
