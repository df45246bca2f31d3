//! The tables of addresses that are compared.

use std::net::{Ipv4Addr, Ipv6Addr};

use ip_network_table_deps_treebitmap::IpLookupTable;
use poptrie::Poptrie;

/// The answer where no rule lists what is asked.
pub const NO_RULE: u32 = 16_777_215;

pub trait Table<A>: Default {
    fn insert(&mut self, address: A, length: u8, rule: u32);
    fn rule_of(&self, address: A) -> u32;
}

pub type Poptrie4 = Poptrie<(u32, u8), u32>;
pub type Poptrie6 = Poptrie<(u128, u8), u32>;

impl Table<u32> for Poptrie4 {
    fn insert(&mut self, address: u32, length: u8, rule: u32) {
        Poptrie::insert(self, (address, length), rule);
    }

    fn rule_of(&self, address: u32) -> u32 {
        self.lookup(address).copied().unwrap_or(NO_RULE)
    }
}

impl Table<u128> for Poptrie6 {
    fn insert(&mut self, address: u128, length: u8, rule: u32) {
        Poptrie::insert(self, (address, length), rule);
    }

    fn rule_of(&self, address: u128) -> u32 {
        self.lookup(address).copied().unwrap_or(NO_RULE)
    }
}

pub struct Tree4(IpLookupTable<Ipv4Addr, u32>);
pub struct Tree6(IpLookupTable<Ipv6Addr, u32>);

impl Default for Tree4 {
    fn default() -> Self {
        Self(IpLookupTable::new())
    }
}

impl Default for Tree6 {
    fn default() -> Self {
        Self(IpLookupTable::new())
    }
}

impl Table<u32> for Tree4 {
    fn insert(&mut self, address: u32, length: u8, rule: u32) {
        self.0.insert(address.into(), length.into(), rule);
    }

    fn rule_of(&self, address: u32) -> u32 {
        self.0.longest_match(address.into()).map_or(NO_RULE, |(_, _, rule)| *rule)
    }
}

impl Table<u128> for Tree6 {
    fn insert(&mut self, address: u128, length: u8, rule: u32) {
        self.0.insert(address.into(), length.into(), rule);
    }

    fn rule_of(&self, address: u128) -> u32 {
        self.0.longest_match(address.into()).map_or(NO_RULE, |(_, _, rule)| *rule)
    }
}
