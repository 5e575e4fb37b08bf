//! Children that write their nonces into memory shared with the parent, and what the parent checks.
//!
//! A child of a process with several threads may not allocate, print or take a lock that another thread could
//! have held: it writes into its row, and leaves with `_exit`.

use std::ptr;

/// One nonce.
pub(crate) type Nonce = [u8; 24];

/// What a child writes: its generation, and nonces.
pub(crate) struct Table {
    cells: *mut Nonce,
    rows: usize,
    columns: usize,
}

impl Table {
    /// `rows` × `columns` zeros, shared with all children made later, and given back with the process.
    pub(crate) fn new(rows: usize, columns: usize) -> Self {
        let size = rows * columns * size_of::<Nonce>();
        // SAFETY: a new mapping at a place of the kernel's choosing touches no memory that is in use.
        let cells = unsafe {
            libc::mmap(
                ptr::null_mut(),
                size,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_SHARED | libc::MAP_ANONYMOUS,
                -1,
                0,
            )
        };
        assert_ne!(cells, libc::MAP_FAILED);
        Self { cells: cells.cast(), rows, columns }
    }

    /// Writes one cell.
    pub(crate) fn set(&self, row: usize, column: usize, nonce: Nonce) {
        assert!(row < self.rows && column < self.columns);
        // SAFETY: the cell lies inside the mapping, and only the owner of the row writes to it.
        unsafe { self.cells.add(row * self.columns + column).write_volatile(nonce) };
    }

    /// Draws a row full of nonces; says whether that worked.
    pub(crate) fn draw_row(&self, row: usize) -> bool {
        (0..self.columns).all(|column| match strongroom_entropy::nonce() {
            Ok(nonce) => {
                self.set(row, column, nonce);
                true
            }
            Err(_) => false,
        })
    }

    /// Everything that was written. To be called when the children have ended.
    pub(crate) fn cells(&self) -> Vec<Nonce> {
        // SAFETY: the mapping holds that many cells, any bytes are a nonce, and whoever wrote has ended.
        unsafe { std::slice::from_raw_parts(self.cells, self.rows * self.columns) }.to_vec()
    }
}

/// A way of making a child: like `fork`, 0 in the child and its number in the parent.
pub(crate) type Spawn = fn() -> libc::pid_t;

/// The C library's `fork`, which runs at-fork handlers.
pub(crate) fn fork() -> libc::pid_t {
    // SAFETY: the child does only what is said at the top of this file.
    unsafe { libc::fork() }
}

/// The bare system call, which the C library does not notice.
#[cfg(target_os = "linux")]
pub(crate) fn bare_clone() -> libc::pid_t {
    // SAFETY: without flags for sharing, and without a stack of its own, the child is a copy as `fork` makes
    // it. It does only what is said at the top of this file.
    let child = unsafe { libc::syscall(libc::SYS_clone, libc::c_long::from(libc::SIGCHLD), 0, 0, 0, 0) };
    libc::pid_t::try_from(child).unwrap()
}

/// Makes a child that runs `body`, which says whether all went well. One that hangs is killed after half a
/// minute.
pub(crate) fn child(spawn: Spawn, body: impl FnOnce() -> bool) -> libc::pid_t {
    let child = spawn();
    if child == 0 {
        // SAFETY: both only make system calls, and `_exit` runs nothing that belongs to the parent.
        unsafe {
            libc::alarm(30);
            libc::_exit(if body() { 0 } else { 1 })
        }
    }
    assert!(child > 0, "no child: {}", std::io::Error::last_os_error());
    child
}

/// Whether the child ended by itself and without complaint.
pub(crate) fn ended_well(child: libc::pid_t) -> bool {
    let mut status = 0;
    // SAFETY: `status` is a valid place for the number that the call writes.
    let ended = unsafe { libc::waitpid(child, &raw mut status, 0) };
    ended == child && libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0
}

/// Fails unless all nonces differ and none is blank.
pub(crate) fn assert_all_differ(mut nonces: Vec<Nonce>) {
    nonces.sort_unstable();
    let blank = nonces.iter().filter(|nonce| **nonce == [0; 24]).count();
    let twice = nonces.windows(2).filter(|pair| pair[0] == pair[1]).count();
    assert_eq!((blank, twice), (0, 0), "blank and repeated among {} nonces", nonces.len());
}

/// Draws one nonce.
pub(crate) fn nonce() -> Nonce {
    strongroom_entropy::nonce().unwrap()
}

/// Makes `children` children of this process, a few at a time, that draw `each` nonces. The parent draws
/// before and after each, so that its pool is always partly used when it is copied. All must differ.
pub(crate) fn family(spawn: Spawn, children: usize, each: usize, others: impl FnOnce() -> Vec<Nonce>) {
    let table = Table::new(children, each);
    let mut nonces = vec![nonce()];
    let mut alive = Vec::new();
    for row in 0..children {
        alive.push(child(spawn, || table.draw_row(row)));
        nonces.push(nonce());
        if alive.len() == 8 || row + 1 == children {
            assert!(alive.drain(..).all(ended_well), "a child failed or hung");
        }
    }
    nonces.extend(others());
    nonces.extend(table.cells());
    assert!(nonces.len() >= children * each);
    assert_all_differ(nonces);
}
