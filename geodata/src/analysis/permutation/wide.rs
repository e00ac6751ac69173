//! The same loops for processors with wider registers than every one has.

/// What `of` gives, its loops compiled for AVX2 where the processor has it: the same numbers, in fewer steps. `of`
/// and what it calls must be inlined for that.
#[inline(always)]
pub(super) fn widely<R>(of: impl FnOnce() -> R) -> R {
    #[cfg(target_arch = "x86_64")]
    {
        use fearless_simd::{Level, Simd};
        // The widest registers make these loops slower than AVX2 does, as they are compiled today.
        if let Some(avx2) = Level::new().as_avx2() {
            return avx2.vectorize(of);
        }
    }
    of()
}

#[cfg(test)]
mod tests {
    use super::widely;

    #[test]
    fn the_answer_is_that_of_narrow_registers() {
        let numbers: Vec<f64> = (0..1000).map(|i| f64::from(i).sqrt()).collect();
        let sums = || numbers.chunks(8).map(|some| some.iter().fold(0.0, |a, x| a * 0.3 + x)).collect::<Vec<f64>>();
        assert_eq!(widely(sums), sums());
    }
}
