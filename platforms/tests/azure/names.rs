//! What a URL may say.

use strongroom::Error;

#[test]
fn a_url_names_a_key_or_a_secret_and_no_secret() {
    let version = "0123456789abcdef".repeat(2);
    for url in [
        "azurekv://app.vault.azure.net/keys/app",
        "azurekv://app.managedhsm.azure.net/keys/app?id=x&auth=managed&client_id=1",
        "azurekv+http://127.0.0.1:1/keys/app?authority=http://127.0.0.1:1&resource=https://vault.azure.net",
        "azuresecret://app.vault.azure.net/secrets/app?auth=workload&token_file=/a&tenant_id=1",
        &format!("azuresecret://app.vault.azure.net/secrets/app?version={version}&auth=az"),
    ] {
        strongroom_platforms::seal(url).unwrap_or_else(|error| panic!("{url}: {error}"));
    }
    let key = "azurekv://app.vault.azure.net/keys/app";
    for (url, told) in [
        ("azurekv:///keys/app", "names no host"),
        ("azurekv://hunter2.azure.net/secrets/app", "/keys/NAME"),
        ("azurekv://h/keys/hunter2/0123", "/keys/NAME"),
        ("azurekv://h/keys/hunter2_", "/keys/NAME"),
        ("azurekv+http://hunter2.vault.azure.net/keys/app", "over https"),
        (&format!("{key}?client_secret=hunter2"), "never stands in a URL"),
        (&format!("{key}?secret=hunter2"), "never stands in a URL"),
        (&format!("{key}?auth=hunter2"), "its auth is"),
        (&format!("{key}?auth=managed&client_secret_file=/hunter2"), "its auth is"),
        (&format!("{key}?authority=http://hunter2.example"), "its authority"),
        (&format!("{key}?authority=https://hunter2.example/path"), "its authority"),
        ("azuresecret://h/secrets/app?version=hunter2", "its version"),
        ("azuresecret://h/keys/app", "/secrets/NAME"),
        ("azuresecret://h/secrets/app?id=x", "does not know the parameter id"),
    ] {
        let Err(Error::InvalidUrl { reason }) = strongroom_platforms::seal(url) else { panic!("{url}") };
        let said = reason.as_str();
        assert!(said.contains(told) && !said.contains("hunter2"), "{url}: {said}");
    }
}
