//! Runs the service: listens, looks for newer data, and ends in good order.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use geodata::{Error, Result};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::app::App;
use super::city::Snapshots;
use super::listen::{Bounded, Peer};
use super::options::Options;
use super::router::router;
use crate::access::KeyBook;

/// Serves a city until the process is told to stop (SIGINT or SIGTERM), then lets open requests end.
/// `ready` is called with the address once connections are taken.
///
/// # Errors
/// The address cannot be listened on.
pub async fn serve(
    city: Arc<dyn Snapshots>,
    keys: Arc<dyn KeyBook>,
    options: Options,
    ready: impl FnOnce(SocketAddr),
) -> Result<()> {
    let listen = options.listen;
    let cannot = |e: std::io::Error| {
        Error::storage(
            format!("cannot listen on {listen}: {e}"),
            "stop what uses the address, or give another with --listen",
        )
    };
    let tcp = TcpListener::bind(listen).await.map_err(cannot)?;
    let address = tcp.local_addr().map_err(cannot)?;
    let (connections, idle, every, grace) = (options.max_connections, options.idle, options.refresh, options.grace);
    let app = App::new(city, keys, options);
    let stopping = Arc::clone(&app);
    let service = router(&app).into_make_service_with_connect_info::<Peer>();
    let refreshing = tokio::spawn(refresh(Arc::clone(&app), every));
    let (stop, stopped) = watch::channel(false);
    ready(address);
    tracing::info!(%address, "listening");
    let mut waiting = stopped.clone();
    let server = axum::serve(Bounded::new(tcp, connections, idle), service).with_graceful_shutdown(async move {
        asked_to_stop().await;
        tracing::info!("stopping: open requests may end");
        // Streams of events would never end by themselves.
        stopping.events.stop();
        let _ = stop.send(true);
    });
    tokio::select! {
        ended = async { server.await } => ended.map_err(cannot)?,
        () = async {
            // Whoever still downloads after the grace is cut off.
            let _ = waiting.wait_for(|s| *s).await;
            tokio::time::sleep(grace).await;
        } => tracing::warn!("some requests did not end in time"),
    }
    refreshing.abort();
    Ok(())
}

/// Takes over newer data as it comes.
async fn refresh(app: Arc<App>, every: Duration) {
    let mut failing = false;
    loop {
        tokio::time::sleep(every).await;
        let app = Arc::clone(&app);
        match tokio::task::spawn_blocking(move || app.refresh()).await {
            Ok(Ok(newer)) => {
                if newer {
                    tracing::info!("newer data is served");
                }
                failing = false;
            }
            Ok(Err(error)) => {
                // Once, not with every look.
                if !failing {
                    tracing::warn!(%error, "the data cannot be read now; the last good state is served");
                }
                failing = true;
            }
            Err(_) => tracing::error!("looking for newer data panicked"),
        }
    }
}

async fn asked_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = interrupt => {}
                    _ = terminate.recv() => {}
                }
            }
            Err(_) => {
                let _ = interrupt.await;
            }
        }
    }
    #[cfg(not(unix))]
    {
        let _ = interrupt.await;
    }
}
