//! The `Accept` header: which of the offered media types the caller likes best.

/// The id of the offer that the header likes best; earlier offers win ties. `None` if it likes none.
#[must_use]
pub fn best(accept: &str, offered: &[(&'static str, &'static str)]) -> Option<&'static str> {
    let mut found: Option<(&'static str, f32)> = None;
    for (id, media_type) in offered {
        let quality = quality(accept, media_type);
        if quality > 0.0 && found.is_none_or(|(_, best)| quality > best) {
            found = Some((id, quality));
        }
    }
    found.map(|(id, _)| id)
}

/// Quality of a media type by the most exact range that names it.
fn quality(accept: &str, media_type: &str) -> f32 {
    let wanted = media_type.split(';').next().unwrap_or_default().trim();
    let mut best = (0, 0.0);
    for range in accept.split(',').take(64) {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let exact = match name {
            n if n.eq_ignore_ascii_case(wanted) => 3,
            // GeoJSON and the API document are JSON too.
            "application/json" if wanted.ends_with("+json") => 2,
            "*/*" => 1,
            n => match n.strip_suffix("/*") {
                Some(group) if wanted.split('/').next() == Some(group) => 2,
                _ => continue,
            },
        };
        let q = parts.find_map(|p| p.strip_prefix("q=")).and_then(|q| q.parse::<f32>().ok()).unwrap_or(1.0);
        if exact > best.0 {
            best = (exact, if q.is_finite() { q } else { 0.0 });
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_get_html_and_programs_json() {
        let offered = [("json", "application/json"), ("html", "text/html")];
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
        assert_eq!(best(browser, &offered), Some("html"));
        assert_eq!(best("*/*", &offered), Some("json"));
        assert_eq!(best("application/json", &offered), Some("json"));
        assert_eq!(best("image/png", &offered), None);
        assert_eq!(best("text/html;q=0, */*", &offered), Some("json"));
        assert_eq!(best("application/json", &[("geojson", "application/geo+json")]), Some("geojson"));
    }
}
