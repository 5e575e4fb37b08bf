//! Blind indexes: what stands beside a ciphertext, so that equal values are found.

use super::View;
use crate::Error;
use crate::key::index::blind_index::BlindIndex;
use crate::key::index::{self, bare, named};
use crate::key::item::Item;
use crate::verb::Verb;

impl View {
    /// The blind index of a value, to be stored beside its ciphertext: the same each time, so that the row is
    /// found by it, and of no use without the key.
    ///
    /// It is text, `strongroom:i<N>:…`, which names the version it was made with: the newest that everybody
    /// who searches knows by now, or the one that the column says. To find what was stored before a rotation,
    /// search for all of [`indexes`](Self::indexes).
    ///
    /// ```
    /// use strongroom::{BlindIndex, KeySpec, Keyring};
    /// let users = Keyring::in_memory().create_key("users", KeySpec::default())?;
    /// let emails = BlindIndex::new("users.email");
    /// let stored = users.index("ann@example.com", &emails)?;
    /// assert!(stored.starts_with("strongroom:i1:"));
    /// assert!(users.indexes("ann@example.com", &emails)?.contains(&stored));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidValue`] for what is empty, also once it is normalised, and what is not UTF-8;
    /// [`Error::IndexNotSupported`], [`Error::InvalidOption`], [`Error::MessageTooLong`],
    /// [`Error::KeyDisabled`], [`Error::Stale`], [`Error::NoSuchVersion`]; of a version that the column says
    /// [`Error::VersionTooNew`], [`Error::VersionTooOld`]
    pub fn index(&self, value: impl AsRef<[u8]>, column: &BlindIndex) -> Result<String, Error> {
        self.run(Verb::Index, &Item::message(value.as_ref()), |call| index::index(call, column, named))
    }

    /// [`index`](Self::index) as the bits alone, which do not say what version they are of.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let users = Keyring::in_memory().create_key("users", KeySpec::default())?;
    /// let emails = BlindIndex::new("users.email").bits(100);
    /// assert_eq!(users.index_binary("ann@example.com", &emails)?.len(), 13);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`index`](Self::index)
    pub fn index_binary(&self, value: impl AsRef<[u8]>, column: &BlindIndex) -> Result<Vec<u8>, Error> {
        self.run(Verb::Index, &Item::message(value.as_ref()), |call| index::index(call, column, bare))
    }

    /// The blind indexes to search for: of every version from `min_decryption_version` to the latest, newest
    /// first, or of the one that the column says. In SQL, `WHERE email_index IN (…)`.
    ///
    /// ```
    /// use strongroom::{BlindIndex, KeySpec, Keyring};
    /// let users = Keyring::in_memory().create_key("users", KeySpec::default())?;
    /// let emails = BlindIndex::new("users.email");
    /// let stored = users.index("ann@example.com", &emails)?;
    /// users.rotate()?;
    /// let searched = users.indexes("ann@example.com", &emails)?;
    /// assert!(searched[0].starts_with("strongroom:i2:") && searched[1] == stored);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`index`](Self::index); [`Error::Stale`] also where a version may be missing
    pub fn indexes(&self, value: impl AsRef<[u8]>, column: &BlindIndex) -> Result<Vec<String>, Error> {
        self.run(Verb::Indexes, &Item::message(value.as_ref()), |call| index::indexes(call, column, named))
    }

    /// [`indexes`](Self::indexes) as the bits alone.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let users = Keyring::in_memory().create_key("users", KeySpec::default())?;
    /// let emails = BlindIndex::new("users.email");
    /// let stored = users.index_binary("ann@example.com", &emails)?;
    /// assert_eq!(users.indexes_binary("ann@example.com", &emails)?, [stored]);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`indexes`](Self::indexes)
    pub fn indexes_binary(
        &self,
        value: impl AsRef<[u8]>,
        column: &BlindIndex,
    ) -> Result<Vec<Vec<u8>>, Error> {
        self.run(Verb::Indexes, &Item::message(value.as_ref()), |call| index::indexes(call, column, bare))
    }

