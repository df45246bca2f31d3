//! Arrays that begin at a cache line: where they begin in one would otherwise be chance.

use std::ops::{Deref, DerefMut};

const LINE: usize = 64;

pub struct Column<T> {
    room: Vec<T>,
    first: usize,
    size: usize,
}

impl<T: Copy + Default> Column<T> {
    pub fn new(size: usize) -> Self {
        let room = vec![T::default(); size + LINE / std::mem::size_of::<T>()];
        let first = room.as_ptr().align_offset(LINE);
        Self { room, first, size }
    }
}

impl<T> Deref for Column<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.room[self.first..self.first + self.size]
    }
}

impl<T> DerefMut for Column<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.room[self.first..self.first + self.size]
    }
}
