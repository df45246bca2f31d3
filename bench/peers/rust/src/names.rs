//! Workloads of names.

use std::fs;
use std::time::Instant;

use crate::column::Column;
use crate::patterns::Patterns;
use crate::suffixes::Suffixes;
use crate::{heap, Loaded, Pass, Refusal};

/// The names as make_workloads wrote them.
struct Queries {
    bytes: Vec<u8>,
    places: Column<(u32, u16)>, // offset, size
}

impl Queries {
    fn read(folder: &str) -> Result<Self, String> {
        let column = |file: &str| {
            let path = format!("{folder}/{file}");
            fs::read(&path).map_err(|why| format!("{path}: {why}"))
        };
        let (offsets, sizes) = (column("offset.bin")?, column("size.bin")?);
        let mut places = Column::new(sizes.len() / 2);
        for (i, place) in places.iter_mut().enumerate() {
            let offset = offsets[4 * i..4 * i + 4].try_into().expect("4 bytes");
            let size = sizes[2 * i..2 * i + 2].try_into().expect("2 bytes");
            *place = (u32::from_le_bytes(offset), u16::from_le_bytes(size));
        }
        Ok(Self { bytes: column("names.bin")?, places })
    }
}

struct Contest<T> {
    table: T,
    patterns: Patterns,
    queries: Queries,
    answers: Column<u32>,
}

impl<T: Suffixes> Pass for Contest<T> {
    /// Names are put into lower case and lose a final dot first.
    fn pass(&mut self) {
        let (mut folded, mut room) = (Vec::with_capacity(256), Vec::with_capacity(256));
        for (answer, &(offset, size)) in self.answers.iter_mut().zip(self.queries.places.iter()) {
            let name = &self.queries.bytes[offset as usize..offset as usize + size as usize];
            folded.clear();
            folded.extend_from_slice(name.strip_suffix(b".").unwrap_or(name));
            folded.make_ascii_lowercase();
            *answer = self.table.rule_of(&self.patterns, &folded, &mut room);
        }
    }

    fn clear(&mut self) {
        self.answers.fill(0);
    }

    fn sum(&self) -> u64 {
        self.answers.iter().map(|&answer| u64::from(answer)).sum()
    }

    fn size(&self) -> usize {
        self.answers.len()
    }
}

pub fn build_names<T: Suffixes + 'static>(folder: &str) -> Result<Loaded, Refusal> {
    let patterns = Patterns::read(folder).map_err(Refusal::Error)?;
    let unsupported = || Refusal::Unsupported("wildcards in the middle".to_string());
    let mut patterns = patterns.ok_or_else(unsupported)?;
    let queries = Queries::read(folder).map_err(Refusal::Error)?;
    let before = heap::bytes();
    let start = Instant::now();
    let table = T::build(&patterns).map_err(Refusal::Unsupported)?;
    let build_ms = start.elapsed().as_millis();
    let table_bytes = heap::bytes() - before + patterns.rule_bytes();
    patterns.suffixes = Vec::new();
    let answers = Column::new(queries.places.len());
    let pass = Box::new(Contest { table, patterns, queries, answers });
    Ok(Loaded::new(pass, table_bytes, build_ms, T::HOW))
}
