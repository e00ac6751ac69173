//! `analyse`: one analysis on the data owner's machine, at custodian tier.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use geodata::analysis::{MAX_DOCUMENT, Method};
use geodata::city::City;
use geodata::disclosure::{self, Ask, Part, Released, Request, StudyArea};
use geodata::index::Grid;
use geodata::limits::MAX_PAGE;
use geodata::model::{LonLatBox, Tier};
use geodata::store::audit::{Entry, Log};
use geodata::table::Table;
use geodata::{Cancel, Error, Result};

use super::{file_error, terminal, watched};
use crate::formats::plot::{PLOT_FORMATS, draw, plots};
use crate::formats::{self, FORMATS};
use crate::http::View;
use crate::http::params::{Filters, Params};

/// Run one analysis on a data file, or on a column of any polygon file.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  urbansafety analyse gi_star --data chicago.gpkg --category 0101 --period 2018 --grid square:500 -o homicides.geojson
  urbansafety analyse rate --data chicago.gpkg --grid areas:community_areas --period 2018 -o rates.csv
  urbansafety analyse count --data chicago.gpkg --where \"weapon = 'firearm' AND hour < 6\" -o nights.csv
  urbansafety analyse gi_star --areas columbus.gpkg --value CRIME -o columbus.geojson

`urbansafety methods` lists the methods and their parameters. Without -o, GeoJSON goes to standard output.")]
pub struct Args {
    /// Method, as `urbansafety methods` lists it.
    method: String,
    /// The city's GeoPackage.
    #[arg(long, env = "URBANSAFETY_DATA", required_unless_present = "areas")]
    data: Option<PathBuf>,
    /// A polygon file instead (GeoPackage, GeoJSON), neighbours by queen contiguity.
    #[arg(long, requires = "value", conflicts_with = "data")]
    areas: Option<PathBuf>,
    /// Column of --areas to analyse.
    #[arg(long)]
    value: Option<String>,
    /// Column of --areas to divide by.
    #[arg(long)]
    population: Option<String>,
    /// Filter in CQL2: `category = '0401' AND weekday IN ('sat','sun')`.
    #[arg(long = "where")]
    filter: Option<String>,
    /// ICCS code with its descendants; may be repeated.
    #[arg(long)]
    category: Vec<String>,
    /// Period: 2018, 2018-06, 2018-01-01/2018-03-31, last:90d.
    #[arg(long)]
    period: Option<String>,
    /// West,south,east,north in degrees.
    #[arg(long, allow_hyphen_values = true)]
    bbox: Option<String>,
    /// Hours of the day: 0-5,22.
    #[arg(long)]
    hours: Option<String>,
    /// Days of the week: fri,sat.
    #[arg(long)]
    weekdays: Option<String>,
    /// Context: gang, family ...; needs --definition.
    #[arg(long, requires = "definition")]
    context: Option<String>,
    /// Definition of the context.
    #[arg(long)]
    definition: Option<String>,
    /// Sex of a victim: female, male or other.
    #[arg(long)]
    sex: Option<String>,
    /// Age band of a victim: 0-17, 18-29, 30-44, 45-64 or 65-.
    #[arg(long)]
    age: Option<String>,
    /// quadkey:LEVEL, square:METRES[@EPSG:CODE], h3:RES or areas:COLLECTION.
    #[arg(long)]
    grid: Option<String>,
    /// Study area: an imported area collection, or a polygon file.
    #[arg(long)]
    mask: Option<String>,
    /// Parameter of the method: name=value; may be repeated.
    #[arg(long = "param", value_name = "NAME=VALUE")]
    params: Vec<String>,
    /// File to write: .geojson, .csv, .parquet or .png.
    #[arg(short, long)]
    output: Option<PathBuf>,
    /// File for the plots of the answer: .svg or .png; of several, each has its id before the ending.
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
}

