//! A report for a council, to print: one question to the newest release as a map, tables and sentences.

use std::cmp::Ordering;

use geodata::Result;
use geodata::disclosure::Released;
use geodata::model::Code;
use geodata::policy::PeriodKind;
use geodata::table::{Cell, Shapes, State, Table};

use super::contents::{broad_categories, periods};
use super::page::{Field, Html, grouped};
use super::public::Public;
use super::words;
use crate::formats;
use crate::layers::states;

/// The report on a period (`None`: the whole) and on ICCS categories (none: all together).
///
/// # Errors
/// A period or category that cannot be read, or that the public is not told.
pub fn report(public: &Public, period: Option<&str>, categories: &[String]) -> Result<String> {
    let layer = public.cells()?;
    let asked = |period: Option<&str>, categories: &[String], grid: Option<&str>| -> Result<Released<Table>> {
        let categories = categories.join(",");
        let pairs =
            [("datetime", period), ("category", Some(categories.as_str()).filter(|c| !c.is_empty())), ("grid", grid)];
        let pairs: Vec<_> = pairs.into_iter().filter_map(|(name, value)| value.map(|v| (name, v))).collect();
        public.rows(&public.wanted(layer, &pairs)?)
    };
    let cells = asked(period, categories, None)?;
    let document = public.release().document();
    let what = titles(categories)?;
    let told = &cells.analysis().period;
    let when = if told == "none" { period.unwrap_or("no complete month").to_owned() } else { formats::months(told) };
    let mut page = Html::new(&format!("{what}, {when}"));
    words::rules(&mut page, public);

    page.heading("Map");
    map(&mut page, public, &cells, &what)?;

    page.heading("By area");
    match public.districts() {
        Some(collection) => {
            let table = asked(period, categories, Some(&format!("areas:{collection}")))?;
            areas(&mut page, collection, &table);
        }
        None => page.paragraph("No areas are imported that divide the city."),
    }

    page.heading("By year and category");
    let years = periods(public, &[PeriodKind::Year])?;
    let mut rows = vec![];
    for (year, parameter) in &years {
        rows.push(whole_city(Field::Text(year.clone()), None, &asked(Some(parameter), categories, None)?));
    }
    page.table(
        &format!("{what} in the whole city, by year"),
        &["Year", "Recorded incidents", "Withheld cells"],
        &[1, 2],
        rows,
    );
    let mut rows = vec![];
    for code in parts_of(public, categories) {
        let table = asked(period, &[code.text().to_owned()], None)?;
        let title = format!("{} {}", code.text(), code.title());
        rows.push(whole_city(Field::Text(title), Some(formats::months(&table.analysis().period)), &table));
    }
    page.table(
        "In the whole city, by ICCS category",
        &["Category", "Period that is told", "Recorded incidents", "Withheld cells"],
        &[2, 3],
        rows,
    );
    page.paragraph("Each number of these tables is the sum of the told cells. A category that is not listed has no number that may be told.");

    page.heading("What is withheld, and why");
    let hidden = cells.states().iter().filter(|s| **s == State::Suppressed).count();
    let on_map =
        format!("On the map {} of {} cells are withheld.", grouped(hidden as u64), grouped(cells.len() as u64));
    page.list(std::iter::once(&on_map).chain(&cells.analysis().warnings));
    page.list(words::withheld(document));

    words::help(&mut page, document);
    words::sources(&mut page, public);
    Ok(page.finish())
}

/// The categories in words.
fn titles(categories: &[String]) -> Result<String> {
    if categories.is_empty() {
        return Ok("Recorded incidents".to_owned());
    }
    let codes: Vec<Code> =
        categories.iter().flat_map(|c| c.split(',')).map(|c| Code::parse(c.trim())).collect::<Result<_>>()?;
    let named: Vec<String> = codes.iter().map(|c| format!("{} ({})", c.title(), c.text())).collect();
    Ok(format!("Recorded incidents: {}", named.join("; ")))
}

