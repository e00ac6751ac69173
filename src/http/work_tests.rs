//! Bounds, deadlines and vanished callers of CPU work.

use std::sync::mpsc;

use super::*;

fn until_stopped(cancel: &Cancel) -> Answer<()> {
    loop {
        cancel.check()?;
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[tokio::test]
async fn work_past_its_deadline_is_504_and_ends() {
    let work = Work::new(1, 8, Duration::from_millis(30));
    let problem = work.run(until_stopped).await.expect_err("too slow");
    assert_eq!(problem.status(), StatusCode::GATEWAY_TIMEOUT);
    assert_eq!(work.run(|_| Ok(7)).await.expect("the core is free again"), 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn work_stops_when_its_caller_goes() {
    let work = Work::new(1, 8, Duration::from_secs(60));
    let (ended, wait) = mpsc::channel();
    let job = work.run(move |cancel| {
        let answer = until_stopped(cancel);
        let _ = ended.send(());
        answer
    });
    // The caller gives up after a moment.
    assert!(tokio::time::timeout(Duration::from_millis(30), job).await.is_err());
    assert!(wait.recv_timeout(Duration::from_secs(5)).is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_wait_is_503() {
    let work = Arc::new(Work::new(1, 0, Duration::from_millis(300)));
    let first = Arc::clone(&work);
    let first = tokio::spawn(async move { first.run(until_stopped).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    let problem = work.run(|_| Ok(())).await.expect_err("busy");
    assert_eq!(problem.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(first.await.expect("no panic").is_err());
}

#[tokio::test]
async fn a_panic_is_500() {
    let work = Work::new(1, 8, Duration::from_secs(1));
    let problem = work.run(|_| -> Answer<()> { panic!("on purpose") }).await.expect_err("a panic");
    assert_eq!(problem.status(), StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_is_waited_for_and_the_deadline_counts_from_then_on() {
    let work = Arc::new(Work::new(1, 0, Duration::from_millis(200)));
    let first = Arc::clone(&work);
    let first = tokio::spawn(async move { first.in_turn(|_| (), until_stopped).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    let second = work.in_turn(|_| (), |cancel| cancel.check().map_err(Into::into)).await;
    assert!(second.is_ok(), "it waited for nearly as long as its deadline, and has all of it");
    assert!(first.await.expect("no panic").is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn work_in_turn_stops_when_its_task_is_ended() {
    let work = Arc::new(Work::new(1, 0, Duration::from_secs(60)));
    let (begun, wait) = mpsc::channel();
    let own = Arc::clone(&work);
    let task =
        tokio::spawn(async move { own.in_turn(move |_| begun.send(()).unwrap_or_default(), until_stopped).await });
    assert!(wait.recv_timeout(Duration::from_secs(5)).is_ok());
    task.abort();
    assert!(work.in_turn(|_| (), |_| Ok(())).await.is_ok(), "the turn is free again");
}
