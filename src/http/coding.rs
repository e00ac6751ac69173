//! Content codings of finished answers: chosen by the caller's header, and applied once for all who take them.

use std::io::Write;

use axum::http::{HeaderMap, header};
use flate2::Compression;
use flate2::write::GzEncoder;

/// Bytes below which an answer is sent as it is.
pub const MIN_COMPRESSED: usize = 1024;
/// Effort of gzip, 0 to 9: finished answers are compressed once and sent often.
const GZIP_LEVEL: u32 = 5;
/// Effort of Brotli, 0 to 11: about as fast as gzip, and smaller.
const BROTLI_LEVEL: i32 = 5;

/// A coding in which finished answers are kept. What takes another is compressed on its way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Coding {
    /// Brotli.
    Brotli,
    /// Gzip.
    Gzip,
}

impl Coding {
    /// The one that a caller likes best; the smaller wins ties.
    #[must_use]
    pub fn best(headers: &HeaderMap) -> Option<Self> {
        let mut found: Option<(Self, f32)> = None;
        let all = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|v| v.to_str().ok());
        for part in all.flat_map(|v| v.split(',')).take(16) {
            let mut pieces = part.split(';').map(str::trim);
            let coding = match pieces.next().unwrap_or_default() {
                n if n.eq_ignore_ascii_case("br") => Self::Brotli,
                n if n.eq_ignore_ascii_case("gzip") => Self::Gzip,
                _ => continue,
            };
            let q = pieces.find_map(|p| p.strip_prefix("q=")).map_or(1.0, |q| q.parse::<f32>().unwrap_or(0.0));
            let is_better = found.is_none_or(|(_, best)| q > best || (q == best && coding == Self::Brotli));
            if q > 0.0 && is_better {
                found = Some((coding, q));
            }
        }
        found.map(|(coding, _)| coding)
    }

    /// Its name in `Content-Encoding`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// The bytes in this coding; `None` where they are too few, or would not become fewer.
    #[must_use]
    pub fn of(self, plain: &[u8]) -> Option<Vec<u8>> {
        if plain.len() < MIN_COMPRESSED {
            return None;
        }
        let mut out = Vec::with_capacity(plain.len() / 2);
        match self {
            Self::Gzip => {
                let mut encoder = GzEncoder::new(&mut out, Compression::new(GZIP_LEVEL));
                encoder.write_all(plain).ok()?;
                encoder.finish().ok()?;
            }
            Self::Brotli => {
                let params = brotli::enc::BrotliEncoderParams { quality: BROTLI_LEVEL, ..Default::default() };
                brotli::BrotliCompress(&mut &*plain, &mut out, &params).ok()?;
            }
        }
        (out.len() < plain.len()).then_some(out)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_smallest_coding_that_the_caller_takes_is_chosen() {
        let of = |text: &'static str| {
            Coding::best(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(text))]))
        };
        assert_eq!(of("gzip, deflate, br, zstd"), Some(Coding::Brotli));
        assert_eq!(of("gzip, deflate"), Some(Coding::Gzip));
        assert_eq!(of("br;q=0.1, gzip;q=0.9"), Some(Coding::Gzip));
        assert_eq!(of("br;q=0, gzip;q=x"), None);
        assert_eq!(of("zstd"), None);
        assert_eq!(Coding::best(&HeaderMap::new()), None);
    }
}
