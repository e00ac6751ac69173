//! `near_repeat`: whether an incident makes another one nearby soon more likely (Knox).

use serde_json::{Value, json};

use super::inference::SEED;
use super::{LOCATIONS, Method, Needs, POLICE_INITIATED, PlotOf, Run};
use crate::analysis::field::Measured;
use crate::analysis::near_repeat::{Distance, Edges, Knox, Pairs, distinct_events, knox, nearest_bands, repeats};
use crate::analysis::params::{Domain, Parameter, Params};
use crate::analysis::records::{Events, Records, too_coarse};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::table::{Axis, Column, Marks, Plot, State, Table, Values};

/// Coordinates of one place differ by less, whatever they were rounded to.
const SAME_PLACE_M: f64 = 1.0;
const DAY_S: i64 = 86_400;
/// Level at which a bin is starred.
const ALPHA: f64 = 0.05;

pub(super) const METHOD: Method = Method {
    id: "near_repeat",
    title: "Near repeats (Knox)",
    answers: "Do incidents follow each other nearby within days, more often than chance alone would have it?",
    when_not: "For data that know only the month; for fewer than some hundred incidents; for kinds of incident mixed \
               together; where one event has several rows at differing places or times. A band narrower than the \
               locations are known to says nothing. It finds a pattern in the past of places: it names no one, and it is \
               no forecast.",
    numbers: "ratio: pairs of incidents so near in space and time, divided by what chance gives when the times are dealt \
              anew to the places. p: how often chance gives as many or more; starred at 0.05, so that of twenty bins one \
              is starred by chance. On the map: originators were followed by another incident within the nearest \
              starred bands, near repeats followed one, and a pair is counted where its earlier incident was.",
    reference: "https://doi.org/10.2307/2985220",
    parameters: &[
        Parameter {
            name: "band_m",
            unit: "m",
            default: "100",
            domain: Domain::NumberOr(10.0, 5000.0, &[]),
            words: "How wide a band of distance is; the same place is a band of its own before the first",
        },
        Parameter {
            name: "bands",
            unit: "",
            default: "4",
            domain: Domain::Whole(1, 20),
            words: "How many bands of distance",
        },
        Parameter {
            name: "band_days",
            unit: "days",
            default: "7",
            domain: Domain::Whole(1, 366),
            words: "How long a band of time is",
        },
        Parameter {
            name: "day_bands",
            unit: "",
            default: "4",
            domain: Domain::Whole(1, 26),
            words: "How many bands of time",
        },
        Parameter {
            name: "distance",
            unit: "",
            default: "euclidean",
            domain: Domain::Word(&["euclidean", "manhattan"]),
            words: "As the crow flies, or along streets that run north and east",
        },
        Parameter {
            name: "draws",
            unit: "arrangements",
            default: "999",
            domain: Domain::Whole(99, 99_999),
            words: "How often the times are dealt anew to the places",
        },
        SEED,
        POLICE_INITIATED,
        LOCATIONS,
    ],
    plots: &[PlotOf::always("knox", "Near repeats by distance and time")],
    needs: Needs::Records,
    run: Run::Records(run),
};

fn run(records: &Records<'_>, params: &Params, cancel: &Cancel) -> Result<Table> {
    let mut events = records.events(records.query(), cancel)?;
    let all = events.len();
    events.keep_times_within(DAY_S)?;
    if events.len() < 2 && all > events.len() {
        return Err(too_coarse(all as u64, DAY_S));
    }
    // The middle of the time as it is known: noon where only the day is.
    let middles: Vec<i64> = events.times.iter().map(|t| t.from.0 + (t.seconds() - 1) / 2).collect();
    let spans: Vec<(i64, i64)> = events.times.iter().map(|t| (t.from.0, t.to.0)).collect();
    let once = distinct_events(&events.xy_m, &spans);
    let xy_m: Vec<(f64, f64)> = once.iter().map(|&i| events.xy_m[i]).collect();
    let times_s: Vec<i64> = once.iter().map(|&i| middles[i]).collect();
    // Within the years that civil time has, days fit.
    let days: Vec<i32> = times_s.iter().map(|s| s.div_euclid(DAY_S) as i32).collect();

    let (space, time) = edges(params)?;
    let distance = if params.word("distance") == "manhattan" { Distance::Manhattan } else { Distance::Euclidean };
    let pairs = Pairs::find(&xy_m, &space, distance, cancel)?;
    let table = knox(&pairs, &days, &time, (params.whole("draws") as u32, params.whole("seed")), cancel)?;
    let bands = nearest_bands(&table, ALPHA);
    let found = repeats(&pairs, &times_s, &days, &time, &bands);

    let mut field = records.field(records.query(), cancel)?;
    let mut sums = vec![[0_u32; 4]; field.len()];
    for (k, &i) in once.iter().enumerate() {
        let sum = &mut sums[events.places[i] as usize];
        let more = [1, u32::from(found.is_originator[k]), u32::from(found.is_repeat[k]), found.begun[k]];
        sum.iter_mut().zip(more).for_each(|(s, m)| *s += m);
    }
    let column = |n: usize| sums.iter().map(|s| s[n]).collect::<Vec<u32>>();
    let total = |n: usize| sums.iter().map(|s| u64::from(s[n])).sum::<u64>();
    describe(&mut events, &once, (&space, &time), (&table, &bands), &xy_m, params);
    events.record.summary.insert("originators".into(), total(1).into());
    events.record.summary.insert("near_repeats".into(), total(2).into());
    events.record.summary.insert("near_repeat_pairs".into(), total(3).into());
    let states: Vec<State> = column(0).iter().map(|&c| if c == 0 { State::Zero } else { State::Value }).collect();
    let count = |name, unit, n| Column { name, unit, values: Values::Count(column(n)) };
    let columns = vec![
        count("originators", "incidents", 1),
        count("near_repeats", "incidents", 2),
        count("pairs", "pairs of incidents", 3),
    ];
    field.measured = Measured::Counts(column(0));
    field.record = events.record;
    Ok(field.into_table(|i| states[i], columns))
}

