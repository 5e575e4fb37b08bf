//! Files of any size, as they are written, read and brought under another version.

use super::View;
use crate::key::item::Item;
use crate::key::stream::{decrypt, encrypt, rewrap};
use crate::secret::SecretBytes;
use crate::stream::info::read_head;
use crate::stream::reader::StreamReader;
use crate::stream::rewrap::StreamRewrapper;
use crate::stream::writer::StreamWriter;
use crate::stream::{self, admitted::Admitted};
use crate::verb::Verb;
use crate::version::Version;
use crate::{Aad, Error};
use std::io::{self, Read, Seek, Write};
use std::ops::Range;

impl View {
    /// Encrypts a file of any size: what is written to the writer goes to `sink`, encrypted chunk by chunk,
    /// and [`StreamWriter::finish`] writes its end. The stream names the version, and opens with the same aad
    /// only. For keys of type `xaes256-gcm`.
    ///
    /// The format is C2SP chunked encryption with AES-256-GCM, behind 8 bytes of our own (`docs/formats.md`,
    /// section 16).
    ///
    /// ```
    /// use std::io::{Read, Write};
    /// use strongroom::{Aad, KeySpec, Keyring};
    /// let key = Keyring::in_memory().create_key("exports", KeySpec::default())?;
    /// let mut writer = key.encrypt_writer(Vec::new(), Aad::from("2026"))?;
    /// writer.write_all(b"as many bytes as there are")?;
    /// let file = writer.finish()?;
    /// let mut plaintext = String::new();
    /// key.decrypt_reader(&file[..], Aad::from("2026"))?.read_to_string(&mut plaintext)?;
    /// assert_eq!(plaintext, "as many bytes as there are");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::OperationNotSupported`], [`Error::ContextRequired`], [`Error::InvalidAad`],
    /// [`Error::KeyDisabled`], [`Error::Stale`]
    pub fn encrypt_writer<W: Write>(&self, sink: W, aad: Aad<'_>) -> Result<StreamWriter<W>, Error> {
        self.encrypt_writer_item(sink, &Item::stream().aad(&aad))
    }

    /// [`encrypt_writer`](Self::encrypt_writer) with options: an [`Item::stream`] with what is said about it.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("exports", KeySpec::default().derived(true))?;
    /// let about = Item::stream().context([("tenant", "acme")]).version(Version::FIRST);
    /// let file = key.encrypt_writer_item(Vec::new(), &about)?.finish()?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`encrypt_writer`](Self::encrypt_writer), and [`Error::VersionNotAllowed`],
    /// [`Error::VersionTooNew`]
    pub fn encrypt_writer_item<W: Write>(&self, sink: W, item: &Item<'_>) -> Result<StreamWriter<W>, Error> {
        let stream = self.run(Verb::EncryptStream, item, encrypt)?;
        Ok(StreamWriter::new(Admitted::to(&self.engine), stream, sink))
    }

    /// Decrypts a file of any size: the reader is read like the plaintext, and sought in where `source` can
    /// be. What comes out is authentic; that it was all is seen at the end ([`StreamReader`]).
    ///
    /// ```
    /// # use strongroom::*;
    /// # use std::io::Write;
    /// # let key = Keyring::in_memory().create_key("exports", KeySpec::default())?;
    /// # let mut writer = key.encrypt_writer(Vec::new(), Aad::NONE)?;
    /// # writer.write_all(b"one\ntwo\n")?;
    /// # let file = writer.finish()?;
    /// use std::io::BufRead;
    /// let lines: Result<Vec<String>, _> = key.decrypt_reader(&file[..], Aad::NONE)?.lines().collect();
    /// assert_eq!(lines?, ["one", "two"]);
    /// let cut = std::io::copy(&mut key.decrypt_reader(&file[..64], Aad::NONE)?, &mut Vec::new());
    /// assert_eq!(Error::inside(&cut.unwrap_err()), Some(&Error::TruncatedStream));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// Inside one of input and output ([`Error::inside`]): [`Error::DecryptFailed`], [`Error::Malformed`],
    /// [`Error::TruncatedStream`], [`Error::UnsupportedFormat`], [`Error::VersionTooOld`],
    /// [`Error::VersionTooNew`], [`Error::OperationNotSupported`], [`Error::KeyDisabled`]; or the source's
    pub fn decrypt_reader<R: Read>(&self, source: R, aad: Aad<'_>) -> io::Result<StreamReader<R>> {
        self.decrypt_reader_item(source, &Item::stream().aad(&aad))
    }

    /// [`decrypt_reader`](Self::decrypt_reader) with options: an [`Item::stream`] with what is said about it.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("exports", KeySpec::default().derived(true))?;
    /// let file = key.context("acme")?.encrypt_writer(Vec::new(), Aad::NONE)?.finish()?;
    /// let reader = key.decrypt_reader_item(&file[..], &Item::stream().context("acme"))?;
    /// assert_eq!(reader.version(), Version::FIRST);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`decrypt_reader`](Self::decrypt_reader)
    pub fn decrypt_reader_item<R: Read>(
        &self,
        mut source: R,
        item: &Item<'_>,
    ) -> io::Result<StreamReader<R>> {
        let head = read_head(&mut source)?;
        let stream = self.run(Verb::DecryptStream, item, |call| decrypt(call, &head))?;
        Ok(StreamReader::new(Admitted::to(&self.engine), stream, source))
    }

