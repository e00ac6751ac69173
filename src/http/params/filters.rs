//! The filter that every layer shares, from parameters to `Query` and to one canonical text.

use std::fmt::Write;
use std::sync::Arc;

use geodata::cql::Expr;
use geodata::disclosure::Choice;
use geodata::index::{Clock, ContextFilter, Place, Predicate, Query, narrow};
use geodata::model::{Code, Interval, LonLatBox, VictimFilter, parse_period};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Params, bbox, context, cql, hours, victims};
use crate::http::problem::{Answer, Problem};
use crate::layers::Layer;

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
    /// What else `filter` asks of incidents.
    pub predicate: Option<Arc<Predicate>>,
    /// What `filter` asks of the rows of a layer of places.
    pub choice: Option<Arc<Choice>>,
}

impl Filters {
    /// Reads the filter of a layer; without one, of incidents.
    ///
    /// # Errors
    /// 400 that names the first parameter that cannot be read, its value and its bound.
    pub fn read(params: &Params, known: &Known, layer: Option<&Layer>) -> Answer<Self> {
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
        let plain = Self {
            bbox: bbox::read(params, known)?,
            period: period.transpose()?.flatten(),
            categories,
            context: context::parse(params.get("context"), params.get("definition"))?,
            hours: params.get("hours").map(hours::hours).transpose()?,
            weekdays: params.get("weekdays").map(hours::weekdays).transpose()?,
            victims: victims::parse(params.get("sex"), params.get("age"))?,
            predicate: None,
            choice: None,
        };
        let conditions = cql::conditions(params, layer)?;
        if conditions.is_empty() {
            return Ok(plain);
        }
        match layer.filter(|l| l.engine.is_of_places()) {
            Some(layer) => plain.choosing(&conditions, known, layer),
            None => plain.narrowed(&conditions, known),
        }
    }

    /// With conditions on the rows of a layer of places.
    fn choosing(self, conditions: &[cql::Condition], known: &Known, layer: &Layer) -> Answer<Self> {
        let properties = cql::properties(layer);
        let choice = |expr| Choice::new(expr, &properties, known.zone.clone());
        for one in conditions {
            choice(one.expr.clone()).map_err(|e| one.problem(e))?;
        }
        let all = choice(Expr::And(conditions.iter().map(|c| c.expr.clone()).collect()))?;
        Ok(Self { choice: Some(Arc::new(all)), ..self })
    }

    /// With conditions on incidents: as fields where they say the same, and the rest as a predicate.
    fn narrowed(self, conditions: &[cql::Condition], known: &Known) -> Answer<Self> {
        let clock = Clock { zone: &known.zone, today: known.today };
        for one in conditions {
            narrow(&mut Query::default(), &one.expr, clock).map_err(|e| one.problem(e))?;
        }
        let mut query = self.query(true);
        let parts = conditions.iter().flat_map(|c| match &c.expr {
            Expr::And(all) => all.clone(),
            one => vec![one.clone()],
        });
        narrow(&mut query, &Expr::And(parts.collect()), clock)?;
        Ok(Self {
            bbox: if let Place::Box(b) = query.place { Some(b) } else { None },
            period: query.period,
            categories: query.categories,
            context: query.context,
            hours: query.hours,
            weekdays: query.weekdays,
            victims: query.victims,
            predicate: query.predicate,
            choice: None,
        })
    }

    /// The question to the index; the box bounds the incidents where `bounded`, otherwise only what is shown of the result.
    #[must_use]
    pub fn query(&self, bounded: bool) -> Query {
        Query {
            place: self.bound().filter(|_| bounded).map_or(Place::Everywhere, Place::Box),
            period: self.period,
            hours: self.hours,
            weekdays: self.weekdays,
            victims: self.victims,
            categories: self.categories.clone(),
            context: self.context.clone(),
            precision: None,
            leave_out_police_initiated: false,
            predicate: self.predicate.clone(),
        }
    }

    /// The box of the incidents: that which is asked for, or one around a shape that is.
    fn bound(&self) -> Option<LonLatBox> {
        self.bbox.or_else(|| self.predicate.as_ref().and_then(|p| p.within()))
    }

    /// Why a place that is no box cannot be heeded, where the box only cuts what is shown (`bounded` is false).
    #[must_use]
    pub fn refused_place(&self, bounded: bool) -> Option<Box<Problem>> {
        let asks = self.predicate.as_ref().is_some_and(|p| p.asks_place());
        let why = "a surface or a test over a part of the study area would be another one than that of the whole, so the \
                   place of incidents is asked for by one box alone: S_INTERSECTS(geometry, BBOX(...)), joined by AND";
        (asks && !bounded).then(|| {
            Box::new(
                Problem::parameter("filter", "geometry", why, "one box").hint("name a study area with mask instead"),
            )
        })
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
        let rest = self.predicate.as_ref().map(|p| p.canonical());
        if let Some(rest) = rest.or_else(|| self.choice.as_ref().map(|c| c.canonical())) {
            let _ = write!(out, "|f={rest}");
        }
    }
}
