//! What many rows have in common, made once for every distinct combination and shared.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use xxhash_rust::xxh3::{Xxh3Builder, xxh3_64};

use super::super::read::{Cell, Row};
use super::super::source::fold::{Pattern, fold};
use super::super::source::{Crosswalk, Meaning, Source};
use super::columns::Columns;
use crate::error::Result;
use crate::limits::MAX_PROFILES;
use crate::model::{
    Candidate, ContextLink, ContextValue, Discovery, LocationPrecision, Offence, Profile, Quality, TimeBasis,
    TimePrecision,
};

/// A profile with what the mapper asks of it for every row.
#[derive(Clone)]
pub(crate) struct Known {
    pub profile: Arc<Profile>,
    /// The same for the same content, in any version of the compiler.
    pub hash: u64,
    /// Hash of the category alone.
    pub category: u64,
    pub unmapped: bool,
    /// Why rows with it are left out.
    pub left_out: Option<Arc<str>>,
    /// Rows kept with it, counted by the mapper.
    pub rows: u64,
}

/// Columns in the order in which they are written into the memo's key.
const TEXT: usize = 0;
const CODE: usize = 1;
const DETAIL: usize = 2;
const STATUS: usize = 3;
const WEAPON: usize = 4;
const OTHERS: usize = 5;

struct Rule {
    at: usize,
    yes: Vec<Pattern>,
    no: Vec<Pattern>,
    link: ContextLink,
}

/// A column of the memo's key, what its values mean.
struct Means<T> {
    at: usize,
    values: Vec<Pattern>,
    what: T,
}

/// The first whose values fit.
fn first<'a, T>(list: &'a [Means<T>], value: impl Fn(usize) -> &'a str) -> Option<&'a T> {
    let fits = |m: &&Means<T>| {
        let folded = fold(value(m.at));
        m.values.iter().any(|p| p.matches(&folded))
    };
    list.iter().find(fits).map(|m| &m.what)
}

/// What of a column goes into the memo's key.
#[derive(Default)]
struct Read {
    column: Option<usize>,
    /// The cell is a list of codes: the first of these that it holds, and nothing else, or every list would be another key.
    codes: Vec<String>,
}

impl Read {
    fn write(&self, row: &dyn Row, out: &mut String) {
        let Some(column) = self.column else { return };
        match row.cell(column) {
            cell if self.codes.is_empty() => cell.write(out),
            Cell::Text(list) => {
                let holds = |code: &&String| list.split([' ', ',', ';']).any(|c| c == code.as_str());
                out.push_str(self.codes.iter().find(holds).map_or("", |c| c));
            }
            cell => cell.write(out),
        }
    }
}

/// Makes profiles for one file.
pub(crate) struct Profiles {
    columns: Vec<Read>,
    crosswalk: Crosswalk,
    attempted: Vec<Pattern>,
    /// Where `attempted` is said, if neither in the detail nor in the text.
    attempted_in: Option<usize>,
    police: Vec<Pattern>,
    texts: Vec<(Pattern, String)>,
    weapons: Vec<(Pattern, String)>,
    statuses: Vec<(Pattern, String)>,
    rules: Vec<Rule>,
    leave_out: Vec<Means<Arc<str>>>,
    discovered: Vec<Means<Discovery>>,
    placed: Vec<Means<LocationPrecision>>,
    source: String,
    mapping_version: u32,
    zone: String,
    basis: TimeBasis,
    precision: LocationPrecision,
    uncertainty_m: Option<u32>,
    memo: HashMap<Box<[u8]>, usize, Xxh3Builder>,
    known: Vec<Known>,
    scratch: String,
}

/// More different combinations than [`MAX_PROFILES`].
pub(crate) struct TooMany;

