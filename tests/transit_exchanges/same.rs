//! Whether what was made here says the same as what the server made. What is random is not equal: then each
//! opens, or verifies, what the other made.

use super::{Made, Verb};
use crate::messages::said::Asked;
use crate::mount::Mount;
use crate::request::Answer;
use serde_json::{Value, json};
use strongroom::{Key, KeyType, RsaPadding};

fn encoded(bytes: &[u8]) -> Value {
    base64_simd::STANDARD.encode_to_string(bytes).into()
}

/// The answer in the form of the server, with its own texts where ours are as good.
pub(crate) fn answer(mount: &Mount, key: &Key, asked: &Asked, made: Made, theirs: &Value) -> Answer {
    let info = key.info()?;
    let version = asked.version.filter(|number| *number > 0).unwrap_or(info.latest_version.get());
    let is_same = mount.is_same(key.name().as_str(), version);
    let template = info.version_template.as_deref().unwrap_or("vault:v{{version}}:");
    let head = match asked.verb {
        Verb::Hmac => format!("vault:v{version}:"),
        _ => template.replace("{{version}}", &version.to_string()),
    };
    // An EcdsaSignature as DER is a byte or two shorter or longer from time to time.
    let is_of_form = |ours: &str, theirs: &str| {
        ours.starts_with(&head)
            && theirs.starts_with(&head)
            && (asked.verb == Verb::Sign || ours.len() == theirs.len())
    };
    let opened = |text: &str| {
        let view = key.transit();
        view.decrypt_item(&asked.of(Verb::Decrypt, text)).map(|opened| opened.expose().to_vec())
    };
    let verifies = |text: &str| key.transit().verify_item(&asked.of(Verb::Verify, text)).is_ok();
    Ok(match made {
        Made::Plaintext(plaintext) => json!({ "plaintext": encoded(plaintext.expose()) }),
        Made::Verified => json!({ "valid": true }),
        Made::Text(ours) if asked.verb == Verb::Hmac => {
            let text = theirs["hmac"].as_str().unwrap_or_default();
            json!({ "hmac": if !is_same && is_of_form(&ours, text) { text } else { &ours } })
        }
        Made::Text(ours) if asked.verb == Verb::Sign => {
            let text = theirs["signature"].as_str().unwrap_or_default();
            let is_fixed = info.key_type == KeyType::Ed25519 || asked.padding == Some(RsaPadding::Pkcs1v15);
            let is_as_good =
                is_of_form(&ours, text) && (!is_same || !is_fixed && verifies(text)) && verifies(&ours);
            let mut answer =
                json!({ "signature": if is_as_good { text } else { &ours }, "key_version": version });
            for member in ["public_key", "publickey"] {
                if theirs.get(member).is_some() {
                    let view = key.context(asked.context.as_deref().unwrap_or_default())?;
                    let public = view.transit().public_key(strongroom::Version::new(version))?;
                    answer[member] = encoded(public.as_bytes());
                }
            }
            answer
        }
        Made::Text(ours) => {
            let text = theirs["ciphertext"].as_str().unwrap_or_default();
            let expected =
                if asked.verb == Verb::Encrypt { Ok(asked.input.clone()) } else { opened(&asked.text) };
            let is_as_good = is_of_form(&ours, text)
                && (!is_same || !info.convergent && opened(text) == expected)
                && opened(&ours) == expected;
            json!({ "ciphertext": if is_as_good { text } else { &ours }, "key_version": version })
        }
        Made::DataKey(made) => {
            let text = theirs["ciphertext"].as_str().unwrap_or_default();
            let (ours, own) = (made.ciphertext, made.plaintext.expose().to_vec());
            let shown = theirs.get("plaintext");
            let is_as_good = is_of_form(&ours, text)
                && opened(&ours) == Ok(own)
                && opened(text).is_ok_and(|theirs| {
                    theirs.len() == asked.size.bytes() && shown.is_none_or(|shown| *shown == encoded(&theirs))
                });
            let mut answer =
                json!({ "ciphertext": if is_as_good { text } else { &ours }, "key_version": version });
            if let Some(shown) = shown {
                answer["plaintext"] = shown.clone();
            }
            answer
        }
    })
}
