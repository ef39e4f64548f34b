//! Functions of the C library that wasm3 needs and `compiler_builtins` lacks.

use core::alloc::Layout;
use core::cmp::Ordering;
use core::ffi::{CStr, c_char, c_double, c_int, c_ulong, c_ulonglong, c_void};
use core::ptr;

/// Size of the header before each block, which holds the block's size.
const HEADER: usize = 8;

fn layout(bytes: usize) -> Layout {
    match Layout::from_size_align(bytes + HEADER, HEADER) {
        Ok(layout) => layout,
        Err(_) => panic!("wasm3 asks for {bytes} bytes"),
    }
}

#[unsafe(no_mangle)]
extern "C" fn malloc(bytes: usize) -> *mut c_void {
    // SAFETY: the layout is not empty; the header is inside the block.
    unsafe {
        let block = alloc::alloc::alloc(layout(bytes));
        if block.is_null() {
            return ptr::null_mut();
        }
        block.cast::<usize>().write(bytes);
        block.add(HEADER).cast()
    }
}

#[unsafe(no_mangle)]
extern "C" fn calloc(count: usize, bytes: usize) -> *mut c_void {
    let Some(bytes) = count.checked_mul(bytes) else {
        return ptr::null_mut();
    };
    let block = malloc(bytes);
    if !block.is_null() {
        // SAFETY: the block has `bytes` bytes.
        unsafe { block.cast::<u8>().write_bytes(0, bytes) };
    }
    block
}

/// # Safety
///
/// The same as in C.
#[unsafe(no_mangle)]
unsafe extern "C" fn realloc(block: *mut c_void, bytes: usize) -> *mut c_void {
    let new = malloc(bytes);
    if !block.is_null() && !new.is_null() {
        // SAFETY: both blocks are from `malloc`, with their size in the header.
        unsafe {
            let old = block.byte_sub(HEADER).cast::<usize>().read();
            ptr::copy_nonoverlapping(block.cast::<u8>(), new.cast(), old.min(bytes));
            free(block);
        }
    }
    new
}

/// # Safety
///
/// The same as in C.
#[unsafe(no_mangle)]
unsafe extern "C" fn free(block: *mut c_void) {
    if block.is_null() {
        return;
    }
    // SAFETY: the block is from `malloc`, with its size in the header.
    unsafe {
        let start = block.byte_sub(HEADER);
        let bytes = start.cast::<usize>().read();
        alloc::alloc::dealloc(start.cast(), layout(bytes));
    }
}

/// # Safety
///
/// The same as in C.
#[unsafe(no_mangle)]
unsafe extern "C" fn strcmp(a: *const c_char, b: *const c_char) -> c_int {
    // SAFETY: guaranteed by the caller.
    let order = unsafe { CStr::from_ptr(a).cmp(CStr::from_ptr(b)) };
    match order {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    }
}

#[unsafe(no_mangle)]
extern "C" fn abort() -> ! {
    panic!("wasm3 aborts")
}

/// Writes an empty string: wasm3 only formats error messages with it.
///
/// # Safety
///
/// The same as in C.
#[unsafe(no_mangle)]
unsafe extern "C" fn vsnprintf(
    text: *mut c_char,
    bytes: usize,
    _format: *const c_char,
    _arguments: *mut c_void,
) -> c_int {
    if bytes > 0 {
        // SAFETY: the caller guarantees that `text` has `bytes` bytes.
        unsafe { text.write(0) };
    }
    0
}

#[unsafe(no_mangle)]
extern "C" fn strtod(_text: *const c_char, _end: *mut *mut c_char) -> c_double {
    panic!("arguments are never texts")
}

#[unsafe(no_mangle)]
extern "C" fn strtoul(_text: *const c_char, _end: *mut *mut c_char, _base: c_int) -> c_ulong {
    panic!("arguments are never texts")
}

#[unsafe(no_mangle)]
extern "C" fn strtoull(_text: *const c_char, _end: *mut *mut c_char, _base: c_int) -> c_ulonglong {
    panic!("arguments are never texts")
}