impl Profiles {
    pub(crate) fn bind(source: &Source, columns: &mut Columns<'_>, basis: TimeBasis) -> Result<Self> {
        let category = source.category.as_ref();
        let mut found: Vec<Read> = (0..OTHERS).map(|_| Read::default()).collect();
        if let Some(c) = category {
            for (at, name) in
                [(TEXT, &c.text), (CODE, &c.code), (DETAIL, &c.detail), (STATUS, &c.status), (WEAPON, &c.weapon)]
            {
                found[at].column = columns.find_opt(name.as_ref());
            }
            if found[TEXT].column.is_none() && found[CODE].column.is_none() {
                let name = c.text.as_ref().or(c.code.as_ref()).map_or("category", |n| n);
                return Err(columns.missing(name, "category"));
            }
        }
        let mut listed = |name: &str, codes: Vec<String>| {
            found.push(Read { column: columns.find(name), codes });
            found.len() - 1
        };
        let patterns = |list: &[String]| list.iter().map(|p| Pattern::new(p)).collect::<Vec<_>>();
        let mut rules = vec![];
        for r in &source.context {
            let link = ContextLink {
                kind: r.kind,
                value: r.otherwise,
                definition: r.definition.clone(),
                basis: r.basis.clone(),
                review_by: None,
            };
            let codes = if r.list { [&r.yes[..], &r.no[..]].concat() } else { vec![] };
            rules.push(Rule { at: listed(&r.column, codes), yes: patterns(&r.yes), no: patterns(&r.no), link });
        }
        let mut other = |name: &str| listed(name, vec![]);
        let mut leave_out = vec![];
        for l in &source.leave_out {
            leave_out.push(Means {
                at: other(&l.column),
                values: patterns(&l.values),
                what: Arc::from(l.reason.as_str()),
            });
        }
        let mut discovered = vec![];
        for d in &source.discovery {
            discovered.push(Means { at: other(&d.column), values: patterns(&d.values), what: d.discovery });
        }
        let mut placed = vec![];
        for o in &source.location.otherwise {
            placed.push(Means { at: other(&o.column), values: patterns(&o.values), what: o.precision });
        }
        let attempted_in = category.and_then(|c| c.attempted_in.as_ref()).map(|name| other(name));
        let pairs = |list: &[[String; 2]]| list.iter().map(|[p, w]| (Pattern::new(p), w.clone())).collect::<Vec<_>>();
        let precision = source.location.precision.unwrap_or(LocationPrecision::Exact);
        Ok(Self {
            columns: found,
            crosswalk: Crosswalk::parse(category.map_or("", |c| &c.crosswalk), &source.id)?,
            attempted: category.map_or(vec![], |c| patterns(&c.attempted)),
            attempted_in,
            police: category.map_or(vec![], |c| patterns(&c.police_initiated)),
            texts: category.map_or(vec![], |c| pairs(&c.text_words)),
            weapons: category.map_or(vec![], |c| pairs(&c.weapon_words)),
            statuses: category.map_or(vec![], |c| pairs(&c.status_words)),
            rules,
            leave_out,
            discovered,
            placed,
            source: source.id.clone(),
            mapping_version: source.mapping_version,
            zone: source.zone.clone(),
            basis,
            precision,
            uncertainty_m: source.location.uncertainty_m,
            memo: HashMap::with_hasher(Xxh3Builder::new()),
            known: vec![],
            scratch: String::new(),
        })
    }

    /// The profile of a row with a place or without, and a time of a precision.
    pub(crate) fn of(
        &mut self,
        row: &dyn Row,
        placed: bool,
        time: TimePrecision,
        quality: u16,
    ) -> std::result::Result<&mut Known, TooMany> {
        self.scratch.clear();
        for column in &self.columns {
            column.write(row, &mut self.scratch);
            self.scratch.push('\u{1f}');
        }
        self.scratch.push(if placed { 'p' } else { 'n' });
        self.scratch.push(char::from(b'0' + time as u8));
        self.scratch.extend(char::from_u32(u32::from(quality)));
        let at = match self.memo.get(self.scratch.as_bytes()) {
            Some(at) => *at,
            None if self.known.len() >= MAX_PROFILES => return Err(TooMany),
            None => {
                let values: Vec<&str> = self.scratch.split('\u{1f}').collect();
                let known = self.make(&values, placed, time, quality);
                self.known.push(known);
                self.memo.insert(self.scratch.as_bytes().into(), self.known.len() - 1);
                self.known.len() - 1
            }
        };
        Ok(&mut self.known[at])
    }

