//! Areas, resources, interventions and streets: few, so each is an entry of its own tree.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use rstar::primitives::GeomWithData;
use rstar::{AABB, RTree};

use super::block::{ReadMostly, Rect};
use super::polygon::PreparedPolygon;
use crate::error::{Error, Kind, Result};
use crate::model::{Area, Intervention, LonLat, LonLatBox, Resource, Street};

type Boxed = GeomWithData<rstar::primitives::Rectangle<[f64; 2]>, u32>;
type Pointed = GeomWithData<[f64; 2], u32>;

/// One collection of areas, in the order of their ids.
pub(crate) struct Collection {
    pub name: String,
    /// 0 the city, larger is finer.
    pub level: u8,
    pub areas: Vec<Arc<Area>>,
    pub shapes: Vec<PreparedPolygon>,
    tree: RTree<Boxed, ReadMostly>,
}

/// All places of a snapshot.
#[derive(Default)]
pub(crate) struct Places {
    collections: BTreeMap<String, Arc<Collection>>,
    pub resources: Vec<Arc<Resource>>,
    resource_tree: RTree<Pointed>,
    pub interventions: Vec<Arc<Intervention>>,
    intervention_tree: RTree<Boxed>,
    pub streets: Vec<Arc<Street>>,
    street_tree: Arc<RTree<Boxed>>,
    marks: Marks,
}

/// Numbers that change with what any of the places says.
#[derive(Clone, Copy, Default)]
struct Marks {
    areas: u64,
    help: u64,
    streets: u64,
}

/// What is written, hashed.
#[derive(Default)]
struct Written(xxhash_rust::xxh3::Xxh3Default);

impl std::fmt::Write for Written {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}

/// A number that stays as long as the places say the same.
pub(super) fn mark(places: &impl std::fmt::Debug) -> u64 {
    let mut written = Written::default();
    // Hashing cannot fail.
    write!(written, "{places:?}").ok();
    written.0.digest()
}

fn boxed(rect: &Rect, n: usize) -> Boxed {
    let corners = rstar::primitives::Rectangle::from_corners([rect.west, rect.south], [rect.east, rect.north]);
    GeomWithData::new(corners, n as u32)
}

impl Collection {
    /// An area whose geometry changed is there once, with its newest geometry.
    fn new(name: String, mut areas: Vec<Arc<Area>>) -> Result<Self> {
        areas.sort_by(|a, b| (&a.id, &b.valid_from).cmp(&(&b.id, &a.valid_from)));
        areas.dedup_by(|later, kept| later.id == kept.id);
        let shapes: Vec<_> = areas.iter().map(|a| PreparedPolygon::new(&a.shape)).collect::<Result<_>>()?;
        let with_place = shapes.iter().enumerate().filter(|(_, s)| !s.rect().is_empty());
        let tree = RTree::bulk_load_with_params(with_place.map(|(n, s)| boxed(s.rect(), n)).collect());
        let level = areas.iter().map(|a| a.level).min().unwrap_or(0);
        Ok(Self { name, level, areas, shapes, tree })
    }

    /// Areas whose bounds touch the box, in order.
    pub(crate) fn near(&self, rect: &Rect) -> Vec<u32> {
        let mut found: Vec<u32> = self.tree.locate_in_envelope_intersecting(rect.envelope()).map(|b| b.data).collect();
        found.sort_unstable();
        found
    }

    /// Areas whose bounds touch the box, in order; those without a shape only where the whole Earth is asked for.
    pub(crate) fn within(&self, within: LonLatBox) -> Vec<Arc<Area>> {
        if within == LonLatBox::WORLD {
            return self.areas.clone();
        }
        let mut found: Vec<u32> = rects(within).iter().flat_map(|r| self.near(r)).collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|n| Arc::clone(&self.areas[n as usize])).collect()
    }

    /// The first area that holds the place, borders included: on a common border the one with the smaller id.
    pub(crate) fn area_of(&self, p: LonLat) -> Option<u32> {
        let at = AABB::from_point([p.lon(), p.lat()]);
        let near = self.tree.locate_in_envelope_intersecting(at).map(|b| b.data);
        near.filter(|&n| self.shapes[n as usize].contains(p.lon(), p.lat())).min()
    }
}

