//! Two ways to deal values without replacement: many hands at once where they are small, and a shuffled deck.

use super::random::{Lanes, Stream};
use super::wide::widely;

/// Cards beyond which comparing each with each costs more than shuffling.
const MAX_CARDS: usize = 48;
/// Hands that are drawn side by side, so that their cards are compared with one another at once.
const LANES: usize = 32;
/// Arrangements between two looks at whether the work should go on.
const LOOK_EVERY: u32 = 1 << 12;

/// What is dealt: some of the values, each drawn card with its weight.
pub(super) struct Hand<'a> {
    /// All values, sorted.
    pub values: &'a [f64],
    /// Position in `values` of the one that stays where it is.
    pub kept: Option<u32>,
    /// One weight a card, sorted.
    pub weights: &'a [f64],
    /// Seed, and key of the place.
    pub stream: (u64, u64),
}

impl Hand<'_> {
    fn pool(&self) -> usize {
        self.values.len() - usize::from(self.kept.is_some())
    }

    /// Whether a hand whose cards are drawn one by one from the whole pool seldom holds one card twice.
    pub(super) fn is_small(&self) -> bool {
        let k = self.weights.len();
        k <= MAX_CARDS && k * (k + 1) <= self.pool()
    }

    /// Calls `each` with the sums of some arrangements after the other, and `look` now and then, which may stop it.
    ///
    /// The arrangements depend on the stream, the values and the number of weights alone.
    pub(super) fn deal<E>(
        &self,
        draws: u32,
        deck: &mut Deck,
        look: impl FnMut() -> Result<(), E>,
        each: impl FnMut(&[f64]),
    ) -> Result<(), E> {
        if !self.is_small() {
            return self.shuffled(draws, deck, look, each);
        }
        // A common weight is taken out of the sum, so that rows divided by their sums are dealt as those that are not.
        match self.weights {
            [first, rest @ ..] if rest.iter().all(|w| w == first) => widely(
                #[inline(always)]
                || self.drawn(draws, &mut deck.cards, look, each, |sum, _, x| *sum += x, *first),
            ),
            weights => widely(
                #[inline(always)]
                || self.drawn(draws, &mut deck.cards, look, each, |sum, i, x| *sum += weights[i] * x, 1.0),
            ),
        }
    }

    /// Draws every card from the whole pool and casts away each hand that holds a card twice, or the kept one: what
    /// remains are arrangements without replacement, all equally likely.
    #[inline(always)]
    fn drawn<E>(
        &self,
        draws: u32,
        cards: &mut Vec<[u32; LANES]>,
        mut look: impl FnMut() -> Result<(), E>,
        mut each: impl FnMut(&[f64]),
        add: impl Fn(&mut f64, usize, f64),
        scale: f64,
    ) -> Result<(), E> {
        let (k, n) = (self.weights.len(), self.values.len() as u32);
        let kept = self.kept.unwrap_or(u32::MAX);
        // Half a word times n has a card in its upper half, without bias where the lower half is not below `uneven`
        // (Lemire 2019, doi:10.1145/3230636).
        let uneven = n.wrapping_neg() % n;
        cards.resize(k, [0; LANES]);
        let mut lanes = Lanes::<LANES>::new(self.stream.0, self.stream.1);
        let (mut left, mut next_look) = (draws, 0);
        while left > 0 {
            if next_look == 0 {
                look()?;
                next_look = LOOK_EVERY / LANES as u32;
            }
            next_look -= 1;
            let mut is_bad = [0_u32; LANES];
            let mut draw = |card: &mut [u32; LANES], half: [u32; LANES]| {
                for lane in 0..LANES {
                    let product = u64::from(half[lane]) * u64::from(n);
                    card[lane] = (product >> 32) as u32;
                    is_bad[lane] |= all_bits((product as u32) < uneven);
                }
            };
            for pair in cards.chunks_mut(2) {
                let words = lanes.next();
                let halves = [words.map(|word| (word >> 32) as u32), words.map(|word| word as u32)];
                pair.iter_mut().zip(halves).for_each(|(card, half)| draw(card, half));
            }
            let mut sums = [0.0; LANES];
            for (i, card) in cards.iter().enumerate() {
                for lane in 0..LANES {
                    is_bad[lane] |= all_bits(card[lane] == kept);
                }
                for other in &cards[..i] {
                    for lane in 0..LANES {
                        is_bad[lane] |= all_bits(card[lane] == other[lane]);
                    }
                }
            }
            // So few sums at once stay in registers.
            for (eighth, some) in sums.chunks_exact_mut(8).enumerate() {
                let mut own = [0.0; 8];
                for (i, card) in cards.iter().enumerate() {
                    let card = &card[8 * eighth..8 * eighth + 8];
                    own.iter_mut().zip(card).for_each(|(sum, &card)| add(sum, i, self.values[card as usize]));
                }
                some.copy_from_slice(&own);
            }
            sums.iter_mut().for_each(|sum| *sum *= scale);
            // One bit a lane.
            let cast_away = is_bad.iter().rev().fold(0_u32, |bits, bad| bits << 1 | bad & 1);
            if cast_away != 0 {
                let good = (0..LANES).filter(|lane| cast_away >> lane & 1 == 0);
                good.enumerate().for_each(|(to, lane)| sums[to] = sums[lane]);
            }
            let dealt = (LANES as u32 - cast_away.count_ones()).min(left);
            each(&sums[..dealt as usize]);
            left -= dealt;
        }
        Ok(())
    }

    /// Deals from the top of a deck that is shuffled as far as it is needed and put back in order afterwards.
    fn shuffled<E>(
        &self,
        draws: u32,
        deck: &mut Deck,
        mut look: impl FnMut() -> Result<(), E>,
        mut each: impl FnMut(&[f64]),
    ) -> Result<(), E> {
        let pool = self.pool();
        let skip = self.kept.map_or(usize::MAX, |kept| kept as usize);
        if deck.order.len() != pool {
            deck.order = (0..pool as u32).collect();
        }
        let mut stream = Stream::new(self.stream.0, self.stream.1);
        // A look costs little beside a large hand.
        let look_every = (LOOK_EVERY / (self.weights.len() as u32 / 1024 + 1)).max(1);
        for draw in 0..draws {
            if draw % look_every == 0 {
                look()?;
            }
            deck.swaps.clear();
            let mut sum = 0.0;
            for (i, w) in self.weights.iter().enumerate() {
                let j = i + stream.below((pool - i) as u32) as usize;
                deck.order.swap(i, j);
                deck.swaps.push(j);
                let at = deck.order[i] as usize;
                sum += w * self.values[at + usize::from(at >= skip)];
            }
            for (i, &j) in deck.swaps.iter().enumerate().rev() {
                deck.order.swap(i, j);
            }
            each(&[sum]);
        }
        Ok(())
    }
}

