//! Random numbers by counter: each place's draws depend on the seed and the place alone, not on threads or order.

/// Philox 4x32 with ten rounds.
///
/// # References
/// Salmon, Moraes, Dror and Shaw (2011), doi:10.1145/2063384.2063405.
pub(super) fn philox(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for _ in 0..10 {
        let a = u64::from(counter[0]) * 0xD251_1F53;
        let b = u64::from(counter[2]) * 0xCD9E_8D57;
        counter = [(b >> 32) as u32 ^ counter[1] ^ key[0], b as u32, (a >> 32) as u32 ^ counter[3] ^ key[1], a as u32];
        key = [key[0].wrapping_add(0x9E37_79B9), key[1].wrapping_add(0xBB67_AE85)];
    }
    counter
}

/// Blocks that [`philox_lanes`] makes at once.
pub(super) const LANES: usize = 16;

/// The words of [`LANES`] blocks that follow one another, of the same stream that [`Stream`] reads: word by word, and in
/// each the lanes. `first` is a multiple of [`LANES`].
///
/// The upper half of a number is noise: a product of 32-bit numbers reads the lower half alone, and so the compiler
/// multiplies several lanes at once.
pub(super) fn philox_lanes(first: u64, place: u64, seed: u64) -> [[u64; LANES]; 4] {
    let mut words = [[0; LANES], [first >> 32; LANES], [place; LANES], [place >> 32; LANES]];
    words[0].iter_mut().enumerate().for_each(|(lane, word)| *word = first + lane as u64);
    let mut key = [seed as u32, (seed >> 32) as u32];
    for _ in 0..10 {
        for lane in 0..LANES {
            let a = (words[0][lane] & LOWER) * 0xD251_1F53;
            let b = (words[2][lane] & LOWER) * 0xCD9E_8D57;
            words[0][lane] = (b >> 32) ^ words[1][lane] ^ u64::from(key[0]);
            words[2][lane] = (a >> 32) ^ words[3][lane] ^ u64::from(key[1]);
            words[1][lane] = b;
            words[3][lane] = a;
        }
        key = [key[0].wrapping_add(0x9E37_79B9), key[1].wrapping_add(0xBB67_AE85)];
    }
    words
}

/// The bits of a number that [`philox_lanes`] gives a meaning.
pub(super) const LOWER: u64 = 0xFFFF_FFFF;

/// The stream of one place.
pub(super) struct Stream {
    key: [u32; 2],
    place: [u32; 2],
    block: u64,
    words: [u32; 4],
    left: usize,
}

impl Stream {
    pub(super) fn new(seed: u64, place: u64) -> Self {
        let halves = |x: u64| [x as u32, (x >> 32) as u32];
        Self { key: halves(seed), place: halves(place), block: 0, words: [0; 4], left: 0 }
    }

    fn next(&mut self) -> u32 {
        if self.left == 0 {
            let counter = [self.block as u32, (self.block >> 32) as u32, self.place[0], self.place[1]];
            self.words = philox(counter, self.key);
            self.block += 1;
            self.left = 4;
        }
        self.left -= 1;
        self.words[self.left]
    }

    /// Uniform below `bound` without bias (Lemire 2019, doi:10.1145/3230636); `bound` > 0.
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        loop {
            let product = u64::from(self.next()) * u64::from(bound);
            let low = product as u32;
            if low >= bound || low >= bound.wrapping_neg() % bound {
                return (product >> 32) as u32;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_vectors() {
        assert_eq!(philox([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(philox([u32::MAX; 4], [u32::MAX; 2]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        assert_eq!(
            philox([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn lanes_are_the_blocks_of_the_stream() {
        let (first, place, seed) = ((1 << 32) - 16, 0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210);
        for first in [first, first + 16] {
            let words = philox_lanes(first, place, seed);
            for lane in 0..LANES {
                let block = first + lane as u64;
                let halves = |x: u64| [x as u32, (x >> 32) as u32];
                let ([a, b], [c, d]) = (halves(block), halves(place));
                assert_eq!(philox([a, b, c, d], halves(seed)), std::array::from_fn(|w| words[w][lane] as u32));
            }
        }
    }

    #[test]
    fn bounded_numbers_are_even() {
        let mut stream = Stream::new(1, 2);
        let mut seen = [0_u32; 7];
        for _ in 0..70_000 {
            seen[stream.below(7) as usize] += 1;
        }
        assert!(seen.iter().all(|&c| (9_600..10_400).contains(&c)), "{seen:?}");
        assert_eq!(Stream::new(1, 2).below(1), 0);
    }
}
