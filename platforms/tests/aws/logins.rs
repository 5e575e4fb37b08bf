//! Who asks. The environment of this process is not ours to change, so another one is asked.

use crate::fake::{Asked, Fake, Reply};
use crate::live::{Live, REGION, handed_on};
use std::process::Command;
use std::sync::Arc;
use strongroom::{Keyring, Memory};

/// What came of making a keyring in a process with this environment and nothing else.
fn child(url: &str, home: &str, variables: &[(&str, &str)]) -> String {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["logins::asked_by_another_process", "--exact", "--ignored", "--nocapture"]);
    child.env_clear().env("HOME", home).env("STRONGROOM_TEST_URL", url).envs(variables.iter().copied());
    let output = child.output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{printed}");
    printed
}

#[test]
#[ignore = "it is started by another test, with an environment"]
fn asked_by_another_process() {
    let url = std::env::var("STRONGROOM_TEST_URL").unwrap();
    let seal = strongroom_platforms::seal(&url).unwrap();
    // Twice, with one seal.
    for _ in 0..2 {
        let made = Keyring::create(Memory::new(), seal.clone());
        println!("{}", made.map_or_else(|error| error.to_string(), |_| "it opened".to_owned()));
    }
}

fn opened(printed: &str) -> bool {
    printed.matches("it opened").count() == 2
}

const URL: &str = "awskms:///alias/app";

#[test]
fn credentials_are_found_where_amazon_s_tools_find_them() {
    let live = match Live::start() {
        Ok(live) => Arc::new(live),
        Err(skipped) => return println!("{skipped}"),
    };
    let home = live.server.home().join("nobody");
    std::fs::create_dir_all(home.join(".aws")).unwrap();
    let (home, endpoint) = (home.to_str().unwrap(), format!("http://{}", live.server.address));
    let between = live.clone();
    let sts = Fake::start(move |asked, _| {
        between.allow_one();
        handed_on(&between.server.address, &asked.text)
    });
    let tokens = format!("http://{}", sts.address);
    let place = [
        ("AWS_ENDPOINT_URL", endpoint.as_str()),
        ("AWS_ENDPOINT_URL_STS", tokens.as_str()),
        ("AWS_REGION", REGION),
    ];
    let with = |url: &str, more: &[(&str, &str)]| child(url, home, &[&place[..], more].concat());
    let (id, secret) = live.keys("use");
    let keys = [("AWS_ACCESS_KEY_ID", id.as_str()), ("AWS_SECRET_ACCESS_KEY", secret.as_str())];
    let printed = with(URL, &keys);
    assert!(opened(&printed), "{printed}");
    // Nowhere.
    let nowhere = with(URL, &[("AWS_EC2_METADATA_DISABLED", "true")]);
    assert!(nowhere.contains("there are no credentials in the environment"), "{nowhere}");
    let printed = with(URL, &keys[..1]);
    assert!(printed.contains("AWS_SECRET_ACCESS_KEY of the environment is not set"), "{printed}");
    let no_region = child(URL, home, &[&place[..2], &keys[..]].concat());
    assert!(no_region.contains("there is no region"), "{no_region}");
    let far = [("AWS_ENDPOINT_URL_KMS", "http://10.0.0.1"), place[2], keys[0], keys[1]];
    assert!(child(URL, home, &far).contains("AWS_ENDPOINT_URL_KMS of the environment names no endpoint"));

    // Profiles: of keys, of a role that they take on, and of a circle.
    let (assume, role) = (live.keys("assume"), live.arn("role"));
    let write = |name: &str, text: String| std::fs::write(format!("{home}/.aws/{name}"), text).unwrap();
    write(
        "credentials",
        format!(
            "[default]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n[starter]\n\
             aws_access_key_id = {}\naws_secret_access_key = {}\n",
            assume.0, assume.1
        ),
    );
    write(
        "config",
        format!(
            "[default]\nregion = {REGION}\n[profile role]\nrole_arn = {role}\nsource_profile = starter\n\
             [profile a]\nrole_arn = {role}\nsource_profile = b\n\
             [profile b]\nrole_arn = {role}\nsource_profile = a\n\
             [profile process]\ncredential_process = /bin/hunter2\n"
        ),
    );
    let printed = child(URL, home, &place[..2]);
    assert!(opened(&printed), "{printed}");
    for (url, more) in [("awskms:///alias/app?profile=role", None), (URL, Some(("AWS_PROFILE", "role")))] {
        let printed = with(url, &more.into_iter().collect::<Vec<_>>());
        assert!(opened(&printed), "{printed}");
    }
    for (profile, told) in [
        ("a", "in a circle"),
        ("absent", "has no credentials"),
        ("process", "credential_process, which is not done here"),
        ("starter", "`kms:Encrypt` on alias/app"),
    ] {
        let printed = with(&format!("{URL}?profile={profile}"), &keys);
        assert!(printed.contains(told) && !printed.contains("hunter2"), "{profile}: {printed}");
        if profile != "starter" {
            // The profile that is said is not passed over for what else there is.
            let printed = with(URL, &[("AWS_PROFILE", profile)]);
            assert!(printed.contains(told) || printed.contains("AWS_PROFILE names"), "{profile}: {printed}");
        }
    }
    std::fs::remove_dir_all(format!("{home}/.aws")).unwrap();
    let asked = sts.asked();
    // Once for each process, whose keys last.
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!(asked.iter().all(|one| one.text.contains(&format!("Credential={}/", assume.0))));

    // A web identity, whose token the server does not look at.
    let file = live.file("identity", "eyJhbGciOiJub25lIn0.hunter2.\n");
    let identity = [("AWS_WEB_IDENTITY_TOKEN_FILE", file.as_str()), ("AWS_ROLE_ARN", role)];
    let printed = with(URL, &identity);
    assert!(opened(&printed), "{printed}");
    assert!(!sts.asked()[2].text.contains("authorization:"));
    // Policies hold for the role: the keys are those that it was given, and are checked.
    live.boto("admin", &[], "boto3.client('iam').delete_role_policy(RoleName='use', PolicyName='p')");
    let printed = with(URL, &identity);
    assert!(printed.contains("`kms:Encrypt` on alias/app"), "{printed}");
}

