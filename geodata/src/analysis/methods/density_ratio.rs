//! `density_ratio`: where one kind of incident is dense against another, or against residents.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::inference::SEED;
use super::smoothing::{BANDWIDTH, EDGE, KERNEL, bandwidth, edge, kernel, needs_squares, tried};
use super::{LOCATIONS, Method, Needs, POLICE_INITIATED, Run};
use crate::analysis::fdr::benjamini_hochberg;
use crate::analysis::field::{Fine, Measured};
use crate::analysis::kde::{Base, Pair, Smoother};
use crate::analysis::params::{Domain, Parameter, Params};
use crate::analysis::records::Records;
use crate::cancel::Cancel;
use crate::error::{Error, Kind, Result};
use crate::index::Query;
use crate::limits::MAX_RATIO_WORK;
use crate::model::{Code, Interval, parse_period};
use crate::table::{Column, State, Table, Values};

/// Rate of the contours.
const ALPHA: f64 = 0.05;
const CLASSES: &[&str] = &["above", "not_different", "below", "undefined"];
const YES_NO: &[&str] = &["yes", "no"];

pub(super) const METHOD: Method = Method {
    id: "density_ratio",
    title: "Ratio of densities",
    answers: "Where are incidents denser against other incidents, another period or residents than in the study area as a whole?",
    when_not: "Where either has fewer than about 50 incidents; against residents for incidents that strike people who only \
               pass through; to say that a place is dangerous. A ratio says nothing of how many there are: look at the \
               density too.",
    numbers: "ratio: share of the incidents that is here over the share of what they are set against; 1 is as in the study \
              area as a whole. p: how often chance, dealing out at random which incident is of which kind (or putting \
              incidents in proportion to residents), gives a ratio as far out. above and below: p is at most 0.05 at that \
              place alone, which about one place in twenty reaches by chance; q allows for the many places. floored: so \
              little of the other is here that a stated least density stands in for it.",
    reference: "https://doi.org/10.2307/3318678",
    parameters: &[
        Parameter {
            name: "other_category",
            unit: "",
            default: "all",
            domain: Domain::Text("all, same, residents, or an ICCS code"),
            words: "What the incidents are set against: all others, an ICCS code, the same categories in another period \
                    (same, with other_period), or residents of areas, spread evenly over the ground",
        },
        Parameter {
            name: "other_period",
            unit: "",
            default: "",
            domain: Domain::Text("a period such as 2017 or 2017-01-01/2017-03-31; the period asked for if empty"),
            words: "Period of the incidents that they are set against",
        },
        BANDWIDTH,
        KERNEL,
        EDGE,
        Parameter {
            name: "floor",
            unit: "of the mean",
            default: "0.05",
            domain: Domain::NumberOr(0.001, 1.0, &[]),
            words: "Least density that is divided by, as a share of the other's mean over the study area",
        },
        Parameter {
            name: "draws",
            unit: "",
            default: "199",
            domain: Domain::Whole(99, 9999),
            words: "Random arrangements for p",
        },
        SEED,
        POLICE_INITIATED,
        LOCATIONS,
    ],
    plots: &[],
    needs: Needs::Records,
    run: Run::Records(run),
};

/// The two sides by square, and what the other is in words.
struct Sides {
    incidents: Vec<u32>,
    other: Other,
    name: String,
    /// Incidents that both ask for, by place, where they are counted with the other side only.
    taken: Option<Vec<u32>>,
}

enum Other {
    Incidents(Vec<u32>),
    Residents(Vec<f64>),
}

