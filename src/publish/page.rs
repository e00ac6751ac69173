//! A plain HTML page, piece by piece: no script, nothing from elsewhere, readable on paper and in grey.

use std::fmt::Write;

/// How pages look: on paper, tables keep together and pictures fit.
const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;color:#1b1f23;background:#fff;max-width:60rem;margin:2rem auto;padding:0 1rem}\
h1{font-size:1.7rem;line-height:1.2}h2{font-size:1.25rem;margin-top:2rem;border-bottom:1px solid #8a9199}\
table{border-collapse:collapse;width:100%;margin:1rem 0}caption{text-align:left;font-weight:600;padding:.3rem 0}\
th,td{border-bottom:1px solid #c8ced4;padding:.3rem .6rem;text-align:left;vertical-align:top}\
thead th{border-bottom:2px solid #1b1f23}tbody th{font-weight:400}.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\
figure{margin:1rem 0}img{max-width:100%;height:auto;border:1px solid #c8ced4}figcaption{font-size:.9rem}\
code{font-size:.75rem;overflow-wrap:anywhere}a{color:#0b4f8a}\
@media print{body{max-width:none;margin:0;font-size:10pt}a{color:inherit}h2{break-after:avoid}tr,figure{break-inside:avoid}thead{display:table-header-group}}";

/// A page being written. Every text is escaped.
pub(super) struct Html(String);

/// What stands in a field of a table.
pub(super) enum Field {
    Text(String),
    /// Aligned to the right.
    Number(u64),
    /// A file beside the page.
    File(String),
    /// Digits to compare.
    Code(String),
}

impl Html {
    pub fn new(title: &str) -> Self {
        let title = escaped(title);
        Self(format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
        ))
    }

    pub fn heading(&mut self, text: &str) {
        self.put("h2", text);
    }

    pub fn paragraph(&mut self, text: &str) {
        self.put("p", text);
    }

    fn put(&mut self, tag: &str, text: &str) {
        // Writing to a String does not fail.
        let _ = writeln!(self.0, "<{tag}>{}</{tag}>", escaped(text));
    }

    pub fn list<T: AsRef<str>>(&mut self, items: impl IntoIterator<Item = T>) {
        let mut items = items.into_iter().peekable();
        if items.peek().is_none() {
            return;
        }
        self.0.push_str("<ul>\n");
        items.for_each(|item| self.put("li", item.as_ref()));
        self.0.push_str("</ul>\n");
    }

    /// A sentence with an address at its end, which is a link where it is one of the web.
    pub fn line_with_address(&mut self, text: &str, address: &str) {
        let (text, address) = (escaped(text), escaped(address));
        let is_web = address.starts_with("https://") || address.starts_with("http://");
        let shown = if is_web { format!("<a href=\"{address}\">{address}</a>") } else { address };
        let _ = writeln!(self.0, "<p>{text} {shown}</p>");
    }

    /// A table whose first column names its rows; `numbers` are the columns of numbers.
    pub fn table(
        &mut self,
        caption: &str,
        head: &[&str],
        numbers: &[usize],
        rows: impl IntoIterator<Item = Vec<Field>>,
    ) {
        let class = |n: usize| if numbers.contains(&n) { " class=\"n\"" } else { "" };
        let _ = write!(self.0, "<table>\n<caption>{}</caption>\n<thead><tr>", escaped(caption));
        for (n, text) in head.iter().enumerate() {
            let _ = write!(self.0, "<th scope=\"col\"{}>{}</th>", class(n), escaped(text));
        }
        self.0.push_str("</tr></thead>\n<tbody>\n");
        for row in rows {
            self.0.push_str("<tr>");
            for (n, field) in row.iter().enumerate() {
                let inner = match field {
                    Field::Text(text) => escaped(text),
                    Field::Number(number) => grouped(*number),
                    Field::File(name) => format!("<a href=\"{0}\">{0}</a>", escaped(name)),
                    Field::Code(text) => format!("<code>{}</code>", escaped(text)),
                };
                let _ = match n {
                    0 => write!(self.0, "<th scope=\"row\">{inner}</th>"),
                    _ => write!(self.0, "<td{}>{inner}</td>", class(n)),
                };
            }
            self.0.push_str("</tr>\n");
        }
        self.0.push_str("</tbody>\n</table>\n");
    }

    /// A picture within the page itself.
    pub fn picture(&mut self, png: &[u8], alternative: &str, caption: &str) {
        let (alternative, caption) = (escaped(alternative), escaped(caption));
        let _ = writeln!(
            self.0,
            "<figure><img src=\"data:image/png;base64,{}\" alt=\"{alternative}\"><figcaption>{caption}</figcaption></figure>",
            base64(png)
        );
    }

    pub fn finish(mut self) -> String {
        self.0.push_str("</body>\n</html>\n");
        self.0
    }
}

/// A number with commas between thousands.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let bits = three.iter().enumerate().fold(0u32, |bits, (n, byte)| bits | u32::from(*byte) << (16 - 8 * n));
        for n in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * n) & 63) as usize];
            out.push(if n <= three.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        for (plain, packed) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(plain.as_bytes()), packed);
        }
    }

    #[test]
    fn texts_never_become_markup_and_only_web_addresses_become_links() {
        let mut page = Html::new("a < b");
        page.paragraph("<script>alert(\"x\")</script>");
        page.line_with_address("Help:", "javascript:alert(1)");
        page.table("c", &["a"], &[0], [vec![Field::Number(1_234_567)]]);
        let text = page.finish();
        assert!(!text.contains("<script") && !text.contains("<a "), "{text}");
        assert!(text.contains("1,234,567"));
        assert_eq!((grouped(0), grouped(999), grouped(1000)), ("0".into(), "999".into(), "1,000".into()));
    }
}
