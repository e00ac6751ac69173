//! Whether two sets of points have a pair within a distance.

/// Pairs below which each is simply measured.
const FEW: usize = 256;

type Point = (f64, f64);

/// Whether a point of one set lies within the distance (squared, closed) of a point of the other.
pub(super) fn touch(a: &[Point], b: &[Point], eps2: f64) -> bool {
    if a.len() * b.len() <= FEW {
        return any(a, b, eps2);
    }
    let mut a = near_box(a, &bounds(b), eps2);
    let mut b = near_box(b, &bounds(&a), eps2);
    halves(&mut a, &mut b, eps2)
}

fn any(a: &[Point], b: &[Point], eps2: f64) -> bool {
    a.iter().any(|p| b.iter().any(|q| (q.0 - p.0).powi(2) + (q.1 - p.1).powi(2) <= eps2))
}

/// Halves the larger set along its longer side until the sets are few, apart or wholly near each other.
fn halves(a: &mut [Point], b: &mut [Point], eps2: f64) -> bool {
    if a.len() * b.len() <= FEW {
        return any(a, b, eps2);
    }
    let (here, there) = (bounds(a), bounds(b));
    if here.nearest2(&there) > eps2 {
        return false;
    }
    if here.farthest2(&there) <= eps2 {
        return true;
    }
    let (large, small, sides) = if a.len() >= b.len() { (a, b, here) } else { (b, a, there) };
    let middle = large.len() / 2;
    if sides.high.0 - sides.low.0 >= sides.high.1 - sides.low.1 {
        large.select_nth_unstable_by(middle, |p, q| p.0.total_cmp(&q.0));
    } else {
        large.select_nth_unstable_by(middle, |p, q| p.1.total_cmp(&q.1));
    }
    let (one, other) = large.split_at_mut(middle);
    halves(one, small, eps2) || halves(other, small, eps2)
}

fn near_box(points: &[Point], sides: &Bounds, eps2: f64) -> Vec<Point> {
    points.iter().copied().filter(|&p| Bounds { low: p, high: p }.nearest2(sides) <= eps2).collect()
}

struct Bounds {
    low: Point,
    high: Point,
}

fn bounds(points: &[Point]) -> Bounds {
    let mut sides = Bounds { low: (f64::INFINITY, f64::INFINITY), high: (f64::NEG_INFINITY, f64::NEG_INFINITY) };
    for p in points {
        sides.low = (sides.low.0.min(p.0), sides.low.1.min(p.1));
        sides.high = (sides.high.0.max(p.0), sides.high.1.max(p.1));
    }
    sides
}

impl Bounds {
    /// Squared distance of the nearest points of the boxes; never more than that of two points in them.
    fn nearest2(&self, other: &Self) -> f64 {
        let gap = |low: f64, high: f64, a: f64, b: f64| (a - high).max(low - b).max(0.0);
        let dx = gap(self.low.0, self.high.0, other.low.0, other.high.0);
        let dy = gap(self.low.1, self.high.1, other.low.1, other.high.1);
        dx * dx + dy * dy
    }

    /// Squared distance of the farthest points of the boxes; never less than that of two points in them.
    fn farthest2(&self, other: &Self) -> f64 {
        let dx = (self.high.0 - other.low.0).max(other.high.0 - self.low.0);
        let dy = (self.high.1 - other.low.1).max(other.high.1 - self.low.1);
        dx * dx + dy * dy
    }
}
