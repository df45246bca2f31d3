//! The patterns of a workload of names, by the literal suffix that leads to them.

use std::collections::HashMap;

use crate::tables::NO_RULE;
use crate::workload::read_text;

/// "a*b" in the label before the suffix.
struct Partial {
    first: String,
    last: String,
    rule: u32,
}

impl Partial {
    fn covers(&self, label: &[u8]) -> bool {
        label.len() >= self.first.len() + self.last.len()
            && label.starts_with(self.first.as_bytes())
            && label.ends_with(self.last.as_bytes())
            && !label.starts_with(b"xn--")
    }
}

/// What is listed at a suffix: rules of the name itself and of those below it, and which list
/// of partial labels comes before `below`.
pub struct Entry {
    whole: u32,
    below: u32,
    partials: Option<u32>,
}

#[derive(Default)]
pub struct Patterns {
    pub suffixes: Vec<String>, // distinct
    entries: Vec<Entry>,
    partials: Vec<Vec<Partial>>,
}

impl Patterns {
    /// Reads patterns.txt of a workload. None: it has wildcards of other kinds.
    pub fn read(folder: &str) -> Result<Option<Self>, String> {
        let text = read_text(&format!("{folder}/patterns.txt"))?;
        let mut reading = Reading::default();
        for line in text.lines() {
            let (pattern, rule) = line.split_once(' ').ok_or("patterns.txt: cannot be read")?;
            let rule = rule.parse().map_err(|_| "patterns.txt: no rule")?;
            if !reading.add(pattern, rule) {
                return Ok(None);
            }
        }
        Ok(Some(reading.patterns))
    }

    /// What the suffix `number`, which begins at `begin`, says of `name`.
    pub fn rule_of(&self, number: u32, name: &[u8], begin: usize) -> u32 {
        let entry = &self.entries[number as usize];
        if begin == 0 {
            return entry.whole;
        }
        let partial = entry.partials.and_then(|list| self.partial_of(list, &name[..begin - 1]));
        partial.unwrap_or(entry.below)
    }

    /// What is kept of the suffixes beside the table that finds them.
    pub fn rule_bytes(&self) -> usize {
        self.entries.len() * std::mem::size_of::<Entry>()
    }

    fn partial_of(&self, list: u32, before: &[u8]) -> Option<u32> {
        if before.contains(&b'.') {
            return None;
        }
        let mut partials = self.partials[list as usize].iter();
        partials.find(|partial| partial.covers(before)).map(|partial| partial.rule)
    }
}

/// The suffixes that are known while patterns are read, the best first.
#[derive(Default)]
struct Reading {
    patterns: Patterns,
    numbers: HashMap<String, usize>,
}

impl Reading {
    fn add(&mut self, pattern: &str, rule: u32) -> bool {
        if let Some(suffix) = pattern.strip_prefix("*.") {
            return self.add_literal(suffix, None, Some(rule));
        }
        match pattern.strip_prefix('.') {
            Some(suffix) => self.add_literal(suffix, Some(rule), Some(rule)),
            None if pattern.contains(['*', '?']) => self.add_partial(pattern, rule),
            None => self.add_literal(pattern, Some(rule), None),
        }
    }

    fn add_literal(&mut self, suffix: &str, whole: Option<u32>, below: Option<u32>) -> bool {
        let entry = self.entry_of(suffix);
        if entry.whole == NO_RULE {
            entry.whole = whole.unwrap_or(NO_RULE);
        }
        if entry.below == NO_RULE {
            entry.below = below.unwrap_or(NO_RULE);
        }
        !suffix.contains(['*', '?'])
    }

    fn add_partial(&mut self, pattern: &str, rule: u32) -> bool {
        let (label, suffix) = pattern.split_once('.').unwrap_or((pattern, ""));
        let (first, last) = label.split_once('*').unwrap_or((label, ""));
        if label == "*" || !label.contains('*') || last.contains('*') || suffix.contains(['*', '?'])
        {
            return false;
        }
        let next = self.patterns.partials.len() as u32;
        let entry = self.entry_of(suffix);
        if entry.below != NO_RULE {
            return true; // which is better, and covers more
        }
        let list = *entry.partials.get_or_insert(next);
        if list == next {
            self.patterns.partials.push(Vec::new());
        }
        let partial = Partial { first: first.to_string(), last: last.to_string(), rule };
        self.patterns.partials[list as usize].push(partial);
        true
    }

    fn entry_of(&mut self, suffix: &str) -> &mut Entry {
        let patterns = &mut self.patterns;
        let number = *self.numbers.entry(suffix.to_string()).or_insert_with(|| {
            patterns.suffixes.push(suffix.to_string());
            patterns.entries.push(Entry { whole: NO_RULE, below: NO_RULE, partials: None });
            patterns.entries.len() - 1
        });
        &mut patterns.entries[number]
    }
}
