//! Two requests to valgrind's memcheck; elsewhere they are a few instructions that do nothing.

/// What is in it must decide on nothing from now on.
pub(crate) fn secret(bytes: &mut [u8]) {
    request(0x4d43_0001, bytes.as_mut_ptr() as usize, bytes.len());
}

/// This, and nothing that it points to, may be known.
pub(crate) fn reveal<T>(value: &mut T) {
    request(0x4d43_0002, std::ptr::from_mut(value) as usize, size_of::<T>());
}

/// As `valgrind.h` writes it: an instruction that does nothing, behind four that do nothing together, with
/// the arguments in `rax`.
#[cfg(target_arch = "x86_64")]
fn request(number: usize, address: usize, len: usize) {
    let arguments = [number, address, len, 0, 0, 0];
    // SAFETY: `rdi` is turned by 128 bits in all, and `rbx` is exchanged with itself. Valgrind reads the six
    // words, which are there, and changes what it knows about memory, not memory.
    unsafe {
        std::arch::asm!(
            "rol rdi, 3",
            "rol rdi, 13",
            "rol rdi, 61",
            "rol rdi, 51",
            "xchg rbx, rbx",
            in("rax") arguments.as_ptr(),
            inout("rdx") 0usize => _,
            options(nostack)
        );
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn request(_: usize, _: usize, _: usize) {}