    /// The blind indexes of the beginnings of a value, of these lengths in characters, to be stored in a
    /// table of their own: one set, nothing twice, in an order that says nothing. A value that is shorter
    /// than a length has none of it.
    ///
    /// They say more of the values than whole ones do: see `docs/search.md`.
    ///
    /// ```
    /// use strongroom::{BlindIndex, KeySpec, Keyring, Normalize};
    /// let users = Keyring::in_memory().create_key("users", KeySpec::default())?;
    /// let names = BlindIndex::new("users.name").normalize(Normalize::Casefold);
    /// let stored = users.index_prefixes("Smith", &[2, 3], &names)?;
    /// assert!(stored.contains(&users.indexes_prefix("smi", &names)?[0]));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`index`](Self::index); [`Error::InvalidOption`] for a length of 0
    pub fn index_prefixes(
        &self,
        value: impl AsRef<[u8]>,
        lengths: &[u8],
        column: &BlindIndex,
    ) -> Result<Vec<String>, Error> {
        self.run(Verb::Index, &Item::message(value.as_ref()), |call| {
            index::beginnings(call, column, lengths, named)
        })
    }

    /// [`index_prefixes`](Self::index_prefixes) as the bits alone.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let users = Keyring::in_memory().create_key("users", KeySpec::default())?;
    /// let names = BlindIndex::new("users.name").bits(32);
    /// assert_eq!(users.index_prefixes_binary("Smith", &[2, 3, 6], &names)?.len(), 2);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`index_prefixes`](Self::index_prefixes)
    pub fn index_prefixes_binary(
        &self,
        value: impl AsRef<[u8]>,
        lengths: &[u8],
        column: &BlindIndex,
    ) -> Result<Vec<Vec<u8>>, Error> {
        self.run(Verb::Index, &Item::message(value.as_ref()), |call| {
            index::beginnings(call, column, lengths, bare)
        })
    }

    /// The blind indexes of all runs of `n` characters in a value, to be stored in a table of their own: one
    /// set, nothing twice, in an order that says nothing. A value that is shorter has none.
    ///
    /// They say much of the values: see `docs/search.md`.
    ///
    /// ```
    /// use strongroom::{BlindIndex, KeySpec, Keyring, Normalize};
    /// let users = Keyring::in_memory().create_key("users", KeySpec::default())?;
    /// let names = BlindIndex::new("users.name").normalize(Normalize::Casefold);
    /// let stored = users.index_ngrams("Blacksmith", 3, &names)?;
    /// let searched = users.indexes_ngrams("smith", 3, &names)?; // smi, mit, ith
    /// assert!(searched[0].iter().all(|one| stored.contains(one)));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`index`](Self::index); [`Error::InvalidOption`] for an `n` of 0
    pub fn index_ngrams(
        &self,
        value: impl AsRef<[u8]>,
        n: u8,
        column: &BlindIndex,
    ) -> Result<Vec<String>, Error> {
        self.run(Verb::Index, &Item::message(value.as_ref()), |call| index::ngrams(call, column, n, named))
    }

    /// [`index_ngrams`](Self::index_ngrams) as the bits alone.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let users = Keyring::in_memory().create_key("users", KeySpec::default())?;
    /// let names = BlindIndex::new("users.name").bits(16);
    /// assert_eq!(users.index_ngrams_binary("banana", 4, &names)?.len(), 3);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`index_ngrams`](Self::index_ngrams)
    pub fn index_ngrams_binary(
        &self,
        value: impl AsRef<[u8]>,
        n: u8,
        column: &BlindIndex,
    ) -> Result<Vec<Vec<u8>>, Error> {
        self.run(Verb::Index, &Item::message(value.as_ref()), |call| index::ngrams(call, column, n, bare))
    }

