//! Tests of finished answers: made once, whoever leaves; kept within their bound; forgotten when they must be.

use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use super::*;

fn kept(max_bytes: u64) -> Arc<Kept> {
    Arc::new(Kept::new(max_bytes, Arc::default()))
}

/// Work that takes a while and counts how often it was done.
fn slow(done: &Arc<AtomicUsize>) -> impl Future<Output = Answer<Finished>> + Send + 'static + use<> {
    let done = Arc::clone(done);
    async move {
        tokio::time::sleep(Duration::from_millis(50)).await;
        done.fetch_add(1, Ordering::SeqCst);
        Ok(Finished::plain(vec![7; 5000], 3))
    }
}

#[tokio::test]
async fn many_who_ask_at_once_have_it_made_once_also_when_the_first_leaves() {
    let (kept, done, tag) = (kept(1 << 20), Arc::default(), Tag::new(&["x"]));
    let ask = |coding| {
        let (kept, make, tag) = (Arc::clone(&kept), slow(&done), tag.clone());
        tokio::spawn(async move { kept.get(&tag, coding, make).await })
    };
    let first = ask(None);
    tokio::time::sleep(Duration::from_millis(10)).await;
    let others: Vec<_> = (0..63).map(|n| ask([None, Some(Coding::Gzip), Some(Coding::Brotli)][n % 3])).collect();
    tokio::time::sleep(Duration::from_millis(10)).await;
    first.abort();
    for other in others {
        let made = other.await.expect("ended").expect("an answer");
        assert_eq!((made.rows, made.bytes.len() < 5000), (3, made.coding.is_some()));
    }
    assert_eq!(done.load(Ordering::SeqCst), 1);
    assert!(kept.held(&tag, Some(Coding::Gzip)).is_some());
}

#[tokio::test]
async fn what_nobody_waits_for_stops_and_errors_are_not_kept() {
    let (kept, done, tag) = (kept(1 << 20), Arc::default(), Tag::new(&["x"]));
    let alone = tokio::time::timeout(Duration::from_millis(5), kept.get(&tag, None, slow(&done))).await;
    assert!(alone.is_err());
    tokio::time::sleep(Duration::from_millis(80)).await;
    assert_eq!(done.load(Ordering::SeqCst), 0);
    let failing = async { Err(Box::new(Problem::not_found("nothing"))) };
    assert!(kept.get(&tag, None, failing).await.is_err());
    assert!(kept.get(&tag, None, slow(&done)).await.is_ok());
}

#[tokio::test]
async fn what_is_forgotten_while_it_is_made_is_not_kept() {
    let (kept, done, tag) = (kept(1 << 20), Arc::default(), Tag::new(&["x"]));
    let (answer, ()) = tokio::join!(kept.get(&tag, None, slow(&done)), async {
        tokio::time::sleep(Duration::from_millis(10)).await;
        kept.forget();
    });
    assert!(answer.is_ok() && kept.held(&tag, None).is_none());
}

#[tokio::test]
async fn no_more_is_kept_than_the_bound() {
    let kept = kept(100_000);
    for n in 0..200_usize {
        let make = async { Ok(Finished::plain(vec![1; 5000], 0)) };
        kept.get(&Tag::new(&[&n.to_string()]), None, make).await.expect("made");
    }
    kept.cache.run_pending_tasks();
    assert!(kept.cache.weighted_size() <= 100_000 && kept.cache.entry_count() > 0);
    assert!(kept.lock().len() < 10, "what was made is not remembered as being made");
}
