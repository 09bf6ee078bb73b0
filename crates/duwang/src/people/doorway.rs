//! How often an address may try to log in. Wrong passwords lock one account ([`super::Accounts`]); somebody who tries one password on
//! many accounts is stopped here. Kept in memory only: after a restart everybody begins anew.

use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// So many wrong tries from one address
const TRIES: usize = 20;
/// within so long are enough.
const WINDOW: Duration = Duration::from_secs(15 * 60);
/// Above so many addresses those with nothing recent are swept out.
const MANY: usize = 10_000;

/// Where people come in; clones share it.
#[derive(Clone, Default)]
pub(crate) struct Doorway(Arc<Mutex<HashMap<IpAddr, VecDeque<Instant>>>>);

/// Why an address has to wait.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wait {
    pub(crate) time: Duration,
    /// Whether this is the first refusal since it was last let in: later ones need not be written down again.
    pub(crate) is_first: bool,
}

impl Doorway {
    /// Counts a try before it is made, so that many at the same moment are not all let in.
    pub(crate) fn try_from(&self, address: IpAddr, now: Instant) -> Result<(), Wait> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() > MANY {
            all.retain(|_, tries| tries.back().is_some_and(|last| is_recent(*last, now)));
        }
        let tries = all.entry(network(address)).or_default();
        while tries.front().is_some_and(|first| !is_recent(*first, now)) {
            tries.pop_front();
        }
        if tries.len() < TRIES {
            tries.push_back(now);
            return Ok(());
        }
        let is_first = tries.len() == TRIES;
        if is_first {
            tries.push_back(now); // marks the refusal
        }
        let oldest = tries.front().copied().unwrap_or(now);
        Err(Wait {
            time: (oldest + WINDOW).saturating_duration_since(now),
            is_first,
        })
    }

    /// The latest try was right: it does not count.
    pub(crate) fn entered(&self, address: IpAddr) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tries) = all.get_mut(&network(address)) {
            tries.pop_back();
        }
    }
}

fn is_recent(at: Instant, now: Instant) -> bool {
    now.saturating_duration_since(at) < WINDOW
}

/// Whoever has one IPv6 address has 2^64 of them.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        four => four,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    #[test]
    fn too_many_wrong_tries_close_the_door_for_one_address_and_a_while() {
        let (door, began) = (Doorway::default(), Instant::now());
        for _ in 0..TRIES {
            assert_eq!(door.try_from(HERE, began), Ok(()));
        }
        let later = began + Duration::from_secs(60);
        let refused = |is_first| {
            Err(Wait {
                time: WINDOW - Duration::from_secs(60),
                is_first,
            })
        };
        assert_eq!(door.try_from(HERE, later), refused(true));
        assert_eq!(door.try_from(HERE, later), refused(false));
        assert_eq!(door.try_from(THERE, later), Ok(()));
        assert_eq!(door.try_from(HERE, began + WINDOW), Ok(()));
    }

    #[test]
    fn right_ones_do_not_count() {
        let (door, now) = (Doorway::default(), Instant::now());
        for _ in 0..3 * TRIES {
            assert_eq!(door.try_from(HERE, now), Ok(()));
            door.entered(HERE);
        }
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let six = |text: &str| text.parse::<IpAddr>().map(network).ok();
        assert_eq!(six("2001:db8:1:2::1"), six("2001:db8:1:2:ffff::2"));
        assert_ne!(six("2001:db8:1:2::1"), six("2001:db8:1:3::1"));
        assert_eq!(six("::ffff:192.0.2.1"), Some(HERE));
    }
}
