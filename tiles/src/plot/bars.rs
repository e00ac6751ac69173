//! Bars, standing or lying, with their interval and their number.

use super::Bar;
use super::layout::Layout;
use super::sheet::{Anchor, LETTER_HEIGHT_PX, Place, Sheet, Stroke};
use crate::breaks::number_text;
use crate::colour::Rgba;

/// Share of a class's room that its bar takes, and its width at most.
const SHARE: f64 = 0.72;
const WIDEST_PX: f64 = 90.0;

pub(super) fn draw(all: &[Bar], layout: &Layout, sheet: &mut dyn Sheet) {
    let (classes, numbers) = if layout.is_lying { (layout.y, layout.x) } else { (layout.x, layout.y) };
    let half = (classes.band_px() * SHARE).min(WIDEST_PX) / 2.0;
    let colour = Rgba::of_oklch(0.680, 0.105, 240.0);
    let whisker = Stroke { colour: Rgba::INK, width_px: 1.75 };
    // A place from along the numbers and along the classes.
    let turned = |along: f64, across: f64| -> Place { if layout.is_lying { [along, across] } else { [across, along] } };
    let widest = all.iter().map(|bar| number_text(bar.value).chars().count()).max().unwrap_or(0) as f64;
    let has_room = layout.is_lying || widest * layout.letter_px <= classes.band_px() - 6.0;
    for (i, bar) in all.iter().enumerate() {
        let (Some(middle), Some(end)) = (classes.place(i as f64), numbers.place(bar.value)) else { continue };
        let base = numbers.base_px();
        let corners = [turned(base, middle - half), turned(end, middle + half)];
        let [left, right] = [corners[0][0].min(corners[1][0]), corners[0][0].max(corners[1][0])];
        let [top, bottom] = [corners[0][1].min(corners[1][1]), corners[0][1].max(corners[1][1])];
        sheet.rectangle([left, top, right - left, bottom - top], colour.into());
        let interval = bar.interval.and_then(|(low, high)| Some((numbers.place(low)?, numbers.place(high)?)));
        if let Some((low, high)) = interval {
            sheet.line(&[turned(low, middle), turned(high, middle)], whisker, &[]);
            for end in [low, high] {
                sheet.line(&[turned(end, middle - 5.0), turned(end, middle + 5.0)], whisker, &[]);
            }
        }
        if has_room {
            let text = number_text(bar.value);
            number(&text, end, interval.map(|(_, high)| high), middle, layout, sheet);
        }
    }
}

/// The number of a bar, beyond its end where there is room, else within the bar.
fn number(text: &str, end: f64, high: Option<f64>, middle: f64, layout: &Layout, sheet: &mut dyn Sheet) {
    let [_, top, right, bottom] = layout.frame;
    let width = text.chars().count() as f64 * layout.letter_px;
    if layout.is_lying {
        let far = high.map_or(end, |high| high.max(end)) + 6.0;
        let y = middle - LETTER_HEIGHT_PX / 2.0;
        if far + width <= right {
            sheet.text([far, y], Anchor::Start, Rgba::INK, text);
        } else if high.is_none() {
            sheet.text([end - 6.0, y], Anchor::End, Rgba::INK, text);
        }
        return;
    }
    let far = high.map_or(end, |high| high.min(end)) - LETTER_HEIGHT_PX - 3.0;
    if far >= top {
        sheet.text([middle, far], Anchor::Middle, Rgba::INK, text);
    } else if high.is_none() && end + LETTER_HEIGHT_PX + 6.0 <= bottom {
        sheet.text([middle, end + 4.0], Anchor::Middle, Rgba::INK, text);
    }
}
