//! Steps: whole ones only, from where the question begins, as far as the records reach.

use jiff::civil::date;

use super::*;
use crate::analysis::records::refuse_too_many;
use crate::error::Kind;

fn time(year: i16, month: i8, day: i8) -> LocalTime {
    LocalTime::from_civil(date(year, month, day).into())
}

fn between(from: (i16, i8, i8), to: (i16, i8, i8)) -> Interval {
    Interval { from: time(from.0, from.1, from.2), to: time(to.0, to.1, to.2) }
}

fn ends(found: &Steps) -> (usize, String, String) {
    let last = found.steps[found.steps.len() - 1];
    (found.steps.len(), label(&found.steps[0]), label(&Interval { from: last.to, to: last.to }))
}

#[test]
fn whole_steps_one_after_the_other() {
    let data = Some(between((2015, 3, 2), (2020, 1, 1)));
    let year = Some(between((2018, 1, 1), (2019, 1, 1)));
    for (step, n, to) in [("month", 12, "2019-01-01"), ("quarter", 4, "2019-01-01"), ("7d", 52, "2018-12-31")] {
        let found = steps(year, data, step).unwrap();
        assert_eq!(ends(&found), (n, "2018-01-01".into(), to.into()), "{step}");
        assert!(found.steps.windows(2).all(|w| w[0].to == w[1].from));
        assert_eq!(found.warnings.is_empty(), step != "7d", "the last day is no week: {:?}", found.warnings);
    }
    // From the end of January on: months of the calendar, counted from the first, do not drift to the 28th.
    let found = steps(Some(between((2018, 1, 31), (2018, 6, 1))), data, "month").unwrap();
    assert_eq!(
        found.steps.iter().map(label).collect::<Vec<_>>(),
        ["2018-01-31", "2018-02-28", "2018-03-31", "2018-04-30"]
    );
}

#[test]
fn what_the_records_do_not_cover_is_no_zero() {
    let data = Some(Interval { from: LocalTime(time(2018, 1, 2).0 + 300), to: LocalTime(time(2018, 11, 10).0 + 60) });
    let found = steps(Some(between((2017, 1, 1), (2019, 1, 1))), data, "month").unwrap();
    assert_eq!(
        ends(&found),
        (10, "2018-01-01".into(), "2018-11-01".into()),
        "a quiet New Year's Day is within the slack"
    );
    assert!(found.warnings.iter().any(|w| w.contains("do not cover")), "{:?}", found.warnings);
    assert_eq!(ends(&steps(None, data, "month").unwrap()).0, 10);
    assert_eq!(ends(&steps(None, data, "quarter").unwrap()).0, 3);
    let e = steps(Some(between((2010, 1, 1), (2011, 1, 1))), data, "month").unwrap_err();
    assert!(e.what.contains("no whole step") && e.hint.contains("2018-01-02"), "{e}");
    assert!(steps(None, None, "month").is_err());
    let open = Interval { from: LocalTime::from_civil(DateTime::MIN), to: LocalTime::from_civil(DateTime::MAX) };
    assert_eq!(ends(&steps(Some(open), data, "month").unwrap()).0, 10);
}

#[test]
fn too_many_numbers_are_refused_with_the_bound() {
    let e = refuse_too_many(4_000_000, 60).unwrap_err();
    assert!(e.kind == Kind::TooLarge && e.what.contains("240000000") && e.hint.contains("larger cells"), "{e}");
    assert!(refuse_too_many(160_000, 60).is_ok());
}
