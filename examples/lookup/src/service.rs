//! The service: which country a city is in, on a port of this machine.
//!
//! A request is one line of cities with tabs between them, the answer one line of countries, empty where
//! nobody knows the city. A service has its limits: it is slow, answers `!busy` where too many ask at once,
//! and `!no city: …` to what is none.

use std::collections::HashMap;
use std::io;
use std::net::{SocketAddr, TcpListener as StdListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// How many requests it stands at once.
const AT_ONCE: usize = 4;

/// How long it thinks about a request.
const THINKS: Duration = Duration::from_millis(5);

/// A city about which it thinks for ever.
const BEYOND: &str = "Shangri-La";

const COUNTRIES: &str = include_str!("../data/countries.tsv");

/// A service that runs until the program ends.
pub struct Service {
    pub address: SocketAddr,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    requests: AtomicUsize,
    cities: AtomicUsize,
}

impl Service {
    /// How many requests it has answered, those that it was too busy for left out.
    pub fn requests(&self) -> usize {
        self.counts.requests.load(Relaxed)
    }

    /// How many cities these were about.
    pub fn cities(&self) -> usize {
        self.counts.cities.load(Relaxed)
    }
}

/// Starts it on a thread of its own, as if it were somewhere else.
pub fn start() -> io::Result<Service> {
    let listener = StdListener::bind(("127.0.0.1", 0))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let counts = Arc::new(Counts::default());
    let executor = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let counted = Arc::clone(&counts);
    std::thread::Builder::new()
        .name("service".to_owned())
        .spawn(move || executor.block_on(serve(listener, counted)))?;
    Ok(Service { address, counts })
}

async fn serve(listener: StdListener, counts: Arc<Counts>) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        let (stream, _) = listener.accept().await?;
        // Whoever hangs up is not waited for.
        tokio::spawn(answer(stream, Arc::clone(&turns), Arc::clone(&counts)));
    }
}

async fn answer(stream: TcpStream, turns: Arc<Semaphore>, counts: Arc<Counts>) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut request = String::new();
    stream.read_line(&mut request).await?;
    let answer = match turns.try_acquire() {
        Err(_) => "!busy".to_owned(),
        Ok(_turn) => {
            let cities: Vec<&str> = request.trim_end_matches('\n').split('\t').collect();
            counts.requests.fetch_add(1, Relaxed);
            counts.cities.fetch_add(cities.len(), Relaxed);
            tokio::time::sleep(THINKS).await;
            if cities.contains(&BEYOND) {
                std::future::pending::<()>().await;
            }
            countries(&cities)
        }
    };
    stream.write_all(format!("{answer}\n").as_bytes()).await
}

fn countries(cities: &[&str]) -> String {
    let known: HashMap<&str, &str> =
        COUNTRIES.lines().filter_map(|line| line.split_once('\t')).collect();
    if let Some(wrong) = cities.iter().find(|city| city.contains(|c: char| c.is_ascii_digit())) {
        return format!("!no city: {wrong}");
    }
    let countries = cities.iter().map(|city| known.get(city).copied().unwrap_or_default());
    countries.collect::<Vec<_>>().join("\t")
}
