//! A row as a service that helps.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_64;

use super::super::batch::{Batch, ReadSummary};
use super::super::read::Row;
use super::super::source::fold::{Pattern, fold};
use super::super::source::{ResourceColumns, Source};
use super::columns::Columns;
use super::hours::opening_hours;
use super::place::{Located, Places};
use super::reject::Reject;
use super::words::{joined, list, text};
use crate::error::{Error, Result};
use crate::model::{Resource, Visibility};

/// The resource columns of one file.
pub(crate) struct Resources {
    source: String,
    places: Places,
    id: Vec<usize>,
    description: ResourceColumns,
    types: Vec<(Pattern, String)>,
    hidden: Vec<Pattern>,
    columns: Found,
    seen: HashMap<u64, u32>,
    hours_unread: u64,
}

struct Found {
    type_column: Option<usize>,
    target: Option<usize>,
    name: Option<usize>,
    organisation: Option<usize>,
    address: Option<usize>,
    service_area: Option<usize>,
    hours: Option<usize>,
    languages: Option<usize>,
    accessibility: Option<usize>,
    capacity: Option<usize>,
    phone: Option<usize>,
    url: Option<usize>,
}

impl Resources {
    pub(crate) fn bind(source: &Source, columns: &mut Columns<'_>, geometry: Option<Option<u16>>) -> Result<Self> {
        let r = source.resource.clone().ok_or_else(|| {
            Error::invalid(
                format!("source {} has no [resource] table", source.id),
                "say what type of resource it holds",
            )
        })?;
        let name = columns.find_opt(r.name.as_ref());
        let organisation = columns.find_opt(r.organisation.as_ref());
        if name.is_none() && organisation.is_none() {
            return Err(columns.missing(r.name.as_ref().map_or("name", |n| n), "name of the service"));
        }
        let found = Found {
            type_column: columns.find_opt(r.type_column.as_ref()),
            target: columns.find_opt(r.target_column.as_ref()),
            name,
            organisation,
            address: columns.find_opt(r.address.as_ref()),
            service_area: columns.find_opt(r.service_area.as_ref()),
            hours: columns.find_opt(r.opening_hours.as_ref()),
            languages: columns.find_opt(r.languages.as_ref()),
            accessibility: columns.find_opt(r.accessibility.as_ref()),
            capacity: columns.find_opt(r.capacity.as_ref()),
            phone: columns.find_opt(r.phone.as_ref()),
            url: columns.find_opt(r.url.as_ref()),
        };
        let id = source.key.columns.first().map_or(vec![], |g| columns.find_all(g));
        Ok(Self {
            source: source.id.clone(),
            places: Places::bind(source, columns, geometry)?,
            id,
            types: r.types.iter().map(|[p, t]| (Pattern::new(p), t.clone())).collect(),
            hidden: r.hidden.iter().map(|p| Pattern::new(p)).collect(),
            description: r,
            columns: found,
            seen: HashMap::new(),
            hours_unread: 0,
        })
    }

    pub(crate) fn row(
        &mut self,
        row: &dyn Row,
        batch: &mut Batch,
        sum: &mut ReadSummary,
    ) -> std::result::Result<(), Reject> {
        let c = &self.columns;
        let organisation = text(row, c.organisation);
        let Some(name) = text(row, c.name).or_else(|| organisation.clone()) else {
            return Err(Reject {
                column: c.name.or(c.organisation).unwrap_or(usize::MAX),
                value: String::new(),
                reason: "no name".into(),
                hint: "a service without a name cannot be found again",
            });
        };
        let point = match self.places.locate(row)? {
            Located::At(p) => Some(p),
            Located::Nowhere => None,
            Located::Sentinel => {
                sum.sentinel_points += 1;
                None
            }
        };
        let address = text(row, c.address);
        let kind = text(row, c.type_column);
        let folded = fold(kind.as_deref().unwrap_or_default());
        let listed = self.types.iter().find(|(p, _)| p.matches(&folded)).map(|(_, t)| t.clone());
        let resource_type = listed.unwrap_or_else(|| self.description.resource_type.clone());
        let approach = self.description.approaches.iter().find(|[t, _]| *t == resource_type).map(|[_, a]| a.clone());
        let mut target_groups = self.description.target_groups.clone();
        target_groups.extend(list(row, c.target));
        let own = joined(row, &self.id);
        let has_own = own.is_some();
        let id = own.unwrap_or_else(|| {
            let place = point.map_or(String::new(), |p| format!("{:.5} {:.5}", p.lon(), p.lat()));
            let what = [Some(&name), organisation.as_ref(), address.as_ref(), kind.as_ref()];
            let words: Vec<&str> = what.into_iter().flatten().chain(&target_groups).map(String::as_str).collect();
            format!("h{:016x}", xxh3_64(fold(&format!("{} {place}", words.join("|"))).as_bytes()))
        });
        let n = self.seen.entry(xxh3_64(id.as_bytes())).or_insert(0);
        *n += 1;
        sum.repeated_keys += u64::from(*n > 1);
        if *n > 1 && !has_own {
            // The same service, place and target group a second time would count as two.
            return Ok(());
        }
        let id = if *n > 1 { format!("{id}#{n}") } else { id };
        let hours = text(row, c.hours);
        let opening_hours = hours.as_deref().and_then(opening_hours);
        self.hours_unread += u64::from(hours.is_some() && opening_hours.is_none());
        let hidden = self.hidden.iter().any(|p| p.matches(&folded));
        let usual = self.description.visibility.unwrap_or(Visibility::Public);
        let visibility = if hidden { Visibility::HiddenLocation } else { usual };
        // The street address would give the place away.
        let address = address.filter(|_| visibility != Visibility::HiddenLocation);
        sum.without_place += u64::from(point.is_none());
        batch.resources.push(Resource {
            id,
            source: self.source.clone(),
            organisation,
            name,
            resource_type,
            approach: approach.or_else(|| self.description.approach.clone()),
            target_groups,
            point,
            address,
            service_area: text(row, c.service_area),
            opening_hours,
            languages: list(row, c.languages),
            accessibility: text(row, c.accessibility),
            capacity: text(row, c.capacity).and_then(|t| t.parse().ok()),
            phone: text(row, c.phone),
            url: text(row, c.url),
            visibility,
        });
        Ok(())
    }

    pub(crate) fn finish(self, sum: &mut ReadSummary) {
        if self.hours_unread > 0 {
            sum.notes
                .push(format!("opening hours of {} rows are in words that were not understood", self.hours_unread));
        }
    }
}
