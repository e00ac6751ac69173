//! The scatter plot of Moran's I as a table of squares: how many places lie where, by their own value and their
//! neighbours'. A dot a place would hide most of a city's places behind each other.

use super::PlotOf;
use crate::analysis::moran::local::Local;
use crate::table::{Axis, Marks, Plot};

const ID: &str = "scatter";
const TITLE: &str = "Places by their own value and their neighbours'";
pub(super) const PLOT: PlotOf = PlotOf::always(ID, TITLE);

/// Bounds of the classes, standard deviations from the mean; below the first and above the last is a class as well.
const BOUNDS: [f64; 8] = [-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 4.0];

/// The places of a local Moran; `slope` is the statistic of the whole study area. `whose` says what the neighbours'
/// values are of.
pub(super) fn plot(moran: &Local, whose: &str, slope: f64) -> Plot {
    let classes = BOUNDS.len() + 1;
    let class = |deviation: f64| BOUNDS.partition_point(|bound| *bound <= deviation);
    let mut rows = vec![vec![0.0; classes]; classes];
    for (&own, &lag) in moran.own.iter().zip(&moran.lag).filter(|(own, lag)| !own.is_nan() && !lag.is_nan()) {
        rows[class(lag)][class(own)] += 1.0;
    }
    let rows = rows.into_iter().map(|row| row.into_iter().map(Some).collect()).collect();
    let slope = if slope.is_nan() { "not defined here".to_owned() } else { format!("{slope:.3} here") };
    Plot {
        id: ID,
        title: TITLE.to_owned(),
        words: format!(
            "Top right: places with much among neighbours with much; bottom left: little among little; the other two \
             corners hold places unlike their neighbours. Moran's I, {slope}, is the slope of the line through them: the \
             more they lie from bottom left to top right, the higher it is."
        ),
        x: Axis::classes("The place's own value, standard deviations from the mean", names()),
        y: Axis::classes(format!("{whose}, standard deviations from the mean"), names()),
        marks: Marks::Heat { rows, unit: "places".to_owned(), notes: vec![] },
    }
}

fn names() -> Vec<String> {
    let between = BOUNDS.windows(2).map(|b| format!("{} to {}", b[0], b[1]));
    let (first, last) = (BOUNDS[0], BOUNDS[BOUNDS.len() - 1]);
    std::iter::once(format!("under {first}")).chain(between).chain(std::iter::once(format!("{last} +"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::moran::local::univariate;
    use crate::analysis::weights::grid_queen;

    #[test]
    fn every_place_with_neighbours_is_in_one_square() {
        let row = grid_queen(5, &[0, 1, 2, 3, 4]).row_standardised();
        let moran = univariate(&[9.0, 9.0, 0.0, 0.0, 5.0], &row);
        let plot = plot(&moran, "The mean of the neighbours", 0.4);
        let Marks::Heat { rows, .. } = plot.marks else { panic!("no squares") };
        assert_eq!(rows.iter().flatten().flatten().sum::<f64>(), 5.0);
        assert!(plot.words.contains("0.400 here"), "{}", plot.words);
        let (own, lag) = (moran.own[0], moran.lag[0]);
        let at = |deviation: f64| plot.x.ticks.iter().position(|t| *t == tick(deviation)).unwrap();
        assert!(rows[at(lag)][at(own)].is_some_and(|n| n >= 1.0), "{own} {lag}");
    }

    fn tick(deviation: f64) -> String {
        let names = names();
        let above = BOUNDS.iter().filter(|b| **b <= deviation).count();
        names[above].clone()
    }

    #[test]
    fn nothing_is_told_of_nothing() {
        let none = univariate(&[], &grid_queen(5, &[]));
        let plot = plot(&none, "The mean of the neighbours", f64::NAN);
        let Marks::Heat { rows, .. } = plot.marks else { panic!("no squares") };
        assert!(rows.iter().flatten().all(|n| *n == Some(0.0)) && plot.words.contains("not defined"));
    }
}
