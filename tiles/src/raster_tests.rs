//! Pictures as grids of characters that a reader can check.

use super::*;

/// Rows of digits, `.` for clear.
fn grid(pixels: &[u8], width: usize) -> String {
    let sign = |&p: &u8| if p == 0 { '.' } else { char::from(b'0' + p) };
    pixels.chunks(width).map(|row| row.iter().map(sign).collect::<String>() + "\n").collect()
}

#[test]
fn a_field_is_magnified_smoothly() {
    let values = [0.0, 0.0, 0.0, 0.0, 9.0, 0.0, 0.0, 0.0, 0.0];
    let breaks = Breaks::fixed(&[1.0, 3.0, 5.0]).unwrap();
    let pixels = Field::new(3, 0, &values).unwrap().pixels(15, &breaks).unwrap();
    let expected = "\
...............
...............
...............
.....11111.....
....1112111....
...112232211...
...112333211...
...123333321...
...112333211...
...112232211...
....1112111....
.....11111.....
...............
...............
...............
";
    assert_eq!(grid(&pixels, 15), expected);
}

#[test]
fn neighbouring_tiles_join_when_they_share_a_margin() {
    // One surface over two tiles side by side: the pixels next to the seam follow the same straight slope.
    let surface =
        |side: usize, from: i32| -> Vec<f32> { (0..side * side).map(|i| (from + (i % side) as i32) as f32).collect() };
    let breaks = Breaks::fixed(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]).unwrap();
    let west = Field::new(4, 1, &surface(6, -1)).unwrap().pixels(32, &breaks).unwrap();
    let east = Field::new(4, 1, &surface(6, 3)).unwrap().pixels(32, &breaks).unwrap();
    let row: Vec<u8> = west[..32].iter().chain(&east[..32]).copied().collect();
    let expected = "....111111112222222233333333444444445555555566666666777777778888";
    assert_eq!(grid(&row, 64).trim_end(), expected);
    assert!(row.windows(2).all(|pair| pair[1] >= pair[0] && pair[1] - pair[0] <= 1));
}

#[test]
fn a_field_with_holes_or_of_one_cell_does_not_break() {
    let breaks = Breaks::fixed(&[1.0]).unwrap();
    let holes = Field::new(2, 0, &[f32::NAN, 2.0, 2.0, 2.0]).unwrap().pixels(4, &breaks).unwrap();
    assert_eq!(grid(&holes, 4), "...1\n...1\n...1\n1111\n");
    let one = Field::new(1, 0, &[2.0]).unwrap().pixels(2, &breaks).unwrap();
    assert_eq!(one, [1; 4]);
    assert!(Field::new(0, 0, &[]).is_err());
    assert!(Field::new(2, 1, &[0.0; 4]).is_err());
    assert!(Field::new(usize::MAX, usize::MAX, &[]).is_err());
    assert!(Field::new(1, 0, &[2.0]).unwrap().pixels(0, &breaks).is_err());
}

#[test]
fn cells_are_squares_and_each_state_has_a_pattern_of_its_own() {
    let over = |pattern| Fill::Pattern { pattern, ink: 9, ground: 3 };
    let fills = [over(Pattern::Dots), Fill::Plain(0), over(Pattern::Lines), over(Pattern::Hatch)];
    let pixels = cells(2, &fills, 32).unwrap();
    let lines = grid(&pixels, 32);
    let expected = "\
9933333399333333................
9933333399333333................
3333333333333333................
3333333333333333................
3333993333339933................
3333993333339933................
3333333333333333................
3333333333333333................
9933333399333333................
9933333399333333................
3333333333333333................
3333333333333333................
3333993333339933................
3333993333339933................
3333333333333333................
3333333333333333................
99999999999999999933333399333333
99999999999999999333333993333339
33333333333333333333339933333399
33333333333333333333399333333993
33333333333333333333993333339933
33333333333333333339933333399333
33333333333333333399333333993333
33333333333333333993333339933333
99999999999999999933333399333333
";
    assert_eq!(lines[..expected.len()], *expected);
    assert!(cells(2, &fills[..3], 8).is_err());
    assert!(cells(0, &[], 8).is_err());
}

#[test]
fn cells_finer_than_pixels_take_the_one_at_the_centre() {
    let fills: Vec<Fill> = (0..64).map(|i| Fill::Plain((i % 8) as u8)).collect();
    let pixels = cells(8, &fills, 4).unwrap();
    assert_eq!(pixels[..4], [1, 3, 5, 7]);
}

#[test]
fn values_are_classed_like_the_breaks_say() {
    let breaks = Breaks::fixed(&[1.0, 5.0]).unwrap();
    let values = [0.0, 1.0, 4.0, 5.0, f32::NAN, f32::INFINITY, -1.0];
    assert_eq!(classify(&values, &breaks), [0, 1, 1, 2, 0, 2, 0]);
}
