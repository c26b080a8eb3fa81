//! Where may be sent to: never into a network that nobody named.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    str::FromStr,
};

use serde::Deserialize;
use tokio::net::lookup_host;

/// Networks of one's own and those that lead nowhere (RFC 6890): whoever sends there on another's
/// word can be used to reach what he should not. An address of IPv4 in one of IPv6 counts as itself.
const INSIDE: [&str; 22] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
    "::/128",
    "::1/128",
    "64:ff9b::/32",
    "100::/64",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "fc00::/6",
    "ff00::/8",
];

/// A network, such as `10.20.0.0/16`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Network {
    /// Of IPv6; one of IPv4 lies in `::ffff:0:0/96`.
    base: u128,
    length: u32,
}

impl Network {
    /// Whether an address lies in it.
    pub(crate) fn has(self, address: IpAddr) -> bool {
        let shift = 128_u32.saturating_sub(self.length);
        let top = |bits: u128| bits.checked_shr(shift).unwrap_or_default();
        top(bits(address)) == top(self.base)
    }
}

fn bits(address: IpAddr) -> u128 {
    let wide = match address {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => address,
    };
    Ipv6Addr::to_bits(wide)
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no network; write one such as 10.20.0.0/16");
        let (address, length) = text.split_once('/').ok_or_else(wrong)?;
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let (before, most) = if address.is_ipv4() { (96, 32) } else { (0, 128) };
        let length: u32 = length.parse().ok().filter(|it| *it <= most).ok_or_else(wrong)?;
        Ok(Self { base: bits(address), length: length.saturating_add(before) })
    }
}

impl TryFrom<String> for Network {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// The address to send to: the first that a name has and that may be sent to.
///
/// # Errors
///
/// In words, when there is none.
pub(super) async fn resolve(
    host: &str,
    port: u16,
    named: &[Network],
) -> Result<SocketAddr, String> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let found = lookup_host((bare, port)).await.map_err(|why| format!("{host}: {why}"))?;
    let found: Vec<_> = found.collect();
    let may = found.iter().find(|address| may(address.ip(), named));
    may.copied().ok_or_else(|| {
        let first = found.first().map(SocketAddr::ip);
        let first = first.map_or_else(|| "nothing".to_owned(), |ip| ip.to_string());
        format!("{host} is {first}, in a network that is not named in the settings")
    })
}

/// Whether an address may be sent to.
fn may(address: IpAddr, named: &[Network]) -> bool {
    let inside = INSIDE.iter().filter_map(|text| text.parse::<Network>().ok());
    named.iter().any(|network| network.has(address))
        || !inside.into_iter().any(|it| it.has(address))
}

#[cfg(test)]
mod tests {
    use super::{INSIDE, Network, may};

    #[test]
    fn every_network_that_is_left_out_is_one() {
        for text in INSIDE {
            assert!(text.parse::<Network>().is_ok(), "{text}");
        }
    }

    #[test]
    fn the_inside_is_not_reached_unless_it_is_named() {
        let own: Vec<Network> = vec!["10.20.0.0/16".parse().unwrap()];
        for (address, reached) in [
            ("8.8.8.8", true),
            ("2400:3200::1", true),
            ("10.20.3.4", true),
            ("10.21.3.4", false),
            ("127.0.0.1", false),
            ("::ffff:127.0.0.1", false),
            ("::1", false),
            ("169.254.169.254", false),
            ("fe80::1", false),
            ("fd00::1", false),
            ("64:ff9b::7f00:1", false),
            ("0.0.0.0", false),
            ("255.255.255.255", false),
        ] {
            assert_eq!(may(address.parse().unwrap(), &own), reached, "{address}");
        }
        assert!("10.0.0.0/33".parse::<Network>().is_err());
        assert!("10.0.0.0".parse::<Network>().is_err());
    }
}