impl Places {
    /// Gathers areas into collections and builds the trees.
    ///
    /// # Errors
    /// A shape with a vertex that is not a finite number.
    pub(crate) fn new(
        areas: Vec<Area>,
        mut resources: Vec<Resource>,
        mut interventions: Vec<Intervention>,
    ) -> Result<Self> {
        let marks = Marks { areas: mark(&areas), help: mark(&(&resources, &interventions)), streets: 0 };
        // Lists are paged by id, so they are kept in that order, whatever order they were imported in.
        resources.sort_by(|a, b| in_order([&a.source, &a.id], [&b.source, &b.id]));
        interventions.sort_by(|a, b| a.id.cmp(&b.id));
        let mut by_name: BTreeMap<String, Vec<Arc<Area>>> = BTreeMap::new();
        for area in areas {
            by_name.entry(area.collection.clone()).or_default().push(Arc::new(area));
        }
        let collections = by_name
            .into_iter()
            .map(|(n, a)| Ok((n.clone(), Arc::new(Collection::new(n, a)?))))
            .collect::<Result<_>>()?;
        let points = resources
            .iter()
            .enumerate()
            .filter_map(|(n, r)| r.point.map(|p| GeomWithData::new([p.lon(), p.lat()], n as u32)));
        let resource_tree = RTree::bulk_load(points.collect());
        let mut rects = Vec::new();
        for (n, i) in interventions.iter().enumerate() {
            if let Some(shape) = &i.place {
                let rect = *PreparedPolygon::new(shape)?.rect();
                if !rect.is_empty() {
                    rects.push(boxed(&rect, n));
                }
            }
        }
        Ok(Self {
            collections,
            resource_tree,
            resources: resources.into_iter().map(Arc::new).collect(),
            intervention_tree: RTree::bulk_load(rects),
            interventions: interventions.into_iter().map(Arc::new).collect(),
            streets: vec![],
            street_tree: Arc::default(),
            marks,
        })
    }

    /// The same with streets.
    pub(crate) fn with_streets(self, mut streets: Vec<Street>) -> Self {
        streets.sort_by(|a, b| in_order([&a.source, &a.id], [&b.source, &b.id]));
        let rect = |street: &Street| {
            let mut rect = Rect::EMPTY;
            street.line.0.iter().for_each(|c| rect.add(c.x, c.y));
            rect
        };
        let rects = streets.iter().map(rect).enumerate().filter(|(_, r)| !r.is_empty());
        let street_tree = Arc::new(RTree::bulk_load(rects.map(|(n, r)| boxed(&r, n)).collect()));
        let marks = Marks { streets: mark(&streets), ..self.marks };
        Self { streets: streets.into_iter().map(Arc::new).collect(), street_tree, marks, ..self }
    }

    /// The same areas and streets with other resources and interventions.
    ///
    /// # Errors
    /// As [`Places::new`].
    pub(crate) fn with_help(&self, resources: Vec<Resource>, interventions: Vec<Intervention>) -> Result<Self> {
        let new = Self::new(vec![], resources, interventions)?;
        Ok(Self {
            collections: self.collections.clone(),
            streets: self.streets.clone(),
            street_tree: Arc::clone(&self.street_tree),
            marks: Marks { help: new.marks.help, ..self.marks },
            ..new
        })
    }

    /// Numbers that stay as long as all areas, resources and interventions, and streets say the same.
    pub(crate) fn marks(&self) -> [u64; 3] {
        [self.marks.areas, self.marks.help, self.marks.streets]
    }

    /// Area collections by name.
    pub(crate) fn collections(&self) -> impl Iterator<Item = &Arc<Collection>> {
        self.collections.values()
    }

    /// A collection by name.
    ///
    /// # Errors
    /// Names the unknown collection and those that there are.
    pub(crate) fn collection(&self, name: &str) -> Result<&Arc<Collection>> {
        self.collections.get(name).ok_or_else(|| {
            let known: Vec<&str> = self.collections.keys().map(String::as_str).collect();
            let hint = if known.is_empty() {
                "no areas are imported yet: `urbansafety import` takes GeoJSON and GeoPackage files of areas".into()
            } else {
                format!("there are: {}", known.join(", "))
            };
            Error::new(Kind::NotFound, format!("there is no area collection {name:?}"), hint)
        })
    }

