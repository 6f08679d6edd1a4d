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
    let table = table(&dist, &files, &out).expect("frontend/dist can be read");
    fs::write(out.join("page.rs"), table).expect("OUT_DIR can be written");
}

/// All files below a folder, except the compressed forms of others and hidden folders, in which
/// trunk keeps a page that is not finished.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden = path
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if hidden {
            continue;
        }
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

/// The source of a slice of `File`s. They are copied first: trunk may replace the page while the
/// compiler reads it.
fn table(dist: &Path, files: &[PathBuf], out: &Path) -> io::Result<String> {
    let copies = out.join("page");
    if copies.exists() {
        fs::remove_dir_all(&copies)?;
    }
    fs::create_dir(&copies)?;
    let mut source = String::from("&[\n");
    for (number, file) in files.iter().enumerate() {
        let path = file.strip_prefix(dist).expect("it was found below dist");
        let path = path.to_str().expect("names of the page's files are UTF-8");
        let content = fs::read(file)?;
        let mut hasher = DefaultHasher::new();
        content.hash(&mut hasher);
        let tag = format!("{:016x}", hasher.finish());
        let copy = copies.join(number.to_string());
        fs::write(&copy, content)?;
        let br = compressed_form(file, &copy, "br")?;
        let gz = compressed_form(file, &copy, "gz")?;
        writeln!(
            source,
            "File {{ path: {path:?}, tag: {tag:?}, body: include_bytes!({copy:?}), br: {br}, gz: {gz} }},"
        )
        .expect("writing to a String does not fail");
    }
    source.push_str("]\n");
    Ok(source)
}

/// The source of an `Option` of the file `FILE.EXT`.
fn compressed_form(file: &Path, copy: &Path, ext: &str) -> io::Result<String> {
    let add = |path: &Path| {
        let mut name = path.as_os_str().to_owned();
        name.push(".");
        name.push(ext);
        PathBuf::from(name)
    };
    let (from, to) = (add(file), add(copy));
    if !from.is_file() {
        return Ok("None".into());
    }
    fs::copy(from, &to)?;
    Ok(format!("Some(include_bytes!({to:?}))"))
}
