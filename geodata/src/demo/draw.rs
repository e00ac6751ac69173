//! Seeded draws by integer arithmetic and square roots only, so that every machine draws the same.

/// SplitMix64: one number of state, and a stream for each purpose.
pub(super) struct Draw(u64);

impl Draw {
    /// A stream of its own for a seed and a purpose.
    pub(super) fn new(seed: u64, purpose: u64) -> Self {
        let mut draw = Self(seed ^ purpose.wrapping_mul(0xD6E8_FEB8_6659_FD93));
        draw.next();
        draw
    }

    /// 64 random bits.
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Evenly in 0 <= x < 1.
    pub(super) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Evenly in 0..n; 0 where n is 0.
    pub(super) fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(n)) >> 64) as u64
    }

    /// True in so many of a thousand cases.
    pub(super) fn per_mille(&mut self, share: u64) -> bool {
        self.below(1000) < share
    }

    /// An index, in proportion to small weights; 0 where all are 0.
    pub(super) fn weighted(&mut self, weights: &[u16]) -> usize {
        let total: u64 = weights.iter().map(|&w| u64::from(w)).sum();
        let mut left = self.below(total);
        for (i, &w) in weights.iter().enumerate() {
            if left < u64::from(w) {
                return i;
            }
            left -= u64::from(w);
        }
        0
    }
}

/// A long list to draw from in proportion to weights.
pub(super) struct Table {
    /// Sums of the weights so far.
    sums: Vec<f64>,
}

impl Table {
    /// From weights that are finite and not negative.
    pub(super) fn new(weights: impl Iterator<Item = f64>) -> Self {
        let mut sum = 0.0;
        let sums = weights.map(|w| {
            sum += w;
            sum
        });
        Self { sums: sums.collect() }
    }

    /// An index.
    pub(super) fn draw(&self, draw: &mut Draw) -> usize {
        let at = draw.unit() * self.sums.last().copied().unwrap_or(0.0);
        self.sums.partition_point(|&s| s <= at).min(self.sums.len().saturating_sub(1))
    }
}
