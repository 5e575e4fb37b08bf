//! Amazon's own client wraps what is unwrapped here, and unwraps what was wrapped here, with what each key is
//! bound to.

use crate::fake::{Asked, Fake, Reply};
use crate::live::{Live, create, handed_on, open, seal};
use std::sync::Arc;

/// Answers as Amazon's client gives it, told what was asked.
const ENCRYPT: &str = "
asked = json.loads(sys.argv[1])
made = kms.encrypt(KeyId=asked['KeyId'], Plaintext=base64.b64decode(asked['Plaintext']),
                   EncryptionContext=asked['EncryptionContext'])
blob = base64.b64encode(made['CiphertextBlob']).decode()
print(json.dumps({'KeyId': made['KeyId'], 'CiphertextBlob': blob}))
";
const DECRYPT: &str = "
asked = json.loads(sys.argv[1])
made = kms.decrypt(KeyId=asked['KeyId'], CiphertextBlob=base64.b64decode(asked['CiphertextBlob']),
                   EncryptionContext=asked['EncryptionContext'])
print(json.dumps({'KeyId': made['KeyId'], 'Plaintext': base64.b64encode(made['Plaintext']).decode()}))
";

fn body(asked: &Asked) -> &str {
    asked.text.split_once("\r\n\r\n").unwrap().1
}

#[test]
fn amazon_s_client_and_this_one_read_each_other() {
    let live = match Live::start() {
        Ok(live) => Arc::new(live),
        Err(skipped) => return println!("{skipped}"),
    };
    let mut ran = 0;
    for (theirs, script) in [("TrentService.Encrypt", ENCRYPT), ("TrentService.Decrypt", DECRYPT)] {
        let between = live.clone();
        let fake = Fake::start(move |asked, _| {
            if asked.text.contains(&format!("x-amz-target: {theirs}\r\n")) {
                Reply::json(200, &between.boto("use", &[body(asked)], script))
            } else {
                handed_on(&between.server.address, &asked.text)
            }
        });
        let url = live.url("alias/app", "use").replace(&live.server.address, &fake.address);
        let (store, ring, text) = create(seal(&url)).unwrap();
        open(&store, seal(&url), &text).unwrap();
        // Without anybody between, too.
        open(&store, seal(&live.url("alias/app", "use")), &text).unwrap();
        let asked = fake.asked();
        assert_eq!(asked.len(), 3, "encrypt, decrypt, and decrypt to open");
        for one in &asked {
            let said: serde_json::Value = serde_json::from_str(body(one)).unwrap();
            // Whichever it is, the key is named.
            assert_eq!(said["KeyId"], "alias/app");
            let id = said["EncryptionContext"]["strongroom-keyring"].as_str().unwrap();
            assert_eq!(id, ring.id().to_string());
            assert_eq!(said["EncryptionContext"]["strongroom-root"], "1");
            assert_eq!(said["EncryptionContext"].as_object().unwrap().len(), 2);
            ran += usize::from(one.text.contains(theirs));
        }
        // Bound to this keyring: Amazon's client opens nothing under another context.
        let wrapped = asked.iter().find(|one| one.text.contains("TrentService.Decrypt")).unwrap();
        let other = body(wrapped).replace("\"strongroom-root\":\"1\"", "\"strongroom-root\":\"2\"");
        assert_ne!(other, body(wrapped));
        let refused = format!(
            "try:{}except kms.exceptions.InvalidCiphertextException: print('refused')",
            DECRYPT.replace('\n', "\n    ") + "\n"
        );
        assert_eq!(live.boto("use", &[&other], &refused), "refused");
    }
    assert_eq!(ran, 3, "calls that Amazon's client answered");
}
