//! Slows whoever guesses keys: each failure costs a moment, and after many from one address each look-up does.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::http::StatusCode;
use moka::sync::Cache;

use crate::http::problem::{Answer, Problem};

/// What a failure costs.
const DELAY: Duration = Duration::from_millis(300);
/// Failures within [`WINDOW`] after which an address is refused.
const MAX_FAILURES: u32 = 20;
/// How long failures are remembered.
const WINDOW: Duration = Duration::from_secs(60);
/// Addresses remembered at once.
const MAX_ADDRESSES: u64 = 100_000;

/// Failures by address.
pub struct Throttle {
    failures: Cache<IpAddr, Arc<AtomicU32>>,
}

impl Default for Throttle {
    fn default() -> Self {
        Self { failures: Cache::builder().max_capacity(MAX_ADDRESSES).time_to_live(WINDOW).build() }
    }
}

impl Throttle {
    fn is_over(&self, peer: Option<IpAddr>) -> bool {
        let failures = peer.and_then(|p| self.failures.get(&network(p))).map_or(0, |n| n.load(Ordering::Relaxed));
        failures >= MAX_FAILURES
    }

    /// Lets an address with many failures wait before its next key is looked up.
    pub async fn slow(&self, peer: Option<IpAddr>) {
        if self.is_over(peer) {
            tokio::time::sleep(DELAY).await;
        }
    }

    /// Whether a failure of the address is answered as such.
    ///
    /// # Errors
    /// 429 after many failures.
    pub fn check(&self, peer: Option<IpAddr>) -> Answer<()> {
        if !self.is_over(peer) {
            return Ok(());
        }
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too many keys from this address were not valid");
        Err(Box::new(problem.hint("wait a minute, then send a valid key")))
    }

    /// Counts a failure and waits.
    pub async fn failed(&self, peer: Option<IpAddr>) {
        let Some(peer) = peer else { return };
        self.failures.get_with(network(peer), Arc::default).fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(DELAY).await;
    }
}

/// One customer of a provider: an IPv4 address or the /56 of an IPv6 address.
fn network(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !(u128::MAX >> 56))),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn many_failures_close_the_door_for_one_address_only() {
        let throttle = Throttle::default();
        let (a, b) = ("10.0.0.1".parse().ok(), "10.0.0.2".parse().ok());
        assert!(throttle.check(a).is_ok());
        let throttle = Arc::new(throttle);
        let mut failures = tokio::task::JoinSet::new();
        for _ in 0..MAX_FAILURES {
            let throttle = Arc::clone(&throttle);
            failures.spawn(async move { throttle.failed(a).await });
        }
        failures.join_all().await;
        assert!(throttle.check(a).is_err());
        assert!(throttle.check(b).is_ok());
    }

    #[test]
    fn ipv6_addresses_of_one_customer_count_as_one() {
        let of = |t: &str| network(t.parse().expect("an address"));
        assert_eq!(of("2001:db8:0:1::1"), of("2001:db8:0:2::9"));
        assert_ne!(of("2001:db8:0:100::1"), of("2001:db8:0:200::1"));
        assert_eq!(of("::ffff:10.0.0.1"), of("10.0.0.1"));
    }
}
