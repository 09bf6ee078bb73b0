//! Secrets by reference: `env:NAME`, or `file:PATH` that nobody but its owner can read. Never shown, logged or stored.

use anyhow::{Context as _, bail, ensure};

/// The secret a reference names.
pub(crate) fn read(reference: &str) -> anyhow::Result<String> {
    let value = match reference.split_once(':') {
        Some(("env", name)) => std::env::var(name)
            .ok()
            .with_context(|| format!("没有设置环境变量 {name}"))?,
        Some(("file", path)) => of_file(path)?,
        _ => bail!("密钥要写成 \"env:变量名\" 或 \"file:路径\""),
    };
    let value = value.trim().to_owned();
    ensure!(!value.is_empty(), "{reference} 是空的");
    Ok(value)
}

fn of_file(path: &str) -> anyhow::Result<String> {
    use std::os::unix::fs::MetadataExt as _;
    let meta = std::fs::metadata(path).with_context(|| format!("读不了密钥文件 {path}"))?;
    ensure!(
        meta.mode() & 0o077 == 0,
        "密钥文件 {path} 别人也能读，请先执行 chmod 600 {path}"
    );
    std::fs::read_to_string(path).with_context(|| format!("读不了密钥文件 {path}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_file_others_can_read_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("secret");
        std::fs::write(&file, "s3cret\n").unwrap();
        let reference = format!("file:{}", file.display());
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        let told = read(&reference).unwrap_err().to_string();
        assert!(
            told.contains("chmod 600") && !told.contains("s3cret"),
            "{told}"
        );
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(read(&reference).unwrap(), "s3cret");
        assert!(read("env:DUWANG_NOBODY_SETS_THIS").is_err() && read("s3cret").is_err());
    }
}