impl Args {
    /// The question, as the access log has it.
    fn asked(&self) -> String {
        let mut text = format!("analyse {}", self.method);
        let named = [
            ("where", &self.filter),
            ("period", &self.period),
            ("bbox", &self.bbox),
            ("hours", &self.hours),
            ("weekdays", &self.weekdays),
            ("context", &self.context),
            ("definition", &self.definition),
            ("grid", &self.grid),
            ("mask", &self.mask),
        ];
        let named = named.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
        let listed = self.category.iter().map(|c| ("category", c)).chain(self.params.iter().map(|p| ("param", p)));
        named.chain(listed).for_each(|(name, value)| text += &format!(" --{name} {value:?}"));
        text
    }
}

pub fn run(args: &Args) -> Result<()> {
    // A wrong file ending is said before the work, not after it.
    let format = args.output.as_deref().map_or(Ok("geojson"), format_of)?;
    let plot_format = args.plot.as_deref().map(plot_format_of).transpose()?;
    let params = with_files(&args.method, parameters(&args.params)?)?;
    let (table, outlines) = watched::run(&args.method, |cancel| match (&args.areas, &args.data) {
        (Some(file), _) => {
            let value = args.value.as_deref().unwrap_or_default();
            disclosure::analyse_areas_file(&args.method, file, value, args.population.as_deref(), &params, cancel)
                .map(|table| (table, None))
        }
        (None, Some(data)) => on_city(args, data, params.clone(), cancel),
        (None, None) => Err(Error::invalid("neither --data nor --areas is given", "name one of them")),
    })?;
    for warning in &table.analysis().warnings {
        eprintln!("note: {warning}");
    }
    if let (Some(path), Some(format)) = (&args.plot, plot_format) {
        write_plots(&table, path, format)?;
    }
    let bytes = formats::whole(format, &table, outlines.as_ref())?;
    match &args.output {
        Some(path) => std::fs::write(path, bytes).map_err(|e| file_error("writing", path, &e)),
        None => terminal::print(&String::from_utf8_lossy(&bytes)),
    }
}

fn on_city(args: &Args, data: &Path, params: BTreeMap<String, String>, cancel: &Cancel) -> Result<Answer> {
    let city = City::open(data)?;
    let snapshot = city.snapshot();
    let mut pairs: Vec<(String, String)> = args.filter.iter().map(|f| ("filter".to_owned(), f.clone())).collect();
    pairs.extend(args.category.iter().map(|c| ("category".to_owned(), c.clone())));
    let flags = [
        ("datetime", &args.period),
        ("bbox", &args.bbox),
        ("hours", &args.hours),
        ("weekdays", &args.weekdays),
        ("context", &args.context),
        ("definition", &args.definition),
        ("sex", &args.sex),
        ("age", &args.age),
    ];
    pairs.extend(flags.into_iter().filter_map(|(name, value)| value.clone().map(|v| (name.to_owned(), v))));
    let filters = Filters::read(
        &Params::from_pairs(pairs),
        &View::new(Arc::clone(&snapshot), None, Arc::default()).seen(Tier::Custodian).known,
        None,
    )
    .map_err(|problem| {
        let (what, hint) = problem.words();
        Error::invalid(what, hint)
    })?;
    let request = Request {
        method: args.method.clone(),
        query: filters.query(true),
        grid: args.grid.as_deref().map(str::parse::<Grid>).transpose()?,
        mask: args.mask.as_deref().map(study_area).transpose()?,
        params,
    };
    let release = city.release();
    let ask = Ask { snapshot: &snapshot, release: release.as_deref(), tier: Tier::Custodian, cancel };
    let table = disclosure::analyse(&ask, &request)?;
    let mut entry = Entry::command(args.asked());
    (entry.basis, entry.rows) = (format!("snapshot {}", snapshot.name()), table.len() as u64);
    // Into a journal, so that no analysis waits for an import.
    Log::new(data, |error| eprintln!("note: {error}")).write(entry)?;
    // The finest borders that still leave room help the eye; a city without areas is drawn without.
    let collections = disclosure::overview(&snapshot).areas;
    let finest = collections.iter().filter(|(_, _, n)| *n <= MAX_OUTLINES).max_by_key(|(_, level, n)| (*n, *level));
    let finest = finest.map(|(id, _, _)| id.as_str());
    let outlines =
        finest.map(|id| disclosure::areas(&ask, Some(id), LonLatBox::WORLD, Part::after("", MAX_PAGE))).transpose()?;
    Ok((table, outlines.map(|page| page.table)))
}

