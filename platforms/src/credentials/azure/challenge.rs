//! What a vault answers to whoever has no token: who gives one, and for what. It is believed only as far as
//! it is about the vault that was asked, since whoever answers at an address would else be given tokens for
//! something else, or credentials.

/// Who gives tokens in Azure's clouds.
const AUTHORITIES: [&str; 4] = [
    "https://login.microsoftonline.com",
    "https://login.microsoftonline.us",
    "https://login.chinacloudapi.cn",
    "https://login.partner.microsoftonline.cn",
];

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Challenge {
    /// `https://host`
    pub(crate) authority: String,
    pub(crate) tenant: String,
    /// `https://vault.azure.net`
    pub(crate) resource: String,
}

impl Challenge {
    /// Of `Bearer authorization="https://host/tenant", resource="https://domain"`.
    pub(crate) fn read(header: &str) -> Result<Self, String> {
        let unreadable =
            || "it does not say where to get a token; is something else listening there?".to_owned();
        let parts = header.strip_prefix("Bearer ").ok_or_else(unreadable)?;
        let value = |names: [&str; 2]| {
            parts.split(',').filter_map(|part| part.trim().split_once('=')).find_map(|(name, value)| {
                let value = value.trim_matches('"');
                (names.contains(&name) && is_plain(value)).then(|| value.trim_end_matches('/').to_owned())
            })
        };
        let authorization = value(["authorization", "authorization_uri"]).ok_or_else(unreadable)?;
        let resource = value(["resource", "scope"]).ok_or_else(unreadable)?;
        let (authority, tenant) = authorization.rsplit_once('/').ok_or_else(unreadable)?;
        let resource = resource.strip_suffix("/.default").unwrap_or(&resource).to_owned();
        Ok(Self { authority: authority.to_owned(), tenant: tenant.to_owned(), resource })
    }

    /// As far as it is about the vault at `host`: what a token is for must be the domain that the vault is
    /// in, or the one that was named instead, and who gives it must be one of Azure's, or the one that was
    /// named.
    pub(crate) fn check(
        self,
        host: &str,
        named: Option<&str>,
        authority: Option<&str>,
    ) -> Result<Self, String> {
        let domain = self.resource.strip_prefix("https://").filter(|domain| domain.contains('.'));
        let name = host.split(':').next().unwrap_or_default();
        let is_in = |domain: &str| name.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
        let is_its_own = match named {
            Some(named) => named.trim_end_matches('/') == self.resource,
            None => domain.is_some_and(is_in),
        };
        if !is_its_own {
            return Err(
                "it asks for a token of another domain than its own, and is given none; where that is \
                right, name the domain: resource=https://DOMAIN"
                    .to_owned(),
            );
        }
        let is_known = match authority {
            Some(known) => known == self.authority,
            None => AUTHORITIES.contains(&self.authority.as_str()),
        };
        if !is_known {
            return Err(
                "it names somebody to log in with whom Azure does not have, who is told nothing; where \
                that is right, name them: authority=https://HOST"
                    .to_owned(),
            );
        }
        Ok(self)
    }
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/[]".contains(&byte)) && !text.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        r#"Bearer authorization="https://login.microsoftonline.com/t-1", resource="https://vault.azure.net""#;

    fn checked(
        header: &str,
        host: &str,
        named: Option<&str>,
        authority: Option<&str>,
    ) -> Result<Challenge, String> {
        Challenge::read(header)?.check(host, named, authority)
    }

    #[test]
    fn a_vault_is_told_from_another() {
        let challenge = checked(GOOD, "app.vault.azure.net", None, None).unwrap();
        assert_eq!(
            (challenge.tenant.as_str(), challenge.resource.as_str()),
            ("t-1", "https://vault.azure.net")
        );
        assert!(checked(GOOD, "app.vault.azure.net:443", None, None).is_ok());
        let hsm = GOOD.replace("vault.azure.net", "managedhsm.azure.net");
        assert!(checked(&hsm, "app.managedhsm.azure.net", None, None).is_ok());
        let china = GOOD
            .replace("vault.azure.net", "vault.azure.cn")
            .replace("microsoftonline.com", "chinacloudapi.cn");
        assert!(checked(&china, "app.vault.azure.cn", None, None).is_ok());
        for host in
            ["app.vault.azure.net.example", "appvault.azure.net", "vault.azure.net", "127.0.0.1:8443", "h"]
        {
            assert!(checked(GOOD, host, None, None).unwrap_err().contains("another domain"), "{host}");
        }
        for resource in [
            "https://management.azure.com",
            "https://graph.microsoft.com",
            "https://net",
            "http://vault.azure.net",
        ] {
            let header = GOOD.replace("https://vault.azure.net", resource);
            assert!(checked(&header, "app.vault.azure.net", None, None).is_err(), "{resource}");
        }
        assert!(checked(GOOD, "127.0.0.1:1", Some("https://vault.azure.net/"), None).is_ok());
        assert!(checked(GOOD, "127.0.0.1:1", Some("https://vault.azure.cn"), None).is_err());
    }

    #[test]
    fn nobody_else_is_logged_in_with() {
        for authority in [
            "https://evil.example",
            "http://login.microsoftonline.com",
            "https://login.microsoftonline.com.e.x",
        ] {
            let header = GOOD.replace("https://login.microsoftonline.com", authority);
            let why = checked(&header, "app.vault.azure.net", None, None).unwrap_err();
            assert!(why.contains("told nothing"), "{authority}: {why}");
        }
        let header = GOOD.replace("https://login.microsoftonline.com", "http://127.0.0.1:9");
        assert!(checked(&header, "app.vault.azure.net", None, Some("http://127.0.0.1:9")).is_ok());
        assert!(checked(GOOD, "app.vault.azure.net", None, Some("http://127.0.0.1:9")).is_err());
        for header in ["", "Basic realm=x", "Bearer", r#"Bearer authorization="https://a b/t", resource="x""#]
        {
            assert!(Challenge::read(header).is_err(), "{header}");
        }
    }
}