fn run(records: &Records<'_>, params: &Params, cancel: &Cancel) -> Result<Table> {
    let mut field = records.fine_field(records.query(), cancel)?;
    let Some(fine) = field.fine.take() else {
        return Err(needs_squares(METHOD.id, &field.record.grid));
    };
    let Sides { incidents, other, name, taken } = sides(records, params, &fine, cancel)?;
    let fine = Fine { counts: incidents, ..fine };
    if let (Some(taken), Measured::Counts(counts)) = (taken, &mut field.measured) {
        counts.iter_mut().zip(taken).for_each(|(c, t)| *c = c.saturating_sub(t));
        field.record.included = field.total().unwrap_or(0);
        field.record.warnings.push(
            "incidents that both sides ask for are counted with those that the others are set against, not with both"
                .into(),
        );
    }
    let tried = tried(&fine, params, false, cancel)?;
    let h = bandwidth(&fine, params, &tried, (field.uncertainty_m, &mut field.record), cancel)?;
    let smoother = Smoother::new(&fine.inside, (fine.nx, fine.side_m), (kernel(params), h), edge(params))?;
    let ground_km2 = fine.inside.iter().filter(|i| **i).count() as f64 * fine.side_m * fine.side_m / 1e6;
    let base = match &other {
        Other::Incidents(counts) => Base::Incidents(counts),
        Other::Residents(numbers) => Base::Numbers(numbers),
    };
    let floor = params.number("floor").unwrap_or(0.05);
    let pair = Pair::new(&smoother, &fine.counts, base, &fine.centres, (floor, ground_km2))?;
    let (draws, seed) = (params.whole("draws") as u32, params.whole("seed"));
    let work = pair.work(draws);
    if work > MAX_RATIO_WORK {
        return Err(Error::new(
            Kind::TooLarge,
            format!("{draws} draws would take about {work:.0} steps, more than {MAX_RATIO_WORK:.0}"),
            format!(
                "take {:.0} draws or fewer, larger cells, or a shorter period",
                f64::from(draws) * MAX_RATIO_WORK / work
            ),
        ));
    }
    let seen = pair.ratio();
    let (tails, global_p) = pair.chance(&seen, (draws, seed), cancel)?;
    let p: Vec<f64> = tails.iter().map(|t| t.two_sided()).collect();
    let q = benjamini_hochberg(&p);
    let class = |i: usize| match (p[i].is_nan(), p[i] <= ALPHA, tails[i].is_above()) {
        (true, _, _) => 3,
        (_, false, _) => 1,
        (_, true, true) => 0,
        (_, true, false) => 2,
    };
    let classes: Vec<u8> = (0..p.len()).map(class).collect();
    let tested = p.iter().filter(|p| !p.is_nan()).count();
    let record = &mut field.record;
    record.null = Some(match base {
        Base::Incidents(_) => {
            "random labelling: which of all incidents are of which kind is dealt out at random".into()
        }
        Base::Numbers(_) => "constant risk: incidents are put at random in proportion to residents".into(),
    });
    record.family = Some(format!("q: Benjamini-Hochberg over the {tested} places of {} with a ratio", p.len()));
    record.summary.extend([
        ("compared_with".to_owned(), name.into()),
        ("incidents".to_owned(), pair.totals().0.into()),
        ("compared_with_total".to_owned(), pair.totals().1.into()),
        ("floor_per_km2".to_owned(), seen.floor_per_km2.into()),
        ("places_floored".to_owned(), seen.is_floored.iter().filter(|f| **f).count().into()),
        ("p_of_whole".to_owned(), global_p.into()),
    ]);
    let beyond = classes.iter().filter(|c| matches!(c, 0 | 2)).count();
    record.warnings.push(format!(
        "{beyond} of {tested} places lie beyond the contours at {ALPHA}; chance alone puts about {:.0} there",
        tested as f64 * ALPHA
    ));
    if pair.totals().0 < 50.0 || (matches!(base, Base::Incidents(_)) && pair.totals().1 < 50.0) {
        record.warnings.push("fewer than 50 of a kind: the ratio is mostly noise".into());
    }
    let floored = seen.is_floored.iter().map(|f| u8::from(!f)).collect();
    let states: Vec<State> =
        seen.ratio.iter().map(|r| if r.is_nan() { State::Undefined } else { State::Value }).collect();
    let number = |name, unit, values| Column { name, unit, values: Values::Number(values) };
    let columns = vec![
        number("density", "incidents per km2", seen.density),
        number("other_density", "per km2", seen.base),
        number("ratio", "times the study area's", seen.ratio),
        number("p", "", p),
        number("q", "", q),
        Column { name: "class", unit: "", values: Values::Class(CLASSES, classes) },
        Column { name: "floored", unit: "", values: Values::Class(YES_NO, floored) },
    ];
    Ok(field.into_table(|i| states[i], columns))
}

