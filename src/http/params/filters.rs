//! The filter that every layer shares, from parameters to `Query` and to one canonical text.

use std::fmt::Write;

use geodata::index::{ContextFilter, Place, Query};
use geodata::model::{Code, Interval, LonLatBox, VictimFilter, parse_period};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Params, bbox, context, hours, victims};
use crate::http::problem::{Answer, Problem};

/// What the filter needs to know of the data: the clock, and where `last:` counts back from.
#[derive(Debug, Clone)]
pub struct Known {
    /// Zone of most incidents.
    pub zone: TimeZone,
    /// The day that `last:90d` counts back from: the end of the data, or today where that is earlier.
    pub today: Date,
    /// EPSG code of the UTM zone of what the caller may see, where there is something.
    pub local_epsg: Option<u16>,
}

/// Which incidents.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filters {
    /// A closed box.
    pub bbox: Option<LonLatBox>,
    /// A period.
    pub period: Option<Interval>,
    /// Codes, with their descendants; sorted.
    pub categories: Vec<Code>,
    /// Context under a definition.
    pub context: Option<ContextFilter>,
    /// Hours as bits.
    pub hours: Option<u32>,
    /// Days as bits.
    pub weekdays: Option<u8>,
    /// Sex and age band that some victim has.
    pub victims: VictimFilter,
}

impl Filters {
    /// Reads the filter.
    ///
    /// # Errors
    /// 400 that names the first parameter that cannot be read, its value and its bound.
    pub fn read(params: &Params, known: &Known) -> Answer<Self> {
        let period = params.get("datetime").map(|text| {
            // A plus sign that was not escaped in the address arrives as a space.
            let plus = text.replace(' ', "+");
            parse_period(&plus, &known.zone, known.today)
                .map_err(|e| Box::new(Problem::parameter("datetime", text, "datetime cannot be read", e.hint)))
        });
        let mut categories = vec![];
        for text in params.all("category").flat_map(|list| list.split(',')) {
            let code = Code::parse(text.trim()).map_err(|e| {
                Problem::parameter("category", text, e.what, "ICCS codes of 2, 4, 5 or 6 digits").hint(e.hint)
            })?;
            categories.push(code);
        }
        categories.sort_unstable();
        categories.dedup();
        Ok(Self {
            bbox: bbox::read(params, known)?,
            period: period.transpose()?.flatten(),
            categories,
            context: context::parse(params.get("context"), params.get("definition"))?,
            hours: params.get("hours").map(hours::hours).transpose()?,
            weekdays: params.get("weekdays").map(hours::weekdays).transpose()?,
            victims: victims::parse(params.get("sex"), params.get("age"))?,
        })
    }

    /// The question to the index; the box bounds the incidents where `bounded`, otherwise only what is shown of the result.
    #[must_use]
    pub fn query(&self, bounded: bool) -> Query {
        Query {
            place: self.bbox.filter(|_| bounded).map_or(Place::Everywhere, Place::Box),
            period: self.period,
            hours: self.hours,
            weekdays: self.weekdays,
            victims: self.victims,
            categories: self.categories.clone(),
            context: self.context.clone(),
            precision: None,
            leave_out_police_initiated: false,
        }
    }

    /// The box, or the whole Earth.
    #[must_use]
    pub fn within(&self) -> LonLatBox {
        self.bbox.unwrap_or(LonLatBox::WORLD)
    }

    /// One text for all ways of asking the same.
    pub fn canonical(&self, out: &mut String) {
        if let Some(b) = self.bbox {
            let _ = write!(out, "|bbox={},{},{},{}", b.west, b.south, b.east, b.north);
        }
        self.canonical_without_box(out);
    }

    /// The same without the box, for results that the box only cuts.
    pub fn canonical_without_box(&self, out: &mut String) {
        // Writing to a String does not fail.
        if let Some(p) = self.period {
            let _ = write!(out, "|t={},{}", p.from.0, p.to.0);
        }
        for code in &self.categories {
            let _ = write!(out, "|c={}", code.text());
        }
        if let Some(c) = &self.context {
            let _ = write!(out, "|x={:?}:{:?}:{:?}", c.kind, c.value, c.definition);
        }
        if let Some(h) = self.hours {
            let _ = write!(out, "|h={h}");
        }
        if let Some(d) = self.weekdays {
            let _ = write!(out, "|d={d}");
        }
        if !self.victims.is_empty() {
            let _ = write!(out, "|v={:?}:{:?}", self.victims.sex, self.victims.age);
        }
    }
}
