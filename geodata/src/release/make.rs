//! Making a release: reads the records, builds both cubes after those of the last release, and keeps them for good.

use jiff::Timestamp;
use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::build::{Material, build};
use super::cube::Cube;
use super::dims::{Month, month_of, start_of};
use super::document::{CubeMark, Document, PolicyMark};
use super::node::Node;
use super::perturbation::Perturbation;
use super::residents::Residents;
use super::rows::{NOWHERE, Rows};
use super::{Kept, Release, blob, sha256, slivers};
use crate::cancel::Cancel;
use crate::cube::Mask;
use crate::error::{Error, Kind, Result};
use crate::index::{Grid, Snapshot, StandIns};
use crate::model::LocalTime;
use crate::policy::{Override, Policy};
use crate::store::{Store, signers};

/// Name of the secret of the family of releases.
pub(super) const SECRET: &str = "releases";

/// How a release is to be made.
#[derive(Default)]
pub struct Options {
    /// Who signed for what is looser than the default policy.
    pub signed: Option<Override>,
    /// A perturbation table of the deployment's own, instead of the one that the policy's rounding base makes.
    pub perturbation: Option<Perturbation>,
    /// The day that lags count from; today if not given.
    pub today: Option<Date>,
}

/// Makes the next release of a data file and returns it. `said` is told what is being done.
///
/// # Errors
/// A policy that is looser than the default without a good signature; a file that cannot be read or written; a stopped job.
pub fn make(
    store: &mut Store,
    snapshot: &Snapshot,
    policy: &Policy,
    options: &Options,
    said: &dyn Fn(&str),
    cancel: &Cancel,
) -> Result<Release> {
    may_be_used(store, policy, options.signed.as_ref())?;
    let last = match store.newest_release()? {
        Some(number) => Release::read(store, number)?,
        None => None,
    };
    let number = last.as_ref().map_or(1, |r| r.document.number + 1);
    let secret = store.secret(SECRET)?;
    said("reading the records");
    let stand_ins = StandIns::new(store.default_points()?.into_iter().map(|d| (d.source, d.point)));
    let mut rows = Rows::read(store, &secret, &|source, p| stand_ins.has(source, p), cancel)?;
    let today = options.today.unwrap_or_else(|| jiff::tz::TimeZone::UTC.to_datetime(Timestamp::now()).date());

    said("laying out the study area");
    let ground = Ground::lay(&mut rows, snapshot, policy, last.as_ref(), today, cancel)?;
    let collections: Vec<_> = snapshot.places().collections().map(AsRef::as_ref).collect();
    let (cells, months) = (&ground.cells, ground.months);

    let before = last.as_ref().filter(|r| r.policy == *policy);
    let text = today.to_string();
    let material = Material {
        rows: &rows,
        policy,
        secret: &secret,
        table: options.perturbation.as_ref(),
        residents: ground.residents.as_ref(),
        cover: ground.cover.clone(),
        root: ground.root,
        months,
        today: &text,
    };
    said("protecting what the public and partners may see");
    let (public, partner) = rayon::join(
        || build(&material, &policy.public, before.map(|r| &r.public), cancel),
        || build(&material, &policy.partner, before.map(|r| &r.partner), cancel),
    );
    let (public, partner) = (public?, partner?);

    said("writing the release");
    let bytes = blob::pack(&[&public, &partner])?;
    let mark = |cube: &Cube| {
        let made = Perturbation::spread(cube.rules.rounding_base);
        let table = options.perturbation.as_ref().unwrap_or(&made);
        CubeMark::new(cube, table.largest(), table.hash())
    };
    let told = |n: usize| told(n, policy.public.minimum_count, policy.public.rounding_base);
    let lost = rows.rows.iter().filter(|r| r.position == NOWHERE).count();
    let whole = public.whole();
    let document = Document {
        number,
        made: Timestamp::from_second(Timestamp::now().as_second()).unwrap_or_default().to_string(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        snapshot: snapshot.name(),
        input: input_hash(&rows),
        follows: before.map(|r| r.document.number),
        policy: PolicyMark::new(policy, options.signed.as_ref()),
        period: (months.0 < months.1).then(|| (name(months.0), name(months.1 - 1))),
        not_yet_complete_from: rows.last_moment.map(|_| name(months.1)),
        study_area: ground.study_area.clone(),
        residents: ground.finest.as_ref().map(|name| format!("areas:{name}")),
        public: mark(&public),
        partner: mark(&partner),
        without_place: match whole {
            Some(slice) => public.unmapped(&[slice]),
            None => told(lost),
        },
        outside: told(ground.outside),
        unmapped_category: told(unmapped(&rows)),
        sensitive: policy.sensitive.categories.clone(),
        helplines: policy.helplines.clone(),
        slivers: slivers::check(
            &collections,
            cells,
            whole.map(|s| public.leaves_of(s)).unwrap_or_default(),
            policy.public.minimum_count,
        ),
        checksum: sha256(&bytes),
    };
    let kept = Kept { document, policy_text: policy.clone() };
    let text = serde_json::to_string(&kept)
        .map_err(|e| Error::storage(format!("the release's record cannot be written: {e}"), "report this"))?;
    store.add_release(number, &kept.document.made, &text, &kept.document.checksum, &bytes)?;
    Ok(Release { document: kept.document, policy: policy.clone(), public, partner })
}

/// What a release is laid out on.
pub(super) struct Ground {
    pub study_area: Option<String>,
    /// Finest cells of the study area, in order.
    pub cells: Vec<Node>,
    pub cover: Option<Vec<(u64, u64)>>,
    pub residents: Option<Residents>,
    /// Collection that the residents are from.
    pub finest: Option<String>,
    /// Records outside the study area; they are no longer among the rows.
    pub outside: usize,
    pub root: Node,
    pub months: (Month, Month),
}

impl Ground {
    pub(super) fn lay(
        rows: &mut Rows,
        snapshot: &Snapshot,
        policy: &Policy,
        last: Option<&Release>,
        today: Date,
        cancel: &Cancel,
    ) -> Result<Self> {
        let level = policy.public.finest_level.max(policy.partner.finest_level);
        let (study_area, cells) = study_area(snapshot, level, cancel)?;
        let cover = study_area.is_some().then(|| joined(&cells));
        let outside = leave_out(rows, cover.as_deref());
        let collections: Vec<_> = snapshot.places().collections().map(AsRef::as_ref).collect();
        let with_residents =
            collections.iter().filter(|c| c.areas.iter().any(|a| a.denominator("residents").is_some()));
        let finest = with_residents.max_by_key(|c| (c.level, c.areas.len())).filter(|_| study_area.is_some());
        Ok(Self {
            residents: finest.map(|c| Residents::of(c, &cells)),
            finest: finest.map(|c| c.name.clone()),
            root: root(rows, &cells, last),
            months: months(rows, last, policy, today),
            study_area,
            cells,
            cover,
            outside,
        })
    }
}

/// A policy may be used that is nowhere looser than the default, or is signed for.
fn may_be_used(store: &Store, policy: &Policy, signed: Option<&Override>) -> Result<()> {
    let looser = crate::policy::looser_than(policy, Policy::standard());
    match signed {
        Some(given) => {
            let trusted: Vec<String> = signers::list(store)?.into_iter().map(|s| s.public_key).collect();
            crate::policy::verify(policy, given, &trusted)
        }
        None if looser.is_empty() => Ok(()),
        None => Err(Error::forbidden(
            format!("the policy is looser than the default and nobody has signed for it: {}", looser.join("; ")),
            "tighten it, or have it signed: `urbansafety policy sign --help`",
        )),
    }
}

/// Name of the study area and its finest cells in order; without areas no name, and no cells.
fn study_area(snapshot: &Snapshot, level: u8, cancel: &Cancel) -> Result<(Option<String>, Vec<Node>)> {
    let Some(collection) = snapshot.places().highest() else { return Ok((None, vec![])) };
    // A country has more cells than a grid may: its border is followed less closely.
    let (level, field) = (0..=level)
        .rev()
        .map(|level| {
            crate::cube::study_cells(snapshot, &Grid::Quadkey { level }, Mask::Default, cancel).map(|f| (level, f))
        })
        .find(|found| !matches!(found, Err(e) if e.kind == Kind::TooLarge))
        .unwrap_or_else(|| Ok((level, vec![])))?;
    let mut cells: Vec<Node> = field.iter().map(|&c| Node::at(level, c as u32, (c >> 32) as u32)).collect();
    cells.sort_unstable();
    Ok((Some(format!("areas:{}", collection.name)), cells))
}

/// Cells that follow one another as stretches of the curve.
fn joined(cells: &[Node]) -> Vec<(u64, u64)> {
    let mut found: Vec<(u64, u64)> = vec![];
    for cell in cells {
        match found.last_mut() {
            Some(last) if last.1 == cell.start() => last.1 = cell.end(),
            _ => found.push((cell.start(), cell.end())),
        }
    }
    found
}

/// Takes the records outside the study area out; how many they are.
fn leave_out(rows: &mut Rows, cover: Option<&[(u64, u64)]>) -> usize {
    let Some(cover) = cover else { return 0 };
    let before = rows.rows.len();
    rows.rows.retain(|r| {
        let at = cover.partition_point(|c| c.1 <= r.position);
        r.position == NOWHERE || cover.get(at).is_some_and(|c| c.0 <= r.position)
    });
    before - rows.rows.len()
}

/// The cell that holds the city; it never shrinks, so that the last release's cells keep their place in it.
fn root(rows: &Rows, cells: &[Node], last: Option<&Release>) -> Node {
    let ends = match (cells.first(), cells.last()) {
        (Some(a), Some(b)) => Some((*a, *b)),
        _ => {
            let placed = || rows.rows.iter().map(|r| r.position).filter(|p| *p != NOWHERE);
            let cell = |p| Node::holding(super::node::DEPTH, p);
            placed().min().zip(placed().max()).map(|(a, b)| (cell(a), cell(b)))
        }
    };
    let root = ends.map_or(Node::ROOT, |(a, b)| a.common(b));
    last.map_or(root, |r| root.common(r.public.root))
}

/// Complete months: from the first record's month to the last month that is over, by the lag and by the records.
fn months(rows: &Rows, last: Option<&Release>, policy: &Policy, today: Date) -> (Month, Month) {
    let lag = i64::from(policy.public.lag_days.max(policy.partner.lag_days)) * 86_400;
    let now = LocalTime::from_civil(today.into());
    let firsts = rows.rows.iter().map(|r| r.months.0);
    let (Some(first), Some(newest)) = (firsts.min(), rows.last_moment) else { return (0, 0) };
    let first = last.and_then(|r| r.public.dims.months()).map_or(first, |(f, _)| f.min(first));
    let current = month_of(newest).unwrap_or(first);
    // The newest month is over once records come from its last days, within the lag, or from the next month.
    let is_full = start_of(current + 1).0 - newest.0 <= lag.max(86_400);
    let mut end = if is_full { current + 1 } else { current };
    while end > first && start_of(end).0 + lag > now.0 {
        end -= 1;
    }
    // What was complete once stays so.
    let end = last.and_then(|r| r.public.dims.months()).map_or(end, |(_, e)| e.max(end));
    (first, end.max(first))
}

fn name(month: Month) -> String {
    format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1)
}

/// Records of which no offence has an ICCS code.
fn unmapped(rows: &Rows) -> usize {
    let is_unmapped = |p: &crate::model::Profile| p.offences.iter().all(|o| o.candidates.is_empty());
    let ids: std::collections::HashSet<u32> =
        rows.profiles.iter().filter(|(_, p)| is_unmapped(p)).map(|(id, _)| *id).collect();
    rows.rows.iter().filter(|r| ids.contains(&r.profile)).count()
}

/// A number for the record: rounded, and withheld where it is small.
fn told(n: usize, minimum: u32, base: u32) -> Option<u64> {
    let (n, base) = (n as u64, u64::from(base.max(1)));
    (n == 0 || n >= u64::from(minimum)).then(|| (n + base / 2) / base * base)
}

/// The keys of the records are under the secret already: a hash over them proves nothing to anyone else.
pub(super) fn input_hash(rows: &Rows) -> String {
    let mut hasher = Sha256::new();
    for row in &rows.rows {
        hasher.update(row.full_key);
    }
    hasher.finalize().iter().map(|b| format!("{b:02x}")).collect()
}
