//! The program. Its allocator gives memory back after a flood and costs half of what the system's does under one
//! (docs/decisions/017-speed-of-ingestion.md).

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    fieldfare::cli::main()
}