    /// The blind indexes to search a beginning for, which is the value here: of every version, newest first.
    /// They find what [`index_prefixes`](Self::index_prefixes) stored for a length of as many characters.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let users = Keyring::in_memory().create_key("users", KeySpec::default())?;
    /// let names = BlindIndex::new("users.name");
    /// assert_eq!(users.indexes_prefix("Smi", &names)?, users.index_prefixes("Smith", &[3], &names)?);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`indexes`](Self::indexes); [`Error::InvalidOption`] for more than 255 characters
    pub fn indexes_prefix(&self, value: impl AsRef<[u8]>, column: &BlindIndex) -> Result<Vec<String>, Error> {
        self.run(Verb::Indexes, &Item::message(value.as_ref()), |call| {
            index::indexes_beginning(call, column, named)
        })
    }

    /// [`indexes_prefix`](Self::indexes_prefix) as the bits alone.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let users = Keyring::in_memory().create_key("users", KeySpec::default())?;
    /// assert_eq!(users.indexes_prefix_binary("Smi", &BlindIndex::new("users.name"))?[0].len(), 16);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`indexes_prefix`](Self::indexes_prefix)
    pub fn indexes_prefix_binary(
        &self,
        value: impl AsRef<[u8]>,
        column: &BlindIndex,
    ) -> Result<Vec<Vec<u8>>, Error> {
        self.run(Verb::Indexes, &Item::message(value.as_ref()), |call| {
            index::indexes_beginning(call, column, bare)
        })
    }

    /// The blind indexes of all runs of `n` characters in what is searched: for every version, newest first,
    /// its set. A row fits where all of one set are stored for it.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let users = Keyring::in_memory().create_key("users", KeySpec::default())?;
    /// users.rotate()?;
    /// let sets = users.indexes_ngrams("smith", 3, &BlindIndex::new("users.name"))?;
    /// assert_eq!((sets.len(), sets[0].len()), (2, 3));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`indexes`](Self::indexes); [`Error::InvalidOption`] for an `n` of 0
    pub fn indexes_ngrams(
        &self,
        value: impl AsRef<[u8]>,
        n: u8,
        column: &BlindIndex,
    ) -> Result<Vec<Vec<String>>, Error> {
        self.run(Verb::Indexes, &Item::message(value.as_ref()), |call| {
            index::indexes_ngrams(call, column, n, named)
        })
    }

    /// [`indexes_ngrams`](Self::indexes_ngrams) as the bits alone.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let users = Keyring::in_memory().create_key("users", KeySpec::default())?;
    /// let sets = users.indexes_ngrams_binary("smith", 3, &BlindIndex::new("users.name"))?;
    /// assert_eq!((sets.len(), sets[0].len()), (1, 3));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`indexes_ngrams`](Self::indexes_ngrams)
    pub fn indexes_ngrams_binary(
        &self,
        value: impl AsRef<[u8]>,
        n: u8,
        column: &BlindIndex,
    ) -> Result<Vec<Vec<Vec<u8>>>, Error> {
        self.run(Verb::Indexes, &Item::message(value.as_ref()), |call| {
            index::indexes_ngrams(call, column, n, bare)
        })
    }

