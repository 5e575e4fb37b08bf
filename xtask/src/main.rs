//! The project's own commands, run as `cargo xtask <command>`.
#![forbid(unsafe_code)]

mod bench;
mod bless;
mod book;
mod c;
mod cli;
mod demo;
mod dist;
mod documented;
mod examples;
mod guides;
mod install;
mod instructions;
mod languages;
mod lint;
mod node;
mod orm;
mod pairs;
mod pictures;
mod platforms;
mod python;
mod released;
mod servers;
mod soak;
mod step;
mod test;
mod vectors;
mod venv;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <command>

  demo                  shows what Strongroom does, on 3,000 customers who do not exist
  demo FILE.csv --column NAME [--column NAME...] [--context-column NAME] [--aad-column NAME] [--delimiter CHAR]
                        the same with a table of your own, which is only read
  test [ARGUMENT...]    every test; arguments go to each `cargo test`, and the vectors are then not recomputed
  node [FILE...]        the tests of the binding for Node alone
  node --build          its library only, into bindings/node/native
  documented            what README says to install with, in clean folders
  pairs                 every language with every other, over one folder; Go and Java where their tools are
  guides [NAME...]      does what the guides in docs/guides say, each in a folder of its own
  docs                  the pages as a book, below target; installs mdbook there the first time
  servers [NAME...]     OpenBao, moto, Azurite, fake-gcs-server, SoftHSM2 and PostgreSQL, on free ports, until Enter
  soak [ARGUMENT...]    the long form of every test that has one; arguments choose tests, as with `cargo test`
  soak --shard COMMIT   three minutes of one of them, which the hash of a commit chooses
  python [ARGUMENT...]  the tests of the Python binding alone; arguments go to pytest
  orm [ARGUMENT...]     the tests of the field types for SQLAlchemy, Django and Pydantic, on SQLite and PostgreSQL
  orm --bench [ROWS]    what those cost, beside plain ORMs and other packages
  lint                  formatting, width of lines, comments, Clippy, documentation, paths, workflows, wiping features,
                        licences, what releases promised of Rust
  bless                 writes the pages, stubs, lists, pictures and the header of C that are made from others; the tests compare them
  bless --pictures      the pictures alone, from the tables of the pages
  bless --release       writes what this version promises into tests/released, where it is not written yet
  released              what releases promised of the Rust crates, against their documentation
  languages [--check]   writes docs/languages.md from bindings/operations.json, or compares it
  install --prefix FOLDER [--debug]
                        the libraries and headers for C and C++, with what pkg-config and CMake ask for
  instructions [--bless] counts the instructions of a call in twelve scenarios, and fails if one has become dearer
  packages              packs for this machine what `dist` makes, and tries it in clean folders, as `test` does
  dist [--all | TARGET...] [--only KIND]... [--out FOLDER] [--try]
                        what is uploaded: wheels, the source distribution, npm packages, crates, archives for C, the command line
                        (docs/packages.md)
  dist --against WHEEL  the wheel of another release and that of the working tree, each on what the other wrote
  dist --check-platforms
                        compiles for the systems that are not Linux, where their standard library is installed
  dist --check-rust     compiles the published crates with the lowest Rust that they name
  bench [--files | --growth] [--quick] [--write]
                        the library beside its peers, from every language, in one run; --quick takes fewer rounds and
                        sizes, --write writes docs/performance.md and its pictures;
                        --files measures whole programs on files instead (docs/files.md), --growth how a keyring grows (docs/growth.md)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["demo", rest @ ..] => demo::run(rest),
        ["test", rest @ ..] => test::run(rest),
        ["node", "--build"] => node::build().map(drop),
        ["node", rest @ ..] => node::test(rest),
        ["dist", "--check-platforms"] => platforms::check_systems(),
        ["dist", "--check-rust"] => platforms::check_rust(),
        ["dist", "--against", wheel] => python::against(wheel),
        ["dist", rest @ ..] => dist::run(rest),
        ["packages"] => dist::here(),
        ["documented"] => documented::test(),
        ["guides", rest @ ..] => guides::test(rest),
        ["docs"] => book::build(),
        ["pairs"] => pairs::test(),
        ["servers", rest @ ..] => servers::run(rest),
        ["soak", "--shard", commit] => soak::shard(commit),
        ["soak", rest @ ..] => soak::run(rest),
        ["python", rest @ ..] => python::test(rest),
        ["orm", "--bench", rest @ ..] => orm::bench(rest),
        ["orm", rest @ ..] => orm::test(rest),
        ["lint"] => lint::run(),
        ["bless"] => bless::run(),
        ["bless", "--pictures"] => pictures::bless(),
        ["bless", "--release"] => bless::release(),
        ["released"] => released::check(),
        ["languages", rest @ ..] => languages::run(rest),
        ["instructions"] => instructions::check(false),
        ["instructions", "--bless"] => instructions::check(true),
        ["install", rest @ ..] => install::run(rest),
        ["bench", rest @ ..] => bench::run(rest),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            step::exit_code(&error)
        }
    }
}
