//! `gang_context`: incidents recorded with a gang context under one named definition, and what lies around them.

use super::boundary_zones::{self, BOUNDARY_ZONES};
use super::gi_star;
use super::inference::{DRAWS, SEED};
use super::local_moran::{self, CLASSES};
use super::{LOCATIONS, Method, Needs, POLICE_INITIATED, PlotOf, Run};
use crate::analysis::field::Field;
use crate::analysis::moran::{link, local};
use crate::analysis::neighbours::NEIGHBOURS;
use crate::analysis::params::Params;
use crate::analysis::permutation::Null;
use crate::analysis::rates::{Interval, empirical_bayes, interval};
use crate::analysis::records::Records;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::index::{ContextFilter, Query};
use crate::model::{Code, ContextKind, ContextValue};
use crate::table::{Axis, Bar, Column, Marks, Plot, Table, Values};

pub(super) const METHOD: Method = Method {
    id: "gang_context",
    title: "Incidents recorded with a gang context",
    answers: "Where are more incidents recorded with a gang context, under one named definition, than chance alone would put \
              there, and do firearms or trafficking lie around them?",
    when_not: "Without a named definition, or to compare cities or years whose definitions or recording differ; to say \
               anything about people or groups: it counts how incidents were recorded. For whether shootings follow one \
               another closely, run near_repeat with the same context and definition.",
    numbers: "count: incidents recorded with the context; all_incidents: all that the question asks for otherwise. lq: the \
              share with the context over that of the whole study area, with its 95 % interval; lq_eb is drawn towards 1 \
              where few incidents are recorded. z, p, q and class as in gi_star. link_...: many of such incidents here with \
              many recorded with firearms (or other weapons, where the data tell no firearm), trafficking in persons or \
              drug trafficking in the places around (high_high). boundary_zone, where asked for: the place lies between two \
              concentrations that reach it about equally.",
    reference: "https://doi.org/10.2307/2347593",
    parameters: &[BOUNDARY_ZONES, DRAWS, SEED, NEIGHBOURS, POLICE_INITIATED, LOCATIONS],
    plots: &[PlotOf::always("definitions", "Incidents under each definition")],
    needs: Needs::Records,
    run: Run::Records(run),
};

/// What may lie around: told by a context where the data have it, and by category otherwise.
struct Other {
    column: &'static str,
    words: &'static str,
    context: Option<ContextKind>,
    category: &'static str,
}

const OTHERS: [Other; 3] = [
    Other { column: "link_firearms", words: "firearms", context: Some(ContextKind::Firearm), category: "0901" },
    Other {
        column: "link_trafficking",
        words: "trafficking in persons",
        context: Some(ContextKind::Trafficking),
        category: "0204",
    },
    Other { column: "link_drugs", words: "drug trafficking", context: None, category: "06012" },
];

fn run(records: &Records<'_>, params: &Params, cancel: &Cancel) -> Result<Table> {
    let definition = definition(records)?;
    let mut field = records.field(records.query(), cancel)?;
    let all = records.field(&Query { context: None, ..records.query().clone() }, cancel)?;
    panel(records, &mut field, &definition, cancel)?;
    let mut columns = quotients(&mut field, &all);
    let scored = gi_star::score(&mut field, Null::Conditional, true, params, cancel)?;
    let states = scored.states();
    let zones = boundary_zones::column(records, &mut field, &scored, params)?;
    columns.extend(scored.columns());
    columns.extend(zones);
    for other in &OTHERS {
        let (query, source) = question(records, other, cancel)?;
        let found = records.field(&query, cancel)?;
        let classes = linked(&mut field, found, (other, source), params, cancel)?;
        columns.push(Column { name: other.column, unit: "", values: Values::Class(CLASSES, classes) });
    }
    let warnings = &mut field.record.warnings;
    warnings.push(format!(
        "incidents recorded with a gang context under {definition:?}: other definitions give other numbers, and incidents \
         that nobody assessed count as without"
    ));
    warnings.push(
        "link_... leaves out the place itself; both kinds gather where people are, and one incident can be of both"
            .into(),
    );
    Ok(field.into_table(|i| states[i], columns))
}

/// The definition that the question names, where the data know it.
fn definition(records: &Records<'_>) -> Result<String> {
    let known = definitions(records, ContextKind::Gang);
    let named = if known.is_empty() {
        "these data have no incident with an assessed gang context".to_owned()
    } else {
        format!("the data know {}; ask with context=gang and one of them as definition", known.join(", "))
    };
    match &records.query().context {
        Some(c) if c.kind == ContextKind::Gang && c.value == ContextValue::Yes && known.contains(&c.definition) => {
            Ok(c.definition.clone())
        }
        Some(c) if c.kind == ContextKind::Gang && c.value == ContextValue::Yes => Err(Error::invalid(
            format!("definition {:?} of a gang context does not occur in these data", c.definition),
            named,
        )),
        _ => Err(Error::invalid("gang_context needs context=gang with a named definition", named)),
    }
}

/// Definitions of a context under which some incident was found to have it.
fn definitions(records: &Records<'_>, kind: ContextKind) -> Vec<String> {
    let found = records.snapshot.contexts().into_iter();
    found.filter(|c| c.kind == kind && c.value == ContextValue::Yes).map(|c| c.definition).collect()
}