/// What a table by category lists: the broadest categories, or those told within the ones that were asked for.
fn parts_of(public: &Public, categories: &[String]) -> Vec<Code> {
    if categories.is_empty() {
        return broad_categories(public);
    }
    let codes = |texts: &[String]| {
        texts.iter().flat_map(|c| c.split(',')).filter_map(|c| Code::parse(c.trim()).ok()).collect::<Vec<_>>()
    };
    let asked = codes(categories);
    let told = codes(&public.release().document().public.categories);
    told.into_iter().filter(|code| asked.iter().any(|a| code.is_within(*a))).collect()
}

fn map(page: &mut Html, public: &Public, cells: &Released<Table>, what: &str) -> Result<()> {
    let borders = public.districts().map(|collection| public.borders(collection)).transpose()?;
    if cells.is_empty() {
        page.paragraph("There is no cell to draw.");
        return Ok(());
    }
    let png = formats::whole("png", cells, borders.as_ref())?;
    let drawn = [State::Suppressed, State::NotCovered, State::NotYetComplete];
    let patterns: Vec<&str> = drawn.into_iter().filter(|s| cells.states().contains(s)).map(states::words).collect();
    let patterns = if patterns.is_empty() {
        String::new()
    } else {
        format!(" Patterns mark: {}.", patterns.join("; ").to_lowercase())
    };
    page.picture(
        &png,
        &format!("Map: {what} per square kilometre by cell, with the borders of areas, a legend and a scale"),
        &format!("{what} per square kilometre of each cell; darker is more, clear is none recorded.{patterns}"),
    );
    Ok(())
}

/// Areas in the order of their ids: nothing is ranked by number.
fn areas(page: &mut Html, collection: &str, table: &Released<Table>) {
    let area_of = |row: usize| match table.shapes() {
        Shapes::Cells(frame, ids) => ids.get(row).and_then(|&cell| frame.area(cell)),
        Shapes::Areas(areas) => areas.get(row),
        Shapes::Points(_) | Shapes::Lines(_) => None,
    };
    let count = table.columns().iter().find(|c| c.name == "count");
    let mut rows: Vec<(&str, Vec<Field>)> = vec![];
    for (row, state) in table.states().iter().enumerate() {
        let Some(area) = area_of(row) else { continue };
        let number = match count.map(|c| table.cell(c, row)) {
            Some(Cell::Count(n)) => Field::Number(u64::from(n)),
            _ => Field::Text("not told".to_owned()),
        };
        let state = if *state == State::Zero { "None recorded" } else { states::words(*state) };
        let text = |text: &str| Field::Text(text.to_owned());
        rows.push((&area.id, vec![text(&area.id), text(&area.name), number, text(state)]));
    }
    rows.sort_by(|a, b| in_order(a.0, b.0));
    page.table(
        &format!("Areas of {collection}, in the order of their ids"),
        &["Area", "Name", "Recorded incidents", "State"],
        &[2],
        rows.into_iter().map(|r| r.1),
    );
    page.paragraph("An area's number is the sum of the told cells in it; a cell across a border is shared by ground. Areas differ in size, residents and visitors: their numbers do not rank them.");
}

/// Ids that are numbers by number, the others by letters.
fn in_order(a: &str, b: &str) -> Ordering {
    match (a.parse::<u64>(), b.parse::<u64>()) {
        (Ok(x), Ok(y)) => x.cmp(&y),
        _ => a.cmp(b),
    }
}

/// A row for the whole city: its name, a word where given, the told number, how many cells are withheld.
fn whole_city(name: Field, word: Option<String>, table: &Released<Table>) -> Vec<Field> {
    let has = |state| table.states().contains(&state);
    let hidden = table.states().iter().filter(|s| **s == State::Suppressed).count();
    let number = match table.analysis().included {
        0 if has(State::Suppressed) => Field::Text("withheld".to_owned()),
        0 if has(State::NotCovered) || has(State::NotYetComplete) => Field::Text("not told".to_owned()),
        n => Field::Number(n),
    };
    std::iter::once(name).chain(word.map(Field::Text)).chain([number, Field::Number(hidden as u64)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_stand_in_the_order_of_their_ids() {
        let mut ids = ["10", "2", "b", "1", "a"];
        ids.sort_by(|a, b| in_order(a, b));
        assert_eq!(ids, ["1", "2", "10", "a", "b"]);
    }
}
