//! Random numbers by counter: each place's draws depend on the seed and the place alone, not on threads or order.

use std::array::from_fn;

/// Philox 2x64 with ten rounds.
///
/// # References
/// Salmon, Moraes, Dror and Shaw (2011), doi:10.1145/2063384.2063405.
pub(super) fn philox([mut a, mut b]: [u64; 2], mut key: u64) -> [u64; 2] {
    for _ in 0..10 {
        let product = u128::from(a) * 0xD2B7_4407_B1CE_6E93;
        (a, b) = ((product >> 64) as u64 ^ key ^ b, product as u64);
        key = key.wrapping_add(0x9E37_79B9_7F4A_7C15);
    }
    [a, b]
}

/// Words one after the other, for draws in the hundreds of millions: a multiplication each, where [`philox`], which gives it
/// its start, takes ten, and none waits for the one before. [`Lanes`] are for loops that need many at once.
///
/// # References
/// Wang, Barragan and Zhu, wyrand (the last version of wyhash), <https://github.com/wangyi-fudan/wyhash>.
pub(crate) struct Words {
    state: u64,
}

impl Words {
    pub(crate) fn new(seed: u64, place: u64) -> Self {
        Self { state: philox([u64::MAX, place], seed)[0] }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x2D35_8DCC_AA6C_78A5);
        let product = u128::from(self.state) * u128::from(self.state ^ 0x8BB8_4B93_962E_ACC9);
        (product >> 64) as u64 ^ product as u64
    }

    /// Uniform below `bound` without bias (Lemire 2019, doi:10.1145/3230636); `bound` > 0.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        let bound = u64::from(bound);
        loop {
            let product = u128::from(self.next()) * u128::from(bound);
            let low = product as u64;
            if low >= bound || low >= bound.wrapping_neg() % bound {
                return (product >> 64) as u32;
            }
        }
    }
}

/// N streams of words of one place side by side, for draws in the billions: only sums and shifts, which the processor does
/// for several lanes at once.
///
/// # References
/// Doty-Humphrey, sfc64 (PractRand), <https://pracrand.sourceforge.net>.
pub(super) struct Lanes<const N: usize> {
    a: [u64; N],
    b: [u64; N],
    c: [u64; N],
    count: u64,
}

impl<const N: usize> Lanes<N> {
    pub(super) fn new(seed: u64, place: u64) -> Self {
        let start = philox([u64::MAX, place], seed);
        let mut lanes = Self { a: [start[0]; N], b: [start[1]; N], c: from_fn(|lane| lane as u64), count: 1 };
        // As many as its author takes for neighbouring starts to have nothing in common.
        for _ in 0..12 {
            lanes.next();
        }
        lanes
    }

    /// The next word of every lane.
    #[inline(always)]
    pub(super) fn next(&mut self) -> [u64; N] {
        let mut words = [0; N];
        for (lane, word) in words.iter_mut().enumerate() {
            let (a, b, c) = (self.a[lane], self.b[lane], self.c[lane]);
            *word = a.wrapping_add(b).wrapping_add(self.count);
            self.a[lane] = b ^ b >> 11;
            self.b[lane] = c.wrapping_add(c << 3);
            self.c[lane] = c.rotate_left(24).wrapping_add(*word);
        }
        self.count = self.count.wrapping_add(1);
        words
    }
}

/// The stream of one place.
pub(crate) struct Stream {
    seed: u64,
    place: u64,
    block: u64,
    words: [u32; 4],
    left: usize,
}

impl Stream {
    pub(crate) fn new(seed: u64, place: u64) -> Self {
        Self { seed, place, block: 0, words: [0; 4], left: 0 }
    }

    fn next(&mut self) -> u32 {
        if self.left == 0 {
            let [a, b] = philox([self.block, self.place], self.seed);
            self.words = [a as u32, (a >> 32) as u32, b as u32, (b >> 32) as u32];
            self.block += 1;
            self.left = 4;
        }
        self.left -= 1;
        self.words[self.left]
    }

    /// Uniform in [0, 1), a multiple of 2^-53.
    pub(crate) fn unit(&mut self) -> f64 {
        let bits = u64::from(self.next()) << 21 | u64::from(self.next() >> 11);
        bits as f64 / (1_u64 << 53) as f64
    }

    /// Uniform below `bound` without bias (Lemire 2019, doi:10.1145/3230636); `bound` > 0.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
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
        assert_eq!(philox([0; 2], 0), [0xca00_a045_9843_d731, 0x66c2_4222_c9a8_45b5]);
        assert_eq!(philox([u64::MAX; 2], u64::MAX), [0x65b0_21d6_0cd8_310f, 0x4d02_f322_2f86_df20]);
        assert_eq!(
            philox([0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344], 0xa409_3822_299f_31d0),
            [0x0a5e_742c_2997_341c, 0xb0f8_83d3_8000_de5d]
        );
    }

    #[test]
    fn words_are_those_of_wyrand() {
        let mut words = Words { state: 42 };
        // Worked out with whole numbers of any size.
        let expected = [14_587_678_697_106_979_209, 9_105_053_682_160_394_182, 14_839_644_324_764_355_487];
        assert_eq!([(); 3].map(|()| words.next()), expected);
    }

    #[test]
    fn lanes_are_those_of_sfc64() {
        let [a, b, c] = [7_540_063_102_531_384_633, 10_825_885_173_448_199_426, 15_957_370_789_230_877_238];
        let mut lanes = Lanes { a: [a], b: [b], c: [c], count: 13 };
        // What NumPy's SFC64 gives from the same state.
        let expected = [18_365_948_275_979_584_072, 6_864_396_556_639_111_295, 7_917_024_265_190_753_706];
        assert_eq!([(); 3].map(|()| lanes.next()), expected.map(|word| [word]));
        // Worked out with whole numbers of any size.
        let mut lanes = Lanes::<3>::new(1, 2);
        let first = [10_452_611_176_917_645_431, 10_054_897_169_132_828_301, 10_060_940_995_310_813_270];
        let second = [15_364_417_597_836_392_549, 1_554_482_184_069_558_235, 11_510_727_886_122_377_360];
        assert_eq!([lanes.next(), lanes.next()], [first, second]);
    }

    #[test]
    fn bounded_numbers_are_even() {
        let mut stream = Stream::new(1, 2);
        let mut seen = [0_u32; 7];
        for _ in 0..70_000 {
            seen[stream.below(7) as usize] += 1;
        }
        assert!(seen.iter().all(|&c| (9_600..10_400).contains(&c)), "{seen:?}");
        let (mut words, mut seen) = (Words::new(1, 2), [0_u32; 7]);
        for _ in 0..70_000 {
            seen[words.below(7) as usize] += 1;
        }
        assert!(seen.iter().all(|&c| (9_600..10_400).contains(&c)), "{seen:?}");
        assert_eq!(Stream::new(1, 2).below(1), 0);
    }
}
