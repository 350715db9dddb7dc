//! The file's layout: a header, a directory of streams, and the few streams that are read. Every offset in the file is
//! checked, every list is bounded: the file comes from a process that had just lost its mind, or from a stranger.

/// The first bytes of every minidump.
const MAGIC: &[u8] = b"MDMP";
/// Streams of a file; real ones have about twenty.
const MAX_STREAMS: u32 = 128;
/// Modules that are read; a large process loads a few hundred.
const MAX_MODULES: u32 = 500;
/// Bytes of one module in its list.
const MODULE_BYTES: usize = 108;
/// Longest path of a module, bytes of UTF-16; with as many modules as are read, a quarter of what an event may have.
const MAX_PATH_BYTES: usize = 1_024;

const MODULE_LIST: u32 = 4;
const EXCEPTION: u32 = 6;
const SYSTEM_INFO: u32 = 7;

/// What is read of a dump.
#[derive(Debug, Default)]
pub(super) struct Dump {
    /// Unix seconds.
    pub(super) written_at: Option<u32>,
    pub(super) crash: Option<Crash>,
    /// The number the format has for the system.
    pub(super) platform: u32,
    pub(super) system: Option<&'static str>,
    pub(super) system_version: Option<String>,
    pub(super) processor: Option<&'static str>,
    pub(super) modules: Vec<Module>,
}

/// The exception of the thread that crashed.
#[derive(Debug)]
pub(super) struct Crash {
    pub(super) thread_id: u32,
    pub(super) code: u32,
    pub(super) address: u64,
}

/// A program or library in memory.
#[derive(Debug)]
pub(super) struct Module {
    pub(super) path: String,
    pub(super) start: u64,
    pub(super) bytes: u32,
}

impl Module {
    /// The path without its directories, whichever system's they are.
    pub(super) fn name(&self) -> &str {
        self.path.rsplit(['/', '\\']).next().unwrap_or(&self.path)
    }
}

impl Dump {
    /// The module an address lies in.
    pub(super) fn module_at(&self, address: u64) -> Option<&Module> {
        self.modules
            .iter()
            .find(|module| address.checked_sub(module.start).is_some_and(|offset| offset < u64::from(module.bytes)))
    }
}

/// Reads a dump.
///
/// # Errors
/// A reason in one word when it is none. A stream that is broken is left out.
pub(super) fn read(file: &[u8]) -> Result<Dump, &'static str> {
    if !file.starts_with(MAGIC) {
        return Err("not_a_minidump");
    }
    let streams = u32_at(file, 8).ok_or("minidump_cut_short")?;
    let directory = offset_at(file, 12).ok_or("minidump_cut_short")?;
    let written_at = u32_at(file, 20).filter(|time| *time > 0);
    let mut dump = Dump { written_at, ..Dump::default() };
    for index in 0..streams.min(MAX_STREAMS) {
        let entry = directory + 12 * index as usize;
        let kind = u32_at(file, entry).ok_or("minidump_cut_short")?;
        let Some(stream) = located(file, entry + 4) else { continue };
        match kind {
            MODULE_LIST => dump.modules = modules(file, stream),
            EXCEPTION => dump.crash = crash(stream),
            SYSTEM_INFO => system(stream, &mut dump),
            _ => {}
        }
    }
    Ok(dump)
}

fn crash(stream: &[u8]) -> Option<Crash> {
    Some(Crash { thread_id: u32_at(stream, 0)?, code: u32_at(stream, 8)?, address: u64_at(stream, 24)? })
}

fn system(stream: &[u8], dump: &mut Dump) {
    dump.processor = u16_at(stream, 0).and_then(processor);
    dump.platform = u32_at(stream, 20).unwrap_or_default();
    dump.system = system_name(dump.platform);
    let parts = [8, 12, 16].map(|at| u32_at(stream, at));
    if let [Some(major), Some(minor), Some(build)] = parts {
        dump.system_version = Some(format!("{major}.{minor}.{build}"));
    }
}

fn processor(number: u16) -> Option<&'static str> {
    Some(match number {
        0 => "x86",
        5 => "arm",
        9 => "x86_64",
        12 | 0x8003 => "arm64",
        0x8001 => "sparc",
        0x8002 => "ppc64",
        _ => return None,
    })
}

fn system_name(platform: u32) -> Option<&'static str> {
    Some(match platform {
        1 | 2 => "Windows",
        0x8101 => "macOS",
        0x8102 => "iOS",
        0x8201 => "Linux",
        0x8202 => "Solaris",
        0x8203 => "Android",
        0x8206 => "Fuchsia",
        _ => return None,
    })
}

fn modules(file: &[u8], stream: &[u8]) -> Vec<Module> {
    let count = u32_at(stream, 0).unwrap_or_default().min(MAX_MODULES) as usize;
    (0..count)
        .map_while(|index| stream.get(4 + index * MODULE_BYTES..))
        .filter_map(|entry| module(file, entry))
        .collect()
}

