//! What is asked: place, period, hours, categories, context, precision.

use std::sync::Arc;

use geo_types::MultiPolygon;

use super::predicate::Predicate;
use crate::model::{Code, ContextKind, ContextValue, Interval, LonLat, LonLatBox, PrecisionSet, VictimFilter};

/// Where.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Place {
    /// No bound; also rows without a place count in `without_place`.
    #[default]
    Everywhere,
    /// A closed box, degrees.
    Box(LonLatBox),
    /// A polygon, degrees; its border belongs to it.
    Polygon(MultiPolygon<f64>),
    /// Great-circle distance at most `radius_m` metres.
    Radius {
        /// Centre.
        centre: LonLat,
        /// Metres.
        radius_m: f64,
    },
}

/// Which context, under which definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextFilter {
    /// Kind of the link.
    pub kind: ContextKind,
    /// Value it must have.
    pub value: ContextValue,
    /// Definition, named always: counts under different definitions are never summed.
    pub definition: String,
}

/// The filter that every layer, tile, aggregate and analysis shares. The default asks for everything.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Query {
    /// Where.
    pub place: Place,
    /// When: incidents whose interval intersects it (civil time of the source).
    pub period: Option<Interval>,
    /// Hours of the day as bits 0 to 23; rows whose time has no hour never match.
    pub hours: Option<u32>,
    /// Days of the week as bits 0 (Monday) to 6; rows whose time has no day never match.
    pub weekdays: Option<u8>,
    /// ICCS codes with their descendants; an incident matches when all candidates of one of its offences lie below one of them. Empty: all.
    pub categories: Vec<Code>,
    /// Context under a definition.
    pub context: Option<ContextFilter>,
    /// Sex and age band that some victim has.
    pub victims: VictimFilter,
    /// Location precisions allowed; `None` allows every row that has a point.
    pub precision: Option<PrecisionSet>,
    /// Leave out records that the police's own activity found, and count them as excluded: they follow patrols.
    pub leave_out_police_initiated: bool,
    /// What else incidents must have, where a filter asks for more than the fields above can say.
    pub predicate: Option<Arc<Predicate>>,
}
