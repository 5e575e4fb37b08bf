//! What a URL may say.

use crate::live::KEY;
use strongroom::Error;

#[test]
fn a_url_names_a_key_or_a_secret_and_no_secret() {
    for url in [
        &format!("gcpkms://{KEY}"),
        &format!("gcpkms:///{KEY}"),
        &format!("gcpkms://{KEY}?id=x&ca_file=/a&endpoint=https://kms.p.googleapis.com"),
        "gcpsecret://projects/example.com:p/secrets/s",
        "gcpsecret://projects/p/locations/europe-west3/secrets/s?version=previous",
        "gcpsecret://projects/p/secrets/s?version=7&auth=metadata",
    ] {
        strongroom_platforms::seal(url).unwrap_or_else(|error| panic!("{url}: {error}"));
    }
    for (url, told) in [
        ("gcpkms://projects/p/secrets/s", "names a key"),
        (&format!("gcpkms://{KEY}/cryptoKeyVersions/1"), "names a key"),
        (&format!("gcpkms://{KEY}:decrypt"), "names a key"),
        (&format!("gcpkms://hunter2/{KEY}"), "names a key"),
        (&format!("gcpkms://{KEY}?endpoint=https://hunter2.example"), "googleapis.com"),
        (&format!("gcpkms://{KEY}?endpoint=http://kms.googleapis.com"), "https://"),
        (&format!("gcpkms://{KEY}?endpoint=https://x@hunter2.googleapis.com"), "googleapis.com"),
        (&format!("gcpkms://{KEY}?token=hunter2"), "never stands in a URL"),
        (&format!("gcpkms://{KEY}?auth=hunter2"), "auth=metadata"),
        (&format!("gcpkms://{KEY}?auth=metadata&credentials_file=hunter2"), "auth=metadata"),
        ("gcpsecret://projects/p/secrets/s?version=0", "its version"),
        ("gcpsecret://projects/p/secrets/s?version=hunter2", "its version"),
        ("gcpsecret://projects/p/secrets/hunter2%2Fversions", "encoded '/'"),
        ("gcpsecret://projects/p/secrets/s?id=x", "does not know the parameter id"),
    ] {
        let Err(Error::InvalidUrl { reason }) = strongroom_platforms::seal(url) else { panic!("{url}") };
        let said = reason.as_str();
        assert!(said.contains(told) && !said.contains("hunter2"), "{url}: {said}");
    }
}
