//! Each server is talked to as its users do. What cannot be had is said, and counted.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Duration;
use strongroom_servers::{ALL, Server, Skipped, azurite, bao, gcs, moto, output, postgres, softhsm};

/// The server, unless it cannot be had: that is said.
fn here(server: Result<Server, Skipped>) -> Option<Server> {
    server.inspect_err(|skipped| println!("{skipped}")).ok()
}

/// What a program in Python prints that is asked of a server.
fn python(program: &str, server: &Server, words: &[&str], script: &str) -> String {
    let variables = server.variables.iter().map(|(name, value)| (*name, value.as_str()));
    let mut command = Command::new(program);
    command.args(["-c", script, &server.address]).args(words).envs(variables);
    output(&mut command).unwrap()
}

#[test]
fn bao_encrypts_and_decrypts() {
    let Some(server) = here(bao::start()) else { return };
    let ask = |words: &[&str]| bao::ask(&server, &bao::program().unwrap(), words).unwrap();
    ask(&["secrets", "enable", "transit"]);
    let text = ask(&["write", "-field=ciphertext", "transit/encrypt/cards", "plaintext=NDExMQ=="]);
    assert!(text.starts_with("vault:v1:"), "{text}");
    let field = format!("ciphertext={text}");
    assert_eq!(ask(&["write", "-field=plaintext", "transit/decrypt/cards", &field]), "NDExMQ==");
}

#[test]
fn moto_takes_what_is_signed_and_refuses_what_is_not() {
    const USER: &str = "
import boto3, json
iam = boto3.client('iam', aws_access_key_id='any', aws_secret_access_key='any')
iam.create_user(UserName='tests')
policy = {'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', 'Action': 's3:*', 'Resource': '*'}]}
iam.put_user_policy(UserName='tests', PolicyName='s3', PolicyDocument=json.dumps(policy))
key = iam.create_access_key(UserName='tests')['AccessKey']
print(key['AccessKeyId'], key['SecretAccessKey'])
";
    const OBJECT: &str = "
import boto3, botocore, sys
name, secret = sys.argv[2:]
def asked(secret, service, work):
    client = boto3.client(service, aws_access_key_id=name, aws_secret_access_key=secret)
    try:
        return work(client)
    except botocore.exceptions.ClientError as error:
        return error.response['Error']['Code']
place = {'LocationConstraint': 'eu-central-1'}
asked(secret, 's3', lambda s3: s3.create_bucket(Bucket='rows', CreateBucketConfiguration=place))
asked(secret, 's3', lambda s3: s3.put_object(Bucket='rows', Key='a', Body=b'4111'))
read = lambda s3: s3.get_object(Bucket='rows', Key='a')['Body'].read().decode()
listed = lambda iam: iam.list_users()
print(asked(secret, 's3', read), asked('wrong', 's3', read), asked(secret, 'iam', listed))
";
    let Some(server) = here(moto::start()) else { return };
    let program = moto::python().unwrap();
    let user = python(program.to_str().unwrap(), &server, &[], USER);
    moto::check_signatures(&server, &program).unwrap();
    let words: Vec<&str> = user.split(' ').collect();
    let said = python(program.to_str().unwrap(), &server, &words, OBJECT);
    assert_eq!(said, "4111 SignatureDoesNotMatch AccessDenied");
}

#[test]
fn azurite_takes_what_is_signed_and_refuses_what_is_not() {
    const SCRIPT: &str = "
import base64, email.utils, hashlib, hmac, sys, urllib.error, urllib.request
address, account, key = sys.argv[1:]
def ask(method, path, body=None, query='', key=key, **extra):
    headers = {'x-ms-date': email.utils.formatdate(usegmt=True), 'x-ms-version': '2021-12-02'}
    headers |= {name.replace('_', '-'): value for name, value in extra.items()}
    named = ''.join(f'{name}:{headers[name]}\\n' for name in sorted(headers))
    asked = f'/{account}/{account}{path}' + ''.join(f'\\n{pair}' for pair in query.replace('=', ':').split('&') if pair)
    kind = 'application/octet-stream' if body else ''
    text = '\\n'.join([method, '', '', str(len(body)) if body else '', '', kind, '', '', '', '', '', '', named + asked])
    mac = hmac.new(base64.b64decode(key), text.encode(), hashlib.sha256).digest()
    headers['Authorization'] = f'SharedKey {account}:{base64.b64encode(mac).decode()}'
    headers |= {'Content-Type': kind} if body else {'Content-Length': '0'} if method == 'PUT' else {}
    url = f'http://{address}/{account}{path}' + (f'?{query}' if query else '')
    try:
        return urllib.request.urlopen(urllib.request.Request(url, body, headers, method=method)).read().decode()
    except urllib.error.HTTPError as error:
        return str(error.code)
ask('PUT', '/rows', query='restype=container')
ask('PUT', '/rows/a', b'4111', x_ms_blob_type='BlockBlob')
print(ask('GET', '/rows/a'), ask('GET', '/rows/a', key=base64.b64encode(bytes(64)).decode()))
";
    let Some(server) = here(azurite::start()) else { return };
    let said = python("python3", &server, &[azurite::ACCOUNT, azurite::KEY], SCRIPT);
    assert_eq!(said, "4111 403");
}

