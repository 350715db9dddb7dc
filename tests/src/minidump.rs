//! Small minidumps, built by the format's public layout: a header, a directory, three streams.

/// The bytes of a header and of a directory of three.
const STREAMS_AT: usize = 32 + 12 * 3;
/// Where the module of every dump here is in memory.
const MODULE_AT: u64 = 0x40_0000;

/// A crash on Linux by this signal, at this place of the program `/opt/shop/bin/shop`.
pub fn linux(signal: u32, offset: u64) -> Vec<u8> {
    let mut file = vec![0; STREAMS_AT];
    file[..4].copy_from_slice(b"MDMP");
    put(&mut file, 8, 3);
    put(&mut file, 12, 32);
    let name: Vec<u8> = "/opt/shop/bin/shop".encode_utf16().flat_map(u16::to_le_bytes).collect();
    file.extend(u32::try_from(name.len()).expect("short").to_le_bytes());
    file.extend(name);
    for (index, (kind, stream)) in
        [(7, system()), (6, exception(signal, offset)), (4, modules())].into_iter().enumerate()
    {
        let entry = 32 + 12 * index;
        let at = file.len();
        put(&mut file, entry, kind);
        put(&mut file, entry + 4, stream.len());
        put(&mut file, entry + 8, at);
        file.extend(stream);
    }
    file
}

fn system() -> Vec<u8> {
    let mut stream = vec![0; 56];
    put(&mut stream, 0, 9);
    put(&mut stream, 8, 6);
    put(&mut stream, 12, 8);
    put(&mut stream, 20, 0x8201);
    stream
}

fn exception(signal: u32, offset: u64) -> Vec<u8> {
    let mut stream = vec![0; 168];
    put(&mut stream, 0, 4711);
    stream[8..12].copy_from_slice(&signal.to_le_bytes());
    stream[24..32].copy_from_slice(&(MODULE_AT + offset).to_le_bytes());
    stream
}

fn modules() -> Vec<u8> {
    let mut stream = vec![0; 4 + 108];
    put(&mut stream, 0, 1);
    stream[4..12].copy_from_slice(&MODULE_AT.to_le_bytes());
    put(&mut stream, 12, 0x10_0000);
    put(&mut stream, 24, STREAMS_AT);
    stream
}

fn put(bytes: &mut [u8], at: usize, number: usize) {
    bytes[at..at + 4].copy_from_slice(&u32::try_from(number).expect("small").to_le_bytes());
}
