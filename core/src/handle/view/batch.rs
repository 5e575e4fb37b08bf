//! Every operation on many items.

use super::View;
use crate::key::data_key::{self, DataKey};
use crate::key::item::Item;
use crate::key::{decrypt, encrypt, hmac, rewrap, sign, verify};
use crate::verb::Verb;
use crate::{Error, SecretBytes};

macro_rules! batches {
    ($($(#[doc = $doc:literal])* $batch:ident = $verb:ident $work:path => $result:ty;)*) => {$(
        $(#[doc = $doc])*
        pub fn $batch<'a>(&self, items: impl IntoIterator<Item = Item<'a>>) -> Vec<Result<$result, Error>> {
            self.at().run_batch(Verb::$verb, items, $work)
        }
    )*};
}

impl View {
    batches! {
        /// [`encrypt_item`](Self::encrypt_item) of each.
        ///
        /// ```
        /// # use strongroom::*;
        /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
        /// let ciphertexts = key.encrypt_batch(["4111", "4242"].iter().map(Item::plaintext));
        /// assert!(ciphertexts.iter().all(Result::is_ok));
        /// # Ok::<(), strongroom::Error>(())
        /// ```
        encrypt_batch = Encrypt encrypt::encrypt => String;
        /// [`decrypt_item`](Self::decrypt_item) of each.
        ///
        /// ```
        /// # use strongroom::*;
        /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
        /// let ciphertext = key.encrypt(b"4111", Aad::NONE)?;
        /// let results = key.decrypt_batch([Item::ciphertext(&ciphertext), Item::ciphertext("nothing")]);
        /// assert_eq!(results[0].as_ref().unwrap().expose(), b"4111");
        /// assert_eq!(results[1].as_ref().unwrap_err(), &Error::Malformed);
        /// # Ok::<(), strongroom::Error>(())
        /// ```
        decrypt_batch = Decrypt decrypt::decrypt => SecretBytes;
        /// [`rewrap_item`](Self::rewrap_item) of each.
        ///
        /// ```
        /// # use strongroom::*;
        /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
        /// let mut rows = Vec::new();
        /// for (id, number) in [("order-17", "4111"), ("order-18", "4242")] {
        ///     rows.push((id, key.encrypt(number.as_bytes(), Aad::from(id))?));
        /// }
        /// key.rotate()?;
        /// let items = rows.iter().map(|(id, ciphertext)| Item::ciphertext(ciphertext).aad(*id));
        /// let news = key.rewrap_batch(items);
        /// assert!(news.iter().all(Result::is_ok));
        /// # Ok::<(), strongroom::Error>(())
        /// ```
        rewrap_batch = Rewrap rewrap::rewrap => String;
        /// [`encrypt_binary_item`](Self::encrypt_binary_item) of each.
        ///
        /// ```
        /// # use strongroom::*;
        /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
        /// let ciphertexts = key.encrypt_binary_batch(["4111", "4242"].iter().map(Item::plaintext));
        /// assert!(ciphertexts.iter().flatten().all(|ciphertext| ciphertext[0] == 0xFE));
        /// # Ok::<(), strongroom::Error>(())
        /// ```
        encrypt_binary_batch = Encrypt encrypt::encrypt_binary => Vec<u8>;
        /// [`rewrap_binary_item`](Self::rewrap_binary_item) of each.
        ///
        /// ```
        /// # use strongroom::*;
        /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
        /// let old = key.encrypt_binary_batch(["4111", "4242"].iter().map(Item::plaintext));
        /// key.rotate()?;
        /// let new = key.rewrap_binary_batch(old.iter().flatten().map(Item::binary));
        /// assert!(new.iter().flatten().all(|ciphertext| ciphertext[..5] == [0xFE, 0, 0, 0, 2]));
        /// # Ok::<(), strongroom::Error>(())
        /// ```
        rewrap_binary_batch = Rewrap rewrap::rewrap_binary => Vec<u8>;
        /// [`needs_rewrap_item`](Self::needs_rewrap_item) of each.
        ///
        /// ```
        /// # use strongroom::*;
        /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
        /// let old = key.encrypt(b"4111", Aad::NONE)?;
        /// key.rotate()?;
        /// let new = key.encrypt(b"4242", Aad::NONE)?;
        /// assert_eq!(key.needs_rewrap_batch([&old, &new].map(Item::ciphertext)), [Ok(true), Ok(false)]);
        /// # Ok::<(), strongroom::Error>(())
        /// ```
        needs_rewrap_batch = NeedsRewrap rewrap::needs_rewrap => bool;
        /// [`sign_item`](Self::sign_item) of each.
        ///
        /// ```
        /// # use strongroom::*;
        /// # let key = Keyring::in_memory().create_key("releases", KeyType::Ed25519)?;
        /// let releases = [Item::message(b"v1.0"), Item::message(b"v1.1").form(SignatureForm::Jws)];
        /// let signatures = key.sign_batch(releases);
        /// assert!(signatures.iter().all(Result::is_ok));
        /// # Ok::<(), strongroom::Error>(())
        /// ```
        sign_batch = Sign sign::sign => String;
        /// [`verify_item`](Self::verify_item) of each.
        ///
        /// ```
        /// # use strongroom::*;
        /// # let key = Keyring::in_memory().create_key("releases", KeyType::Ed25519)?;
        /// let signature = key.sign(b"v1.0")?;
        /// let releases = [Item::signed(b"v1.0", &signature), Item::signed(b"v1.1", &signature)];
        /// let results = key.verify_batch(releases);
        /// assert_eq!(results, [Ok(()), Err(Error::BadSignature)]);
        /// # Ok::<(), strongroom::Error>(())
        /// ```
        verify_batch = Verify verify::verify => ();
        /// [`hmac_item`](Self::hmac_item) of each.
        ///
        /// ```
        /// # use strongroom::*;
        /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
        /// let macs = key.hmac_batch(["4111", "4242"].iter().map(Item::message));
        /// assert!(macs.iter().all(Result::is_ok));
        /// # Ok::<(), strongroom::Error>(())
        /// ```
        hmac_batch = Hmac hmac::hmac => String;
        /// [`verify_hmac_item`](Self::verify_hmac_item) of each.
        ///
        /// ```
        /// # use strongroom::*;
        /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
        /// let mac = key.hmac(b"4111")?;
        /// let results = key.verify_hmac_batch([Item::signed(b"4111", &mac), Item::signed(b"4242", &mac)]);
        /// assert_eq!(results, [Ok(()), Err(Error::BadSignature)]);
        /// # Ok::<(), strongroom::Error>(())
        /// ```
        verify_hmac_batch = VerifyHmac hmac::verify_hmac => ();
        /// [`data_key_item`](Self::data_key_item) of each.
        ///
        /// ```
        /// # use strongroom::*;
        /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
        /// let sizes = [DataKeySize::Bits128, DataKeySize::Bits256];
        /// let keys = key.data_key_batch(sizes.map(Item::data_key));
        /// assert!(keys.iter().all(Result::is_ok));
        /// # Ok::<(), strongroom::Error>(())
        /// ```
        data_key_batch = DataKey data_key::data_key => DataKey;
    }
}
