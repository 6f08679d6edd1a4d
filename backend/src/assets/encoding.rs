//! Which form of a file to send.

/// The forms a file is kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Brotli,
    Gzip,
    Identity,
}

impl Encoding {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
            Self::Identity => "identity",
        }
    }
}

/// The best form for this `Accept-Encoding`: the highest weight, and the smaller form among equals.
pub(super) fn choose(accepted: Option<&str>, has_br: bool, has_gz: bool) -> Encoding {
    let Some(accepted) = accepted else {
        return Encoding::Identity;
    };
    let mut best = (
        weight(accepted, "identity").unwrap_or(0),
        Encoding::Identity,
    );
    for (there, encoding) in [(has_gz, Encoding::Gzip), (has_br, Encoding::Brotli)] {
        let weight = weight(accepted, encoding.name()).or_else(|| weight(accepted, "*"));
        if let Some(weight) = weight.filter(|weight| there && *weight > 0)
            && weight >= best.0
        {
            best = (weight, encoding);
        }
    }
    best.1
}

/// The weight of a coding in thousandths, when the client named it.
fn weight(accepted: &str, coding: &str) -> Option<u32> {
    accepted.split(',').find_map(|part| {
        let mut fields = part.split(';').map(str::trim);
        if !fields.next()?.eq_ignore_ascii_case(coding) {
            return None;
        }
        let q = fields.find_map(|field| field.strip_prefix("q=").or(field.strip_prefix("Q=")));
        Some(q.map_or(1000, thousandths))
    })
}

/// `0.85` as 850. What is no weight counts as none at all.
fn thousandths(q: &str) -> u32 {
    let Ok(q) = q.trim().parse::<f32>() else {
        return 0;
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 0..=1000"
    )]
    let weight = (q.clamp(0.0, 1.0) * 1000.0) as u32;
    weight
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_decides_and_ties_go_to_the_smaller_form() {
        let check = |accepted, expected| {
            assert_eq!(choose(Some(accepted), true, true), expected, "{accepted}");
        };
        check("gzip, deflate, br, zstd", Encoding::Brotli);
        check("gzip", Encoding::Gzip);
        check("br;q=0.5, gzip;q=0.8", Encoding::Gzip);
        check("br;q=0, gzip;q=0.1", Encoding::Gzip);
        check("*", Encoding::Brotli);
        check("br;q=0, *", Encoding::Gzip);
        check("identity, gzip;q=0.5", Encoding::Identity);
        check("identity;q=0.2, gzip;q=0.2", Encoding::Gzip);
        check("", Encoding::Identity);
        check("br;q=nonsense", Encoding::Identity);
    }

    #[test]
    fn a_form_that_is_not_there_is_not_chosen() {
        assert_eq!(choose(Some("br, gzip"), false, true), Encoding::Gzip);
        assert_eq!(choose(Some("br, gzip"), false, false), Encoding::Identity);
        assert_eq!(choose(None, true, true), Encoding::Identity);
    }
}
