//! A folder with a keyring, a key and tables, and the program to run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use strongroom::{Aad, Directory, Item, Key, KeySpec, Keyring, Seal};
use tempfile::TempDir;

pub(crate) struct Shop {
    folder: TempDir,
    pub(crate) key: Key,
}

/// The cells of a row.
pub(crate) type Row = Vec<Vec<u8>>;

impl Shop {
    /// With a key `customers`.
    pub(crate) fn new(spec: KeySpec) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root_key = Seal::generate_root_key().unwrap();
        let path = folder.path().join("root");
        fs::write(&path, root_key.expose()).unwrap();
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let ring =
            Keyring::create(Directory::new(folder.path().join("keys")), Seal::root_key_file(&path)).unwrap();
        let key = ring.create_key("customers", spec).unwrap();
        fs::create_dir(folder.path().join("tables")).unwrap();
        Self { folder, key }
    }

    /// The folder of the tables: the program runs in it.
    pub(crate) fn tables(&self) -> PathBuf {
        self.folder.path().join("tables")
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.tables().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.tables().join(name)).unwrap()
    }

    /// What is in the folder of the tables, by name and content.
    pub(crate) fn everything(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut all: Vec<_> = fs::read_dir(self.tables())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.clone(), fs::read(&path).unwrap_or_default()))
            .collect();
        all.sort();
        all
    }

    pub(crate) fn command(&self, verb: &str, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_strongroom"));
        command
            .env("STRONGROOM_KEYRING", self.folder.path().join("keys"))
            .env_remove("STRONGROOM_ROOT_KEY")
            .current_dir(self.tables());
        command
            .args([verb, "customers", "--root-key-file"])
            .arg(self.folder.path().join("root"))
            .args(arguments.split_whitespace());
        command.stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, verb: &str, arguments: &str) -> Output {
        self.command(verb, arguments).output().unwrap()
    }

    /// Runs, must succeed, and gives what it says on standard output.
    pub(crate) fn done(&self, verb: &str, arguments: &str) -> String {
        let output = self.run(verb, arguments);
        assert!(output.status.success(), "{verb} {arguments}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{verb} {arguments}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs with `--json`, must succeed.
    pub(crate) fn json(&self, verb: &str, arguments: &str) -> serde_json::Value {
        serde_json::from_str(&self.done(verb, &format!("{arguments} --json"))).unwrap()
    }

    /// Opens one cell with the library.
    pub(crate) fn open<'a>(
        &self,
        cell: &'a [u8],
        context: Option<&[u8]>,
        aad: impl Into<Aad<'a>>,
    ) -> Result<Vec<u8>, strongroom::Error> {
        let item = Item::ciphertext(std::str::from_utf8(cell).unwrap()).aad(aad);
        let item = if let Some(context) = context { item.context(context) } else { item };
        self.key.decrypt_item(&item).map(|plaintext| plaintext.expose().to_vec())
    }
}

/// The aad of a cell whose row is told by a column, as it is in every language.
pub(crate) fn bound(row: impl AsRef<[u8]>, column: &str) -> Aad<'static> {
    Aad::map([("row", std::str::from_utf8(row.as_ref()).unwrap()), ("column", column)]).unwrap()
}

/// The aad of a cell of a table whose rows say nothing.
pub(crate) fn named(column: &str) -> Aad<'static> {
    Aad::map([("column", column)]).unwrap()
}

/// All records of a table, the header too.
pub(crate) fn records(table: &[u8]) -> Vec<Row> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(table);
    reader.byte_records().map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect()).collect()
}

/// The customers of the examples.
pub(crate) fn customers() -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/customers.csv")).unwrap()
}

pub(crate) fn derived() -> KeySpec {
    KeySpec::default().derived(true)
}
