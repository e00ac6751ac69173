//! Who is whose neighbour, as a question says it: by contact, within a distance, or the nearest few.

use std::f64::consts::PI;

use geo::Centroid;
use geo_types::MultiPolygon;

use super::params::{Domain, Parameter, Params};
use super::weights::{Contiguity, Weights, contiguity, distance_band, grid_queen, grid_rook, k_nearest};
use crate::crs::Crs;
use crate::error::{Error, Kind, Result};
use crate::limits::MAX_NEIGHBOURS;
use crate::model::LonLat;

/// A method's parameter that says who is a neighbour.
pub(crate) const NEIGHBOURS: Parameter = Parameter {
    name: "neighbours",
    unit: "",
    default: "queen",
    domain: Domain::Text("queen, rook, band:METRES or nearest:COUNT"),
    words: "Who is a neighbour: who shares a corner (queen) or an edge (rook), whose centre is at most so far away (band:500), \
            or the nearest few (nearest:8)",
};

/// What makes two places neighbours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Neighbours {
    Contact(Contiguity),
    /// Centres at most so many metres apart.
    Band(f64),
    /// The so many nearest centres.
    Nearest(usize),
}

impl Neighbours {
    /// As a method's parameters say; queen where it has no such parameter.
    pub(crate) fn of(params: &Params) -> Result<Self> {
        let text = params.text(NEIGHBOURS.name);
        let found = match (text, text.split_once(':')) {
            ("" | "queen", _) => Some(Self::Contact(Contiguity::Queen)),
            ("rook", _) => Some(Self::Contact(Contiguity::Rook)),
            (_, Some(("band", metres))) => {
                metres.parse().ok().filter(|m| (1.0..=100_000.0).contains(m)).map(Self::Band)
            }
            (_, Some(("nearest", count))) => count.parse().ok().filter(|k| (1..=500).contains(k)).map(Self::Nearest),
            _ => None,
        };
        found.ok_or_else(|| {
            Error::invalid(
                format!("parameter neighbours={text:?} is not queen, rook, band:METRES or nearest:COUNT"),
                "a band is from 1 to 100000 metres, as band:500; the nearest are from 1 to 500, as nearest:8",
            )
        })
    }

    /// Neighbours on a lattice of squares.
    pub(crate) fn on_lattice(
        self,
        (nx, index_of): (usize, &[u32]),
        centres: impl FnOnce() -> Result<Vec<(f64, f64)>>,
    ) -> Result<Weights> {
        match self {
            Self::Contact(Contiguity::Queen) => Ok(grid_queen(nx, index_of)),
            Self::Contact(Contiguity::Rook) => Ok(grid_rook(nx, index_of)),
            _ => self.of_centres(&centres()?),
        }
    }

    /// Neighbours among polygons in degrees, whose corners are the same at most `snap` degrees apart.
    pub(crate) fn of_polygons(self, polygons: &[MultiPolygon<f64>], snap: f64) -> Result<Weights> {
        match self {
            Self::Contact(kind) => Ok(contiguity(polygons, kind, snap)),
            _ => {
                let middle = |p: &MultiPolygon<f64>| {
                    let centre = p.centroid().and_then(|c| LonLat::new(c.x(), c.y()).ok());
                    centre.unwrap_or(LonLat::NULL_ISLAND)
                };
                self.of_centres(&centres_m(&polygons.iter().map(middle).collect::<Vec<_>>(), None)?)
            }
        }
    }

    /// Neighbours by contact that the caller knows, or by the centres.
    pub(crate) fn or_contact(
        self,
        contact: impl FnOnce() -> Weights,
        centres: impl FnOnce() -> Result<Vec<(f64, f64)>>,
    ) -> Result<Weights> {
        match self {
            Self::Contact(_) => Ok(contact()),
            _ => self.of_centres(&centres()?),
        }
    }

    fn of_centres(self, centres: &[(f64, f64)]) -> Result<Weights> {
        match self {
            Self::Band(metres) => {
                within_limit(links_of_band(centres, metres), "take a shorter band or larger cells")?;
                // Centres are whole millimetres, so a distance is off by less than two of them.
                Ok(distance_band(centres, metres + 0.002))
            }
            Self::Nearest(count) => {
                within_limit(centres.len().saturating_mul(count), "take fewer of the nearest or larger cells")?;
                Ok(k_nearest(centres, count))
            }
            Self::Contact(_) => Ok(Weights::from_lists(vec![Vec::new(); centres.len()])),
        }
    }
}

fn within_limit(links: usize, hint: &str) -> Result<()> {
    if links <= MAX_NEIGHBOURS {
        return Ok(());
    }
    let what = format!("the places would have about {links} neighbours in all, more than {MAX_NEIGHBOURS}");
    Err(Error::new(Kind::TooLarge, what, hint))
}