/// Both sides. An incident that both ask for is on one side only: on the side that asks for fewer.
fn sides(records: &Records<'_>, params: &Params, fine: &Fine, cancel: &Cancel) -> Result<Sides> {
    let (asked, written) = (params.text("other_category").trim(), params.text("other_period").trim());
    let mut incidents = fine.counts.clone();
    if asked == "residents" {
        let (spread, name) = residents(records, fine, cancel)?;
        return Ok(Sides { incidents, other: Other::Residents(spread), name, taken: None });
    }
    let own = records.query();
    let period = match written {
        "" => own.period,
        text => parse_period(text, &zone(records), today(records))?,
    };
    let mut query = Query { period, ..own.clone() };
    match asked {
        "all" | "" => (query.categories, query.context, query.predicate) = (vec![], None, None),
        "same" => {}
        code => query.categories = vec![Code::parse(code)?],
    }
    let counts = |query: &Query| -> Result<Vec<u32>> {
        let found = records.fine_field(query, cancel)?.fine;
        found.map(|f| f.counts).ok_or_else(|| needs_squares(METHOD.id, "this grid"))
    };
    let mut others = counts(&query)?;
    let mut taken = None;
    if let Some(both) = both(own, &query) {
        let of_both = counts(&both)?;
        let take = |from: &mut Vec<u32>| from.iter_mut().zip(&of_both).for_each(|(n, b)| *n = n.saturating_sub(*b));
        let sum = |of: &[u32]| of.iter().map(|&c| u64::from(c)).sum::<u64>();
        if sum(&others) >= sum(&incidents) {
            take(&mut others);
        } else if sum(&of_both) > 0 {
            take(&mut incidents);
            taken = Some(records.count(&both, cancel)?);
        }
    }
    let asked = if asked == "all" { "all other incidents" } else { asked };
    let name = if written.is_empty() { asked.to_owned() } else { format!("{asked}, {written}") };
    Ok(Sides { incidents, other: Other::Incidents(others), name, taken })
}

/// What both questions ask for; `None` where nothing can be in both.
fn both(own: &Query, other: &Query) -> Option<Query> {
    let period = match (own.period, other.period) {
        (Some(a), Some(b)) => Some(Interval::new(a.from.max(b.from), a.to.min(b.to)).filter(|i| i.seconds() > 0)?),
        (a, b) => a.or(b),
    };
    let categories: Vec<Code> = match (own.categories.as_slice(), other.categories.as_slice()) {
        ([], more) | (more, []) => more.to_vec(),
        (a, b) => {
            let meet = |x: &Code, y: &Code| if x.is_within(*y) { Some(*x) } else { y.is_within(*x).then_some(*y) };
            let met: Vec<Code> = a.iter().flat_map(|x| b.iter().filter_map(move |y| meet(x, y))).collect();
            if met.is_empty() {
                return None;
            }
            met
        }
    };
    Some(Query { period, categories, ..own.clone() })
}

fn zone(records: &Records<'_>) -> TimeZone {
    records.snapshot.zone().and_then(|z| TimeZone::get(z).ok()).unwrap_or(TimeZone::UTC)
}

fn today(records: &Records<'_>) -> Date {
    records.snapshot.today().parse().unwrap_or_default()
}

/// Residents of the finest areas that have them, spread evenly over the ground of each.
fn residents(records: &Records<'_>, fine: &Fine, cancel: &Cancel) -> Result<(Vec<f64>, String)> {
    let has = |a: &std::sync::Arc<crate::model::Area>| a.denominator("residents").is_some();
    let collections = records.snapshot.places().collections().filter(|c| c.areas.iter().any(has));
    let collection = collections.max_by_key(|c| (c.areas.len(), c.level)).ok_or_else(|| {
        Error::invalid(
            "no area with residents is imported",
            "import areas with residents, or compare with other_category=all",
        )
    })?;
    let nx = fine.nx;
    let ground = records.ground(|side| ((side / fine.side_m).round() as usize).max(1), cancel)?;
    let Some((ground, _)) = ground.filter(|(g, _)| g.nx() == nx && g.len() == fine.counts.len()) else {
        return Err(needs_squares(METHOD.id, "this grid"));
    };
    let mut spread = vec![0.0; fine.counts.len()];
    for (n, area) in collection.areas.iter().enumerate() {
        if n % 64 == 0 {
            cancel.check()?;
        }
        let Some(people) = area.denominator("residents").map(|d| d.value).filter(|v| *v > 0.0) else { continue };
        let squares = ground.squares_of(&area.shape)?;
        for &square in &squares {
            if let Some(s) = spread.get_mut(square as usize) {
                *s += people / squares.len() as f64;
            }
        }
    }
    Ok((spread, format!("residents of {}, spread evenly over each area", collection.name)))
}
