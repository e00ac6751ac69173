//! Bounds of the jobs kept, and what is forgotten when.

use geodata::Cancel;
use geodata::analysis::METHODS;

use super::*;

fn job(key: Option<&str>, policy: &str) -> Job {
    let owner = Owner { key: key.map(Arc::from), scope: "analyst|".to_owned(), policy: policy.to_owned() };
    Job::new(&METHODS[0], owner, "file-1".to_owned()).expect("random numbers")
}

fn jobs() -> Jobs {
    Jobs::new(&Options { max_jobs: 3, max_jobs_each: 2, ..Options::default() })
}

#[test]
fn names_cannot_be_guessed_and_jobs_are_listed_for_their_key_alone() {
    let jobs = jobs();
    let own = jobs.add(job(Some("k1"), "p")).expect("room");
    let other = jobs.add(job(Some("k2"), "p")).expect("room");
    assert_eq!(own.id.len(), 32);
    assert_ne!(own.id, other.id);
    let ids = |owner: &Owner| jobs.of(owner).iter().map(|j| j.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&own.owner), std::slice::from_ref(&own.id));
    let nameless = jobs.add(job(None, "p")).expect("room");
    assert!(ids(&nameless.owner).is_empty() && jobs.find(&nameless.id).is_some());
}

#[test]
fn too_many_that_are_not_done_are_refused_and_done_ones_do_not_count() {
    let jobs = jobs();
    let first = jobs.add(job(Some("k1"), "p")).expect("room");
    jobs.add(job(Some("k1"), "p")).expect("room");
    let refused = jobs.add(job(Some("k1"), "p")).err().expect("too many of one key");
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    jobs.add(job(None, "p")).expect("room for others");
    assert!(jobs.add(job(None, "p")).is_err(), "too many of all");
    assert!(first.end(Err(Box::new(Problem::not_found("nothing")))));
    assert!(!first.end(Err(Box::new(Problem::not_found("twice")))));
    jobs.add(job(Some("k1"), "p")).expect("room again");
    assert_eq!(jobs.open(), 3);
}

#[test]
fn a_change_of_policy_or_a_removal_of_records_forgets_and_stops() {
    let jobs = jobs();
    let (old, new) = (jobs.add(job(None, "p1")).expect("room"), jobs.add(job(None, "p2")).expect("room"));
    let cancel = Cancel::default();
    old.begin(cancel.clone());
    jobs.keep_only("file-1", "p2");
    assert!(cancel.check().is_err(), "what is worked on stops");
    assert!(matches!(old.state().phase, Phase::Gone(OTHER_POLICY)));
    assert!(matches!(new.state().phase, Phase::Accepted));
    jobs.keep_only("file-2", "p2");
    assert!(matches!(new.state().phase, Phase::Gone(RECORDS_REMOVED)));
    assert_eq!(jobs.open(), 0);
    // One that was dismissed while it waited is stopped when its turn comes.
    let late = Cancel::default();
    new.begin(late.clone());
    assert!(late.check().is_err());
}

#[test]
fn names_of_done_jobs_are_bounded_in_number() {
    let jobs = Jobs::new(&Options::default());
    let first = jobs.add(job(Some("k"), "p")).expect("room");
    first.forget(DISMISSED);
    for _ in 0..MAX_REMEMBERED + 5 {
        jobs.add(job(Some("k"), "p")).expect("room").forget(DISMISSED);
    }
    assert!(jobs.find(&first.id).is_none());
    assert_eq!(jobs.lock().len(), MAX_REMEMBERED);
}
