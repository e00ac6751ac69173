//! Random numbers by counter: each place's draws depend on the seed and the place alone, not on threads or order.

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

/// Words of one place by number, for draws in the billions: a fifth of the steps of [`philox`], which gives it its start and
/// its stride.
///
/// # References
/// Steele, Lea and Flood (2014), doi:10.1145/2660193.2660195.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words {
    start: u64,
    stride: u64,
}

impl Words {
    pub(crate) fn new(seed: u64, place: u64) -> Self {
        let [start, stride] = philox([u64::MAX, place], seed);
        let stride = stride | 1;
        // A stride of few changes between neighbouring bits makes words too alike.
        let is_even = (stride ^ (stride >> 1)).count_ones() < 24;
        Self { start, stride: if is_even { stride ^ 0xAAAA_AAAA_AAAA_AAAA } else { stride } }
    }

    /// Uniform below `bound` without bias (Lemire 2019, doi:10.1145/3230636), from the word of that number, which moves on;
    /// `bound` > 0.
    pub(crate) fn below(self, number: &mut u64, bound: u32) -> u32 {
        let bound = u64::from(bound);
        loop {
            let product = u128::from(self.at(*number)) * u128::from(bound);
            *number += 1;
            let low = product as u64;
            if low >= bound || low >= bound.wrapping_neg() % bound {
                return (product >> 64) as u32;
            }
        }
    }

    /// The word of that number.
    pub(super) fn at(self, number: u64) -> u64 {
        let x = self.start.wrapping_add(number.wrapping_mul(self.stride));
        let x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^ (x >> 31)
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
    fn words_by_number_are_those_published() {
        let words = Words { start: 1_234_567, stride: 0x9E37_79B9_7F4A_7C15 };
        let published = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!([1, 2, 3].map(|n| words.at(n)), published);
        assert!((0..1000).all(|place| Words::new(1, place).stride % 2 == 1));
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
