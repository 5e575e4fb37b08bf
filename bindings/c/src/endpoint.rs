//! What a stream is read from and written to: functions of the caller's. They get buffers of the library's
//! and return a status; neither is believed.

use crate::callback::required;
use crate::failure::{Failure, Status};
use crate::memory::In;
use crate::structure::{self, Structure};
use std::error::Error as StdError;
use std::ffi::c_void;
use std::fmt;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use strongroom::Error;

/// Where a stream is written to: a file, a socket, memory. The function may be called by whichever thread is
/// in a call with the stream.
#[repr(C)]
pub struct SinkTable {
    pub(crate) size: usize,
    /// Given to the function.
    pub(crate) user: *mut c_void,
    /// Takes all of the bytes and returns STRONGROOM_OK, or any other status if it could not, with which the
    /// stream ends. The call of the stream then fails with STRONGROOM_CALLBACK_FAILED, whose message has the
    /// number.
    pub(crate) write:
        Option<unsafe extern "C" fn(user: *mut c_void, data: *const c_void, len: usize) -> Status>,
}

/// Where a stream is read from. The functions may be called by whichever thread is in a call with the stream.
#[repr(C)]
pub struct SourceTable {
    pub(crate) size: usize,
    /// Given to the functions.
    pub(crate) user: *mut c_void,
    /// Reads at least one byte and at most `capacity` into `out`, and sets `*len`, which is 0 at the end
    /// alone. Returns STRONGROOM_OK, or any other status if it could not: then nothing counts as read, and
    /// the call of the stream fails with STRONGROOM_CALLBACK_FAILED, whose message has the number.
    pub(crate) read: Option<
        unsafe extern "C" fn(user: *mut c_void, out: *mut c_void, capacity: usize, len: *mut usize) -> Status,
    >,
    /// Goes to `offset` bytes from the beginning of the source (whence 0), from where it is (1) or from its
    /// end (2), and sets `*position` to where that is from the beginning. Returns as `read` does. NULL if the
    /// source cannot be sought in.
    pub(crate) seek: Option<
        unsafe extern "C" fn(user: *mut c_void, offset: i64, whence: u32, position: *mut u64) -> Status,
    >,
}

type TakeFn = unsafe extern "C" fn(*mut c_void, *const c_void, usize) -> Status;
type GiveFn = unsafe extern "C" fn(*mut c_void, *mut c_void, usize, *mut usize) -> Status;
type GoFn = unsafe extern "C" fn(*mut c_void, i64, u32, *mut u64) -> Status;

// SAFETY: a size first, then pointers only, and the one to a function may be NULL.
unsafe impl Structure for SinkTable {
    const FIRST_SIZE: usize = size_of::<Self>();
}

// SAFETY: a size first, then pointers only, and those to functions may be NULL.
unsafe impl Structure for SourceTable {
    const FIRST_SIZE: usize = size_of::<Self>();
}

pub(crate) struct Sink {
    user: *mut c_void,
    write: TakeFn,
}

pub(crate) struct Source {
    user: *mut c_void,
    read: GiveFn,
    seek: Option<GoFn>,
}

// SAFETY: `strongroom.h` says that whichever thread is in a call with the stream calls the function.
unsafe impl Send for Sink {}
// SAFETY: `strongroom.h` says that whichever thread is in a call with the stream calls the functions.
unsafe impl Send for Source {}

impl Sink {
    pub(crate) fn read(table: In<'_, SinkTable>) -> Result<Self, Failure> {
        if table.is_null() {
            return Err(Failure::Argument("the sink is NULL"));
        }
        let SinkTable { user, write, .. } = structure::read(table)?;
        Ok(Self { user, write: required(write)? })
    }
}

impl Source {
    pub(crate) fn read(table: In<'_, SourceTable>) -> Result<Self, Failure> {
        if table.is_null() {
            return Err(Failure::Argument("the source is NULL"));
        }
        let SourceTable { user, read, seek, .. } = structure::read(table)?;
        Ok(Self { user, read: required(read)?, seek })
    }
}

/// Why a stream could not go on, where that is the caller's.
#[derive(Debug)]
enum Theirs {
    /// A function gave this status.
    Failed(&'static str, Status),
    Wrong(&'static str),
}

impl fmt::Display for Theirs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(function, status) => {
                write!(f, "{function} failed with the status {status}")
            }
            Self::Wrong(what) => f.write_str(what),
        }
    }
}

impl StdError for Theirs {}

fn checked(function: &'static str, status: Status) -> io::Result<()> {
    if status == 0 { Ok(()) } else { Err(io::Error::other(Theirs::Failed(function, status))) }
}

fn wrong(what: &'static str) -> io::Error {
    io::Error::other(Theirs::Wrong(what))
}

/// What an error of a stream is to C.
#[cold]
pub(crate) fn told(error: io::Error) -> Failure {
    if let Some(error) = Error::inside(&error) {
        return Failure::Core(error.clone());
    }
    if error.kind() == ErrorKind::InvalidInput {
        return Failure::Argument("a seek before the beginning");
    }
    Failure::Callback(error.to_string())
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // SAFETY: the caller's function with its `user`; the bytes are as many as is said.
        let status = unsafe { (self.write)(self.user, bytes.as_ptr().cast(), bytes.len()) };
        checked("write of the sink", status).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Source {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut len = usize::MAX;
        // SAFETY: the caller's functions with their `user`; there is room for as many bytes as is said, and
        // for the length.
        let status = unsafe { (self.read)(self.user, out.as_mut_ptr().cast(), out.len(), &raw mut len) };
        checked("read of the source", status)?;
        if len > out.len() {
            return Err(wrong(
                "read of the source set no length, or one that is larger than there was room for",
            ));
        }
        Ok(len)
    }
}

impl Seek for Source {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let seek =
            self.seek.ok_or_else(|| wrong("the source cannot be sought in: it has no function for it"))?;
        let (offset, whence) = match to {
            SeekFrom::Start(position) => {
                (i64::try_from(position).map_err(|_| wrong("the position is too large for the source"))?, 0)
            }
            SeekFrom::Current(by) => (by, 1),
            SeekFrom::End(by) => (by, 2),
        };
        let mut position = u64::MAX;
        // SAFETY: the caller's function with its `user`; there is room for the position.
        checked("seek of the source", unsafe { seek(self.user, offset, whence, &raw mut position) })?;
        if position == u64::MAX { Err(wrong("seek of the source set no position")) } else { Ok(position) }
    }
}
