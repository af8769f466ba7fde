//! The `sadu` program.

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    sadu::cli::run(sadu::cli::Cli::parse())
}