/// Areas whose borders still leave room on a picture.
const MAX_OUTLINES: usize = 150;

/// A result, and borders to draw over its picture.
type Answer = (Released<Table>, Option<Released<Table>>);

/// A file where there is one of that name, else an area collection.
fn study_area(mask: &str) -> Result<StudyArea> {
    let path = Path::new(mask);
    if path.is_file() {
        return StudyArea::from_file(path, &Cancel::default());
    }
    Ok(StudyArea::Collection(mask.to_owned()))
}

/// The format that a file's ending names.
fn format_of(path: &Path) -> Result<&'static str> {
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
    let ending = if ending == "json" { "geojson" } else { ending };
    let known = FORMATS.iter().filter(|f| f.has_rows() || f.id == "png").map(|f| f.id);
    known.clone().find(|id| *id == ending).ok_or_else(|| {
        Error::invalid(
            format!("{}: the ending {ending:?} names no format", path.display()),
            format!("use one of .{}", known.collect::<Vec<_>>().join(", .")),
        )
    })
}

/// The format of plots that a file's ending names.
fn plot_format_of(path: &Path) -> Result<&'static str> {
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
    PLOT_FORMATS.into_iter().map(|(id, _)| id).find(|id| *id == ending).ok_or_else(|| {
        let what = format!("--plot {}: the ending {ending:?} names no format of plots", path.display());
        Error::invalid(what, "use .svg or .png")
    })
}

/// Writes the plots of an answer, each into a file.
fn write_plots(table: &Released<Table>, path: &Path, format: &str) -> Result<()> {
    let all = plots(table);
    if all.is_empty() {
        eprintln!("note: this answer has no plot; nothing is written to {}", path.display());
    }
    for plot in all {
        let path = if all.len() == 1 { path.to_owned() } else { path.with_extension(format!("{}.{format}", plot.id)) };
        let bytes = draw(plot, format)
            .map_err(|e| Error::invalid(format!("the plot {} cannot be drawn: {e}", plot.id), "leave out --plot"))?;
        std::fs::write(&path, bytes).map_err(|e| file_error("writing", &path, &e))?;
    }
    Ok(())
}

fn parameters(pairs: &[String]) -> Result<BTreeMap<String, String>> {
    pairs
        .iter()
        .map(|pair| {
            let (name, value) = pair.split_once('=').ok_or_else(|| {
                Error::invalid(format!("--param {pair:?} has no equals sign"), "write --param name=value")
            })?;
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        })
        .collect()
}

/// Puts the content of a file where a method takes one.
fn with_files(method: &str, mut params: BTreeMap<String, String>) -> Result<BTreeMap<String, String>> {
    let documents = Method::find(method)?.parameters.iter().filter(|p| p.is_file());
    for p in documents {
        let Some(value) = params.get_mut(p.name).filter(|v| !v.is_empty()) else { continue };
        let path = PathBuf::from(&*value);
        let size = std::fs::metadata(&path).map_err(|e| file_error("reading", &path, &e))?.len();
        if size > MAX_DOCUMENT as u64 {
            return Err(Error::invalid(
                format!("{} has {size} bytes; {} takes at most {MAX_DOCUMENT}", path.display(), p.name),
                p.words,
            ));
        }
        *value = std::fs::read_to_string(&path).map_err(|e| file_error("reading", &path, &e))?;
    }
    Ok(params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_ending_is_named_before_the_work() {
        assert_eq!(format_of(Path::new("a.json")), Ok("geojson"));
        assert_eq!(format_of(Path::new("a.parquet")), Ok("parquet"));
        assert!(format_of(Path::new("a.docx")).expect_err("unknown").what.contains("docx"));
        assert_eq!(plot_format_of(Path::new("a.svg")), Ok("svg"));
        assert!(plot_format_of(Path::new("a.pdf")).expect_err("unknown").what.contains("--plot a.pdf"));
    }
}
