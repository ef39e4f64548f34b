//! Bindings to the used functions of `wasm3.h`, and a safe wrapper for one instance.

use core::ffi::{CStr, c_char, c_void};
use core::ptr;

use alloc::ffi::CString;

/// Size of wasm3's own stack, in bytes. The apps of the boards have the same size.
const STACK_BYTES: u32 = 4 << 10;

/// Null, or an error message.
type Failure = *const c_char;

type RawCall = unsafe extern "C" fn(*mut c_void, *mut c_void, *mut u64, *mut c_void) -> Failure;

unsafe extern "C" {
    fn m3_NewEnvironment() -> *mut c_void;
    fn m3_FreeEnvironment(environment: *mut c_void);
    fn m3_NewRuntime(environment: *mut c_void, stack_bytes: u32, user: *mut c_void) -> *mut c_void;
    fn m3_FreeRuntime(runtime: *mut c_void);
    fn m3_ParseModule(
        environment: *mut c_void,
        module: *mut *mut c_void,
        bytes: *const u8,
        length: u32,
    ) -> Failure;
    fn m3_LoadModule(runtime: *mut c_void, module: *mut c_void) -> Failure;
    fn m3_CompileModule(module: *mut c_void) -> Failure;
    fn m3_LinkRawFunction(
        module: *mut c_void,
        module_name: *const c_char,
        name: *const c_char,
        signature: *const c_char,
        function: RawCall,
    ) -> Failure;
    fn m3_FindFunction(
        function: *mut *mut c_void,
        runtime: *mut c_void,
        name: *const c_char,
    ) -> Failure;
    fn m3_Call(function: *mut c_void, count: u32, arguments: *const *const c_void) -> Failure;
    fn m3_GetResults(function: *mut c_void, count: u32, results: *const *mut c_void) -> Failure;
}

/// Loaded module.
pub(crate) struct Interpreter {
    environment: *mut c_void,
    runtime: *mut c_void,
    module: *mut c_void,
}

impl Interpreter {
    /// Parses and loads a module. Its functions are validated and translated at their first call.
    pub(crate) fn new(bytes: &'static [u8]) -> Self {
        let mut module = ptr::null_mut();
        // SAFETY: the objects are created in the order that `wasm3.h` requires, each from the
        // previous one; the bytes outlive the module.
        unsafe {
            let environment = m3_NewEnvironment();
            let runtime = m3_NewRuntime(environment, STACK_BYTES, ptr::null_mut());
            check(m3_ParseModule(
                environment,
                &mut module,
                bytes.as_ptr(),
                bytes.len() as u32,
            ));
            check(m3_LoadModule(runtime, module));
            let interpreter = Self {
                environment,
                runtime,
                module,
            };
            interpreter.link(c"env", c"gpio_read", c"i(i)", gpio_read);
            interpreter.link(c"env", c"printf_native", c"i(i)", print);
            interpreter.link(c"env", c"delay", c"i(i)", wait);
            interpreter.link(c"akira_time", c"get_time_ms", c"I()", uptime);
            interpreter.link(c"akira_time", c"sleep_ms", c"v(i)", wait);
            interpreter
        }
    }

    /// Links a function. Does nothing if the module does not import it.
    fn link(&self, module: &CStr, name: &CStr, signature: &CStr, function: RawCall) {
        // SAFETY: the module is loaded, and `function` reads and writes the values of `signature`.
        unsafe {
            m3_LinkRawFunction(
                self.module,
                module.as_ptr(),
                name.as_ptr(),
                signature.as_ptr(),
                function,
            );
        }
    }

    /// Validates and translates every function.
    pub(crate) fn translate(&self) {
        // SAFETY: the module is loaded.
        check(unsafe { m3_CompileModule(self.module) });
    }

    /// Calls an export that takes no argument and returns an i32.
    pub(crate) fn call(&self, export: &str) -> i32 {
        let Ok(name) = CString::new(export) else {
            panic!("no export has such a name");
        };
        let (mut function, mut result) = (ptr::null_mut(), 0_i32);
        // SAFETY: the runtime is alive; every export that is called has no parameter and one result
        // of four bytes.
        unsafe {
            check(m3_FindFunction(&mut function, self.runtime, name.as_ptr()));
            check(m3_Call(function, 0, ptr::null()));
            check(m3_GetResults(function, 1, &(&raw mut result).cast()));
        }
        result
    }
}

impl Interpreter {
    /// Calls `main` and runs it until it waits, which ends it.
    pub(crate) fn run_to_its_wait(&self) {
        let mut function = ptr::null_mut();
        // SAFETY: the runtime is alive; `main` has no parameter.
        let end = unsafe {
            check(m3_FindFunction(
                &mut function,
                self.runtime,
                c"main".as_ptr(),
            ));
            m3_Call(function, 0, ptr::null())
        };
        assert_eq!(end, WAITS.as_ptr(), "the guest ended before");
    }
}

impl Drop for Interpreter {
    fn drop(&mut self) {
        // SAFETY: both are alive, and the runtime owns the module.
        unsafe {
            m3_FreeRuntime(self.runtime);
            m3_FreeEnvironment(self.environment);
        }
    }
}

/// Result of a native call that ends the guest because it waits.
const WAITS: &CStr = c"the guest waits";

/// Reads a pin.
///
/// # Safety
///
/// `stack` holds the place of the result and one argument.
unsafe extern "C" fn gpio_read(
    _runtime: *mut c_void,
    _context: *mut c_void,
    stack: *mut u64,
    _memory: *mut c_void,
) -> Failure {
    // SAFETY: guaranteed by the caller.
    unsafe {
        let pin = stack.add(1).cast::<u32>().read();
        stack.cast::<u32>().write(0x5555_5555 >> (pin % 32) & 1);
    }
    ptr::null()
}

/// Returns the uptime.
///
/// # Safety
///
/// `stack` holds the place of the result.
unsafe extern "C" fn uptime(
    _runtime: *mut c_void,
    _context: *mut c_void,
    stack: *mut u64,
    _memory: *mut c_void,
) -> Failure {
    // SAFETY: guaranteed by the caller.
    unsafe { stack.write(0) };
    ptr::null()
}

/// Returns the length of a string in the guest's memory. Like wasm3's own functions, it does not
/// check that the string ends within the memory.
///
/// # Safety
///
/// `stack` holds the place of the result and one argument, the address of a string in `memory`.
unsafe extern "C" fn print(
    _runtime: *mut c_void,
    _context: *mut c_void,
    stack: *mut u64,
    memory: *mut c_void,
) -> Failure {
    // SAFETY: guaranteed by the caller.
    unsafe {
        let start = stack.add(1).cast::<u32>().read();
        let text = CStr::from_ptr(memory.byte_add(start as usize).cast());
        stack.cast::<u32>().write(text.count_bytes() as u32);
    }
    ptr::null()
}

/// Ends the guest, since wasm3 cannot pause it.
///
/// # Safety
///
/// No requirements.
unsafe extern "C" fn wait(
    _runtime: *mut c_void,
    _context: *mut c_void,
    _stack: *mut u64,
    _memory: *mut c_void,
) -> Failure {
    WAITS.as_ptr()
}

#[track_caller]
fn check(failure: Failure) {
    if !failure.is_null() {
        // SAFETY: wasm3's error messages are static C strings.
        let text = unsafe { CStr::from_ptr(failure) };
        panic!("wasm3: {text:?}");
    }
}