#[test]
fn gcs_keeps_objects_and_compares_generations() {
    const SCRIPT: &str = "
import json, sys, urllib.error, urllib.request
def ask(method, path, body, kind='application/json'):
    request = urllib.request.Request('http://' + sys.argv[1] + path, body, {'Content-Type': kind}, method=method)
    try:
        return urllib.request.urlopen(request).read().decode()
    except urllib.error.HTTPError as error:
        return str(error.code)
parts = '--x\\r\\nContent-Type: application/json\\r\\n\\r\\n{\"name\":\"a\"}\\r\\n--x\\r\\n\\r\\n4111\\r\\n--x--\\r\\n'
up = '/upload/storage/v1/b/rows/o?uploadType=multipart&ifGenerationMatch=0'
ask('POST', '/storage/v1/b', b'{\"name\":\"rows\"}')
ask('POST', up, parts.encode(), 'multipart/related; boundary=x')
again = ask('POST', up, parts.encode(), 'multipart/related; boundary=x')
print(ask('GET', '/storage/v1/b/rows/o/a?alt=media', None), again)
";
    let Some(server) = here(gcs::start()) else { return };
    assert_eq!(python("python3", &server, &[], SCRIPT), "4111 412");
}

#[test]
fn postgres_answers() {
    let Some(server) = here(postgres::start()) else { return };
    assert_eq!(postgres::ask(&server, "select 40 + 2").unwrap(), "42");
    assert!(postgres::ask(&server, "select nothing").is_err());
}

#[test]
fn softhsm_has_a_token() {
    let Some(server) = here(softhsm::start()) else { return };
    let slots = softhsm::ask(&server, &["--show-slots"]).unwrap();
    assert!(slots.contains("strongroom") && slots.contains("User PIN init.:   yes"), "{slots}");
}

/// Whether nobody listens there any more, soon.
fn ends(address: &str) -> bool {
    (0..200).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        TcpStream::connect(address).is_err()
    })
}

#[test]
fn a_server_ends_when_it_is_dropped() {
    let Some(server) = here(postgres::start()) else { return };
    let address = server.address.clone();
    assert!(TcpStream::connect(&address).is_ok());
    drop(server);
    assert!(ends(&address));
}

const ADDRESS: &str = "it listens on ";

/// A process that is killed runs no destructor.
#[test]
fn a_server_ends_when_the_one_is_killed_who_started_it() {
    let mut holder = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "holds_a_server", "--ignored", "--nocapture"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(holder.stdout.take().unwrap()).lines().map_while(Result::ok);
    let said = lines.find_map(|line| line.split_once(ADDRESS).map(|(_, address)| address.to_owned()));
    let listened = said.as_ref().map(|address| TcpStream::connect(address).is_ok());
    holder.kill().unwrap();
    holder.wait().unwrap();
    let Some(address) = said else { return println!("there is no server to be ended") };
    assert!(listened == Some(true) && ends(&address));
}

#[test]
#[ignore = "a process that a_server_ends_when_the_one_is_killed_who_started_it starts and kills"]
fn holds_a_server() {
    let Some(server) = here(postgres::start()) else { return };
    println!("{ADDRESS}{}", server.address);
    std::thread::sleep(Duration::from_secs(60));
}

#[test]
fn every_server_has_a_name_of_its_own() {
    let names: std::collections::BTreeSet<&str> = ALL.iter().map(|(name, _)| *name).collect();
    assert_eq!(names.len(), ALL.len());
}