/// What a machine of Amazon's says of itself, with the keys of a user.
fn machine(asked: &Asked, keys: &str) -> Reply {
    let has = |header: &str| asked.text.to_lowercase().contains(&format!("\r\n{header}\r\n"));
    match asked.line.trim_end_matches(" HTTP/1.1") {
        "PUT /latest/api/token" if has("x-aws-ec2-metadata-token-ttl-seconds: 300") => {
            Reply::json(200, "TOKEN==")
        }
        _ if !has("x-aws-ec2-metadata-token: token==") && !has("authorization: hunter2") => {
            Reply::json(401, "")
        }
        "GET /latest/meta-data/iam/security-credentials/" => Reply::json(200, "app-role"),
        "GET /latest/meta-data/iam/security-credentials/app-role" | "GET /v1/credentials" => {
            Reply::json(200, keys)
        }
        _ => Reply::json(404, ""),
    }
}

/// A service that takes the keys of a machine.
fn service() -> Fake {
    Fake::start(|asked, _| {
        let body: serde_json::Value =
            serde_json::from_str(asked.text.split_once("\r\n\r\n").unwrap().1).unwrap();
        let is_signed = asked.text.contains("x-amz-security-token: TEMPORARY\r\n")
            && asked.text.contains("Credential=ASIAMACHINE/");
        match (is_signed, &body["Plaintext"], &body["CiphertextBlob"]) {
            (true, serde_json::Value::String(text), _) => {
                Reply::json(200, &format!("{{\"CiphertextBlob\":\"{text}\"}}"))
            }
            (true, _, serde_json::Value::String(text)) => {
                Reply::json(200, &format!("{{\"Plaintext\":\"{text}\"}}"))
            }
            _ => Reply::json(403, "<Code>InvalidClientTokenId</Code>"),
        }
    })
}

fn given(until: &str) -> String {
    format!(
        r#"{{"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"ASIAMACHINE","SecretAccessKey":"hunter2",
            "Token":"TEMPORARY","Expiration":"{until}"}}"#
    )
}

