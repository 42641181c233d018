//! What libjpeg says: errors become Rust's unwinding, which ends at
//! [`caught`]; warnings are kept in words.
#![expect(unsafe_code, reason = "the C library calls back")]

use mozjpeg_sys::{
    JWRN_JPEG_EOF, c_int, jpeg_common_struct, jpeg_decompress_struct, jpeg_error_mgr,
    jpeg_std_error,
};
use std::ffi::CStr;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::{mem, ptr};

/// More would only say the same again.
const MAX_WARNINGS: usize = 16;

/// The library's error manager and, behind it, what was said.
#[repr(C)]
pub(crate) struct Report {
    manager: jpeg_error_mgr,
    warnings: Vec<String>,
}

/// An error of the library on its way through its C frames.
struct Failure(String);

impl Report {
    pub(crate) fn new() -> Box<Self> {
        // SAFETY: the manager is plain old data, null where it has pointers and
        // functions, and `jpeg_std_error` fills it.
        let manager = unsafe {
            let mut manager: jpeg_error_mgr = mem::zeroed();
            jpeg_std_error(&mut manager);
            manager
        };
        let mut report = Box::new(Self { manager, warnings: Vec::new() });
        report.manager.error_exit = Some(error_exit);
        report.manager.emit_message = Some(emit_message);
        report
    }

    /// What `common.err` is to be. The report must outlive it.
    pub(crate) fn manager(&mut self) -> *mut jpeg_error_mgr {
        ptr::from_mut(self).cast()
    }

    pub(crate) fn take_warnings(&mut self) -> Vec<String> {
        mem::take(&mut self.warnings)
    }
}

/// What `work` gives, or the library's error in words.
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| match payload.downcast::<Failure>() {
        Ok(failure) => failure.0,
        Err(panic) => resume_unwind(panic),
    })
}

/// Fails as the library does.
pub(crate) fn fail(why: &str) -> ! {
    resume_unwind(Box::new(Failure(why.to_owned())))
}

/// Says what libjpeg's own sources say when there is nothing more.
pub(crate) fn warn_of_end(library: &mut jpeg_decompress_struct) {
    // SAFETY: `err` is a manager that `Report::new` made.
    unsafe {
        (*library.common.err).msg_code = JWRN_JPEG_EOF as c_int;
        emit_message(&mut library.common, -1);
    }
}

unsafe extern "C-unwind" fn error_exit(common: &mut jpeg_common_struct) {
    // SAFETY: the library calls this with its own, initialised structure.
    let message = unsafe { message(common) };
    resume_unwind(Box::new(Failure(message)));
}

unsafe extern "C-unwind" fn emit_message(common: &mut jpeg_common_struct, level: c_int) {
    if level >= 0 {
        return;
    }
    // SAFETY: as above; `err` is the first field of a `Report`, from `manager`.
    unsafe {
        let message = message(common);
        let report = &mut *common.err.cast::<Report>();
        report.manager.num_warnings += 1;
        if report.warnings.len() < MAX_WARNINGS {
            report.warnings.push(message);
        }
    }
}

/// # Safety
/// `common.err` must be a manager that `jpeg_std_error` filled.
unsafe fn message(common: &mut jpeg_common_struct) -> String {
    // JMSG_LENGTH_MAX is 200: the bindings' 80 is what the type says and no more.
    let mut buffer = [0_u8; 256];
    // SAFETY: the buffer is longer than the library writes, and ends with a nul.
    unsafe {
        if let Some(format) = (*common.err).format_message {
            format(common, &*buffer.as_mut_ptr().cast());
        }
    }
    CStr::from_bytes_until_nul(&buffer)
        .map_or_else(|_| String::new(), |text| text.to_string_lossy().into_owned())
}