fn edges(params: &Params) -> Result<(Edges, Edges)> {
    let (band_m, bands) = (params.number("band_m").unwrap_or(100.0), params.whole("bands"));
    let (band_days, day_bands) = (params.whole("band_days"), params.whole("day_bands"));
    let mut space = vec![0.0, SAME_PLACE_M];
    space.extend((1..=bands).map(|k| band_m * k as f64));
    let time: Vec<f64> = (0..=day_bands).map(|k| (band_days * k) as f64).collect();
    Ok((Edges::new(&space)?, Edges::new(&time)?))
}

/// The table, its plot, and what a reader must know.
fn describe(
    events: &mut Events,
    once: &[usize],
    (space, time): (&Edges, &Edges),
    (table, bands): (&Knox, &[bool]),
    xy_m: &[(f64, f64)],
    params: &Params,
) {
    let n = xy_m.len();
    let (record, uncertainty_m) = (&mut events.record, events.uncertainty_m);
    record.included = n as u64;
    record.excluded.insert("recorded_twice".into(), (events.xy_m.len() - once.len()).into());
    record.null = Some(
        "the times are dealt anew to the places (Monte Carlo permutation); one-sided: as many pairs or more".to_owned(),
    );
    let bins = table.p.len();
    record.family =
        Some(format!("each of the {bins} bins by itself: about {:.0} starred by chance", bins as f64 * ALPHA));
    record.parameters.insert("same_place_m".into(), SAME_PLACE_M.into());
    record.parameters.insert("day_of".into(), "middle of the time as it is known".into());
    let ratio = table.ratio();
    let number = |x: f64| if x.is_finite() { Value::from(x) } else { Value::Null };
    let (metres, days) = (space.values(), time.values());
    let row = |bin: usize| {
        let (i, j) = (bin / table.time_bins, bin % table.time_bins);
        json!({
            "from_m": metres[i], "below_m": metres[i + 1], "from_days": days[j], "below_days": days[j + 1],
            "observed_pairs": table.observed[bin], "expected_pairs": number(table.expected[bin]),
            "mean_of_draws_pairs": number(table.mean[bin]), "ratio": number(ratio[bin]), "p": number(table.p[bin]),
            "is_near_repeat": bands[bin],
        })
    };
    record.summary.insert("knox".into(), (0..bins).map(row).collect());
    let near = |edge: &dyn Fn(usize) -> f64| {
        let edges = (0..bins).filter(|&bin| bands[bin]).map(edge);
        edges.reduce(f64::max).map_or(Value::Null, Value::from)
    };
    record.summary.insert("near_below_m".into(), near(&|bin| metres[bin / table.time_bins + 1]));
    record.summary.insert("near_below_days".into(), near(&|bin| days[bin % table.time_bins + 1]));
    record.plots = vec![plot((space, time), table, &ratio)];
    let warnings = &mut record.warnings;
    if n < 100 {
        warnings.push(format!("{n} incidents: fewer than a hundred say little about near repeats"));
    }
    if !bands.iter().any(|&b| b) {
        warnings.push("no band of near repeats: in the nearest bands pairs are as frequent as by chance".to_owned());
    }
    let band_m = params.number("band_m").unwrap_or(0.0);
    if let Some(known_m) = uncertainty_m.filter(|&u| u > band_m) {
        warnings.push(format!(
            "half of the locations are known to {known_m:.0} m or worse: bands of {band_m:.0} m are finer than that, and the \
             same place may be a block"
        ));
    }
}

fn plot((space, time): (&Edges, &Edges), table: &Knox, ratio: &[f64]) -> Plot {
    let of_days = |w: &[f64]| match (w[0], w[1] - 1.0) {
        (from, to) if from == to => format!("{from}"),
        (from, to) => format!("{from} to {to}"),
    };
    let of_metres = |(i, w): (usize, &[f64])| match i {
        0 => "same place".to_owned(),
        1 => format!("under {}", w[1]),
        _ => format!("{} to {}", w[0], w[1]),
    };
    let rows = |cell: &dyn Fn(usize) -> String| -> Vec<Vec<String>> {
        (0..table.space_bins).map(|i| (0..table.time_bins).map(|j| cell(i * table.time_bins + j)).collect()).collect()
    };
    let note = |bin: usize| match (ratio[bin].is_finite(), table.p[bin] <= ALPHA) {
        (false, _) => "-".to_owned(),
        (true, false) => format!("{:.2}", ratio[bin]),
        (true, true) => format!("{:.2}*", ratio[bin]),
    };
    let numbers = ratio.chunks(table.time_bins).map(|row| row.iter().map(|&x| x.is_finite().then_some(x)).collect());
    Plot {
        id: "knox",
        title: "Near repeats by distance and time".to_owned(),
        words:
            "How many times more pairs of incidents there are than chance gives. Starred: chance gives as many in at \
                most one of twenty arrangements."
                .to_owned(),
        x: Axis::classes("Days between the two", time.values().windows(2).map(of_days).collect()),
        y: Axis::classes("Metres between the two", space.values().windows(2).enumerate().map(of_metres).collect()),
        marks: Marks::Heat { rows: numbers.collect(), unit: "times what chance gives".to_owned(), notes: rows(&note) },
    }
}
