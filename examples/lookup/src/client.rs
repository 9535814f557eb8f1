//! How the service is asked: a connection for each request.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::OnceLock;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

static ADDRESS: OnceLock<SocketAddr> = OnceLock::new();

/// Says where the service is.
pub fn set_address(address: SocketAddr) {
    // A process has one service.
    let _ = ADDRESS.set(address);
}

/// Why there is no answer.
#[derive(Debug)]
pub enum LookupError {
    /// Too many ask at once.
    Busy,
    /// The service does not answer that, now or later.
    Refused(String),
    /// There is no connection.
    Connection(io::Error),
}

impl LookupError {
    /// Whether there may be an answer the next time.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Busy | Self::Connection(_) => true,
            Self::Refused(_) => false,
        }
    }
}

impl fmt::Display for LookupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => f.write_str("the service is busy"),
            Self::Refused(reason) => f.write_str(reason),
            Self::Connection(error) => write!(f, "the service is not there: {error}"),
        }
    }
}

impl From<io::Error> for LookupError {
    fn from(error: io::Error) -> Self {
        Self::Connection(error)
    }
}

/// The countries of cities, in their order.
pub async fn ask(cities: &[impl AsRef<str>]) -> Result<Vec<Option<String>>, LookupError> {
    let nowhere = || LookupError::Refused("no service was started".to_owned());
    let mut stream = BufReader::new(TcpStream::connect(ADDRESS.get().ok_or_else(nowhere)?).await?);
    let cities: Vec<&str> = cities.iter().map(AsRef::as_ref).collect();
    stream.write_all(format!("{}\n", cities.join("\t")).as_bytes()).await?;
    let mut answer = String::new();
    stream.read_line(&mut answer).await?;
    match answer.trim_end_matches('\n') {
        "!busy" => Err(LookupError::Busy),
        answer => match answer.strip_prefix('!') {
            Some(reason) => Err(LookupError::Refused(reason.to_owned())),
            None => {
                let countries = answer.split('\t');
                Ok(countries.map(|text| (!text.is_empty()).then(|| text.to_owned())).collect())
            }
        },
    }
}
