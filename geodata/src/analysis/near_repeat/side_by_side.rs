//! Near pairs counted by how far apart their days are, sixteen draws side by side.

use super::pairs::Near;

/// Draws counted side by side: a place's days in all of them lie in one half of a cache line.
pub(super) const LANES: usize = 16;
/// Edges counted in one pass, so that all sums stay in registers.
pub(super) const EDGES: usize = 4;

/// Pairs that a small sum can hold.
const FEW: usize = u8::MAX as usize;

/// The days of a place, one a draw.
pub(super) type Lanes = [i16; LANES];

/// How far apart two days are, in as few bits as the edges need.
pub(super) trait Apart: Copy + Default + PartialOrd {
    fn of(days: i16) -> Self;
}

/// Sixteen of them are compared at once; what is farther apart than they can say is beyond every edge.
impl Apart for i8 {
    fn of(days: i16) -> Self {
        days.min(Self::MAX.into()) as Self
    }
}

impl Apart for i16 {
    fn of(days: i16) -> Self {
        days
    }
}

/// Pairs of a list whose days are less than each edge apart, by lane.
pub(super) fn count<A: Apart>(list: &Near, own: &[Lanes], lanes: &[Lanes], edges: [A; EDGES]) -> [[u64; LANES]; EDGES] {
    let mut sums = [[0_u64; LANES]; EDGES];
    let mut few = [[0_u8; LANES]; EDGES];
    let mut since = 0;
    let mut flush = |few: &mut [[u8; LANES]; EDGES]| {
        for (sum, few) in sums.iter_mut().zip(few) {
            for k in 0..LANES {
                sum[k] += u64::from(few[k]);
            }
            *few = [0; LANES];
        }
    };
    for (ends, own) in list.ends.windows(2).zip(own) {
        for run in list.others[ends[0] as usize..ends[1] as usize].chunks(FEW / 2) {
            since += run.len();
            if since > FEW {
                flush(&mut few);
                since = run.len();
            }
            for &other in run {
                let other = &lanes[other as usize];
                let mut apart = [A::default(); LANES];
                for k in 0..LANES {
                    apart[k] = A::of((own[k] - other[k]).abs());
                }
                for e in 0..EDGES {
                    for k in 0..LANES {
                        // It is flushed before it can be full.
                        few[e][k] = few[e][k].wrapping_add(u8::from(apart[k] < edges[e]));
                    }
                }
            }
        }
    }
    flush(&mut few);
    sums
}
