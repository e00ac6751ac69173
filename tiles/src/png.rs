//! Indexed PNG: one palette, 1 to 8 bits a pixel, no filter.
//!
//! Filters guess a byte from its neighbours, which helps photographs and hurts indices; without them and with the
//! balanced level a smooth density of 256 x 256 pixels is a few kilobytes.

use std::sync::LazyLock;

use png::{BitDepth, ColorType, DeflateCompression, Encoder, Filter};

use crate::colour::{Palette, Rgba};
use crate::error::{Error, Result};
use crate::limits::MAX_SIDE_PX;

/// Level of the compressor. On a smooth density of 256 x 256 pixels, CPU time and size: level 1 0.36 ms and 5.7 KB,
/// 4 0.56 ms and 3.8 KB, 6 1.14 ms and 3.6 KB, 9 2.2 ms and 3.5 KB.
const LEVEL: u8 = 4;

/// Encodes pixels, one palette index a byte, row by row from the top.
///
/// # Errors
/// Sides outside `1..=4096`, pixels that do not fill them, or an index that the palette does not have.
pub fn indexed(width: u32, height: u32, pixels: &[u8], palette: &Palette) -> Result<Vec<u8>> {
    for (name, side) in [("width", width), ("height", height)] {
        if side == 0 || side > MAX_SIDE_PX {
            let bound = format!("pictures are 1 to {MAX_SIDE_PX} pixels wide and high");
            return Err(Error::new(name, side, bound, "ask for a smaller picture"));
        }
    }
    let expected = width as usize * height as usize;
    if pixels.len() != expected {
        let bound = format!("{width} x {height} needs {expected}");
        return Err(Error::new("pixels", pixels.len(), bound, "give one index a pixel"));
    }
    // A fold over all pixels is vectorised, which a search for the first bad one is not.
    let largest = pixels.iter().fold(0, |largest, &pixel| largest.max(pixel));
    if largest > palette.last() {
        let bound = format!("the palette ends at {}", palette.last());
        return Err(Error::new("pixel", largest, bound, "give the palette a colour for every class"));
    }
    if largest == 0 && palette.colours().first() == Some(&Rgba::CLEAR) {
        match (width, height) {
            (256, 256) => return Ok(CLEAR_256.clone()),
            (512, 512) => return Ok(CLEAR_512.clone()),
            _ => {}
        }
    }
    let depth = match palette.last() {
        0..=1 => BitDepth::One,
        2..=3 => BitDepth::Two,
        4..=15 => BitDepth::Four,
        _ => BitDepth::Eight,
    };
    encode(width, height, &packed(pixels, width as usize, depth), palette.colours(), depth)
}

/// A picture in which nothing is drawn, for tiles without data: 256 or 512 pixels a side are made once.
#[must_use]
pub fn clear(size: u32) -> Vec<u8> {
    if size >= 512 { CLEAR_512.clone() } else { CLEAR_256.clone() }
}

static CLEAR_256: LazyLock<Vec<u8>> = LazyLock::new(|| clear_picture(256));
static CLEAR_512: LazyLock<Vec<u8>> = LazyLock::new(|| clear_picture(512));

fn clear_picture(size: u32) -> Vec<u8> {
    let bytes = vec![0; (size / 8 * size) as usize];
    // Writing into memory with checked sides cannot fail; an empty answer would be the visible sign of it.
    encode(size, size, &bytes, &[Rgba::CLEAR], BitDepth::One).unwrap_or_default()
}

/// Several pixels a byte, the first in the highest bits; every row starts a byte.
fn packed(pixels: &[u8], width: usize, depth: BitDepth) -> Vec<u8> {
    let bits = depth as usize;
    if bits == 8 {
        return pixels.to_vec();
    }
    let per_byte = 8 / bits;
    let pack =
        |chunk: &[u8]| chunk.iter().enumerate().fold(0, |byte, (i, &pixel)| byte | pixel << (8 - bits * (i + 1)));
    pixels.chunks(width).flat_map(|row| row.chunks(per_byte).map(pack)).collect()
}

fn encode(width: u32, height: u32, bytes: &[u8], colours: &[Rgba], depth: BitDepth) -> Result<Vec<u8>> {
    let failed = |error: png::EncodingError| Error::new("picture", error, "it could not be encoded", "report this");
    let mut out = Vec::with_capacity(8 * 1024);
    let mut encoder = Encoder::new(&mut out, width, height);
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(depth);
    encoder.set_palette(colours.iter().flat_map(|Rgba([r, g, b, _])| [*r, *g, *b]).collect::<Vec<u8>>());
    // Opacities up to the last that is not full; the rest is full by the format.
    let translucent = colours.iter().rposition(|colour| colour.0[3] < 255).map_or(0, |last| last + 1);
    if translucent > 0 {
        encoder.set_trns(colours.iter().take(translucent).map(|colour| colour.0[3]).collect::<Vec<u8>>());
    }
    encoder.set_deflate_compression(DeflateCompression::Level(LEVEL));
    encoder.set_filter(Filter::NoFilter);
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(bytes).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn palette(n: u8) -> Palette {
        let classes: Vec<Rgba> = (1..n).map(|i| Rgba::opaque(i, 255 - i, 7)).collect();
        Palette::new(std::iter::once(Rgba::CLEAR).chain(classes).collect()).unwrap()
    }

    /// Decodes with another crate and gives the colours back.
    fn decode(bytes: &[u8]) -> image::RgbaImage {
        image::load_from_memory(bytes).unwrap().to_rgba8()
    }

    #[test]
    fn pixels_come_back_at_every_depth_and_odd_width() {
        for (colours, width) in [(2, 5), (4, 7), (16, 9), (17, 3), (255, 4)] {
            let palette = palette(colours);
            let pixels: Vec<u8> = (0..width * 3).map(|i| (i % u32::from(colours)) as u8).collect();
            let image = decode(&indexed(width, 3, &pixels, &palette).unwrap());
            let expected: Vec<[u8; 4]> = pixels.iter().map(|&i| palette.colours()[usize::from(i)].0).collect();
            let got: Vec<[u8; 4]> = image.pixels().map(|pixel| pixel.0).collect();
            assert_eq!(got, expected, "{colours} colours");
        }
    }

    #[test]
    fn an_empty_tile_is_tiny_and_clear() {
        let bytes = indexed(256, 256, &[0; 65536], &palette(9)).unwrap();
        assert_eq!(bytes, clear(256));
        assert!(bytes.len() < 200, "{}", bytes.len());
        assert!(decode(&bytes).pixels().all(|pixel| pixel.0[3] == 0));
        assert_eq!(decode(&clear(512)).dimensions(), (512, 512));
    }

    #[test]
    fn wrong_sides_pixels_and_indices_are_refused() {
        assert_eq!(indexed(0, 1, &[], &palette(2)).unwrap_err().parameter, "width");
        assert_eq!(indexed(1, 5000, &[], &palette(2)).unwrap_err().parameter, "height");
        assert_eq!(indexed(2, 2, &[0; 3], &palette(2)).unwrap_err().parameter, "pixels");
        assert_eq!(indexed(1, 1, &[2], &palette(2)).unwrap_err().parameter, "pixel");
    }
}
