//! Files of any size, over functions of the caller's.

use crate::endpoint::{Sink, SinkTable, Source, SourceTable, told};
use crate::failure::{Failure, Status};
use crate::handles;
use crate::memory::{In, Len, Out};
use crate::object::{KeyHandle, Kind, Object, StreamHandle};
use crate::open_stream::Stream;
use crate::options::{self, Options};
use crate::output::Output;
use std::ffi::c_void;
use std::io::{BufRead, Seek, SeekFrom, Write};
use strongroom::{Item, StreamReader};

/// Begins to encrypt a file of any size: what strongroom_stream_write is given goes encrypted to the sink,
/// in chunks of 16 KiB, and strongroom_stream_finish writes its end. It opens with the same aad only. The
/// sink's function and `user` are used until the stream is freed. For keys of type xaes256-gcm.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_encrypt_stream(
    key: KeyHandle,
    sink: In<'_, SinkTable>,
    options: In<'_, Options<'_>>,
    stream: Out<'_, StreamHandle>,
) -> Status {
    boundary!({
        let place = stream.place()?;
        let sink = Sink::read(sink)?;
        let writer = handles::with(key, |object| {
            let view = object.view()?;
            options::with(options, Item::stream(), |item, _| Ok(view.encrypt_writer_item(sink, item)?))
        })?;
        let made = Stream::writing(writer);
        place.put(handles::add(Object::Stream(Box::new(made)))?);
        Ok(())
    })
}

/// Begins to decrypt a file of any size, of which the source is at the beginning. Its functions and `user`
/// are used until the stream is freed, and its end is taken for that of the file.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_decrypt_stream(
    key: KeyHandle,
    source: In<'_, SourceTable>,
    options: In<'_, Options<'_>>,
    stream: Out<'_, StreamHandle>,
) -> Status {
    boundary!({
        let place = stream.place()?;
        let source = Source::read(source)?;
        let reader = handles::with(key, |object| {
            let view = object.view()?;
            options::with(options, Item::stream(), |item, _| {
                view.decrypt_reader_item(source, item).map_err(told)
            })
        })?;
        let made = Stream::reading(reader);
        place.put(handles::add(Object::Stream(Box::new(made)))?);
        Ok(())
    })
}

/// Decrypts a range of a file of any size, of which the source is at the beginning: the bytes from `start` on
/// and before `end`, as far as the plaintext has them. Reads only the chunks of the range and the last, by
/// which it authenticates that the file has its end. The source needs a function to seek, and is where it was
/// afterwards. For more than 2^30 bytes, which are STRONGROOM_MESSAGE_TOO_LONG, seek in a stream.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_decrypt_range(
    key: KeyHandle,
    source: In<'_, SourceTable>,
    start: u64,
    end: u64,
    options: In<'_, Options<'_>>,
    out: Out<'_, c_void>,
    capacity: Len,
    len: Out<'_, usize>,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        let mut source = Source::read(source)?;
        let found = handles::with(key, |object| {
            let view = object.view()?;
            let begin = source.stream_position().map_err(told)?;
            let found = options::with(options, Item::stream(), |item, _| {
                view.decrypt_range_item(&mut source, start..end, item).map_err(told)
            })?;
            // A caller whose buffer is too small, or who asks for the length, asks again.
            source.seek(SeekFrom::Start(begin)).map_err(told)?;
            Ok(found)
        })?;
        out.bytes(found.expose())
    })
}

/// Brings a file of any size under the latest version, whose number goes to `*version`: opens every chunk of
/// the source and writes it to the sink anew. One that is under that version already is authenticated too,
/// and comes out byte for byte. After an error what went to the sink is no whole file.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_rewrap_stream(
    key: KeyHandle,
    source: In<'_, SourceTable>,
    sink: In<'_, SinkTable>,
    options: In<'_, Options<'_>>,
    version: Out<'_, u32>,
) -> Status {
    boundary!({
        let place = version.place()?;
        let (source, sink) = (Source::read(source)?, Sink::read(sink)?);
        let version = handles::with(key, |object| {
            let view = object.view()?;
            options::with(options, Item::stream(), |item, _| {
                view.rewrap_stream_item(source, sink, item).map_err(told)
            })
        })?;
        place.put(version.get());
        Ok(())
    })
}

/// The version that a file of any size is under, of which the source is at the beginning. It takes no key:
/// 64 bytes are read, and nothing of them is authenticated.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_stream_info(source: In<'_, SourceTable>, version: Out<'_, u32>) -> Status {
    boundary!({
        let place = version.place()?;
        let info = strongroom::StreamInfo::read(Source::read(source)?).map_err(told)?;
        place.put(info.version.get());
        Ok(())
    })
}

