//! The cookies that tie one transfer to one web server of the organization (U28).
use http::{HeaderMap, HeaderValue, header};

/// Longest cookie that is given back, in bytes; browsers keep as much.
const LONGEST: usize = 4_096;

/// Affinity cookies of one transfer: name and value only, given back to the organization alone, forgotten at the end.
#[derive(Debug, Default)]
pub(crate) struct Affinity {
    off: bool,
    cookies: Vec<(String, String)>,
}

impl Affinity {
    pub fn new(on: bool) -> Self {
        Self { off: !on, cookies: Vec::new() }
    }

    pub fn learn(&mut self, headers: &HeaderMap) {
        if self.off {
            return;
        }
        for line in headers.get_all(header::SET_COOKIE).iter().filter_map(|v| v.to_str().ok()) {
            let pair = line.split(';').next().unwrap_or_default();
            let Some((name, value)) = pair.split_once('=') else { continue };
            let (name, value) = (name.trim(), value.trim());
            if pair.len() > LONGEST || !matches!(name, "ARRAffinity" | "ARRAffinitySameSite") {
                continue;
            }
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
    }

    pub fn add_to(&self, headers: &mut HeaderMap) {
        let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if let (false, Ok(line)) = (pairs.is_empty(), HeaderValue::from_str(&pairs.join("; "))) {
            headers.insert(header::COOKIE, line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_affinity_cookies_go_back_by_name_and_value() {
        let mut heard = HeaderMap::new();
        for line in
            ["ARRAffinity=ab12; path=/; secure; HttpOnly", "ReqClientId=x; secure", "ARRAffinitySameSite=cd"]
        {
            heard.append(header::SET_COOKIE, HeaderValue::from_static(line));
        }
        let (mut on, mut off) = (Affinity::new(true), Affinity::new(false));
        for affinity in [&mut on, &mut off] {
            affinity.learn(&heard);
            affinity.learn(&heard);
        }
        let mut headers = HeaderMap::new();
        off.add_to(&mut headers);
        assert!(headers.is_empty());
        on.add_to(&mut headers);
        assert_eq!(headers[header::COOKIE], "ARRAffinity=ab12; ARRAffinitySameSite=cd");
    }
}
