//! Two ways to deal values without replacement: many hands at once where they are small, and a shuffled deck.

use super::random::{Stream, philox};

/// Cards beyond which comparing each with each costs more than shuffling.
const MAX_CARDS: usize = 48;
/// Hands that are drawn side by side, so that their cards are compared with one another at once.
const LANES: usize = 16;
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

    /// Calls `each` with the sum of one arrangement after the other, and `look` now and then, which may stop it.
    ///
    /// The arrangements depend on the stream, the values and the number of weights alone.
    pub(super) fn deal<E>(
        &self,
        draws: u32,
        deck: &mut Deck,
        look: impl FnMut() -> Result<(), E>,
        each: impl FnMut(f64),
    ) -> Result<(), E> {
        if !self.is_small() {
            return self.shuffled(draws, deck, look, each);
        }
        // A common weight is taken out of the sum, so that rows divided by their sums are dealt as those that are not.
        match self.weights {
            [first, rest @ ..] if rest.iter().all(|w| w == first) => {
                self.drawn(draws, &mut deck.cards, look, each, |sum, _, x| *sum += x, *first)
            }
            weights => self.drawn(draws, &mut deck.cards, look, each, |sum, i, x| *sum += weights[i] * x, 1.0),
        }
    }

    /// Draws every card from the whole pool and casts away each hand that holds a card twice, or the kept one: what
    /// remains are arrangements without replacement, all equally likely.
    fn drawn<E>(
        &self,
        draws: u32,
        cards: &mut Vec<[u32; LANES]>,
        mut look: impl FnMut() -> Result<(), E>,
        mut each: impl FnMut(f64),
        add: impl Fn(&mut f64, usize, f64),
        scale: f64,
    ) -> Result<(), E> {
        let (k, n) = (self.weights.len(), self.values.len() as u32);
        let kept = self.kept.unwrap_or(u32::MAX);
        // A word of 64 bits gives several cards, one after the other (Brackett-Rozinsky and Lemire 2024,
        // doi:10.48550/arXiv.2408.06213); where its rest is below `uneven`, it is one too many for some cards.
        let cards_a_word = (60 / (u32::BITS - n.leading_zeros())).max(1) as usize;
        cards.resize(k, [0; LANES]);
        let (mut left, mut block, mut next_look) = (draws, 0, 0);
        while left > 0 {
            if next_look == 0 {
                look()?;
                next_look = LOOK_EVERY / LANES as u32;
            }
            next_look -= 1;
            let mut is_uneven = [false; LANES];
            for group in cards.chunks_mut(cards_a_word) {
                let all = u64::from(n).pow(group.len() as u32);
                let uneven = all.wrapping_neg() % all;
                for pair in 0..LANES / 2 {
                    let two = philox([block, self.stream.1], self.stream.0);
                    block += 1;
                    for (lane, mut rest) in (2 * pair..).zip(two) {
                        for card in &mut *group {
                            let product = u128::from(rest) * u128::from(n);
                            card[lane] = (product >> 64) as u32;
                            rest = product as u64;
                        }
                        is_uneven[lane] |= rest < uneven;
                    }
                }
            }
            let mut is_twice = [0_u32; LANES];
            for (i, card) in cards.iter().enumerate() {
                for lane in 0..LANES {
                    is_twice[lane] |= all_bits(card[lane] == kept);
                }
                for other in &cards[..i] {
                    for lane in 0..LANES {
                        is_twice[lane] |= all_bits(card[lane] == other[lane]);
                    }
                }
            }
            for lane in 0..LANES {
                if is_twice[lane] == 0 && !is_uneven[lane] && left > 0 {
                    left -= 1;
                    let mut sum = 0.0;
                    cards.iter().enumerate().for_each(|(i, card)| add(&mut sum, i, self.values[card[lane] as usize]));
                    each(scale * sum);
                }
            }
        }
        Ok(())
    }

    /// Deals from the top of a deck that is shuffled as far as it is needed and put back in order afterwards.
    fn shuffled<E>(
        &self,
        draws: u32,
        deck: &mut Deck,
        mut look: impl FnMut() -> Result<(), E>,
        mut each: impl FnMut(f64),
    ) -> Result<(), E> {
        let pool = self.pool();
        let skip = self.kept.map_or(usize::MAX, |kept| kept as usize);
        if deck.order.len() != pool {
            deck.order = (0..pool as u32).collect();
        }
        let mut stream = Stream::new(self.stream.0, self.stream.1);
        // A look costs little beside a large hand.
        let look_every = LOOK_EVERY / (self.weights.len() as u32 / 1024 + 1) + 1;
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
            each(sum);
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