/// Counts under each definition side by side, and how many were assessed under the one asked for.
fn panel(records: &Records<'_>, field: &mut Field, definition: &str, cancel: &Cancel) -> Result<()> {
    let count = |value: ContextValue, definition: &str| -> Result<u64> {
        let context = ContextFilter { kind: ContextKind::Gang, value, definition: definition.to_owned() };
        let query = Query { context: Some(context), ..records.query().clone() };
        Ok(records.field(&query, cancel)?.total().unwrap_or(0))
    };
    let names = definitions(records, ContextKind::Gang);
    let mut bars = Vec::new();
    for name in &names {
        let n = count(ContextValue::Yes, name)?;
        field.record.summary.insert(format!("incidents_under_{name}"), n.into());
        bars.push(Bar { value: n as f64, interval: Some(interval(n as f64, Interval::Exact)) });
    }
    for value in [ContextValue::Yes, ContextValue::No, ContextValue::Unknown, ContextValue::NotAssessed] {
        field.record.summary.insert(format!("incidents_{}", value.name()), count(value, definition)?.into());
    }
    field.record.plots.push(Plot {
        id: "definitions",
        title: "Incidents recorded with a gang context, under each definition".into(),
        words: "The same incidents under each definition that the data know, with the 95 % interval of each count. \
                Definitions differ in what they ask for; their counts are never added up."
            .into(),
        x: Axis::classes("definition", names),
        y: Axis::numbers("recorded incidents"),
        marks: Marks::Bars(bars),
    });
    Ok(())
}

/// The share of incidents with the context over that of the whole study area.
fn quotients(field: &mut Field, all: &Field) -> Vec<Column> {
    let (with, whole) = (field.numbers(), all.numbers());
    let shrunk = empirical_bayes(&with, &whole);
    let n = with.len();
    let mut columns: [Vec<f64>; 4] = std::array::from_fn(|_| vec![f64::NAN; n]);
    for i in (0..n).filter(|&i| whole[i] > 0.0 && shrunk.overall > 0.0) {
        let (low, high) = interval(with[i], Interval::Exact);
        // No share is above one, whatever the interval of the count.
        let row = [with[i], low, high.min(whole[i]), shrunk.rates[i] * whole[i]];
        columns.iter_mut().zip(row).for_each(|(column, events)| column[i] = events / whole[i] / shrunk.overall);
    }
    let summary = &mut field.record.summary;
    summary.insert("all_incidents".into(), all.total().into());
    summary.insert("share_with_context".into(), shrunk.overall.into());
    let [quotient, low, high, eb] = columns;
    let number =
        |name, values| Column { name, unit: "times the share of the study area", values: Values::Number(values) };
    let counts = whole.iter().map(|&n| n as u32).collect();
    vec![
        Column { name: "all_incidents", unit: "incidents", values: Values::Count(counts) },
        number("lq", quotient),
        number("lq_low", low),
        number("lq_high", high),
        number("lq_eb", eb),
    ]
}

/// The question for what may lie around, and where its answer comes from in words.
fn question(records: &Records<'_>, other: &Other, cancel: &Cancel) -> Result<(Query, String)> {
    // Such records often come from the police's own activity; leaving them out would leave nothing.
    let base = Query { leave_out_police_initiated: false, ..records.query().clone() };
    let mut most: Option<(u64, Query, String)> = None;
    if let Some(kind) = other.context {
        for definition in definitions(records, kind) {
            let source = format!("context {} under {definition}", kind.name());
            let context = Some(ContextFilter { kind, value: ContextValue::Yes, definition });
            let query = Query { context, categories: vec![], ..base.clone() };
            let n = records.field(&query, cancel)?.total().unwrap_or(0);
            if n > most.as_ref().map_or(0, |m| m.0) {
                most = Some((n, query, source));
            }
        }
    }
    if let Some((_, query, source)) = most {
        return Ok((query, source));
    }
    let categories = vec![Code::parse(other.category)?];
    Ok((Query { context: None, categories, ..base }, format!("ICCS {}", other.category)))
}

/// Classes of the bivariate local Moran; its sum over the study area goes into the summary.
fn linked(
    field: &mut Field,
    mut found: Field,
    (other, source): (&Other, String),
    params: &Params,
    cancel: &Cancel,
) -> Result<Vec<u8>> {
    let (x, y) = (field.numbers(), found.numbers());
    let weights = field.weights.row_standardised();
    let sum = link::link((&x, &y), &weights, &field.keys, (link::DRAWS, params.whole(SEED.name)), cancel)?;
    let n = found.total().unwrap_or(0);
    let moran = local::bivariate(&x, &y, &weights);
    let tested = local_moran::test(&mut found, "incidents", &moran, params, cancel)?;
    let record = &mut field.record;
    record.summary.insert(format!("{}_source", other.column), source.into());
    record.summary.insert(format!("{}_incidents", other.column), n.into());
    record.summary.insert(format!("{}_bivariate_i", other.column), sum.i.into());
    record.summary.insert(format!("{}_p", other.column), sum.p.into());
    if n < 20 {
        record.warnings.push(format!("{n} incidents of {} within the question: too few for a link", other.words));
    }
    Ok(tested.classes)
}

#[cfg(test)]
#[path = "gang_context_tests.rs"]
mod tests;
