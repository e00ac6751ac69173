//! Opening hours in the words of city files, as the `opening_hours` form of OpenStreetMap.

/// `M-F 9am-5pm` as `Mo-Fr 09:00-17:00`; `None` where the words are not understood, never half of them.
pub(crate) fn opening_hours(text: &str) -> Option<String> {
    let lower = text.to_lowercase().replace('.', "").replace('–', "-");
    if lower.contains("24 hours") || lower.contains("24/7") {
        return Some("24/7".into());
    }
    let parts: Vec<&str> = if lower.contains(';') { lower.split(';').collect() } else { vec![lower.as_str()] };
    let rules: Option<Vec<String>> = parts.iter().filter(|p| !p.trim().is_empty()).map(|p| rule(p)).collect();
    rules.filter(|r| !r.is_empty()).map(|r| r.join("; "))
}

/// Days, then one span of time or `closed`.
fn rule(text: &str) -> Option<String> {
    let words = tokens(text);
    let at = words
        .iter()
        .position(|w| day(w).is_none() && !matches!(w.as_str(), "-" | "to" | "&" | "and" | "," | "through"))?;
    let days = days(&words[..at])?;
    let rest: Vec<&str> = words[at..].iter().map(String::as_str).filter(|w| *w != ",").collect();
    if rest.first() == Some(&"closed") {
        return Some(format!("{days} off"));
    }
    let dash = rest.iter().position(|w| matches!(*w, "-" | "to"))?;
    let (from, to) = (time(&rest[..dash])?, time(&rest[dash + 1..])?);
    // `Noon-8` and `9-5` mean the evening where the end would lie before the start.
    let to = if to <= from && to < 12 * 60 { to + 12 * 60 } else { to };
    (to > from).then(|| format!("{days} {:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60))
}

/// Words, numbers with their colon, and the signs between.
fn tokens(text: &str) -> Vec<String> {
    let mut out: Vec<String> = vec![];
    let mut kind = 0;
    for c in text.chars() {
        let next = match c {
            'a'..='z' => 1,
            '0'..='9' => 2,
            ':' if kind == 2 => 2,
            ':' | ' ' | '\t' | '\n' | '\r' => 0,
            _ => 3,
        };
        if next != 0 {
            match out.last_mut() {
                Some(last) if next == kind && next != 3 => last.push(c),
                _ => out.push(c.to_string()),
            }
        }
        kind = next;
    }
    out
}

const DAYS: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

fn day(word: &str) -> Option<usize> {
    match word {
        "m" | "mo" | "mon" | "monday" | "mondays" => Some(0),
        "t" | "tu" | "tue" | "tues" | "tuesday" => Some(1),
        "w" | "we" | "wed" | "wednesday" => Some(2),
        "th" | "thu" | "thur" | "thurs" | "thursday" | "r" => Some(3),
        "f" | "fr" | "fri" | "friday" => Some(4),
        "s" | "sa" | "sat" | "saturday" => Some(5),
        "su" | "sun" | "sunday" => Some(6),
        _ => None,
    }
}

fn days(words: &[String]) -> Option<String> {
    let mut out = String::new();
    let mut last = false;
    for word in words {
        match day(word) {
            Some(d) => {
                if last {
                    out.push(',');
                }
                out.push_str(DAYS[d]);
                last = true;
            }
            None => {
                out.push(if matches!(word.as_str(), "-" | "to" | "through") { '-' } else { ',' });
                last = false;
            }
        }
    }
    let out = out.trim_matches([',', '-']).replace(",,", ",");
    (!out.is_empty()).then_some(out)
}

/// Minutes of the day.
fn time(words: &[&str]) -> Option<u32> {
    let [clock, half @ ..] = words else { return None };
    if *clock == "noon" && half.is_empty() {
        return Some(12 * 60);
    }
    if *clock == "midnight" && half.is_empty() {
        return Some(24 * 60);
    }
    let (hour, minute) = clock.split_once(':').unwrap_or((clock, "0"));
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    if hour > 24 || minute > 59 {
        return None;
    }
    let half: String = half.concat();
    match half.as_str() {
        "" => Some(hour * 60 + minute),
        "am" if hour <= 12 => Some(hour % 12 * 60 + minute),
        "pm" if hour <= 12 => Some((hour % 12 + 12) * 60 + minute),
        "noon" if hour == 12 => Some(12 * 60),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::opening_hours;

    #[test]
    fn the_words_of_city_files() {
        for (words, want) in [
            ("M-F 9am-5pm", "Mo-Fr 09:00-17:00"),
            ("Mon - Fri 8:30 a.m. to 4:30 p.m. ", "Mo-Fr 08:30-16:30"),
            ("Mon: 8:00 a.m. - 4:00 p.m.; Thurs: 9:00 a.m. - 5:00 p.m.", "Mo 08:00-16:00; Th 09:00-17:00"),
            (
                "M, W: 10am-6pm;  Tu, Th: 12pm-8pm; F, Sa: 9am-5pm; Su: Closed",
                "Mo,We 10:00-18:00; Tu,Th 12:00-20:00; Fr,Sa 09:00-17:00; Su off",
            ),
            (
                "Mon. & Wed., Noon-8; Tues. & Thurs., 10-6; Fri. & Sat., 9-5; Sun., Closed",
                "Mo,We 12:00-20:00; Tu,Th 10:00-18:00; Fr,Sa 09:00-17:00; Su off",
            ),
            ("Open 24 hours", "24/7"),
        ] {
            assert_eq!(opening_hours(words).as_deref(), Some(want), "{words}");
        }
        assert_eq!(opening_hours("by appointment"), None);
        assert_eq!(opening_hours("Open Saturday and Sunday"), None);
        assert_eq!(opening_hours(""), None);
    }
}
