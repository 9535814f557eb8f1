//! Contestants in turns, the fastest turn of each, and a line of JSON for it.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::json;

/// A turn lasts so long at least, so that the clock and a single interruption matter little.
const TURN: Duration = Duration::from_millis(20);

/// One of those who compute the same.
pub(crate) struct Contestant<'a> {
    pub(crate) name: &'static str,
    /// Computes all rows once.
    pub(crate) run: Box<dyn FnMut() -> Result<()> + 'a>,
}

/// Measures all contestants of a bench over so many rows.
pub(crate) fn contest(
    bench: &str,
    level: &str,
    rows: usize,
    rounds: usize,
    contestants: &mut [Contestant<'_>],
) -> Result<()> {
    let mut best = vec![Duration::MAX; contestants.len()];
    let mut repetitions = Vec::new();
    for contestant in contestants.iter_mut() {
        // The first run pays for pages that are touched for the first time.
        run(contestant, 1)?;
        let once = run(contestant, 1)?;
        let needed = TURN.as_nanos() / once.as_nanos().max(1) + 1;
        repetitions.push(u32::try_from(needed).context("a bench has too few rows")?);
    }
    for _ in 0..rounds {
        for ((contestant, best), repetitions) in
            contestants.iter_mut().zip(&mut best).zip(&repetitions)
        {
            *best = (*best).min(run(contestant, *repetitions)? / *repetitions);
        }
    }
    for (contestant, best) in contestants.iter().zip(best) {
        println!(
            "{}",
            json!({
                "bench": bench,
                "level": level,
                "contestant": contestant.name,
                "nanoseconds_per_row": best.as_nanos() as f64 / rows as f64,
            })
        );
    }
    Ok(())
}

fn run(contestant: &mut Contestant<'_>, repetitions: u32) -> Result<Duration> {
    let start = Instant::now();
    for _ in 0..repetitions {
        (contestant.run)().with_context(|| format!("{} fails", contestant.name))?;
    }
    Ok(start.elapsed())
}
