//! What a published folder holds, file by file.

use std::path::Path;

use geodata::analysis::{METHODS, Needs};
use geodata::model::Code;
use geodata::policy::PeriodKind;
use geodata::{Error, Kind, Result};

use super::folder::{Folder, RECORD, SUMS};
use super::public::Public;
use super::{index, pyramid};
use crate::formats;
use crate::http::Wanted;
use crate::layers::Engine;

pub use super::folder::Written;

/// Rows that become files of one stem, one a format.
struct Part {
    stem: String,
    title: String,
    endings: &'static [&'static str],
    wanted: Wanted,
}

/// Writes the newest release as a folder of files, in place of one that was published before. `kinds` are the stretches
/// that get files of their own besides the whole period. `said` hears how many files are done, of how many, and the next.
///
/// The same release gives the same bytes.
///
/// # Errors
/// A folder that was not published by this program, a kind of period that the policy does not tell apart, a full disk.
pub fn publish(
    public: &Public,
    out: &Path,
    kinds: &[PeriodKind],
    said: &dyn Fn(usize, usize, &str),
) -> Result<Vec<Written>> {
    let parts = parts(public, kinds)?;
    // Besides the parts: the record, the tiles, the page, the checksums.
    let total = parts.iter().map(|p| p.endings.len()).sum::<usize>() + 4;
    let folder = Folder::begin(out)?;
    let mut files: Vec<Written> = vec![];
    let put = |files: &mut Vec<Written>, name: &str, title: &str, bytes: &[u8]| -> Result<()> {
        said(files.len(), total, name);
        files.push(folder.write(name, title, bytes)?);
        Ok(())
    };
    let mut record = serde_json::to_string_pretty(public.release().document())
        .map_err(|e| Error::storage(format!("the record of the release cannot be written: {e}"), "report this"))?;
    record.push('\n');
    put(&mut files, RECORD, "The record of the release: policy, periods, what is withheld", record.as_bytes())?;
    for part in &parts {
        let table = public.rows(&part.wanted)?;
        for ending in part.endings {
            let bytes = formats::whole(ending, &table, None)?;
            put(&mut files, &format!("{}.{ending}", part.stem), &part.title, &bytes)?;
        }
    }
    let cells = public.wanted(public.cells()?, &[])?;
    if let Some(bytes) = pyramid::archive(public, &cells)? {
        put(&mut files, "cells.pmtiles", "Recorded incidents by cell, as vector tiles (PMTiles 3)", &bytes)?;
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    let page = index::page(public, &files);
    put(&mut files, "index.html", "This folder as a page", page.as_bytes())?;
    files.sort_by(|a, b| a.name.cmp(&b.name));
    let sums: String = files.iter().map(|f| format!("{}  {}\n", f.sha256, f.name)).collect();
    put(&mut files, SUMS, "Checksums of all other files", sums.as_bytes())?;
    folder.finish()?;
    Ok(files)
}

fn parts(public: &Public, kinds: &[PeriodKind]) -> Result<Vec<Part>> {
    let cells = public.cells()?;
    let mut parts = vec![];
    let mut add = |stem: String, title: String, endings, pairs: &[(&str, &str)]| -> Result<()> {
        parts.push(Part { stem, title, endings, wanted: public.wanted(cells, pairs)? });
        Ok(())
    };
    let whole = "Recorded incidents by cell, whole period";
    add("cells".into(), whole.into(), &["geojson", "csv", "parquet"], &[])?;
    for (name, period) in periods(public, kinds)? {
        let title = format!("Recorded incidents by cell, {name}");
        add(format!("cells-{name}"), title, &["geojson", "csv"], &[("datetime", &period)])?;
    }
    for code in broad_categories(public) {
        let title = format!("{whole}: {} {}", code.text(), code.title());
        add(format!("cells-all-{}", code.text()), title, &["geojson", "csv"], &[("category", code.text())])?;
    }
    for (collection, _, areas) in &public.overview().areas {
        if collection.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')) {
            let title = format!("Recorded incidents by area, whole period: {collection} ({areas} areas)");
            let grid = format!("areas:{collection}");
            add(format!("areas-{collection}"), title, &["csv"], &[("grid", &grid)])?;
        }
    }
    for layer in public.layers().filter(|l| l.engine.is_of_places() || l.engine == Engine::Analysis) {
        let wanted = public.wanted(layer, &[])?;
        // A city without residents has no rates, and needs none to publish the rest.
        let needs_residents =
            METHODS.iter().any(|m| layer.method.as_deref() == Some(m.id) && m.needs == Needs::CountsAndPopulation);
        if needs_residents && public.rows(&wanted).is_err_and(|e| e.kind == Kind::NotFound) {
            continue;
        }
        parts.push(Part { stem: layer.id.clone(), title: layer.title.clone(), endings: &["geojson"], wanted });
    }
    Ok(parts)
}

/// ICCS categories of the first level of which something is told.
pub(super) fn broad_categories(public: &Public) -> Vec<Code> {
    let told = &public.release().document().public.categories;
    told.iter().filter_map(|text| Code::parse(text).ok()).filter(|c| c.level() == 1).collect()
}

/// Name of every whole period of the kinds, and the parameter that asks for it; all of it is always there.
pub(super) fn periods(public: &Public, kinds: &[PeriodKind]) -> Result<Vec<(String, String)>> {
    let told = &public.release().policy().public.periods;
    if let Some(kind) = kinds.iter().find(|k| !told.contains(k)) {
        return Err(Error::invalid(
            format!("periods of the kind {kind:?} are not told apart by the policy of this release"),
            format!("leave it out; there are {told:?}"),
        ));
    }
    let month = |text: &str| {
        let (year, month) = text.split_once('-')?;
        Some(year.parse::<u32>().ok()? * 12 + month.parse::<u32>().ok()?.checked_sub(1)?)
    };
    let document = public.release().document();
    let span = document.period.as_ref().and_then(|(a, b)| month(a).zip(month(b)));
    let Some((first, last)) = span else { return Ok(vec![]) };
    let name = |m: u32| format!("{:04}-{:02}", m / 12, m % 12 + 1);
    let mut found = vec![];
    for (kind, months) in [(PeriodKind::Year, 12), (PeriodKind::Quarter, 3), (PeriodKind::Month, 1)] {
        if !kinds.contains(&kind) {
            continue;
        }
        let mut from = first.next_multiple_of(months);
        while from + months <= last + 1 {
            let parameter = format!("{}/{}", name(from), name(from + months - 1));
            let called = match kind {
                PeriodKind::Year => format!("{:04}", from / 12),
                PeriodKind::Quarter => format!("{:04}-Q{}", from / 12, from % 12 / 3 + 1),
                _ => name(from),
            };
            found.push((called, parameter));
            from += months;
        }
    }
    Ok(found)
}
