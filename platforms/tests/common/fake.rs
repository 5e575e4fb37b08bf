//! A server that answers as none should.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What it does with a request.
#[derive(Clone)]
pub(crate) enum Reply {
    /// Status, further headers (each with its line end) and body.
    Says(u16, String, String),
    /// As much of an answer as this, and then it hangs up.
    Cut(String),
    /// It reads and answers nothing for this long.
    Sleeps(Duration),
    /// A body that says it has 10 GB, and goes on.
    Endless,
    /// The beginning of an answer, and then a letter every tenth of a second.
    #[allow(dead_code, reason = "not every platform's tests need one")]
    Drips(String),
    /// As a proxy that leads here, whatever it was asked for.
    #[allow(dead_code, reason = "not every platform's tests need one")]
    Leads(String),
}

impl Reply {
    pub(crate) fn json(status: u16, body: &str) -> Self {
        Self::Says(status, String::new(), body.to_owned())
    }
}

/// One request, as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// `POST /v1/…`
    pub(crate) line: String,
    pub(crate) text: String,
}

pub(crate) struct Fake {
    /// `127.0.0.1:PORT`
    pub(crate) address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Fake {
    /// What it answers follows from the request, and from how many came before it.
    pub(crate) fn start(reply: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, count, reply) = (asked.clone(), Arc::new(AtomicUsize::new(0)), Arc::new(reply));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (log, count, reply) = (log.clone(), count.clone(), reply.clone());
                // Whoever hangs up early ends no test.
                thread::spawn(move || serve(stream, &log, &count, &*reply).ok());
            }
        });
        Self { address, asked }
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

/// The address of a server without TLS, which is none to whoever speaks TLS.
#[allow(dead_code, reason = "not every platform has a scheme without TLS")]
pub(crate) fn without_tls() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            // Whoever hangs up early ends no test.
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
        }
    });
    address
}

fn serve(
    mut stream: TcpStream,
    log: &Mutex<Vec<Asked>>,
    count: &AtomicUsize,
    reply: &dyn Fn(&Asked, usize) -> Reply,
) -> std::io::Result<()> {
    let asked = read(&mut stream)?;
    log.lock().unwrap().push(asked.clone());
    match reply(&asked, count.fetch_add(1, Ordering::SeqCst)) {
        Reply::Says(status, headers, body) => write!(
            stream,
            "HTTP/1.1 {status} Some\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        ),
        Reply::Cut(text) => stream.write_all(text.as_bytes()),
        Reply::Sleeps(how_long) => {
            thread::sleep(how_long);
            Ok(())
        }
        Reply::Endless => {
            write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: 10000000000\r\n\r\n")?;
            loop {
                stream.write_all(&[b' '; 65_536])?;
            }
        }
        Reply::Drips(beginning) => {
            stream.write_all(beginning.as_bytes())?;
            loop {
                thread::sleep(Duration::from_millis(100));
                stream.write_all(b"x")?;
            }
        }
        Reply::Leads(address) => {
            let mut there = TcpStream::connect(address)?;
            stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n")?;
            let (mut from, mut to) = (stream.try_clone()?, there.try_clone()?);
            thread::spawn(move || std::io::copy(&mut from, &mut to));
            std::io::copy(&mut there, &mut stream)?;
            Ok(())
        }
    }
}

fn read(stream: &mut TcpStream) -> std::io::Result<Asked> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let len = stream.read(&mut chunk)?;
        bytes.extend_from_slice(&chunk[..len]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let is_complete = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
            let length = head.to_lowercase().lines().find_map(|line| {
                line.strip_prefix("content-length:").and_then(|length| length.trim().parse().ok())
            });
            body.len() >= length.unwrap_or(0)
        });
        if len == 0 || is_complete {
            return Ok(Asked { line: text.lines().next().unwrap_or_default().to_owned(), text });
        }
    }
}
