//! Whether a request was made by a page of this server.

use axum::http::HeaderValue;
use axum::http::header::GetAll;

/// No Origin (not a browser), or exactly one that names the host the request is for.
pub(super) fn is_same(origins: &GetAll<'_, HeaderValue>, host: &str) -> bool {
    let mut origins = origins.iter();
    let Some(origin) = origins.next() else {
        return true;
    };
    let Some((scheme, authority)) = origin.to_str().ok().and_then(|it| it.split_once("://")) else {
        return false;
    };
    let default_port = match scheme {
        "http" => ":80",
        "https" => ":443",
        _ => return false,
    };
    let strip = |it: &str| {
        it.strip_suffix(default_port)
            .unwrap_or(it)
            .to_ascii_lowercase()
    };
    origins.next().is_none() && strip(authority) == strip(host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderMap;
    use axum::http::header::ORIGIN;

    fn check(origins: &[&str], host: &str) -> bool {
        let mut headers = HeaderMap::new();
        for origin in origins {
            headers.append(ORIGIN, origin.parse().unwrap());
        }
        is_same(&headers.get_all(ORIGIN), host)
    }

    #[test]
    fn only_the_same_host_and_port_is_the_same_origin() {
        assert!(check(&[], "localhost:3000"));
        assert!(check(&["http://localhost:3000"], "localhost:3000"));
        assert!(check(&["http://localhost"], "LOCALHOST:80"));
        assert!(check(&["https://class.example"], "class.example"));
        assert!(!check(&["http://localhost:3001"], "localhost:3000"));
        assert!(!check(&["http://localhost"], "localhost:3000"));
        assert!(!check(&["http://evil.example"], "localhost:3000"));
        assert!(!check(
            &["http://localhost:3000.evil.example"],
            "localhost:3000"
        ));
        assert!(!check(&["null"], "localhost:3000"));
        assert!(!check(&["file://localhost:3000"], "localhost:3000"));
        assert!(!check(
            &["http://localhost:3000", "http://evil.example"],
            "localhost:3000"
        ));
    }
}
