//! Who asks.

use crate::cloud::{create, reason, seal};
use crate::live::{KEY, start, url};
use std::process::Command;

#[test]
fn credentials_that_are_not_taken_are_said_to_be() {
    let cloud = match start() {
        Ok(cloud) => cloud,
        Err(skipped) => return println!("{skipped}"),
    };
    std::fs::write(cloud.file("wrong"), "hunter2-wrong").unwrap();
    for (from, to, told) in [
        (cloud.file("secret"), cloud.file("wrong"), "401 UnauthorizedError; check the client's id"),
        ("client-id".to_owned(), "hunter2".to_owned(), "401 UnauthorizedError"),
        (cloud.file("secret"), cloud.file("absent"), "cannot read the file"),
        ("client_id=client-id&".to_owned(), String::new(), "INFISICAL_UNIVERSAL_AUTH_CLIENT_ID"),
    ] {
        let why = reason(create(seal(&url(&cloud, KEY).replace(&from, &to))));
        assert!(why.contains("infisical-kms: log in") && why.contains(told), "{to}: {why}");
    }
}

/// The environment is the process's, so this test runs itself once.
#[test]
fn credentials_are_found_in_the_environment() {
    const ASKED: &str = "STRONGROOM_TEST_INFISICAL";
    if let Ok(url) = std::env::var(ASKED) {
        let ours = seal(&url);
        create(ours.clone()).unwrap().open(ours).unwrap();
        return println!("found");
    }
    let cloud = match start() {
        Ok(cloud) => cloud,
        Err(skipped) => return println!("{skipped}"),
    };
    std::fs::write(cloud.file("id"), "client-id\n").unwrap();
    let address = &cloud.server.address;
    for more in [String::new(), format!("?client_id_file={}", cloud.file("id"))] {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "logins::credentials_are_found_in_the_environment", "--nocapture"]);
        command.env(ASKED, format!("infisical+http://{address}/{KEY}{more}"));
        command.env("INFISICAL_UNIVERSAL_AUTH_CLIENT_ID", if more.is_empty() { "client-id" } else { "none" });
        command.env("INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET", "client-hunter2");
        let said = command.env("ALL_PROXY", "http://127.0.0.1:1").output().unwrap();
        let text = String::from_utf8_lossy(&said.stdout);
        assert!(said.status.success() && text.contains("found"), "{more}: {text}");
    }
}