    /// The collection of the highest level (smallest number) imported: the default study area.
    pub(crate) fn highest(&self) -> Option<&Arc<Collection>> {
        self.collections.values().min_by_key(|c| (c.level, c.areas.len(), c.name.clone()))
    }

    /// Bounds of all areas, degrees.
    pub(crate) fn extent(&self) -> Option<LonLatBox> {
        let mut all = Rect::EMPTY;
        let rects = self.collections.values().flat_map(|c| &c.shapes).map(PreparedPolygon::rect);
        for r in rects.filter(|r| !r.is_empty()) {
            all.add(r.west, r.south);
            all.add(r.east, r.north);
        }
        LonLatBox::new(all.west, all.south, all.east, all.north).ok()
    }

    /// Resources in the box, as positions in `resources`, in order. All visibilities: whoever releases them decides.
    pub(crate) fn resources_in(&self, within: LonLatBox) -> Vec<usize> {
        let mut found: Vec<usize> = rects(within)
            .iter()
            .flat_map(|r| self.resource_tree.locate_in_envelope(r.envelope()).map(|g| g.data as usize))
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Resources nearest first, with great-circle metres. The tree orders by degrees, so twice as many as asked are
    /// measured; `longitude` degrees are shorter than latitude's, which the tree does not know.
    #[cfg_attr(not(test), expect(dead_code, reason = "distances to help are a method of their own, to come"))]
    pub(crate) fn nearest_resources(&self, from: LonLat, n: usize) -> Vec<(usize, f64)> {
        let mut found: Vec<(usize, f64)> = Vec::new();
        let shrink = from.lat().to_radians().cos().max(1e-3);
        let mut farthest_m = f64::INFINITY;
        for (g, squared_deg) in self.resource_tree.nearest_neighbor_iter_with_distance_2([from.lon(), from.lat()]) {
            // A degree is at least this many metres here in any direction.
            let at_least_m = squared_deg.sqrt() * shrink * 0.99 * 111_195.0 * 0.999;
            if found.len() >= n && at_least_m > farthest_m {
                break;
            }
            let resource = &self.resources[g.data as usize];
            if let Some(p) = resource.point {
                found.push((g.data as usize, from.distance_m(p)));
                found.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
                found.truncate(n);
                farthest_m = found.last().map_or(f64::INFINITY, |f| f.1);
            }
        }
        found
    }

    /// Interventions whose bounds touch the box, in order; those without a place only where the whole Earth is asked for.
    pub(crate) fn interventions_in(&self, within: LonLatBox) -> Vec<usize> {
        if within == LonLatBox::WORLD {
            return (0..self.interventions.len()).collect();
        }
        touching(&self.intervention_tree, within)
    }

    /// Streets whose bounds touch the box, in order.
    pub(crate) fn streets_in(&self, within: LonLatBox) -> Vec<usize> {
        touching(&self.street_tree, within)
    }
}

/// The order of two names of two parts, as if a dot joined them.
pub(crate) fn in_order(a: [&str; 2], b: [&str; 2]) -> Ordering {
    let joined = |[first, second]: [&str; 2]| [first, ".", second].map(str::to_owned).concat();
    // Parts that are the same, as nearly all first ones are, spare the joining.
    if a[0] == b[0] { a[1].cmp(b[1]) } else { joined(a).cmp(&joined(b)) }
}

/// What a tree has in a box, in order.
fn touching(tree: &RTree<Boxed>, within: LonLatBox) -> Vec<usize> {
    let in_rect = |r: Rect| tree.locate_in_envelope_intersecting(r.envelope()).map(|g| g.data as usize);
    let mut found: Vec<usize> = rects(within).into_iter().flat_map(in_rect).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// A box as one rectangle, or two around the antimeridian.
pub(crate) fn rects(b: LonLatBox) -> Vec<Rect> {
    super::shape::Shape::Box(b).rects()
}

#[cfg(test)]
#[path = "places_tests.rs"]
mod tests;