    fn make(&self, values: &[&str], placed: bool, time: TimePrecision, quality: u16) -> Known {
        let value = |at: usize| values.get(at).copied().unwrap_or_default().trim();
        let (text, code, detail) = (value(TEXT), value(CODE), value(DETAIL));
        let word = |list: &[(Pattern, String)], folded: &str| {
            list.iter().find(|(p, _)| p.matches(folded)).map(|(_, w)| w.clone())
        };
        let worded = word(&self.texts, &fold(text)).unwrap_or_else(|| text.to_string());
        let text = worded.as_str();
        let (folded, folded_detail) = (fold(text), fold(detail));
        let meaning = self.crosswalk.meaning(text, detail, code);
        let unmapped = !matches!(meaning, Meaning::Codes(_));
        let candidates: Vec<Candidate> = match meaning {
            Meaning::Codes(codes) => codes,
            Meaning::Outside | Meaning::Unknown => vec![],
        };
        let any = |list: &[Pattern], folded: &str| list.iter().any(|p| p.matches(folded));
        let mut quality = Quality(quality);
        let is_attempted = match self.attempted_in {
            Some(at) => any(&self.attempted, &fold(value(at))),
            None => any(&self.attempted, &folded_detail) || (detail.is_empty() && any(&self.attempted, &folded)),
        };
        if is_attempted {
            quality.0 |= Quality::ATTEMPTED;
        }
        let filled = |text: &str| (!text.is_empty()).then(|| text.to_string());
        let status =
            if self.statuses.is_empty() { filled(value(STATUS)) } else { word(&self.statuses, &fold(value(STATUS))) };
        let weapon = match (self.columns[WEAPON].column, value(WEAPON)) {
            (Some(_), own) => word(&self.weapons, &fold(own)).filter(|_| !own.is_empty()).or_else(|| filled(own)),
            (None, _) => word(&self.weapons, if detail.is_empty() { &folded } else { &folded_detail }),
        };
        let context = self
            .rules
            .iter()
            .map(|rule| {
                let folded = fold(value(rule.at));
                let mut link = rule.link.clone();
                if any(&rule.yes, &folded) {
                    link.value = ContextValue::Yes;
                } else if any(&rule.no, &folded) {
                    link.value = ContextValue::No;
                }
                link
            })
            .collect();
        let left_out = first(&self.leave_out, value);
        let police = any(&self.police, &folded).then_some(Discovery::PoliceInitiated);
        let location_precision = match first(&self.placed, value) {
            _ if !placed => LocationPrecision::None,
            Some(own) => *own,
            None => self.precision,
        };
        // What a source states of its places does not hold for those that it places otherwise.
        let stated = self.uncertainty_m.filter(|_| location_precision == self.precision);
        let words = if detail.is_empty() { text.to_string() } else { format!("{text}: {detail}") };
        let profile = Profile {
            source: self.source.clone(),
            mapping_version: self.mapping_version,
            offences: vec![Offence { source_code: code.to_string(), source_text: words, candidates }],
            time_precision: time,
            time_basis: self.basis,
            zone: self.zone.clone(),
            location_precision,
            uncertainty_m: stated.or(location_precision.uncertainty_m().map(|m| m as u32)),
            context,
            discovery: first(&self.discovered, value).copied().or(police).unwrap_or(Discovery::Unknown),
            status,
            weapon,
            quality,
        };
        Known {
            hash: stable_hash(&profile),
            profile: Arc::new(profile),
            category: xxh3_64(folded.as_bytes()),
            unmapped,
            left_out: left_out.map(Arc::clone),
            rows: 0,
        }
    }

    /// Rows by category (hash).
    pub(crate) fn categories(&self) -> HashMap<u64, u64> {
        let mut out = HashMap::new();
        self.known.iter().for_each(|k| *out.entry(k.category).or_insert(0) += k.rows);
        out
    }

    /// Kept rows without an ICCS code by category, the hundred most frequent.
    pub(crate) fn unmapped(&self) -> BTreeMap<String, u64> {
        let mut all: BTreeMap<String, u64> = BTreeMap::new();
        for k in self.known.iter().filter(|k| k.unmapped && k.rows > 0) {
            let text = k.profile.offences.first().map_or("", |o| &o.source_text);
            *all.entry(text.chars().take(200).collect()).or_insert(0) += k.rows;
        }
        let mut rows: Vec<_> = all.into_iter().collect();
        rows.sort_by_key(|(name, n)| (std::cmp::Reverse(*n), name.clone()));
        rows.into_iter().take(100).collect()
    }
}

/// A hash of everything in a profile, by its own text rather than by a derived `Hash`, which may change with the compiler.
pub(crate) fn stable_hash(p: &Profile) -> u64 {
    let mut text = format!("{}\u{1f}{}\u{1f}{}\u{1f}", p.source, p.mapping_version, p.zone);
    for o in &p.offences {
        text.push_str(&format!("{}\u{1e}{}\u{1e}", o.source_code, o.source_text));
        o.candidates.iter().for_each(|c| text.push_str(&format!("{}/{} ", c.code.text(), c.confidence)));
        text.push('\u{1f}');
    }
    text.push_str(&format!("{}\u{1f}{:?}\u{1f}", p.time_precision.name(), p.time_basis));
    text.push_str(&format!("{}\u{1f}{:?}\u{1f}", p.location_precision.name(), p.uncertainty_m));
    for c in &p.context {
        text.push_str(&format!("{:?}={:?} {} {} {:?}\u{1f}", c.kind, c.value, c.definition, c.basis, c.review_by));
    }
    text.push_str(&format!("{:?}\u{1f}{:?}\u{1f}{:?}\u{1f}{}", p.discovery, p.status, p.weapon, p.quality.0));
    xxh3_64(text.as_bytes())
}
