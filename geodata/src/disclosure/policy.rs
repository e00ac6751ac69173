//! What the public may be told until protected releases exist: fixed cells, whole months, nothing below five.

use super::overview::to_months;
use crate::error::{Error, Result};
use crate::index::{Place, Query};
use crate::model::{Code, LonLat, LonLatBox};

/// Version of these rules; part of every ETag.
pub const POLICY_VERSION: &str = "interim-1";
/// Quadkey level of the only cells that the public sees: about 450 m a side at 42 degrees north.
pub const PUBLIC_LEVEL: u8 = 16;
/// Counts below this are withheld.
pub const MINIMUM_COUNT: u32 = 5;

/// ICCS subtrees that the public cannot ask for by themselves: sexual violence, trafficking in persons, abduction of a minor.
const SENSITIVE: [&str; 3] = ["03", "0204", "02021"];

/// A question as the public may ask it.
pub(super) struct PublicQuery {
    /// The question for the whole city, in whole months.
    pub query: Query,
    /// Cells whose centre lies in it are shown.
    pub within: Option<LonLatBox>,
    /// What was made coarser, in sentences.
    pub notes: Vec<String>,
}

impl PublicQuery {
    /// Degrades a question to what the public may see, or refuses it.
    ///
    /// # Errors
    /// Forbidden for shapes, hours, context and sensitive categories: the reason holds no count.
    pub fn new(asked: &Query) -> Result<Self> {
        let mut notes = vec![format!(
            "public answer: fixed quadkey cells of level {PUBLIC_LEVEL}, whole months, counts below {MINIMUM_COUNT} withheld"
        )];
        let within = match &asked.place {
            Place::Everywhere => None,
            Place::Box(b) => Some(*b),
            Place::Polygon(_) | Place::Radius { .. } => {
                return Err(refused("shapes other than a box", "ask with a bbox, or"));
            }
        };
        if asked.hours.is_some() || asked.weekdays.is_some() {
            return Err(refused("hours and days of the week", "leave hours and weekdays out, or"));
        }
        if asked.context.is_some() {
            return Err(refused("the context of incidents", "leave context and definition out, or"));
        }
        if asked.precision.is_some() {
            return Err(refused("the precision of places", "leave precision out, or"));
        }
        for code in &asked.categories {
            if is_sensitive(*code) {
                return Err(refused(
                    "sexual violence, trafficking and abduction of minors on their own",
                    "ask for another category, or",
                ));
            }
        }
        let period = asked.period.map(to_months);
        if period != asked.period {
            notes.push("the period was widened to whole months".into());
        }
        let query = Query {
            period,
            categories: asked.categories.clone(),
            leave_out_police_initiated: asked.leave_out_police_initiated,
            ..Query::default()
        };
        Ok(Self { query, within, notes })
    }

    /// Whether the public is shown the cell with this centre.
    pub fn shows(&self, centre: LonLat) -> bool {
        self.within.is_none_or(|b| b.contains(centre))
    }
}

fn refused(what: &str, instead: &str) -> Error {
    Error::forbidden(
        format!("the public is not shown {what}"),
        format!("{instead} use a key of analyst tier with a Purpose"),
    )
}

fn is_sensitive(code: Code) -> bool {
    SENSITIVE.iter().any(|s| code.text().starts_with(s))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Interval, LocalTime};
    use jiff::civil::date;

    fn at(y: i16, m: i8, d: i8, h: i8) -> LocalTime {
        LocalTime::from_civil(date(y, m, d).at(h, 0, 0, 0))
    }

    #[test]
    fn a_public_period_is_to_months() {
        let asked = Interval { from: at(2018, 6, 12, 3), to: at(2018, 7, 1, 0) };
        let month = Interval { from: at(2018, 6, 1, 0), to: at(2018, 7, 1, 0) };
        assert_eq!(to_months(asked), month);
        assert_eq!(to_months(month), month);
        let december = Interval { from: at(2018, 12, 31, 23), to: at(2019, 1, 1, 1) };
        assert_eq!(to_months(december), Interval { from: at(2018, 12, 1, 0), to: at(2019, 2, 1, 0) });
    }

    #[test]
    fn the_public_cannot_ask_for_what_singles_out() {
        let code = |c: &str| Code::parse(c).expect("a code");
        let ask = |q: Query| PublicQuery::new(&q).map(|_| ()).map_err(|e| e.kind);
        let forbidden = Err(crate::Kind::Forbidden);
        assert_eq!(ask(Query { hours: Some(1), ..Query::default() }), forbidden);
        assert_eq!(ask(Query { categories: vec![code("0301")], ..Query::default() }), forbidden);
        assert_eq!(ask(Query { categories: vec![code("020211")], ..Query::default() }), forbidden);
        let centre = LonLat::new(0.0, 0.0).expect("on the Earth");
        assert_eq!(ask(Query { place: Place::Radius { centre, radius_m: 9.0 }, ..Query::default() }), forbidden);
        assert_eq!(ask(Query { categories: vec![code("0101")], ..Query::default() }), Ok(()));
    }
}
