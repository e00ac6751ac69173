//! A table of squares: a colour by class, and the number or a note in each.

use super::keys::blank;
use super::layout::Layout;
use super::sheet::{Anchor, LETTER_HEIGHT_PX, Sheet};
use super::style::{ink_on, squares};
use crate::breaks::number_text;

pub(super) fn draw(rows: &[Vec<Option<f64>>], notes: &[Vec<String>], layout: &Layout, sheet: &mut dyn Sheet) {
    let numbers: Vec<f64> = rows.iter().flatten().filter_map(|n| *n).collect();
    let (breaks, colours) = squares(&numbers);
    let (width, height) = (layout.x.band_px(), layout.y.band_px());
    let texts: Vec<Vec<String>> = rows.iter().enumerate().map(|(y, row)| texts(row, notes.get(y))).collect();
    // All squares have their text or none: a few would look like the only ones with a number.
    let longest = texts.iter().flatten().map(|t| t.chars().count()).max().unwrap_or(0);
    let has_room = longest as f64 * layout.letter_px <= width - 4.0;
    for (y, (row, texts)) in rows.iter().zip(&texts).enumerate() {
        for (x, (number, text)) in row.iter().zip(texts).enumerate() {
            let (Some(middle_x), Some(middle_y)) = (layout.x.place(x as f64), layout.y.place(y as f64)) else {
                continue;
            };
            let class = number.and_then(|n| breaks.class_of(n)).and_then(|class| colours.get(class).copied());
            let square = [middle_x - width / 2.0 + 0.5, middle_y - height / 2.0 + 0.5, width - 1.0, height - 1.0];
            sheet.rectangle(square, class.map_or_else(blank, Into::into));
            if has_room && let Some(colour) = class {
                sheet.text([middle_x, middle_y - LETTER_HEIGHT_PX / 2.0], Anchor::Middle, ink_on(colour), text);
            }
        }
    }
    let [left, top, right, bottom] = layout.frame;
    let edge = super::style::FRAME;
    sheet.line(&[[left, top], [right, top], [right, bottom]], edge, &[]);
}

/// The note of each square of a row; where there is none, its number in three digits.
fn texts(row: &[Option<f64>], notes: Option<&Vec<String>>) -> Vec<String> {
    let text = |(x, number): (usize, &Option<f64>)| match notes.and_then(|notes| notes.get(x)) {
        Some(note) if !note.is_empty() => note.clone(),
        _ => number.filter(|n| n.is_finite()).map_or_else(String::new, short),
    };
    row.iter().enumerate().map(text).collect()
}

/// A number in about three digits.
fn short(value: f64) -> String {
    let size = value.abs();
    let digits = if size >= 100.0 || size == 0.0 { 0 } else { (2 - size.log10().floor() as i32).clamp(0, 3) };
    let power = 10_f64.powi(digits);
    number_text((value * power).round() / power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_digits_and_notes_stand_first() {
        let row = [Some(1.23456), Some(12.3456), Some(1234.5), None, Some(0.0)];
        assert_eq!(texts(&row, None), ["1.23", "12.3", "1,235", "", "0"]);
        let notes = vec!["1.23*".to_owned(), String::new()];
        assert_eq!(texts(&row[..2], Some(&notes)), ["1.23*", "12.3"]);
    }
}
