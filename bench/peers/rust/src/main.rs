//! Contenders in Rust for bench/duel.py, with its protocol (see contender.cc):
//!
//!     contender poptrie|treebitmap|fst|yada|daachorse FOLDER
//!
//! One load a process.

mod column;
mod heap;
mod names;
mod patterns;
mod suffixes;
mod tables;
mod workload;

use std::io::{BufRead, Write};
use std::time::{Duration, Instant};

use column::Column;
use names::build_names;
use suffixes::{Automaton, DoubleArray, Transducer};
use tables::{Poptrie4, Poptrie6, Table, Tree4, Tree6};
use workload::{Address, Workload};

const LEAST_PASS_NS: u128 = 50_000_000;

/// A loaded workload, whatever the kind.
trait Pass {
    fn pass(&mut self);
    fn clear(&mut self);
    fn sum(&self) -> u64;
    fn size(&self) -> usize;
}

struct Contest<A, T> {
    table: T,
    queries: Column<A>,
    answers: Column<u32>,
}

impl<A: Address, T: Table<A>> Pass for Contest<A, T> {
    fn pass(&mut self) {
        for (answer, query) in self.answers.iter_mut().zip(self.queries.iter()) {
            *answer = self.table.rule_of(*query);
        }
    }

    fn clear(&mut self) {
        self.answers.fill(0);
    }

    fn sum(&self) -> u64 {
        self.answers.iter().map(|&answer| u64::from(answer)).sum()
    }

    fn size(&self) -> usize {
        self.queries.len()
    }
}

struct Loaded {
    pass: Box<dyn Pass>,
    table_bytes: usize,
    build_ms: u128,
    repeats: u128,
    how: &'static str,
}

impl Loaded {
    fn new(mut pass: Box<dyn Pass>, table_bytes: usize, build_ms: u128, how: &'static str) -> Self {
        pass.pass();
        let start = Instant::now();
        pass.pass();
        let repeats = LEAST_PASS_NS / (start.elapsed().as_nanos() + 1) + 1;
        Self { pass, table_bytes, build_ms, repeats, how }
    }
}

/// Why a workload cannot be run.
enum Refusal {
    Unsupported(String),
    Error(String),
}

/// How long a table may take to build: PEER_BUILD_SECONDS, or a minute.
fn most_build_time() -> Duration {
    let seconds = std::env::var("PEER_BUILD_SECONDS").ok().and_then(|text| text.parse().ok());
    Duration::from_secs(seconds.unwrap_or(60))
}

fn build<A: Address + 'static, T: Table<A> + 'static>(folder: &str) -> Result<Loaded, Refusal> {
    let workload = Workload::<A>::read(folder).map_err(Refusal::Error)?;
    let most = most_build_time();
    let before = heap::bytes();
    let start = Instant::now();
    let mut table = T::default();
    for (count, &(address, length, rule)) in workload.prefixes.iter().enumerate() {
        table.insert(address, length, rule);
        if count % 256 == 0 && start.elapsed() > most {
            return Err(Refusal::Unsupported(format!("not built in {} s", most.as_secs())));
        }
    }
    let build_ms = start.elapsed().as_millis();
    let table_bytes = heap::bytes() - before;
    let answers = Column::new(workload.queries.len());
    let pass = Box::new(Contest { table, queries: workload.queries, answers });
    Ok(Loaded::new(pass, table_bytes, build_ms, "target-cpu=native"))
}

fn load(engine: &str, folder: &str) -> Result<Loaded, Refusal> {
    let kind = workload::kind(folder).map_err(Refusal::Error)?;
    match (engine, kind.as_str()) {
        ("poptrie", "addresses4") => build::<u32, Poptrie4>(folder),
        ("poptrie", "addresses6") => build::<u128, Poptrie6>(folder),
        ("treebitmap", "addresses4") => build::<u32, Tree4>(folder),
        ("treebitmap", "addresses6") => build::<u128, Tree6>(folder),
        ("fst", "names") => build_names::<Transducer>(folder),
        ("yada", "names") => build_names::<DoubleArray>(folder),
        ("daachorse", "names") => build_names::<Automaton>(folder),
        _ => Err(Refusal::Unsupported(format!("not for {kind}"))),
    }
}

fn ready_line(loaded: &Loaded) -> String {
    format!(
        r#"{{"ready": true, "table_bytes": {}, "build_ms": {}, "detail": "{}"}}"#,
        loaded.table_bytes, loaded.build_ms, loaded.how
    )
}

fn run(loaded: &mut Loaded) -> String {
    loaded.pass.clear();
    let start = Instant::now();
    for _ in 0..loaded.repeats {
        loaded.pass.pass();
    }
    let ns = start.elapsed().as_nanos();
    format!(
        r#"{{"ns": {}, "queries": {}, "sum": {}, "cycles": null, "cache_misses": null}}"#,
        ns,
        loaded.pass.size() as u128 * loaded.repeats,
        loaded.pass.sum()
    )
}

fn main() {
    let words: Vec<String> = std::env::args().collect();
    if words.len() != 3 {
        eprintln!("usage: contender poptrie|treebitmap|fst|yada|daachorse FOLDER");
        std::process::exit(2);
    }
    let mut loaded: Option<Loaded> = None;
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let (command, name) = line.split_once(' ').unwrap_or((&line, ""));
        let answer = match (command, loaded.as_mut()) {
            ("quit", _) => return,
            ("run", Some(loaded)) => run(loaded),
            ("load", None) => match load(&words[1], &format!("{}/{}", words[2], name)) {
                Ok(ready) => ready_line(loaded.insert(ready)),
                Err(Refusal::Unsupported(why)) => format!(r#"{{"unsupported": "{why}"}}"#),
                Err(Refusal::Error(why)) => format!(r#"{{"error": "{why}"}}"#),
            },
            _ => format!(r#"{{"error": "cannot {command}"}}"#),
        };
        println!("{answer}");
        std::io::stdout().flush().expect("stdout");
    }
}
