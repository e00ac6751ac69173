//! Clipping keeps the area that is inside, and whatever comes in, valid rings go out.

use proptest::prelude::*;

use super::*;

fn ring_of(vertices: &[(f64, f64)]) -> Vec<Vertex> {
    vertices.iter().map(|&(x, y)| [x, y]).collect()
}

fn rounded_of(vertices: &[(f64, f64)]) -> Option<Vec<(i32, i32)>> {
    let mut out = Vec::new();
    rounded_ring(&ring_of(vertices), &mut out)?;
    Some(out.into_iter().map(|c| (c.x, c.y)).collect())
}

#[test]
fn repeated_and_collinear_vertices_and_spikes_are_dropped() {
    let square = [(0.0, 0.0), (8.0, 0.0), (8.0, 8.0), (0.0, 8.0)];
    let noisy = [
        (4.0, 0.0),
        (4.2, 0.1),
        (8.0, 0.0),
        (8.0, 3.0),
        (20.0, 3.0),
        (8.0, 3.0),
        (8.0, 8.0),
        (0.0, 8.0),
        (0.0, 8.3),
        (0.0, 0.0),
        (0.0, 0.0),
        (2.0, 0.0),
    ];
    let mut cleaned = rounded_of(&noisy).unwrap();
    cleaned.sort_unstable();
    let mut plain = rounded_of(&square).unwrap();
    plain.sort_unstable();
    assert_eq!(cleaned, plain);
}

#[test]
fn rings_without_an_area_are_dropped() {
    for flat in [
        &[][..],
        &[(1.0, 1.0)],
        &[(1.0, 1.0), (5.0, 5.0)],
        &[(1.0, 1.0), (5.0, 5.0), (9.0, 9.0)],
        &[(1.0, 1.0), (5.0, 5.0), (9.0, 9.0), (3.0, 3.0)],
        &[(0.1, 0.1), (0.2, 0.3), (0.4, 0.1)],
        &[(2.0, 2.0), (2.0, 2.0), (2.0, 2.0), (2.0, 2.0)],
        // A figure of eight: its two halves cancel out.
        &[(0.0, 0.0), (4.0, 4.0), (4.0, 0.0), (0.0, 4.0)],
    ] {
        assert_eq!(rounded_of(flat), None, "{flat:?}");
    }
}

#[test]
fn a_concave_ring_keeps_its_area_inside() {
    // A comb with two teeth that reach out of the square on the right.
    let comb = [(0.0, 0.0), (20.0, 0.0), (20.0, 2.0), (4.0, 2.0), (4.0, 4.0), (20.0, 4.0), (20.0, 6.0), (0.0, 6.0)];
    let mut ring_vertices = ring_of(&comb);
    ring(&mut ring_vertices, &mut Vec::new(), -1.0, 10.0);
    let mut out = Vec::new();
    rounded_ring(&ring_vertices, &mut out).unwrap();
    assert_eq!(doubled_area(&out).abs(), 2 * (10 * 2 + 4 * 2 + 10 * 2));
}

fn coordinate() -> impl Strategy<Value = f64> {
    prop_oneof![-100.0..200.0, -1e9..1e9, Just(-64.0), Just(0.0), Just(64.0), Just(1e12), Just(-1e12)]
}

proptest! {
    #[test]
    fn any_ring_becomes_a_valid_one_inside_the_square(vertices in prop::collection::vec((coordinate(), coordinate()), 0..40)) {
        let mut clipped = ring_of(&vertices);
        ring(&mut clipped, &mut Vec::new(), -64.0, 128.0);
        let mut out = Vec::new();
        if rounded_ring(&clipped, &mut out).is_some() {
            prop_assert!(out.len() >= 3);
            prop_assert!(doubled_area(&out) != 0);
            for i in 0..out.len() {
                let (a, b, c) = (out[i], out[(i + 1) % out.len()], out[(i + 2) % out.len()]);
                prop_assert!((-64..=128).contains(&a.x) && (-64..=128).contains(&a.y));
                prop_assert!(a != b && bend(a, b, c) != 0, "{:?}", out);
            }
        }
    }

    #[test]
    fn clipping_a_convex_ring_gives_its_overlap(x in -200.0..200.0_f64, y in -200.0..200.0_f64, w in 0.0..300.0_f64, h in 0.0..300.0_f64) {
        let mut clipped = ring_of(&[(x, y), (x + w, y), (x + w, y + h), (x, y + h)]);
        ring(&mut clipped, &mut Vec::new(), -64.0, 128.0);
        let area = clipped.iter().zip(clipped.iter().cycle().skip(1)).map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum::<f64>() / 2.0;
        let overlap = |from: f64, size: f64| ((from + size).min(128.0) - from.max(-64.0)).max(0.0);
        prop_assert!((area - overlap(x, w) * overlap(y, h)).abs() < 1e-6);
    }

    #[test]
    fn any_line_stays_inside_the_square(vertices in prop::collection::vec((coordinate(), coordinate()), 0..40)) {
        let mut out = Vec::new();
        let mut pieces = Vec::new();
        line(&ring_of(&vertices), -64.0, 128.0, |piece| {
            if rounded_line(piece, &mut out).is_some() {
                pieces.push(out.clone());
            }
        });
        for vertex in pieces.iter().flatten() {
            prop_assert!((-64..=128).contains(&vertex.x) && (-64..=128).contains(&vertex.y), "{:?}", vertex);
        }
        prop_assert!(pieces.iter().all(|piece| piece.len() > 1));
    }
}
