fn main() -> std::process::ExitCode {
    fieldfare::cli::main()
}