    /// Decrypts a range of a file, as far as the plaintext has one, and reads only its chunks and the last,
    /// by which it authenticates that the file has its end. To do without that, or for more than 2^30 bytes,
    /// seek in [`decrypt_reader`](Self::decrypt_reader).
    ///
    /// ```
    /// # use strongroom::*;
    /// # use std::io::{Cursor, Write};
    /// # let key = Keyring::in_memory().create_key("exports", KeySpec::default())?;
    /// # let mut writer = key.encrypt_writer(Vec::new(), Aad::NONE)?;
    /// # writer.write_all(b"as many bytes as there are")?;
    /// # let file = Cursor::new(writer.finish()?);
    /// let some = key.decrypt_range(file, 8..13, Aad::NONE)?;
    /// assert_eq!(some.expose(), b"bytes");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`decrypt_reader`](Self::decrypt_reader), and [`Error::MessageTooLong`] for more than 2^30 bytes
    pub fn decrypt_range<R: Read + Seek>(
        &self,
        source: R,
        range: Range<u64>,
        aad: Aad<'_>,
    ) -> io::Result<SecretBytes> {
        self.decrypt_range_item(source, range, &Item::stream().aad(&aad))
    }

    /// [`decrypt_range`](Self::decrypt_range) with options: an [`Item::stream`] with what is said about it.
    ///
    /// ```
    /// # use strongroom::*;
    /// # use std::io::Cursor;
    /// # let key = Keyring::in_memory().create_key("exports", KeySpec::default().derived(true))?;
    /// let file = key.context("acme")?.encrypt_writer(Vec::new(), Aad::NONE)?.finish()?;
    /// let about = Item::stream().context("acme");
    /// assert!(key.decrypt_range_item(Cursor::new(file), 0..100, &about)?.is_empty());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`decrypt_range`](Self::decrypt_range)
    pub fn decrypt_range_item<R: Read + Seek>(
        &self,
        source: R,
        range: Range<u64>,
        item: &Item<'_>,
    ) -> io::Result<SecretBytes> {
        stream::range::range(self.decrypt_reader_item(source, item)?, &range)
    }

    /// Brings a file under the latest version: opens every chunk of `source` and writes it to `sink` anew.
    /// One that is under that version already is authenticated as well, and comes out byte for byte. Gives
    /// the version.
    ///
    /// After an error what is in the sink is no whole stream.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("exports", KeySpec::default())?;
    /// let old = key.encrypt_writer(Vec::new(), Aad::NONE)?.finish()?;
    /// key.rotate()?;
    /// let mut new = Vec::new();
    /// assert_eq!(key.rewrap_stream(&old[..], &mut new, Aad::NONE)?.get(), 2);
    /// assert_eq!(StreamInfo::read(&new[..])?.version.get(), 2);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`decrypt_reader`](Self::decrypt_reader) and [`encrypt_writer`](Self::encrypt_writer), and the
    /// sink's
    pub fn rewrap_stream<R: Read, W: Write>(&self, source: R, sink: W, aad: Aad<'_>) -> io::Result<Version> {
        self.rewrap_stream_item(source, sink, &Item::stream().aad(&aad))
    }

    /// [`rewrap_stream`](Self::rewrap_stream) with options: an [`Item::stream`] with what is said about it.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("exports", KeySpec::default().derived(true))?;
    /// let file = key.context("acme")?.encrypt_writer(Vec::new(), Aad::NONE)?.finish()?;
    /// let mut same = Vec::new();
    /// key.rewrap_stream_item(&file[..], &mut same, &Item::stream().context("acme"))?;
    /// assert_eq!(same, file);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`rewrap_stream`](Self::rewrap_stream)
    pub fn rewrap_stream_item<R: Read, W: Write>(
        &self,
        source: R,
        sink: W,
        item: &Item<'_>,
    ) -> io::Result<Version> {
        let mut rewrapper = self.stream_rewrapper(source, sink, item)?;
        rewrapper.run()?;
        Ok(rewrapper.version())
    }

    /// [`rewrap_stream_item`](Self::rewrap_stream_item) for a source that has the file piece by piece, such
    /// as one that says [`WouldBlock`](std::io::ErrorKind::WouldBlock) meanwhile: [`StreamRewrapper::run`]
    /// does it, as far as the source has the file. What stands before the first chunk, 64 bytes, is read
    /// here.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("exports", KeySpec::default())?;
    /// let file = key.encrypt_writer(Vec::new(), Aad::NONE)?.finish()?;
    /// let mut same = Vec::new();
    /// key.stream_rewrapper(&file[..], &mut same, &Item::stream())?.run()?;
    /// assert_eq!(same, file);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`rewrap_stream`](Self::rewrap_stream), of what is known before the first chunk
    pub fn stream_rewrapper<R: Read, W: Write>(
        &self,
        mut source: R,
        sink: W,
        item: &Item<'_>,
    ) -> io::Result<StreamRewrapper<R, W>> {
        let head = read_head(&mut source)?;
        let streams = self.run(Verb::RewrapStream, item, |call| rewrap(call, &head))?;
        Ok(StreamRewrapper::new(&self.engine, streams, source, sink))
    }
}
