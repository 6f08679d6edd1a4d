//! Embeds the built page: writes `page.rs` into `OUT_DIR`, a table of the files in
//! `frontend/dist` with their precompressed forms.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

fn main() {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    println!("cargo::rerun-if-changed=build.rs");
    // The course is embedded by `src/course`.
    println!("cargo::rerun-if-changed=../lessons");
    let dist = here.join("../frontend/dist");
    let built = dist.join("index.html").is_file();
    if built {
        println!("cargo::rerun-if-changed=../frontend/dist");
    } else {
        // A missing path would make cargo run this at every build; the folder around it does
        // not, and tells as well when the page appears.
        println!("cargo::rerun-if-changed=../frontend");
        if env::var("PROFILE").is_ok_and(|profile| profile == "release") {
            println!("cargo::error=the page is not built yet: run `cargo xtask build`");
        }
    }
    let mut files = Vec::new();
    if built {
        collect(&dist, &mut files).expect("frontend/dist can be read");
    }
    files.sort();
    let table = table(&dist, &files).expect("frontend/dist can be read");
    fs::write(out.join("page.rs"), table).expect("OUT_DIR can be written");
}

/// All files below a folder, except the compressed forms of others.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if !is_compressed_form(&path) {
            files.push(path);
        }
    }
    Ok(())
}

fn is_compressed_form(path: &Path) -> bool {
    let compressed = path
        .extension()
        .is_some_and(|ext| ext == "br" || ext == "gz");
    compressed && path.with_extension("").is_file()
}

/// The source of a slice of `File`s.
fn table(dist: &Path, files: &[PathBuf]) -> io::Result<String> {
    let mut source = String::from("&[\n");
    for file in files {
        let path = file.strip_prefix(dist).expect("it was found below dist");
        let path = path
            .to_str()
            .expect("names of the page's files are UTF-8")
            .replace('\\', "/");
        let mut hasher = DefaultHasher::new();
        fs::read(file)?.hash(&mut hasher);
        let tag = format!("{:016x}", hasher.finish());
        let br = compressed_form(file, "br");
        let gz = compressed_form(file, "gz");
        writeln!(
            source,
            "File {{ path: {path:?}, tag: {tag:?}, body: include_bytes!({file:?}), br: {br}, gz: {gz} }},"
        )
        .expect("writing to a String does not fail");
    }
    source.push_str("]\n");
    Ok(source)
}

fn compressed_form(file: &Path, ext: &str) -> String {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ext);
    if Path::new(&name).is_file() {
        format!("Some(include_bytes!({name:?}))")
    } else {
        "None".into()
    }
}
