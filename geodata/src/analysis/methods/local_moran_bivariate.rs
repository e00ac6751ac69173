//! `local_moran_bivariate`: whether many of one kind of incident lie among many of another.

use super::inference::{DRAWS, INFERENCE, SEED};
use super::local_moran::{WEIGHTS, test, weighted};
use super::{LOCATIONS, Method, Needs, POLICE_INITIATED, Run, moran_scatter};
use crate::analysis::field::{Field, Measured};
use crate::analysis::moran::{link, local};
use crate::analysis::neighbours::NEIGHBOURS;
use crate::analysis::params::{Domain, Parameter, Params};
use crate::analysis::records::Records;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::index::{ContextFilter, Query};
use crate::model::{Code, ContextKind, ContextValue};
use crate::table::{Analysis, Column, Table, Values};

pub(super) const METHOD: Method = Method {
    id: "local_moran_bivariate",
    title: "Two kinds of incidents near one another (bivariate local Moran's I)",
    answers: "Where do many recorded incidents of one kind lie among many of another kind in the cells around?",
    when_not: "For fewer than 20 incidents of either kind; to say that one kind makes the other: both gather where people \
               are. What happens in the same cell is no part of it (the counts stand side by side in each row).",
    numbers: "count and other_count: the two kinds. lag: the other kind around the place, in standard deviations from its \
              mean. local_i: the place's own deviation times that. p: how often chance gives as many, or as few, of the \
              other kind around. high_high: q is at most 0.05, with many of the first kind here and many of the other \
              around. bivariate_i and bivariate_i_p: the same over the whole study area.",
    reference: "https://doi.org/10.1111/j.0016-7363.2005.00671.x",
    parameters: &[
        Parameter {
            name: "other_category",
            unit: "",
            default: "",
            domain: Domain::Text("ICCS codes with commas"),
            words: "Kinds of the other incidents; period, place and the rest are those of the question",
        },
        Parameter {
            name: "other_context",
            unit: "",
            default: "",
            domain: Domain::Text("gang, organised_crime, family, intimate_partner, trafficking or firearm"),
            words: "Context of the other incidents; needs other_definition",
        },
        Parameter {
            name: "other_definition",
            unit: "",
            default: "",
            domain: Domain::Text("a definition by name"),
            words: "Definition of that context: counts under different definitions are never mixed",
        },
        WEIGHTS,
        INFERENCE,
        DRAWS,
        SEED,
        NEIGHBOURS,
        POLICE_INITIATED,
        LOCATIONS,
    ],
    plots: &[moran_scatter::PLOT],
    needs: Needs::Records,
    run: Run::Records(run),
};

fn run(records: &Records<'_>, params: &Params, cancel: &Cancel) -> Result<Table> {
    let other = other(records.query(), params)?;
    let first = records.field(records.query(), cancel)?;
    let second = records.field(&other, cancel)?;
    pair(first, second, params, cancel)
}

/// The table of two kinds of counts of the same places.
fn pair(mut first: Field, mut second: Field, params: &Params, cancel: &Cancel) -> Result<Table> {
    let (x, y) = (first.numbers(), second.numbers());
    let weights = weighted(&first.weights, params);
    let moran = local::bivariate(&x, &y, &weights);
    let seed = params.whole(SEED.name);
    let found = link::link((&x, &y), &weights, &first.keys, (link::DRAWS, seed), cancel)?;
    let (n, total) = (first.total(), second.total());
    // The test is of the second kind: its field is dealt out, and what it says goes into the first one's record.
    second.record = std::mem::take(&mut first.record);
    let tested = test(&mut second, "incidents of the other kind", &moran, params, cancel)?;
    first.record = std::mem::take(&mut second.record);
    note(&mut first.record, found, (n, total));
    first.record.plots.push(moran_scatter::plot(&moran, "The other kind around it", found.i));
    let others = match second.measured {
        Measured::Counts(counts) => Values::Count(counts),
        Measured::Numbers(numbers) => Values::Number(numbers),
    };
    let mut columns = vec![Column { name: "other_count", unit: "incidents", values: others }];
    columns.extend(tested.columns);
    Ok(first.into_table(|i| tested.states[i], columns))
}

fn note(record: &mut Analysis, found: link::Link, (n, others): (Option<u64>, Option<u64>)) {
    record.summary.insert("bivariate_i".into(), found.i.into());
    record.summary.insert("bivariate_i_p".into(), found.p.into());
    record.summary.insert("bivariate_i_draws".into(), link::DRAWS.into());
    record.summary.insert("other_included".into(), others.into());
    if let Some(n) = n.filter(|n| *n < 20) {
        record.warnings.push(format!("{n} incidents of the first kind: fewer than 20 say little"));
    }
    record.warnings.push(
        "both kinds gather where people are: a link says that they share places, not that one makes the other".into(),
    );
}

/// The question for the other kind: the same place, period and precision.
fn other(query: &Query, params: &Params) -> Result<Query> {
    let codes = params.text("other_category").split(',').map(str::trim).filter(|c| !c.is_empty());
    let categories: Vec<Code> = codes.map(Code::parse).collect::<Result<_>>()?;
    let context = match (params.text("other_context").trim(), params.text("other_definition").trim()) {
        ("", "") => None,
        ("", _) | (_, "") => {
            return Err(Error::invalid(
                "one of other_context and other_definition is missing",
                "name both: counts under different definitions are never mixed",
            ));
        }
        (kind, definition) => Some(context(kind, definition)?),
    };
    if categories.is_empty() && context.is_none() {
        return Err(Error::invalid(
            "local_moran_bivariate needs a second kind of incidents, and none is named",
            "set other_category=CODE, or other_context=firearm with other_definition=NAME",
        ));
    }
    Ok(Query { categories, context, ..query.clone() })
}

fn context(kind: &str, definition: &str) -> Result<ContextFilter> {
    use ContextKind::{Family, Firearm, Gang, IntimatePartner, OrganisedCrime, Trafficking};
    let kinds = [Gang, OrganisedCrime, Family, IntimatePartner, Trafficking, Firearm];
    let found = kinds.into_iter().find(|k| k.name() == kind).ok_or_else(|| {
        let names = kinds.map(ContextKind::name).join(", ");
        Error::invalid(format!("parameter other_context={kind:?} is unknown"), format!("known are {names}"))
    })?;
    Ok(ContextFilter { kind: found, value: ContextValue::Yes, definition: definition.to_owned() })
}

#[cfg(test)]
#[path = "local_moran_tests.rs"]
mod tests;
