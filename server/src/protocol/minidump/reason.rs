//! What the code of an exception means, by system.

/// The system's own name for the reason; its number where it has none.
pub(super) fn name(platform: u32, code: u32) -> String {
    let known = match platform {
        1 | 2 => windows(code),
        0x8101 | 0x8102 => mach(code),
        _ => signal(code),
    };
    known.map_or_else(|| format!("Crash {code:#010x}"), str::to_owned)
}

fn windows(code: u32) -> Option<&'static str> {
    Some(match code {
        0x8000_0002 => "EXCEPTION_DATATYPE_MISALIGNMENT",
        0x8000_0003 => "EXCEPTION_BREAKPOINT",
        0x8000_0004 => "EXCEPTION_SINGLE_STEP",
        0xC000_0005 => "EXCEPTION_ACCESS_VIOLATION",
        0xC000_0006 => "EXCEPTION_IN_PAGE_ERROR",
        0xC000_0008 => "EXCEPTION_INVALID_HANDLE",
        0xC000_0017 => "STATUS_NO_MEMORY",
        0xC000_001D => "EXCEPTION_ILLEGAL_INSTRUCTION",
        0xC000_0025 => "EXCEPTION_NONCONTINUABLE_EXCEPTION",
        0xC000_008C => "EXCEPTION_ARRAY_BOUNDS_EXCEEDED",
        0xC000_008E => "EXCEPTION_FLT_DIVIDE_BY_ZERO",
        0xC000_0094 => "EXCEPTION_INT_DIVIDE_BY_ZERO",
        0xC000_0095 => "EXCEPTION_INT_OVERFLOW",
        0xC000_0096 => "EXCEPTION_PRIV_INSTRUCTION",
        0xC000_00FD => "EXCEPTION_STACK_OVERFLOW",
        0xC000_0374 => "STATUS_HEAP_CORRUPTION",
        0xC000_0409 => "STATUS_STACK_BUFFER_OVERRUN",
        0xC000_0417 => "STATUS_INVALID_CRUNTIME_PARAMETER",
        0xC000_0420 => "STATUS_ASSERTION_FAILURE",
        0xE06D_7363 => "Unhandled C++ exception",
        0xE043_4352 => "Unhandled .NET exception",
        _ => return None,
    })
}

/// Signals, by their numbers on Linux.
fn signal(code: u32) -> Option<&'static str> {
    Some(match code {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        5 => "SIGTRAP",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        15 => "SIGTERM",
        31 => "SIGSYS",
        0xFFFF_FFFF => "Dump requested",
        _ => return None,
    })
}

fn mach(code: u32) -> Option<&'static str> {
    Some(match code {
        1 => "EXC_BAD_ACCESS",
        2 => "EXC_BAD_INSTRUCTION",
        3 => "EXC_ARITHMETIC",
        4 => "EXC_EMULATION",
        5 => "EXC_SOFTWARE",
        6 => "EXC_BREAKPOINT",
        7 => "EXC_SYSCALL",
        10 => "EXC_CRASH",
        11 => "EXC_RESOURCE",
        12 => "EXC_GUARD",
        0x4350_7378 => "Dump requested",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_code_means_what_its_system_says() {
        for (platform, code, expected) in [
            (2, 0xC000_0005, "EXCEPTION_ACCESS_VIOLATION"),
            (2, 11, "Crash 0x0000000b"),
            (0x8201, 11, "SIGSEGV"),
            (0x8203, 6, "SIGABRT"),
            (0x8101, 1, "EXC_BAD_ACCESS"),
            (0x8101, 0x77, "Crash 0x00000077"),
        ] {
            assert_eq!(name(platform, code), expected);
        }
    }
}
