//! Reads what make_workloads wrote; see there for the files.

use std::fs;
use std::net::{Ipv4Addr, Ipv6Addr};

use crate::column::Column;

pub trait Address: Copy + Default {
    const BYTES: usize;
    fn from_column(bytes: &[u8]) -> Self;
    fn parse(text: &str) -> Option<Self>;
}

impl Address for u32 {
    const BYTES: usize = 4;

    fn from_column(bytes: &[u8]) -> Self {
        u32::from_le_bytes(bytes.try_into().expect("4 bytes"))
    }

    fn parse(text: &str) -> Option<Self> {
        text.parse::<Ipv4Addr>().ok().map(u32::from)
    }
}

impl Address for u128 {
    const BYTES: usize = 16;

    fn from_column(bytes: &[u8]) -> Self {
        let half = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("8 bytes"));
        u128::from(half(0)) << 64 | u128::from(half(8))
    }

    fn parse(text: &str) -> Option<Self> {
        text.parse::<Ipv6Addr>().ok().map(u128::from)
    }
}

pub struct Workload<A> {
    pub queries: Column<A>,
    pub prefixes: Vec<(A, u8, u32)>, // address, length, rule
}

/// The kind of query: addresses4, addresses6, tuples or names.
pub fn kind(folder: &str) -> Result<String, String> {
    let about = read_text(&format!("{folder}/about"))?;
    let value = about.lines().find_map(|line| line.strip_prefix("kind "));
    value.map(str::to_string).ok_or_else(|| "no kind".to_string())
}

impl<A: Address> Workload<A> {
    pub fn read(folder: &str) -> Result<Self, String> {
        let path = format!("{folder}/address.bin");
        let column = fs::read(&path).map_err(|why| format!("{path}: {why}"))?;
        let mut queries = Column::new(column.len() / A::BYTES);
        for (query, bytes) in queries.iter_mut().zip(column.chunks_exact(A::BYTES)) {
            *query = A::from_column(bytes);
        }
        let text = read_text(&format!("{folder}/prefixes.txt"))?;
        let prefixes = text.lines().map(parse_line).collect::<Option<Vec<_>>>();
        Ok(Self { queries, prefixes: prefixes.ok_or("prefixes.txt: cannot be read")? })
    }
}

pub fn read_text(path: &str) -> Result<String, String> {
    fs::read_to_string(path).map_err(|why| format!("{path}: {why}"))
}

fn parse_line<A: Address>(line: &str) -> Option<(A, u8, u32)> {
    let (prefix, rule) = line.split_once(' ')?;
    let (address, length) = prefix.split_once('/')?;
    Some((A::parse(address)?, length.parse().ok()?, rule.parse().ok()?))
}
