//! Sex and age of a victim as intervals, without anything that names a person.

use super::super::read::{Cell, Row};
use super::super::source::Source;
use super::super::source::fold::{Pattern, fold};
use super::columns::Columns;
use super::number::{is_nothing, number};
use crate::model::{Sex, Victim};

/// The victim columns of one file.
pub(crate) struct VictimColumns {
    sex: Option<usize>,
    age: Option<usize>,
    group: Option<usize>,
    kind: Option<usize>,
    injury: Option<usize>,
    youngest: u8,
    groups: Vec<(String, u8, u8)>,
    kinds: Vec<(Pattern, String)>,
    injuries: Vec<(Pattern, String)>,
}

/// Nobody recorded is older.
const OLDEST: u8 = 120;

impl VictimColumns {
    pub(crate) fn bind(source: &Source, columns: &mut Columns<'_>) -> Option<Self> {
        let v = source.victims.as_ref()?;
        let pairs = |list: &[[String; 2]]| list.iter().map(|[p, w]| (Pattern::new(p), w.clone())).collect();
        Some(Self {
            sex: columns.find_opt(v.sex.as_ref()),
            age: columns.find_opt(v.age.as_ref()),
            group: columns.find_opt(v.group.as_ref()),
            kind: columns.find_opt(v.kind.as_ref()),
            injury: columns.find_opt(v.injury.as_ref()),
            groups: v.groups.iter().map(|(name, from, to)| (fold(name), *from, *to)).collect(),
            youngest: v.youngest,
            kinds: pairs(&v.kind_words),
            injuries: pairs(&v.injury_words),
        })
    }

    /// The victim of a row, if anything is known of one.
    pub(crate) fn read(&self, row: &dyn Row) -> Option<Victim> {
        let cell = |c: Option<usize>| c.map_or(Cell::Null, |c| row.cell(c));
        let words = |c: Option<usize>| cell(c).to_text().filter(|t| !is_nothing(t));
        let sex = words(self.sex).and_then(|t| sex(&t));
        let age = age(cell(self.age)).filter(|(from, _)| *from >= self.youngest);
        let age = age.or_else(|| self.in_words(&fold(&words(self.group)?)));
        let word = |list: &[(Pattern, String)], t: &str| {
            let folded = fold(t);
            list.iter().find(|(p, _)| p.matches(&folded)).map(|(_, w)| w.clone())
        };
        let injury = words(self.injury).map(|t| word(&self.injuries, &t).unwrap_or(t));
        let kind = words(self.kind).and_then(|t| if self.kinds.is_empty() { Some(t) } else { word(&self.kinds, &t) });
        let known = sex.is_some() || age.is_some() || injury.is_some() || kind.is_some();
        known.then_some(Victim { sex, age, kind, injury })
    }

    fn in_words(&self, folded: &str) -> Option<(u8, u8)> {
        let listed = self.groups.iter().find(|(name, ..)| name == folded).map(|(_, from, to)| (*from, *to));
        listed.or_else(|| age_group(folded))
    }
}

/// Sex in the words and letters of portals; `None` where it is not said.
pub(crate) fn sex(text: &str) -> Option<Sex> {
    match fold(text).as_str() {
        "f" | "female" | "w" | "woman" | "women" | "mujer" | "femenino" | "feminino" | "weiblich" | "femme" => {
            Some(Sex::Female)
        }
        "m" | "male" | "man" | "men" | "hombre" | "masculino" | "mannlich" | "homme" => Some(Sex::Male),
        "x" | "other" | "nonbinary" | "non binary" | "otro" => Some(Sex::Other),
        _ => None,
    }
}

/// An age in whole years; portals write -1, 0 for unknown adults or 999, and those say nothing.
fn age(cell: Cell<'_>) -> Option<(u8, u8)> {
    let years = number(cell, '.').ok().flatten()?;
    (years >= 0.0 && years <= f64::from(OLDEST)).then_some((years as u8, years as u8))
}

/// `18-24`, `<18`, `65+`, already folded; anything else, such as `1022`, is no age group.
fn age_group(folded: &str) -> Option<(u8, u8)> {
    let numbers: Vec<u8> = folded.split(' ').filter_map(|w| w.parse().ok()).filter(|n| *n <= OLDEST).collect();
    let words: Vec<&str> = folded.split(' ').filter(|w| w.parse::<u32>().is_err()).collect();
    match (&numbers[..], &words[..]) {
        ([from, to], [] | ["to"] | ["a"] | ["bis"] | ["years"]) if from <= to => Some((*from, *to)),
        ([n], ["under" | "below"] | ["younger", "than"] | ["less", "than"] | ["menor", "de"]) => {
            Some((0, n.checked_sub(1)?))
        }
        ([n], ["over"] | ["older", "than"] | ["mayor", "de"]) => Some((n + 1, OLDEST)),
        ([n], ["and", "over"] | ["or", "older"] | ["plus"] | ["y", "mas"]) => Some((*n, OLDEST)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_and_groups_are_intervals() {
        assert_eq!(age(Cell::Text("31.0")), Some((31, 31)));
        assert_eq!(age(Cell::Text("-1")), None);
        assert_eq!(age(Cell::Int(999)), None);
        assert_eq!(age_group(&fold("18-24")), Some((18, 24)));
        assert_eq!(age_group(&fold("31 to 45")), Some((31, 45)));
        assert_eq!(age_group(&fold("Younger than 18")), Some((0, 17)));
        assert_eq!(age_group(&fold("Older than 45")), Some((46, OLDEST)));
        assert_eq!(age_group(&fold("1022")), None);
        assert_eq!(age_group(&fold("Unknown")), None);
        assert_eq!((sex("F"), sex("Hombre"), sex("U")), (Some(Sex::Female), Some(Sex::Male), None));
    }
}
