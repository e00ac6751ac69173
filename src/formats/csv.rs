//! CSV (RFC 4180): a header with units, one line a row, and no text that a spreadsheet would run as a formula.

use std::io;

use geodata::table::Cell;

use super::Document;
use super::places::{Place, named, place, row_id};

/// Writes the rows.
pub(super) fn write(document: &Document<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let table = document.table;
    let has_name = |name: &str| table.columns().iter().any(|c| c.name == name);
    let mut line = String::from("id");
    let first = document.rows.first().and_then(|&row| named(table, row));
    let area_name = first.as_ref().is_some_and(|(_, _, name)| name.is_some()) && !has_name("name");
    if area_name {
        line.push_str(",name");
    }
    for column in table.columns() {
        line.push(',');
        let unit = if column.unit.is_empty() { String::new() } else { format!(" ({})", column.unit) };
        text(&mut line, &format!("{}{unit}", column.name));
    }
    line.push_str(",state,lon (degrees),lat (degrees)\r\n");
    out.write_all(line.as_bytes())?;
    for &row in document.rows {
        line.clear();
        text(&mut line, &row_id(table, row));
        if area_name {
            line.push(',');
            text(&mut line, named(table, row).and_then(|(_, _, name)| name).unwrap_or_default());
        }
        for column in table.columns() {
            line.push(',');
            match table.cell(column, row) {
                Cell::Count(n) => line.push_str(&n.to_string()),
                Cell::Number(x) => line.push_str(&x.to_string()),
                Cell::Word(word) => text(&mut line, word),
                // Undefined or withheld is an empty field.
                Cell::Nothing => {}
            }
        }
        line.push(',');
        line.push_str(table.states().get(row).map_or("", |s| s.name()));
        match middle(&place(table, row)) {
            Some([lon, lat]) => line.push_str(&format!(",{lon:.7},{lat:.7}\r\n")),
            None => line.push_str(",,\r\n"),
        }
        out.write_all(line.as_bytes())?;
    }
    unmapped(document, area_name, out)
}

/// A last line for the records without a usable place: in a list of protected numbers they would otherwise be nowhere.
fn unmapped(document: &Document<'_>, area_name: bool, out: &mut dyn io::Write) -> io::Result<()> {
    let table = document.table;
    let analysis = table.analysis();
    let is_last_page = document.links.iter().all(|l| l.rel != "next");
    let is_list = analysis.basis == "protected" && analysis.method == "count" && analysis.place.is_none();
    if !is_list
        || !is_last_page
        || analysis.without_place == 0
        || table.columns().first().is_none_or(|c| c.name != "count")
    {
        return Ok(());
    }
    let name = if area_name { "," } else { "" };
    let mut line = format!("unmapped,{name}{}", analysis.without_place);
    line.push_str(&",".repeat(table.columns().len() - 1));
    line.push_str(",unmapped,,\r\n");
    out.write_all(line.as_bytes())
}

/// A point of the row for people who work with tables: of polygons, the middle of their bounds.
fn middle(place: &Place<'_>) -> Option<[f64; 2]> {
    super::cut::bounds(place).map(|b| [(b[0] + b[2]) / 2.0, (b[1] + b[3]) / 2.0])
}

/// A field of text, quoted where it must be; what a spreadsheet would take for a formula gets an apostrophe.
pub(crate) fn text(out: &mut String, value: &str) {
    let formula = value.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let quoted = formula || value.contains(['"', ',', '\r', '\n']);
    if !quoted {
        out.push_str(value);
        return;
    }
    out.push('"');
    if formula {
        out.push('\'');
    }
    out.push_str(&value.replace('"', "\"\""));
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_and_formulas_are_not_run() {
        let of = |t: &str| {
            let mut out = String::new();
            text(&mut out, t);
            out
        };
        assert_eq!(of("plain"), "plain");
        assert_eq!(of("a,b"), "\"a,b\"");
        assert_eq!(of("say \"x\""), "\"say \"\"x\"\"\"");
        assert_eq!(of("=1+1"), "\"'=1+1\"");
        assert_eq!(of("-1"), "\"'-1\"");
        assert_eq!(of("@x"), "\"'@x\"");
    }
}
