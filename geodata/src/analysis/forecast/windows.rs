//! A rolling origin: a window of steps from which a map is made, and the step after it on which it is checked.

/// Counts by step and place, as the windows and tests of a check.
pub struct Windows<'a> {
    counts: &'a [u32],
    places: usize,
    training: usize,
    /// Sums over the training window of each test.
    earlier: Vec<Vec<u32>>,
}

impl<'a> Windows<'a> {
    /// `counts[step * places + place]`; each test step but the first `training` ones is checked.
    #[must_use]
    pub fn new(counts: &'a [u32], places: usize, training: usize) -> Self {
        let steps = counts.len().checked_div(places).unwrap_or(0);
        let step = |t: usize| &counts[t * places..(t + 1) * places];
        let mut window = vec![0; places];
        let mut earlier = Vec::new();
        for t in 0..steps {
            if t >= training {
                earlier.push(window.clone());
                window.iter_mut().zip(step(t - training)).for_each(|(w, c)| *w -= c);
            }
            window.iter_mut().zip(step(t)).for_each(|(w, c)| *w += c);
        }
        Self { counts, places, training, earlier }
    }

    /// Number of tests.
    #[must_use]
    pub fn tests(&self) -> usize {
        self.earlier.len()
    }

    /// Counts of the training window of a test.
    #[must_use]
    pub fn earlier(&self, test: usize) -> &[u32] {
        &self.earlier[test]
    }

    /// Counts of the test step.
    #[must_use]
    pub fn observed(&self, test: usize) -> &[u32] {
        &self.counts[(self.training + test) * self.places..][..self.places]
    }

    /// Counts of all test steps together.
    #[must_use]
    pub fn pooled(&self) -> Vec<u32> {
        let mut sum = vec![0; self.places];
        for t in 0..self.tests() {
            sum.iter_mut().zip(self.observed(t)).for_each(|(s, c)| *s += c);
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_map_sees_the_step_on_which_it_is_checked() {
        let counts = [1, 10, 2, 20, 3, 30, 4, 40, 5, 50];
        let windows = Windows::new(&counts, 2, 2);
        assert_eq!(windows.tests(), 3);
        let earlier: Vec<&[u32]> = (0..3).map(|t| windows.earlier(t)).collect();
        assert_eq!(earlier, [[3, 30], [5, 50], [7, 70]]);
        let observed: Vec<&[u32]> = (0..3).map(|t| windows.observed(t)).collect();
        assert_eq!(observed, [[3, 30], [4, 40], [5, 50]]);
        assert_eq!(windows.pooled(), [12, 120]);
        assert_eq!((Windows::new(&counts, 2, 5).tests(), Windows::new(&[], 0, 1).tests()), (0, 0));
    }
}
