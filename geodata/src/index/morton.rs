//! Morton keys: the bits of x and y in turn, so that every tile of the pyramid is one range of keys.

use std::ops::RangeInclusive;

use crate::model::MercatorPoint;

/// Spreads the 32 bits of `v` over the even bits of the result.
fn spread(v: u32) -> u64 {
    let mut v = u64::from(v);
    v = (v | (v << 16)) & 0x0000_ffff_0000_ffff;
    v = (v | (v << 8)) & 0x00ff_00ff_00ff_00ff;
    v = (v | (v << 4)) & 0x0f0f_0f0f_0f0f_0f0f;
    v = (v | (v << 2)) & 0x3333_3333_3333_3333;
    (v | (v << 1)) & 0x5555_5555_5555_5555
}

/// Gathers the even bits.
fn gather(v: u64) -> u32 {
    let mut v = v & 0x5555_5555_5555_5555;
    v = (v | (v >> 1)) & 0x3333_3333_3333_3333;
    v = (v | (v >> 2)) & 0x0f0f_0f0f_0f0f_0f0f;
    v = (v | (v >> 4)) & 0x00ff_00ff_00ff_00ff;
    v = (v | (v >> 8)) & 0x0000_ffff_0000_ffff;
    (v | (v >> 16)) as u32
}

/// Key of a place; y takes the higher bit of each pair, as in quadkeys.
pub(crate) fn key(p: MercatorPoint) -> u64 {
    spread(p.x) | (spread(p.y) << 1)
}

/// The place of a key.
pub(crate) fn point(key: u64) -> MercatorPoint {
    MercatorPoint { x: gather(key), y: gather(key >> 1) }
}

/// Keys of the tile z/x/y. The caller has checked `z <= 32` and x, y below 2^z.
pub(super) fn tile_keys(z: u8, x: u32, y: u32) -> RangeInclusive<u64> {
    let shift = 2 * (32 - u32::from(z.min(32)));
    let prefix = spread(x) | (spread(y) << 1);
    if shift == 64 {
        return 0..=u64::MAX;
    }
    let first = prefix << shift;
    first..=first | ((1u64 << shift) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_round_trip_and_tiles_are_ranges() {
        for (x, y) in [(0, 0), (u32::MAX, 0), (0, u32::MAX), (0x1234_5678, 0x9abc_def0), (u32::MAX, u32::MAX)] {
            let p = MercatorPoint { x, y };
            assert_eq!(point(key(p)), p);
            for z in [0u8, 1, 5, 14, 31, 32] {
                let (tx, ty) = (x.checked_shr(32 - u32::from(z)), y.checked_shr(32 - u32::from(z)));
                let range = tile_keys(z, tx.unwrap_or(0), ty.unwrap_or(0));
                assert!(range.contains(&key(p)), "{z} {x} {y}");
                if z > 0 {
                    assert!(!range.contains(&key(MercatorPoint { x: x ^ (1 << 31), y })));
                }
            }
        }
    }
}