    /// Whether an index that is stored should be made anew, since [`index`](Self::index) would use a newer
    /// version or [`indexes`](Self::indexes) finds this one no more. Looks at its text alone.
    ///
    /// ```
    /// use strongroom::{BlindIndex, KeySpec, Keyring};
    /// let users = Keyring::in_memory().create_key("users", KeySpec::default())?;
    /// let stored = users.index("ann@example.com", &BlindIndex::new("users.email"))?;
    /// assert!(!users.needs_reindex(&stored)?);
    /// users.rotate()?;
    /// assert!(users.needs_reindex(&stored)?); // nobody else has this keyring, so nobody has to hear of it
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::VersionTooNew`], [`Error::KeyDisabled`]
    pub fn needs_reindex(&self, text: impl AsRef<str>) -> Result<bool, Error> {
        self.run(Verb::NeedsReindex, &Item::ciphertext(text.as_ref()), index::needs_reindex)
    }

    /// [`index`](Self::index) of each.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let users = Keyring::in_memory().create_key("users", KeySpec::default())?;
    /// let indexes = users.index_batch(["ann@example.com", ""], &BlindIndex::new("users.email"));
    /// assert!(indexes[0].is_ok() && matches!(indexes[1], Err(Error::InvalidValue { .. })));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn index_batch<V: AsRef<[u8]>>(
        &self,
        values: impl IntoIterator<Item = V>,
        column: &BlindIndex,
    ) -> Vec<Result<String, Error>> {
        let values: Vec<V> = values.into_iter().collect();
        self.at().run_batch(Verb::Index, values.iter().map(Item::message), |call| {
            index::index(call, column, named)
        })
    }

    /// [`index_binary`](Self::index_binary) of each.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let users = Keyring::in_memory().create_key("users", KeySpec::default())?;
    /// let indexes = users.index_binary_batch(["ann", "bob"], &BlindIndex::new("users.login"));
    /// assert!(indexes.iter().all(Result::is_ok) && indexes[0] != indexes[1]);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn index_binary_batch<V: AsRef<[u8]>>(
        &self,
        values: impl IntoIterator<Item = V>,
        column: &BlindIndex,
    ) -> Vec<Result<Vec<u8>, Error>> {
        let values: Vec<V> = values.into_iter().collect();
        self.at()
            .run_batch(Verb::Index, values.iter().map(Item::message), |call| index::index(call, column, bare))
    }

    /// [`indexes`](Self::indexes) of each.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let users = Keyring::in_memory().create_key("users", KeySpec::default())?;
    /// users.rotate()?;
    /// let searched = users.indexes_batch(["ann", "bob"], &BlindIndex::new("users.login"));
    /// assert!(searched.iter().all(|one| one.as_ref().is_ok_and(|indexes| indexes.len() == 2)));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn indexes_batch<V: AsRef<[u8]>>(
        &self,
        values: impl IntoIterator<Item = V>,
        column: &BlindIndex,
    ) -> Vec<Result<Vec<String>, Error>> {
        let values: Vec<V> = values.into_iter().collect();
        self.at().run_batch(Verb::Indexes, values.iter().map(Item::message), |call| {
            index::indexes(call, column, named)
        })
    }

    /// [`indexes_binary`](Self::indexes_binary) of each.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let users = Keyring::in_memory().create_key("users", KeySpec::default())?;
    /// let searched = users.indexes_binary_batch(["ann", "bob"], &BlindIndex::new("users.login"));
    /// assert!(searched.iter().all(|one| one.as_ref().is_ok_and(|indexes| indexes.len() == 1)));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn indexes_binary_batch<V: AsRef<[u8]>>(
        &self,
        values: impl IntoIterator<Item = V>,
        column: &BlindIndex,
    ) -> Vec<Result<Vec<Vec<u8>>, Error>> {
        let values: Vec<V> = values.into_iter().collect();
        self.at().run_batch(Verb::Indexes, values.iter().map(Item::message), |call| {
            index::indexes(call, column, bare)
        })
    }

    /// [`needs_reindex`](Self::needs_reindex) of each.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let users = Keyring::in_memory().create_key("users", KeySpec::default())?;
    /// let stored = users.index("ann", &BlindIndex::new("users.login"))?;
    /// assert_eq!(users.needs_reindex_batch([stored.as_str(), "ann"]), [Ok(false), Err(Error::Malformed)]);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn needs_reindex_batch<T: AsRef<str>>(
        &self,
        texts: impl IntoIterator<Item = T>,
    ) -> Vec<Result<bool, Error>> {
        let texts: Vec<T> = texts.into_iter().collect();
        self.at().run_batch(Verb::NeedsReindex, texts.iter().map(Item::ciphertext), index::needs_reindex)
    }
}
