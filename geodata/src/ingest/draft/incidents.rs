//! A draft of incidents: key, place, time and category.

use std::path::Path;

use super::super::map::{Form, names};
use super::super::source::fold::fold;
use super::look::{Column, Look, is_address};
use super::places::{coordinates, take};
use super::text::Text;
use crate::error::{Error, Result};

const CODE: &str = "iucr|offense code|offence code|crime code|crm cd|ky cd|ucr code|nibrs offense code|code";
const DETAIL: &str = "detail|offense description|offence description|description|secondary description|subcategory|sub category|modalidad";
const STATUS: &str = "status|outcome|last outcome category|resolution|disposition|case status";
/// What is said of a victim: never the kind of incident, however few its values are.
const OF_VICTIMS: [&str; 8] = ["sex", "gender", "age", "race", "ethnicity", "sexo", "genero", "edad"];
const CLOCKS: [&str; 5] = ["%H:%M:%S", "%H:%M", "%I:%M %p", "%I:%M:%S %p", "%H%M"];

pub(super) fn write(look: &Look, path: &Path, out: &mut Text, used: &mut Vec<String>) -> Result<()> {
    key(look, out, used);
    coordinates(look, out, used);
    out.table("[location]");
    out.comment("How exact the points are: exact, block, hundred_block, intersection, snap_point, area ...");
    out.pair("precision", "block");
    // Any sensible answer beats reading an address into the file: it is only compared.
    if let Some(address) =
        look.columns.iter().find(|c| c.can_be_named() && is_address(&c.name) && !used.contains(&c.name))
    {
        out.comment("Read only to find stand-ins for unknown places; never kept.");
        out.pair("address", &address.name);
    }
    time(look, path, out, used)?;
    category(look, out, used);
    Ok(())
}

fn key(look: &Look, out: &mut Text, used: &mut Vec<String>) {
    let looks_like_one = |c: &&Column| {
        let name = c.name.to_lowercase();
        c.can_be_named()
            && c.is_unique(look.rows)
            && ["id", "key", "number", "num", "no"].iter().any(|e| name.ends_with(e))
    };
    let named = look.named(names::ID, |c| c.filled > 0);
    let unique =
        named.filter(|c| c.is_unique(look.rows)).or_else(|| look.columns.iter().find(looks_like_one)).or(named);
    let Some(key) = unique else {
        out.line("");
        out.comment("No column is a key: rows are told apart by what they say. [key] columns = [[\"...\"]] is better.");
        return;
    };
    out.table("[key]");
    out.line(&format!("columns = [[{}]]", toml::Value::String(key.name.clone())));
    if key.is_unique(look.rows) {
        out.pair("repeats", "replace");
    } else {
        out.comment("Rows share keys: \"separate\" makes each an incident, \"victims\" gathers them to one, \"replace\" keeps the last.");
        out.pair("repeats", "separate");
    }
    used.push(key.name.clone());
}

fn time(look: &Look, path: &Path, out: &mut Text, used: &mut Vec<String>) -> Result<()> {
    let is_date = |c: &Column| c.dates().is_some();
    let named = look.named(names::DATE, is_date);
    // Years are known by the name of their column alone: many numbers look like them.
    let is_plain = |c: &&Column| {
        let has_month = |forms: &[String]| forms.iter().any(|f| f.contains("%m") || f.contains("%b"));
        c.can_be_named() && !c.is_number() && c.dates().is_some_and(|(forms, _)| has_month(&forms))
    };
    let any = || look.columns.iter().find(|c| is_plain(c) && !used.contains(&c.name));
    let found = named.or_else(any).and_then(|c| Some((c, c.dates()?)));
    let Some((date, (mut forms, is_ambiguous))) = found else {
        return Err(Error::invalid(
            format!("{}: none of its columns holds dates", path.display()),
            "copy the built-in source most like it, and give [time] with columns and forms",
        ));
    };
    out.table("[time]");
    out.list("columns", [date.name.as_str()].into_iter());
    used.push(date.name.clone());
    let clock_form = |c: &Column| {
        let fits = |form: &&&str| {
            let form = Form::compile(form).ok();
            form.is_some_and(|f| !c.values.is_empty() && c.values.keys().all(|v| f.parse(v).is_some()))
        };
        CLOCKS.iter().find(fits).copied()
    };
    let has_clock = forms.iter().any(|f| f.contains("%H") || f.contains("%I"));
    let clock = look.named(names::CLOCK, |c| !has_clock && c.name != date.name && clock_form(c).is_some());
    take(out, "clock", clock, used);
    forms.extend(clock.and_then(clock_form).map(str::to_owned));
    if is_ambiguous {
        out.comment("No row tells whether the day or the month comes first: exchange %d and %m below if the day does.");
    }
    out.list("forms", forms.iter().map(String::as_str));
    out.comment("What it is the time of: occurred, reported, dispatched ...");
    out.pair("basis", "occurred");
    out.comment("placeholders = [\"00:00\"]");
    let others: Vec<&str> =
        look.columns.iter().filter(|c| is_plain(c) && !used.contains(&c.name)).map(|c| c.name.as_str()).collect();
    if !others.is_empty() {
        out.comment(&format!(
            "Other columns with dates: {}. until = \"...\" is the end of an interval.",
            others.join(", ")
        ));
    }
    Ok(())
}

fn category(look: &Look, out: &mut Text, used: &mut Vec<String>) {
    let is_free = |c: &Column| !used.contains(&c.name);
    // Days come again and again too.
    let is_of_victims = |c: &Column| fold(&c.name).split(' ').any(|word| OF_VICTIMS.contains(&word));
    let is_words = |c: &&Column| {
        let is_other = is_address(&c.name) || is_of_victims(c) || c.dates().is_some();
        c.can_be_named() && is_free(c) && c.is_category() && !is_other
    };
    let named = look.named(names::CATEGORY, |c| is_free(c) && (c.is_category() || c.filled > 0 && !c.has_more));
    let is_guess = named.is_none();
    let text = named.or_else(|| look.columns.iter().find(is_words));
    let Some(text) = text else {
        out.line("");
        out.comment("No column is known to hold the kind of incident: give [category] with text or code.");
        return;
    };
    out.table("[category]");
    if is_guess {
        out.comment("A guess: no column's name says that it holds the kind of incident, and this one has few values.");
    }
    out.pair("text", &text.name);
    let other = |known_as: &str, used: &[String]| {
        look.named(known_as, |c| c.name != text.name && !used.contains(&c.name) && c.filled > 0 && !c.has_more)
    };
    let mut taken = vec![text.name.clone()];
    take(out, "code", other(CODE, used), &mut taken);
    let detail = other(DETAIL, &[&used[..], &taken[..]].concat());
    take(out, "detail", detail, &mut taken);
    let status = other(STATUS, &[&used[..], &taken[..]].concat());
    take(out, "status", status, &mut taken);
    used.extend(taken);
    out.comment(
        "Values of the police's own activity, such as drug possession: they show where is policed, not where is harm.",
    );
    out.line("police_initiated = []");
    out.comment("Take the # before a value and write its ICCS code (`urbansafety vocabulary`) before the last bar: `ROBBERY | | 0401 | 1`.");
    out.comment("The 1 to 3 says how well it fits, 1 best; no code says that it is outside of the ICCS.");
    let mut values: Vec<(&str, u64)> = text.values.iter().map(|(v, n)| (v.as_str(), *n)).collect();
    values.sort_by_key(|(v, n)| (std::cmp::Reverse(*n), *v));
    out.crosswalk(values.into_iter());
}
