//! What a URL may say.

use strongroom::Error;
use strongroom_platforms::{AwsKms, AwsRegion, seal};

fn refused(url: &str) -> String {
    match seal(url) {
        Err(Error::InvalidUrl { reason }) => reason.as_str().to_owned(),
        other => panic!("{url}: {:?}", other.map(|_| ())),
    }
}

const ARN: &str = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

#[test]
fn a_url_names_a_key_and_nothing_else() {
    for taken in [
        "awskms:///alias/app",
        "awskms:///alias/team/app?region=eu-central-1&profile=production&id=app",
        "awskms:///1234abcd-12ab-34cd-56ef-1234567890ab?region=eu-central-1",
        &format!("awskms:///{ARN}"),
        &format!("awskms:///{ARN}?region=eu-central-1"),
        "awskms:///alias/app?region=cn-north-1&endpoint=https://vpce-1.kms.cn-north-1.vpce.amazonaws.com.cn",
        "awskms:///alias/app?endpoint=http://127.0.0.1:5000&sts_endpoint=http://localhost:5000&ca_file=/a",
        "awskms:///alias/app?credentials_file=/run/secrets/aws",
        "awssecret:///team/app?region=eu-central-1&field=key",
        "awssecret:///arn:aws:secretsmanager:eu-central-1:111122223333:secret:app-a1B2c3?stage=AWSPENDING",
    ] {
        seal(taken).unwrap_or_else(|error| panic!("{taken}: {error}"));
    }
    for (url, told) in [
        ("awskms://alias/app", "begin it with awskms:///"),
        ("awskms:///app", "names no key"),
        ("awskms:///", "names no key"),
        ("awskms:///alias/app%20x", "names no key"),
        ("awskms:///alias/app?region=EU", "its region is none"),
        ("awskms:///alias/app?region=eu-central-1.evil.example%2F", "its region is none"),
        (&format!("awskms:///{ARN}?region=eu-west-1"), "not that of its ARN"),
        ("awskms:///alias/app?endpoint=http://10.0.0.1", "use https"),
        ("awskms:///alias/app?endpoint=https://h/path", "no path"),
        ("awskms:///alias/app?endpoint=hunter2", "no scheme"),
        ("awskms:///alias/app?sts_endpoint=http://hunter2.example", "use https"),
        ("awskms:///alias/app?secret=hunter2", "never stands in a URL"),
        ("awskms:///alias/app?token=hunter2", "never stands in a URL"),
        ("awskms:///alias/app?aws_secret_access_key=hunter2", "never stands in a URL"),
        ("awskms://AKIA:hunter2@kms/alias/app", "never stand in a URL"),
        ("awssecret:///", "name of a secret"),
        ("awssecret:///a%20b", "name of a secret"),
        ("awssecret:///app?id=x", "does not know the parameter id"),
        ("awssecret://host/app", "begin it with awssecret:///"),
    ] {
        let why = refused(url);
        assert!(why.contains(told) && !why.contains("hunter2"), "{url}: {why}");
    }
    let region = || AwsRegion::new("eu-west-1").unwrap();
    assert!(AwsKms::new(region(), ARN).is_err());
    assert!(AwsKms::new(region(), "alias/app").is_ok());
}
