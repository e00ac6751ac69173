//! Blobs round-trip, other programs' forms are read, and damaged ones are refused.

use geo_types::{MultiPolygon, polygon};

use super::*;

fn shape() -> MultiPolygon<f64> {
    MultiPolygon(vec![
        polygon!(exterior: [(x: 0., y: 0.), (x: 4., y: 0.), (x: 4., y: 4.), (x: 0., y: 0.)], interiors: [[(x: 2., y: 1.), (x: 3., y: 1.), (x: 3., y: 2.), (x: 2., y: 1.)]]),
        polygon![(x: 9., y: 9.), (x: 10., y: 9.), (x: 10., y: 10.), (x: 9., y: 9.)],
    ])
}

#[test]
fn points_and_shapes_round_trip() {
    let p = LonLat::new(-87.627_876, 41.883_5).expect("on the Earth");
    assert_eq!(read_point(&point(p)), Some(p));
    assert_eq!(read_multi_polygon(&multi_polygon(&shape())).expect("readable"), shape());
    assert_eq!(read_multi_polygon(&multi_polygon(&MultiPolygon(vec![]))).expect("empty"), MultiPolygon(vec![]));
}

#[test]
fn a_big_endian_point_with_envelope_and_z_is_read() {
    let mut blob = vec![b'G', b'P', 0, 0b10, 0, 0, 0x10, 0xE6];
    blob.extend([0; 32]);
    blob.push(0);
    blob.extend(1001_u32.to_be_bytes());
    for v in [10.5_f64, 45.25, 7.0] {
        blob.extend(v.to_be_bytes());
    }
    assert_eq!(read_point(&blob), LonLat::new(10.5, 45.25).ok());
}

#[test]
fn cut_and_damaged_blobs_are_refused() {
    let whole = multi_polygon(&shape());
    for n in 0..whole.len() {
        assert!(read_multi_polygon(&whole[..n]).is_err(), "{n} bytes");
    }
    let mut huge = whole;
    huge[13..17].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(read_multi_polygon(&huge).is_err());
    assert_eq!(read_point(&[]), None);
}
