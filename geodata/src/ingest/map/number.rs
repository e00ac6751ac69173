//! Numbers as cities write them.

use super::super::read::Cell;

/// The number of a cell: `None` where it is empty, an error where it is no number. `decimal` is the source's decimal mark.
pub(crate) fn number(cell: Cell<'_>, decimal: char) -> Result<Option<f64>, ()> {
    let value = match cell {
        Cell::Null => return Ok(None),
        Cell::Float(f) => f,
        Cell::Int(i) => i as f64,
        Cell::Text(t) => {
            let parsed = if decimal == '.' { t.parse() } else { t.replace('.', "").replace(decimal, ".").parse() };
            match parsed {
                Ok(v) => v,
                Err(_) if is_nothing(t) => return Ok(None),
                Err(_) => return Err(()),
            }
        }
        Cell::Bool(_) | Cell::Civil(_) | Cell::Day(_) | Cell::Utc(_) => return Err(()),
    };
    // Some writers put NaN where there is nothing.
    if value.is_nan() { Ok(None) } else { Ok(Some(value)) }
}

/// Words for nothing.
pub(crate) fn is_nothing(text: &str) -> bool {
    ["", "null", "(null)", "none", "na", "n/a", "nan", "-", "\\n"].iter().any(|n| text.eq_ignore_ascii_case(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_marks() {
        assert_eq!(number(Cell::Text("-87.5"), '.'), Ok(Some(-87.5)));
        assert_eq!(number(Cell::Text("-87,5"), ','), Ok(Some(-87.5)));
        assert_eq!(number(Cell::Text("1.234,5"), ','), Ok(Some(1234.5)));
        assert_eq!(number(Cell::Text("-87,5"), '.'), Err(()));
        assert_eq!(number(Cell::Text("NULL"), '.'), Ok(None));
        assert_eq!(number(Cell::Float(f64::NAN), '.'), Ok(None));
    }
}
