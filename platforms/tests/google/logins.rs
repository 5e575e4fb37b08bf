//! Who asks.

use crate::cloud::{create, reason, seal};
use crate::live::{KEY, start, url};
use std::process::Command;

#[test]
fn every_kind_of_credentials_is_taken() {
    let cloud = match start() {
        Ok(cloud) => cloud,
        Err(skipped) => return println!("{skipped}"),
    };
    for file in ["service.json", "user.json", "federated.json", "impersonated.json"] {
        let ours = seal(&url(&cloud, KEY, file));
        let made = create(ours.clone()).unwrap_or_else(|error| panic!("{file}: {error:?}"));
        made.open(ours).unwrap();
    }
}

#[test]
fn credentials_that_are_not_taken_are_said_to_be() {
    let cloud = match start() {
        Ok(cloud) => cloud,
        Err(skipped) => return println!("{skipped}"),
    };
    let read = |name: &str| -> serde_json::Value {
        serde_json::from_str(&std::fs::read_to_string(cloud.file(name)).unwrap()).unwrap()
    };
    let address = &cloud.server.address;
    for (base, name, value, told) in [
        ("service.json", "client_email", "hunter2@tests", "400 invalid_grant"),
        ("service.json", "private_key", "hunter2", "no RSA key"),
        ("service.json", "token_uri", "https://hunter2.example/token", "not Google's"),
        ("service.json", "token_uri", "http://oauth2.googleapis.com/hunter2", "not Google's"),
        ("service.json", "universe_domain", "hunter2.example", "another universe"),
        ("service.json", "type", "hunter2", "of no type"),
        ("user.json", "refresh_token", "hunter2", "expired or withdrawn"),
        ("federated.json", "audience", "hunter2", "400 invalid_grant"),
        ("federated.json", "credential_source", "hunter2", "is no file"),
        (
            "impersonated.json",
            "service_account_impersonation_url",
            "https://hunter2.example/",
            "not Google's",
        ),
        ("impersonated.json", "service_account_impersonation_url", &format!("http://{address}/none"), "404"),
    ] {
        let mut credentials = read(base);
        credentials[name] = value.into();
        std::fs::write(cloud.file("wrong.json"), credentials.to_string()).unwrap();
        let why = reason(create(seal(&url(&cloud, KEY, "wrong.json"))));
        assert!(why.contains("gcp-kms: log in") && why.contains(told), "{name}: {why}");
    }
    for text in ["hunter2", "", "[]"] {
        std::fs::write(cloud.file("wrong.json"), text).unwrap();
        reason(create(seal(&url(&cloud, KEY, "wrong.json"))));
    }
    let why = reason(create(seal(&url(&cloud, KEY, "absent.json"))));
    assert!(why.contains("cannot read the file"), "{why}");
    std::fs::remove_file(cloud.file("subject")).unwrap();
    let why = reason(create(seal(&url(&cloud, KEY, "federated.json"))));
    assert!(why.contains("cannot read the file"), "{why}");
}

/// The environment is the process's, so this test runs itself once for each of them.
#[test]
fn credentials_are_found_where_googles_tools_find_them() {
    const ASKED: &str = "STRONGROOM_TEST_GOOGLE";
    if let Ok(url) = std::env::var(ASKED) {
        let ours = seal(&url);
        create(ours.clone()).unwrap().open(ours).unwrap();
        return println!("found");
    }
    let cloud = match start() {
        Ok(cloud) => cloud,
        Err(skipped) => return println!("{skipped}"),
    };
    let gcloud = cloud.server.home().join("gcloud");
    std::fs::create_dir(&gcloud).unwrap();
    std::fs::copy(cloud.file("user.json"), gcloud.join("application_default_credentials.json")).unwrap();
    let (service, gcloud) = (cloud.file("service.json"), gcloud.display().to_string());
    let (address, empty) = (cloud.server.address.clone(), cloud.file("empty"));
    // A proxy that is not there: neither this machine nor metadata is asked through it.
    for (variables, asked) in [
        (vec![("GOOGLE_APPLICATION_CREDENTIALS", &service), ("CLOUDSDK_CONFIG", &gcloud)], "POST /token"),
        (vec![("CLOUDSDK_CONFIG", &gcloud)], "POST /token"),
        (vec![("CLOUDSDK_CONFIG", &empty), ("GCE_METADATA_HOST", &address)], "GET /computeMetadata"),
    ] {
        cloud.count("");
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args([
            "--exact",
            "logins::credentials_are_found_where_googles_tools_find_them",
            "--nocapture",
        ]);
        command.env_remove("GOOGLE_APPLICATION_CREDENTIALS").env("ALL_PROXY", "http://127.0.0.1:1");
        command.env(ASKED, format!("gcpkms://{KEY}?endpoint=http://{address}")).envs(variables);
        let said = command.output().unwrap();
        let text = String::from_utf8_lossy(&said.stdout);
        assert!(said.status.success() && text.contains("found"), "{text}");
        assert_eq!(cloud.count(asked), 1);
    }
    // The machine's account is asked for, whatever else there is.
    let url = format!("gcpkms://{KEY}?endpoint=http://{address}&auth=metadata");
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "logins::credentials_are_found_where_googles_tools_find_them"]);
    command.env("GOOGLE_APPLICATION_CREDENTIALS", &service).env("GCE_METADATA_HOST", &address);
    assert!(command.env(ASKED, url).status().unwrap().success());
    assert_eq!(cloud.count("GET /computeMetadata"), 1);
}