fn module(file: &[u8], entry: &[u8]) -> Option<Module> {
    Some(Module { start: u64_at(entry, 0)?, bytes: u32_at(entry, 8)?, path: text(file, offset_at(entry, 20)?)? })
}

/// A text: its length in bytes, then UTF-16.
fn text(file: &[u8], at: usize) -> Option<String> {
    let bytes = offset_at(file, at)?.min(MAX_PATH_BYTES);
    let units = file.get(at + 4..)?.get(..bytes)?;
    let units: Vec<u16> = units.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    Some(String::from_utf16_lossy(&units).replace('\0', ""))
}

/// The bytes that a length and an offset speak of.
fn located(file: &[u8], at: usize) -> Option<&[u8]> {
    let (bytes, offset) = (offset_at(file, at)?, offset_at(file, at + 4)?);
    file.get(offset..)?.get(..bytes)
}

fn offset_at(bytes: &[u8], at: usize) -> Option<usize> {
    u32_at(bytes, at).and_then(|offset| usize::try_from(offset).ok())
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|bytes| u16::from_le_bytes(*bytes))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What a dump built for a test says.
    pub(crate) struct Built {
        pub(crate) platform: u32,
        pub(crate) code: Option<u32>,
        pub(crate) address: u64,
    }

    impl Default for Built {
        fn default() -> Self {
            Self { platform: 2, code: Some(0xC000_0005), address: 0x40_1A2B }
        }
    }

    /// A small but whole dump.
    pub(crate) fn dump(built: &Built) -> Vec<u8> {
        let mut system = vec![0; 56];
        system[0..2].copy_from_slice(&9_u16.to_le_bytes());
        for (at, number) in [(8, 10_u32), (12, 0), (16, 22_631), (20, built.platform)] {
            system[at..at + 4].copy_from_slice(&number.to_le_bytes());
        }
        let mut streams = vec![(SYSTEM_INFO, system)];
        if let Some(code) = built.code {
            let mut exception = vec![0; 168];
            exception[0..4].copy_from_slice(&77_u32.to_le_bytes());
            exception[8..12].copy_from_slice(&code.to_le_bytes());
            exception[24..32].copy_from_slice(&built.address.to_le_bytes());
            streams.push((EXCEPTION, exception));
        }
        let name_at = 32 + 12 * 3;
        let name: Vec<u8> = "C:\\Shop\\shop.exe".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut modules = vec![0; 4 + MODULE_BYTES];
        modules[0] = 1;
        modules[4..12].copy_from_slice(&0x40_0000_u64.to_le_bytes());
        modules[12..16].copy_from_slice(&0x10_000_u32.to_le_bytes());
        modules[24..28].copy_from_slice(&(name_at as u32).to_le_bytes());
        streams.push((MODULE_LIST, modules));
        assembled(&streams, name_at, &name)
    }

    fn assembled(streams: &[(u32, Vec<u8>)], name_at: usize, name: &[u8]) -> Vec<u8> {
        let mut file = vec![0; name_at];
        file[0..4].copy_from_slice(MAGIC);
        for (at, number) in [(8, streams.len()), (12, 32), (20, 1_795_168_800)] {
            file[at..at + 4].copy_from_slice(&(number as u32).to_le_bytes());
        }
        file.extend((name.len() as u32).to_le_bytes());
        file.extend(name);
        for (index, (kind, stream)) in streams.iter().enumerate() {
            let numbers = [*kind, stream.len() as u32, file.len() as u32];
            for (part, number) in numbers.into_iter().enumerate() {
                let at = 32 + 12 * index + 4 * part;
                file[at..at + 4].copy_from_slice(&number.to_le_bytes());
            }
            file.extend(stream);
        }
        file
    }

    #[test]
    fn a_dump_is_read() {
        let read = read(&dump(&Built::default())).unwrap();
        let crash = read.crash.as_ref().unwrap();
        assert_eq!((crash.thread_id, crash.code, crash.address), (77, 0xC000_0005, 0x40_1A2B));
        assert_eq!(read.module_at(crash.address).map(Module::name), Some("shop.exe"));
        assert_eq!((read.system, read.processor), (Some("Windows"), Some("x86_64")));
    }

    #[test]
    fn what_is_no_dump_is_refused() {
        for (file, reason) in
            [(&b""[..], "not_a_minidump"), (b"hello world", "not_a_minidump"), (b"MDMP", "minidump_cut_short")]
        {
            assert_eq!(read(file).map(|_| ()), Err(reason));
        }
    }

    #[test]
    fn a_dump_that_was_cut_or_spoilt_anywhere_is_survived() {
        let whole = dump(&Built::default());
        for length in 0..whole.len() {
            drop(read(&whole[..length]));
        }
        for at in 4..whole.len() {
            for byte in [0, 0x7F, 0xFF] {
                let mut spoilt = whole.clone();
                spoilt[at] = byte;
                drop(read(&spoilt));
            }
        }
    }
}