#[test]
fn a_machine_of_amazon_s_has_credentials() {
    let (folder, service) = (tempfile::tempdir().unwrap(), service());
    let (home, endpoint) = (folder.path().to_str().unwrap(), format!("http://{}", service.address));
    let token = folder.path().join("token");
    std::fs::write(&token, "hunter2\n").unwrap();
    let place = [("AWS_ENDPOINT_URL_KMS", endpoint.as_str()), ("AWS_REGION", REGION)];
    // Keys that last are asked for once; those that end soon, each time. Each keyring takes two calls.
    for (until, times) in [("2999-01-01T00:00:00Z", 1), ("2000-01-01T00:00:00Z", 4)] {
        let keys = given(until);
        let machine = Fake::start(move |asked, _| machine(asked, &keys));
        let address = format!("http://{}", machine.address);
        let imds = [("AWS_EC2_METADATA_SERVICE_ENDPOINT", address.as_str())];
        let printed = child(URL, home, &[&place[..], &imds].concat());
        assert!(opened(&printed), "{printed}");
        assert_eq!(machine.asked().len(), 3 * times, "{until}");
        let uri = format!("{address}/v1/credentials");
        let agent = [
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri.as_str()),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token.to_str().unwrap()),
        ];
        let printed = child(URL, home, &[&place[..], &agent].concat());
        assert!(opened(&printed), "{printed}");
        assert_eq!(machine.asked().len(), 4 * times, "{until}");
        // The second version is asked with its token alone, and the agent with the one that it gave.
        let printed = child(URL, home, &[&place[..], &agent[..1]].concat());
        assert!(printed.contains("401") && printed.contains("the container's agent refuses"), "{printed}");
    }
    // No success, no role, nothing readable.
    for (status, body, told) in [
        (
            200,
            given("2999-01-01T00:00:00Z").replace("Success", "AssumeRoleUnauthorizedAccess"),
            "something else listening",
        ),
        (200, "hunter2".to_owned(), "something else listening"),
        (404, String::new(), "404"),
        (500, "hunter2".to_owned(), "500"),
    ] {
        let machine = Fake::start(move |asked, _| match machine(asked, &body) {
            Reply::Says(200, ..) if asked.line.contains("app-role") => Reply::json(status, &body),
            reply => reply,
        });
        let address = format!("http://{}", machine.address);
        let printed =
            child(URL, home, &[&place[..], &[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &address)]].concat());
        assert!(printed.contains(told) && !printed.contains("hunter2"), "{told}: {printed}");
    }
    let elsewhere = [("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://10.0.0.1/credentials")];
    let printed = child(URL, home, &[&place[..], &elsewhere].concat());
    assert!(printed.contains("leads to no agent"), "{printed}");
}

/// Credentials of the machine are nothing for a proxy, which could keep them.
#[test]
fn no_proxy_is_asked_for_the_credentials_of_a_machine() {
    let folder = tempfile::tempdir().unwrap();
    let proxy = Fake::start(|_, _| Reply::json(502, ""));
    let address = format!("http://{}", proxy.address);
    let variables = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];
    let mut variables: Vec<(&str, &str)> = variables.map(|name| (name, address.as_str())).into();
    variables.push(("AWS_REGION", REGION));
    let home = folder.path().to_str().unwrap();
    // Names that do not resolve, so nothing but the proxy could answer for them.
    variables.push(("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://metadata.invalid"));
    let printed = child(URL, home, &variables);
    assert!(printed.contains("this is no instance of AWS's"), "{printed}");
    variables.push(("AWS_CONTAINER_CREDENTIALS_FULL_URI", "https://agent.invalid/v2/credentials"));
    let printed = child(URL, home, &variables);
    assert!(printed.contains("agent.invalid does not resolve"), "{printed}");
    assert!(proxy.asked().is_empty(), "{:?}", proxy.asked());
    // With keys, the proxy is asked for the service: what was not asked above could have been.
    variables.extend([("AWS_ACCESS_KEY_ID", "AKIA"), ("AWS_SECRET_ACCESS_KEY", "hunter2")]);
    let printed = child(URL, home, &variables);
    assert!(!opened(&printed) && !printed.contains("hunter2"), "{printed}");
    assert!(proxy.asked().iter().any(|asked| asked.line.starts_with("CONNECT kms.")), "{:?}", proxy.asked());
}
