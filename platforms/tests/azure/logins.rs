//! Who asks, and whom they tell.

use crate::cloud::{create, reason, seal};
use crate::live::{CLIENT, TENANT, place, start, url};
use serde_json::json;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

/// A vault that asks for a token of something else, or for credentials somewhere else, is told nothing.
#[test]
fn a_challenge_is_believed_about_the_vault_alone() {
    let cloud = match start() {
        Ok(cloud) => cloud,
        Err(skipped) => return println!("{skipped}"),
    };
    let good = url(&cloud, "app");
    let unnamed = good.replace("&resource=https://vault.azure.net", "");
    let why = reason(create(seal(&unnamed)));
    assert!(why.contains("another domain"), "{why}");
    let known = good.replace(&format!("&authority=https://{}", cloud.server.address), "");
    let why = reason(create(seal(&known)));
    assert!(why.contains("Azure does not have"), "{why}");
    for (name, value, told) in [
        ("resource", "https://management.hunter2.example", "another domain"),
        ("authority", "https://hunter2.example", "Azure does not have"),
        ("authority", "hunter2", "Azure does not have"),
    ] {
        let before = cloud.control(json!({name: value}));
        let why = reason(create(seal(&good)));
        assert!(why.contains(told), "{value}: {why}");
        cloud.control(json!({name: before[name]}));
    }
    assert_eq!(cloud.count("/oauth2/v2.0/token"), 0);
    create(seal(&good)).unwrap();
    assert_eq!(cloud.count("/oauth2/v2.0/token"), 1);
}

#[test]
fn credentials_that_are_not_taken_are_said_to_be() {
    let cloud = match start() {
        Ok(cloud) => cloud,
        Err(skipped) => return println!("{skipped}"),
    };
    std::fs::write(cloud.file("wrong"), "hunter2-wrong").unwrap();
    for (from, to, told) in [
        (cloud.file("secret"), cloud.file("wrong"), "401 invalid_client"),
        (CLIENT.to_owned(), "hunter2".to_owned(), "401 invalid_client"),
        (TENANT.to_owned(), "hunter2".to_owned(), "401"),
        (cloud.file("secret"), cloud.file("absent"), "cannot read the file"),
        (format!("&client_id={CLIENT}"), String::new(), "AZURE_CLIENT_ID"),
        (cloud.file("ca.pem"), cloud.file("secret"), "no certificate"),
        (format!("ca_file={}&", cloud.file("ca.pem")), String::new(), "TLS of 127.0.0.1"),
    ] {
        let why = reason(create(seal(&url(&cloud, "app").replace(&from, &to))));
        assert!(why.contains("azure-kv: log in") && why.contains(told), "{to}: {why}");
    }
}

/// The environment is the process's, so this test runs itself once for each of them.
#[test]
fn credentials_are_found_where_azures_tools_find_them() {
    const ASKED: &str = "STRONGROOM_TEST_AZURE";
    if let Ok(url) = std::env::var(ASKED) {
        let ours = seal(&url);
        create(ours.clone()).unwrap().open(ours).unwrap();
        return println!("found");
    }
    let cloud = match start() {
        Ok(cloud) => cloud,
        Err(skipped) => return println!("{skipped}"),
    };
    let home = cloud.server.home();
    let (address, federated) = (format!("https://{}", cloud.server.address), cloud.file("federated"));
    // An `az` of ours, which gives a token of the machine's.
    let python = "import json, ssl, sys, urllib.request as it\n\
        assert sys.argv[1:6] == ['account', 'get-access-token', '--output', 'json', '--resource'], sys.argv\n\
        url = f'URL/metadata/identity/oauth2/token?api-version=1&resource={sys.argv[6]}'\n\
        asked = it.Request(url, headers={'Metadata': 'true'})\n\
        context = ssl.create_default_context(cafile='CA')\n\
        said = json.load(it.urlopen(asked, context=context))\n\
        print(json.dumps({'accessToken': said['access_token'], 'tokenType': 'Bearer'}))\n";
    let python = python.replace("URL", &address).replace("CA", &cloud.file("ca.pem"));
    std::fs::write(home.join("az"), format!("#!/usr/bin/env python3\n{python}")).unwrap();
    std::fs::set_permissions(home.join("az"), std::fs::Permissions::from_mode(0o700)).unwrap();
    let path = format!("{}:{}", home.display(), std::env::var("PATH").unwrap());
    let (ids, secret) = ([("AZURE_TENANT_ID", TENANT), ("AZURE_CLIENT_ID", CLIENT)], "client+secret/hunter2");
    let service = format!("{address}/msi/token");
    for (more, variables, asked) in [
        ("", vec![("AZURE_CLIENT_SECRET", secret)], "/oauth2/v2.0/token"),
        ("&auth=secret", vec![("AZURE_CLIENT_SECRET", secret)], "/oauth2/v2.0/token"),
        ("", vec![("AZURE_FEDERATED_TOKEN_FILE", federated.as_str())], "/oauth2/v2.0/token"),
        ("&auth=workload", vec![("AZURE_FEDERATED_TOKEN_FILE", &federated)], "/oauth2/v2.0/token"),
        ("", vec![("AZURE_POD_IDENTITY_AUTHORITY_HOST", &address)], "GET /metadata/identity"),
        ("&auth=managed", vec![("AZURE_POD_IDENTITY_AUTHORITY_HOST", &address)], "GET /metadata/identity"),
        (
            "",
            vec![("IDENTITY_ENDPOINT", &service), ("IDENTITY_HEADER", "identity-hunter2")],
            "GET /msi/token",
        ),
        ("&auth=az", vec![("PATH", &path)], "GET /metadata/identity"),
    ] {
        cloud.count("");
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args([
            "--exact",
            "logins::credentials_are_found_where_azures_tools_find_them",
            "--nocapture",
        ]);
        // A proxy that is not there: neither this machine nor metadata is asked through it.
        command.env(ASKED, format!("azurekv://{}/keys/app?{}{more}", cloud.server.address, place(&cloud)));
        command.env("ALL_PROXY", "http://127.0.0.1:1").envs(ids).envs(variables);
        let said = command.output().unwrap();
        let text = String::from_utf8_lossy(&said.stdout);
        assert!(said.status.success() && text.contains("found"), "{more} {asked}: {text}");
        assert_eq!(cloud.count(asked), 1, "{more} {asked}");
    }
}