/// All bits set or none, as the processor compares many at once.
fn all_bits(is_so: bool) -> u32 {
    if is_so { u32::MAX } else { 0 }
}

/// Room for the cards of a thread.
#[derive(Default)]
pub(super) struct Deck {
    cards: Vec<[u32; LANES]>,
    order: Vec<u32>,
    swaps: Vec<usize>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dealt(hand: &Hand<'_>, draws: u32) -> Vec<f64> {
        let mut sums = Vec::new();
        let dealt: Result<(), ()> =
            hand.deal(draws, &mut Deck::default(), || Ok(()), |some| sums.extend_from_slice(some));
        assert!(dealt.is_ok());
        sums
    }

    /// Every ordered hand is as likely as any other, drawn or shuffled, with one value kept or none.
    #[test]
    fn all_hands_are_equally_likely() {
        let values: Vec<f64> = (0..8).map(f64::from).collect();
        // The weights tell which card came at which place.
        for (weights, kept) in [(&[1.0, 10.0][..], Some(3)), (&[1.0, 10.0], None), (&[1.0, 10.0, 100.0], Some(3))] {
            let hand = Hand { values: &values, kept, weights, stream: (5, 6) };
            assert_eq!(hand.is_small(), weights.len() == 2);
            let pool = hand.pool();
            let hands: usize = (0..weights.len()).map(|i| pool - i).product();
            let draws = 400 * hands as u32;
            let mut seen = std::collections::BTreeMap::new();
            for sum in dealt(&hand, draws) {
                *seen.entry(sum as u32).or_insert(0_u32) += 1;
            }
            assert_eq!(seen.len(), hands, "each hand without replacement, and no other");
            let chi: f64 = seen.values().map(|&n| (f64::from(n) - 400.0).powi(2) / 400.0).sum();
            let limit = hands as f64 + 5.0 * (2.0 * hands as f64).sqrt();
            assert!(chi < limit, "{chi} of {hands} hands");
            assert!(kept.is_none() || seen.keys().all(|sum| sum % 10 != 3 && sum / 10 % 10 != 3));
        }
    }

    #[test]
    fn a_common_weight_is_taken_out_and_a_look_may_stop_it() {
        let values: Vec<f64> = (0..1000).map(|i| f64::from(i) * 0.5).collect();
        let of = |weights: &[f64]| dealt(&Hand { values: &values, kept: Some(7), weights, stream: (1, 2) }, 100);
        assert_eq!(of(&[1.0; 8]).iter().map(|s| s * 0.125).collect::<Vec<_>>(), of(&[0.125; 8]));
        for weights in [&[1.0; 8][..], &[1.0; 60]] {
            let hand = Hand { values: &values, kept: None, weights, stream: (1, 2) };
            let mut looks = 0;
            let look = || {
                looks += 1;
                if looks > 2 { Err(()) } else { Ok(()) }
            };
            let mut n = 0;
            assert!(hand.deal(1_000_000, &mut Deck::default(), look, |some| n += some.len()).is_err());
            assert!(n <= 2 * LOOK_EVERY as usize);
        }
    }
}