/// The version of the key that a stream is under.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_stream_version(stream: StreamHandle, version: Out<'_, u32>) -> Status {
    boundary!({
        let place = version.place()?;
        place.put(handles::with(stream, |object| Ok(object.stream()?.version()))?);
        Ok(())
    })
}

/// Has so many threads, 1 to 64, encrypt or decrypt at the same time, of which one is that of the caller,
/// from now on; 1 unless it is said. For each of them half a MiB is in memory, and when it is written that
/// again encrypted, before any of it comes out. The functions are called by the caller's thread alone. A
/// number that is lower than one said before changes nothing, and what is sought in is read by one.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_stream_threads(stream: StreamHandle, threads: u32) -> Status {
    boundary!({
        let threads = usize::try_from(threads).ok().filter(|threads| (1..=MOST_THREADS).contains(threads));
        let threads = threads.ok_or(Failure::Argument("a stream has 1 to 64 threads"))?;
        handles::with(stream, |object| object.stream()?.threads(threads))
    })
}

/// More than these are never begun for one call.
const MOST_THREADS: usize = 64;

/// Writes all of the data. What does not fill a chunk waits for more, or for the end. After an error the
/// file is no whole one and can only be written anew from its beginning, so free the stream.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_stream_write(
    stream: StreamHandle,
    data: In<'_, c_void>,
    data_len: Len,
) -> Status {
    boundary!({
        let data = data.bytes(data_len)?;
        handles::with(stream, |object| object.stream()?.write(|writer| writer.write_all(data).map_err(told)))
    })
}

/// Writes the end, once. Without it the file says that it is cut off when it is read.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_stream_finish(stream: StreamHandle) -> Status {
    boundary!({ handles::with(stream, |object| object.stream()?.finish()) })
}

/// Reads at least one byte and at most as many as there is room for; `*len` is 0 at the end alone. What came
/// out is authentic; that it was all is known when it is 0, or by strongroom_stream_verify_end. The capacity
/// is not 0. After STRONGROOM_CALLBACK_FAILED reading can be tried again; any other error ends the stream.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_stream_read(
    stream: StreamHandle,
    out: Out<'_, c_void>,
    capacity: Len,
    len: Out<'_, usize>,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        if out.capacity() == 0 {
            return Err(Failure::Argument("the buffer has no room, so the end could not be told"));
        }
        handles::with(stream, |object| {
            object.stream()?.read(|reader| {
                let open = reader.fill_buf().map_err(told)?;
                let len = open.len().min(out.capacity());
                out.bytes(open.get(..len).unwrap_or_default())?;
                reader.consume(len);
                Ok(())
            })
        })
    })
}

/// Goes to a position in the plaintext: `offset` bytes from its beginning (whence 0), from where reading is
/// (1) or from its end (2). The position goes to `*position`, unless that is NULL. From the end on, and
/// behind it, the end is authenticated first. The source needs a function for it.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_stream_seek(
    stream: StreamHandle,
    offset: i64,
    whence: u32,
    position: Out<'_, u64>,
) -> Status {
    boundary!({
        let to = match (whence, u64::try_from(offset)) {
            (0, Ok(offset)) => SeekFrom::Start(offset),
            (0, Err(_)) => return Err(Failure::Argument("a seek before the beginning")),
            (1, _) => SeekFrom::Current(offset),
            (2, _) => SeekFrom::End(offset),
            _ => return Err(Failure::Argument("whence is 0, 1 or 2")),
        };
        let reached =
            handles::with(stream, |object| object.stream()?.read(|reader| reader.seek(to).map_err(told)))?;
        if !position.is_null() {
            position.place()?.put(reached);
        }
        Ok(())
    })
}

/// Authenticates that the file has its end, by its last chunk, and gives the length of the plaintext. Reading
/// goes on where it was. The source needs a function to seek.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_stream_verify_end(stream: StreamHandle, plaintext_len: Out<'_, u64>) -> Status {
    boundary!({
        let place = plaintext_len.place()?;
        let verify = |reader: &mut StreamReader<Source>| reader.verify_end().map_err(told);
        place.put(handles::with(stream, |object| object.stream()?.read(verify))?);
        Ok(())
    })
}

/// Frees a stream, and wipes what it holds. The end is not written: strongroom_stream_finish does that. Once
/// it returns, and no other thread is in a call with the stream, its functions are called no more.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_stream_free(stream: StreamHandle) -> Status {
    boundary!({ handles::free(stream, Kind::Stream) })
}
