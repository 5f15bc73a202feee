//! The host of a URL, by which articles of one site are known.

/// The host of `url` in lower case, without `www.` before it; none where there is none.
pub fn host(url: &str) -> Option<String> {
    let (_, rest) = url.trim().split_once("://")?;
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host_and_port = authority.rsplit('@').next()?;
    let host = match host_and_port.split_once(']') {
        // An address of version 6 has colons of its own.
        Some((address, _)) => address.trim_start_matches('['),
        None => host_and_port.split(':').next()?,
    };
    let host = host.trim_end_matches('.').to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    (!host.is_empty()).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn hosts_are_read_of_urls() {
        for (url, expected) in [
            ("https://www.example.org/a/b?c#d", Some("example.org")),
            (" HTTP://News.Example.ORG:8080", Some("news.example.org")),
            ("https://user:secret@example.org./", Some("example.org")),
            ("https://example.org?next=https://other.org/", Some("example.org")),
            ("http://[2001:db8::1]:80/", Some("2001:db8::1")),
            ("https://www./", Some("www")),
            ("file:///tmp/a.html", None),
            ("example.org/a", None),
            ("", None),
        ] {
            assert_eq!(host(url).as_deref(), expected, "{url}");
        }
    }
}
