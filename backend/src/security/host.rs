//! Whether a request is for this server. A page of another site can make its own name resolve to
//! this machine (DNS rebinding); the Host header still tells.

use std::net::IpAddr;

/// Whether `host`, with or without a port, is a name of this server. `local` is the address the
/// client connected to.
pub(super) fn is_ours(host: &str, local: Option<IpAddr>, names: &[String]) -> bool {
    let Some(name) = without_port(host) else {
        return false;
    };
    if let Ok(ip) = name
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>()
    {
        let ip = ip.to_canonical();
        if ip.is_loopback() || local.is_some_and(|local| local.to_canonical() == ip) {
            return true;
        }
    }
    // RFC 6761: no name below `localhost` is ever looked up elsewhere.
    let name = name.strip_suffix('.').unwrap_or(name);
    name.eq_ignore_ascii_case("localhost")
        || name.to_ascii_lowercase().ends_with(".localhost")
        || names.iter().any(|ours| ours.eq_ignore_ascii_case(name))
}

/// The name of `NAME[:PORT]`, when it is one.
fn without_port(host: &str) -> Option<&str> {
    let end = match host.rfind(']') {
        Some(bracket) => bracket + 1,
        None => host.find(':').unwrap_or(host.len()),
    };
    let (name, port) = host.split_at(end);
    let port_is_good = match port.strip_prefix(':') {
        Some(digits) => digits.parse::<u16>().is_ok(),
        None => port.is_empty(),
    };
    (port_is_good && !name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_the_bound_address_and_given_names_are_ours() {
        let names = ["Class.example".to_owned()];
        let local = Some("192.0.2.7".parse().unwrap());
        let check = |host, ours| assert_eq!(is_ours(host, local, &names), ours, "{host}");
        check("localhost", true);
        check("LOCALHOST:3000", true);
        check("app.localhost:80", true);
        check("127.0.0.1:3000", true);
        check("127.9.9.9", true);
        check("[::1]:3000", true);
        check("192.0.2.7:1", true);
        check("class.EXAMPLE:3000", true);
        check("class.example.", true);
        check("192.0.2.8", false);
        check("evil.example", false);
        check("localhost.evil.example", false);
        check("notlocalhost", false);
        check("127.0.0.1:x", false);
        check("[::1]x", false);
        check("", false);
        check(":80", false);
    }
}
