//! The tables of names that are compared: each tells which of the listed suffixes a name has.

use daachorse::{DoubleArrayAhoCorasick, DoubleArrayAhoCorasickBuilder, MatchKind};
use fst::raw::Output;
use fst::Map;
use yada::builder::DoubleArrayBuilder;

use crate::patterns::Patterns;
use crate::tables::NO_RULE;

pub trait Suffixes: Sized {
    const HOW: &'static str;
    fn build(patterns: &Patterns) -> Result<Self, String>;
    /// The rule of the longest suffix of `name` that has one. `room` is for scratch.
    fn rule_of(&self, patterns: &Patterns, name: &[u8], room: &mut Vec<u8>) -> u32;
}

/// Reversed suffixes with their numbers, sorted.
fn reversed(patterns: &Patterns, end: &str) -> Vec<(Vec<u8>, u32)> {
    let key = |suffix: &String| suffix.bytes().rev().chain(end.bytes()).collect();
    let mut keys: Vec<(Vec<u8>, u32)> =
        patterns.suffixes.iter().enumerate().map(|(i, suffix)| (key(suffix), i as u32)).collect();
    keys.sort_unstable();
    keys
}

/// `fst::Map` over reversed suffixes, walked node by node.
pub struct Transducer(Map<Vec<u8>>);

impl Suffixes for Transducer {
    const HOW: &'static str = "fst::Map";

    fn build(patterns: &Patterns) -> Result<Self, String> {
        let keys = reversed(patterns, "").into_iter().map(|(key, number)| (key, number.into()));
        Map::from_iter(keys).map(Self).map_err(|why| why.to_string())
    }

    fn rule_of(&self, patterns: &Patterns, name: &[u8], _: &mut Vec<u8>) -> u32 {
        let fst = self.0.as_fst();
        let mut node = fst.root();
        let mut output = Output::zero();
        let mut best = NO_RULE;
        for begin in (0..=name.len()).rev() {
            let at_label = begin == 0 || name[begin - 1] == b'.';
            if at_label && node.is_final() {
                let number = output.cat(node.final_output()).value() as u32;
                let rule = patterns.rule_of(number, name, begin);
                best = if rule == NO_RULE { best } else { rule };
            }
            if begin == 0 {
                break;
            }
            let Some(edge) = node.find_input(name[begin - 1]) else { break };
            let edge = node.transition(edge);
            output = output.cat(edge.out);
            node = fst.node(edge.addr);
        }
        best
    }
}

/// `yada`, a double-array trie, over reversed suffixes that end in a dot.
pub struct DoubleArray(yada::DoubleArray<Vec<u8>>);

impl Suffixes for DoubleArray {
    const HOW: &'static str = "common prefixes of the reversed name";

    fn build(patterns: &Patterns) -> Result<Self, String> {
        let bytes = DoubleArrayBuilder::build(&reversed(patterns, "."));
        let table = yada::DoubleArray::new(bytes.map_err(|why| format!("{why:?}"))?);
        table.map(Self).map_err(|why| format!("{why:?}"))
    }

    fn rule_of(&self, patterns: &Patterns, name: &[u8], room: &mut Vec<u8>) -> u32 {
        room.clear();
        room.extend(name.iter().rev());
        room.push(b'.');
        let found = self.0.common_prefix_search(room.as_slice());
        let rules =
            found.map(|(number, size)| patterns.rule_of(number, name, name.len() + 1 - size));
        rules.filter(|&rule| rule != NO_RULE).last().unwrap_or(NO_RULE)
    }
}

/// `daachorse`, over ".suffix\n" in ".name\n": the leftmost occurrence is the longest suffix.
pub struct Automaton(DoubleArrayAhoCorasick<u32>);

impl Suffixes for Automaton {
    const HOW: &'static str = "leftmost occurrence";

    fn build(patterns: &Patterns) -> Result<Self, String> {
        let texts = patterns.suffixes.iter().map(|suffix| format!(".{suffix}\n"));
        let builder = DoubleArrayAhoCorasickBuilder::new().match_kind(MatchKind::LeftmostLongest);
        let table = builder.build_with_values(texts.zip(0u32..));
        table.map(Self).map_err(|why| why.to_string())
    }

    fn rule_of(&self, patterns: &Patterns, name: &[u8], room: &mut Vec<u8>) -> u32 {
        room.clear();
        room.push(b'.');
        room.extend(name);
        room.push(b'\n');
        let mut first = 0;
        while let Some(found) = self.0.leftmost_find_iter(&room[first..]).next() {
            let rule = patterns.rule_of(found.value(), name, first + found.start());
            if rule != NO_RULE {
                return rule;
            }
            first += found.start() + 1;
        }
        NO_RULE
    }
}