/// About how many links a band makes: the places in a disc of that radius, where they lie evenly in their bounds.
fn links_of_band(centres: &[(f64, f64)], metres: f64) -> usize {
    let bound = |axis: fn(&(f64, f64)) -> f64| {
        let (low, high) = centres.iter().map(axis).fold((f64::MAX, f64::MIN), |(a, b), v| (a.min(v), b.max(v)));
        (high - low).max(1.0)
    };
    let n = centres.len() as f64;
    let share = (PI * metres * metres / (bound(|c| c.0) * bound(|c| c.1))).min(1.0);
    (n * n * share) as usize
}

/// Centres in metres, to the millimetre, so that equal distances are equal: in a plane of their own, or the one given.
pub(crate) fn centres_m(centres: &[LonLat], plane: Option<&Crs>) -> Result<Vec<(f64, f64)>> {
    let own;
    let plane = match (plane, centres.get(centres.len() / 2)) {
        (Some(plane), _) => plane,
        (None, Some(&middle)) => {
            own = Crs::from_epsg(Crs::utm_zone(middle))?;
            &own
        }
        (None, None) => return Ok(vec![]),
    };
    let whole = |metres: f64| (metres * 1000.0).round() / 1000.0;
    centres.iter().map(|&c| plane.from_lonlat(c).map(|p| (whole(p.x_m), whole(p.y_m)))).collect()
}

#[cfg(test)]
mod tests {
    use geo_types::{Rect, coord};

    use super::*;

    static PARAMETERS: [Parameter; 1] = [NEIGHBOURS];

    fn parse(text: &str) -> Result<Neighbours> {
        Neighbours::of(&Params::parse(&PARAMETERS, &[("neighbours".to_owned(), text.to_owned())].into())?)
    }

    #[test]
    fn words_are_read_and_bounds_named() {
        assert_eq!(parse("queen"), Ok(Neighbours::Contact(Contiguity::Queen)));
        assert_eq!(parse("rook"), Ok(Neighbours::Contact(Contiguity::Rook)));
        assert_eq!((parse("band:500"), parse("nearest:8")), (Ok(Neighbours::Band(500.0)), Ok(Neighbours::Nearest(8))));
        for bad in ["bishop", "band", "band:0", "band:nan", "nearest:0", "nearest:1.5", "band:1e9"] {
            let e = parse(bad).unwrap_err();
            assert!(e.what.contains(bad) && e.hint.contains("100000"), "{e}");
        }
    }

    #[test]
    fn on_a_grid_and_among_areas() {
        let lattice: Vec<u32> = (0..9).collect();
        let centres = || Ok((0..9).map(|i| (f64::from(i % 3) * 250.0, f64::from(i / 3) * 250.0)).collect());
        let middle = |n: Neighbours| n.on_lattice((3, &lattice), centres).unwrap().row(4).to_vec();
        assert_eq!(middle(Neighbours::Contact(Contiguity::Queen)), [0, 1, 2, 3, 5, 6, 7, 8]);
        assert_eq!(middle(Neighbours::Contact(Contiguity::Rook)), [1, 3, 5, 7]);
        assert_eq!(middle(Neighbours::Band(250.0)), [1, 3, 5, 7], "the ball is closed");
        assert_eq!(middle(Neighbours::Nearest(4)), [1, 3, 5, 7]);
        let square = |x: f64| {
            let rect = Rect::new(coord! { x: x, y: 45.0 }, coord! { x: x + 0.01, y: 45.01 });
            MultiPolygon::new(vec![rect.to_polygon()])
        };
        let row: Vec<MultiPolygon<f64>> = [9.0, 9.01, 9.05].map(square).to_vec();
        let of = |n: Neighbours| n.of_polygons(&row, 1e-7).unwrap();
        assert_eq!(of(Neighbours::Contact(Contiguity::Rook)).row(1), &[0]);
        // A hundredth of a degree of longitude is 788 m there.
        assert_eq!((of(Neighbours::Band(800.0)).row(1), of(Neighbours::Band(780.0)).row(1)), (&[0][..], &[][..]));
        assert_eq!(of(Neighbours::Nearest(1)).row(2), &[1]);
        assert!(Neighbours::Band(5.0).of_polygons(&[], 0.0).unwrap().is_empty());
    }

    #[test]
    fn too_many_are_refused_before_they_are_sought() {
        let centres: Vec<(f64, f64)> = (0..200_000).map(|i| (f64::from(i % 400), f64::from(i / 400))).collect();
        let e = Neighbours::Band(300.0).of_centres(&centres).unwrap_err();
        assert!(e.kind == Kind::TooLarge && e.what.contains("neighbours in all") && e.hint.contains("shorter"), "{e}");
    }
}
