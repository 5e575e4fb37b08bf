//! What a URL may say.

use crate::live::{KEY, PROJECT};
use strongroom::Error;

#[test]
fn a_url_names_a_key_or_a_secret_and_no_secret() {
    for url in [
        &format!("infisical://eu.infisical.com/{KEY}"),
        &format!("infisical://vault.example:8443/{KEY}?id=x&ca_file=/a&client_id=1&client_secret_file=/b"),
        &format!("infisicalsecret://eu.infisical.com/{PROJECT}/prod/SEALING?version=2"),
        &format!("infisicalsecret+http://localhost:80/{PROJECT}/prod/app/more/SEALING"),
    ] {
        strongroom_platforms::seal(url).unwrap_or_else(|error| panic!("{url}: {error}"));
    }
    for (url, told) in [
        (&format!("infisical:///{KEY}"), "names no host"),
        (&"infisical://h/hunter2".to_owned(), "the id of the key"),
        (&format!("infisical://h/{KEY}/hunter2"), "the id of the key"),
        (&format!("infisical+http://hunter2.example/{KEY}"), "over https"),
        (&format!("infisical://h/{KEY}?client_secret=hunter2"), "never stands in a URL"),
        (&format!("infisical://h/{KEY}?secret=hunter2"), "never stands in a URL"),
        (&format!("infisicalsecret://h/{PROJECT}/hunter2"), "/PROJECT/ENVIRONMENT/NAME"),
        (&"infisicalsecret://h/hunter2/prod/S".to_owned(), "/PROJECT/ENVIRONMENT/NAME"),
        (&format!("infisicalsecret://h/{PROJECT}/prod/S?version=hunter2"), "its version"),
        (&format!("infisicalsecret://h/{PROJECT}/prod/S?id=x"), "does not know the parameter id"),
    ] {
        let Err(Error::InvalidUrl { reason }) = strongroom_platforms::seal(url) else { panic!("{url}") };
        let said = reason.as_str();
        assert!(said.contains(told) && !said.contains("hunter2"), "{url}: {said}");
    }
}
