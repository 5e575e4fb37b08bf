//! A moto that checks signatures and policies, with what the tests need.

use crate::fake::Reply;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use strongroom::{Aad, Error, KeySpec, Keyring, Memory, Seal};
use strongroom_servers::{Server, Skipped, moto, output};

pub(crate) const REGION: &str = "eu-central-1";

pub(crate) struct Live {
    python: PathBuf,
    pub(crate) server: Server,
    /// By name of a user: id and secret of its access key; and by name of an alias: the ARN of its key.
    made: serde_json::Value,
}

/// Users, each with what its name says, a role that pods take on, and keys.
const MAKE: &str = "
import boto3, json
own = dict(aws_access_key_id='any', aws_secret_access_key='any')
iam, kms = boto3.client('iam', **own), boto3.client('kms', **own)
use = ['kms:Encrypt', 'kms:Decrypt']
allowed = {
    'admin': ['*'], 'use': use, 'decrypt': use[1:], 'encrypt': use[:1], 'nothing': ['s3:ListBucket'],
    'secrets': ['secretsmanager:GetSecretValue'],
    'rotate': ['secretsmanager:' + a
        for a in ('GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage')],
    'assume': ['sts:AssumeRole'],
}
made = {}
policy = lambda actions: json.dumps({'Version': '2012-10-17', 'Statement': [
    {'Effect': 'Allow', 'Action': actions, 'Resource': '*'}]})
for name, actions in allowed.items():
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName='p', PolicyDocument=policy(actions))
    key = iam.create_access_key(UserName=name)['AccessKey']
    made[name] = [key['AccessKeyId'], key['SecretAccessKey']]
trust = json.dumps({'Version': '2012-10-17', 'Statement': [
    {'Effect': 'Allow', 'Principal': '*', 'Action': ['sts:AssumeRole', 'sts:AssumeRoleWithWebIdentity']}]})
made['role'] = iam.create_role(RoleName='use', AssumeRolePolicyDocument=trust)['Role']['Arn']
iam.put_role_policy(RoleName='use', PolicyName='p', PolicyDocument=policy(use))
for name in ('app', 'other'):
    made['alias/' + name] = kms.create_key()['KeyMetadata']['Arn']
    kms.create_alias(AliasName='alias/' + name, TargetKeyId=made['alias/' + name])
print(json.dumps(made))
";

impl Live {
    pub(crate) fn start() -> Result<Self, Skipped> {
        let (python, server) = (moto::python()?, moto::start()?);
        let mut live = Self { python, server, made: serde_json::Value::Null };
        live.made = serde_json::from_str(&live.run(&[], &[], MAKE)).unwrap();
        moto::check_signatures(&live.server, &live.python).unwrap();
        Ok(live)
    }

    /// What a program in Python prints.
    fn run(&self, variables: &[(&str, &str)], words: &[&str], script: &str) -> String {
        let all = self.server.variables.iter().map(|(name, value)| (*name, value.as_str()));
        let mut command = Command::new(&self.python);
        command.args(["-c", script]).args(words).envs(all).envs(variables.iter().copied());
        output(&mut command).unwrap()
    }

    /// What Amazon's own client does, as a user; `kms` and `secrets` are clients.
    pub(crate) fn boto(&self, user: &str, words: &[&str], script: &str) -> String {
        let (id, secret) = self.keys(user);
        let variables = [("AWS_ACCESS_KEY_ID", id.as_str()), ("AWS_SECRET_ACCESS_KEY", secret.as_str())];
        let begin = "import boto3, base64, json, sys\n\
            kms, secrets = boto3.client('kms'), boto3.client('secretsmanager')\n";
        self.run(&variables, words, &format!("{begin}{script}"))
    }

    pub(crate) fn keys(&self, user: &str) -> (String, String) {
        let text = |at: usize| self.made[user][at].as_str().unwrap().to_owned();
        (text(0), text(1))
    }

    /// The ARN of a key, by its alias, or of the role.
    pub(crate) fn arn(&self, name: &str) -> &str {
        self.made[name].as_str().unwrap()
    }

    /// Lets the next call through unchecked: moto, where it checks, fails at those of its STS.
    pub(crate) fn allow_one(&self) {
        let head = format!("POST /moto-api/reset-auth HTTP/1.1\r\nhost: {}\r\n", self.server.address);
        let text = format!("{head}content-type: text/plain\r\ncontent-length: 1\r\n\r\n1");
        let Reply::Says(200, ..) = handed_on(&self.server.address, &text) else { panic!("it does not") };
    }

    /// A file of the server's folder.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.server.home().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// A file with the credentials of a user.
    pub(crate) fn credentials(&self, user: &str) -> String {
        let (id, secret) = self.keys(user);
        self.file(
            &format!("credentials-{user}"),
            &format!("[default]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n"),
        )
    }

    /// The parameters of a URL for a user.
    pub(crate) fn by(&self, user: &str) -> String {
        let file = self.credentials(user);
        format!("region={REGION}&endpoint=http://{}&credentials_file={file}", self.server.address)
    }

    pub(crate) fn url(&self, key: &str, user: &str) -> String {
        format!("awskms:///{key}?{}", self.by(user))
    }
}

pub(crate) fn seal(url: &str) -> Seal {
    strongroom_platforms::seal(url).unwrap_or_else(|error| panic!("{url}: {error}"))
}

/// A keyring that the seal made, and a text of it.
pub(crate) fn create(seal: Seal) -> Result<(Memory, Keyring, String), Error> {
    let store = Memory::new();
    let ring = Keyring::create(store.clone(), seal)?;
    let text = ring.create_key("cards", KeySpec::default())?.encrypt(b"4111", Aad::NONE)?;
    Ok((store, ring, text))
}

/// Whether it opens, and opens what was made.
pub(crate) fn open(store: &Memory, seal: Seal, text: &str) -> Result<(), Error> {
    let ring = Keyring::open(store.clone(), seal)?;
    assert_eq!(ring.key("cards")?.decrypt(text, Aad::NONE)?.expose(), b"4111");
    Ok(())
}

/// Why a seal failed.
pub(crate) fn reason<T>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::SealFailed { reason }) => reason.as_str().to_owned(),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it did not fail"),
    }
}

/// What the server answers to the same bytes, which are signed for the address of whoever hands them on.
pub(crate) fn handed_on(address: &str, text: &str) -> Reply {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(text.as_bytes()).unwrap();
    let (mut answer, mut chunk) = (String::new(), [0; 4096]);
    loop {
        let length = |head: &str| {
            let length =
                |line: &str| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok();
            head.lines().find_map(length).unwrap_or(0)
        };
        if let Some((head, body)) =
            answer.split_once("\r\n\r\n").filter(|(head, body)| body.len() >= length(head))
        {
            let status = head.split(' ').nth(1).unwrap().parse().unwrap();
            return Reply::json(status, body);
        }
        let len = stream.read(&mut chunk).unwrap();
        assert!(len > 0, "{answer}");
        answer += std::str::from_utf8(&chunk[..len]).unwrap();
    }
}
