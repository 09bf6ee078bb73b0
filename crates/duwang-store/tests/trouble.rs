//! Damaged, full, foreign and occupied data directories: said clearly, repaired where possible, never silently wrong.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "tests fail by panicking; a child process speaks on its standard output"
)]

use duwang_model::{Change, FindingFilter, Verdict, Visit};
use duwang_store::contract::sample;
use duwang_store::{OpenOptions, Result, Store, StoreError, open_with};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where a child process of a test works.
const DIR: &str = "DUWANG_STORE_TROUBLE_DIR";

fn try_open(dir: &Path) -> Result<Box<dyn Store>> {
    let options = OpenOptions {
        reserve: 0,
        ..OpenOptions::default()
    };
    open_with("sled:", dir, &options)
}

/// Opens the store. A process another test is just starting holds our locks until it runs its own program: that is waited for.
fn sled(dir: &Path) -> Box<dyn Store> {
    for _ in 0..100 {
        match try_open(dir) {
            Err(StoreError::Busy { pid, .. }) if pid == Some(std::process::id()) => {
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
            opened => return opened.unwrap(),
        }
    }
    panic!("our own store stays locked")
}

fn visit(n: usize) -> Visit {
    let url = format!("http://qingshi-demo.gov.cn/{n}.htm");
    Visit {
        page: Some(sample::real_page("a-site", &url, "", n)),
        changes: vec![(Change::New, sample::finding("a", "guide/x", &url, n))],
        frontier: vec![sample::entry("s", "a-site", &url)],
        ..Visit::default()
    }
}

/// A store with some hundred visits in many batches; gives its view.
fn filled(dir: &Path) -> String {
    let store = sled(dir);
    for from in (0..400).step_by(20) {
        let visits: Vec<Visit> = (from..from + 20).map(visit).collect();
        store.record(&visits).unwrap();
    }
    let all = store.findings(&FindingFilter::default()).unwrap();
    store
        .decide(&[sample::decision(&all[3], Verdict::Dismiss)])
        .unwrap();
    view(&*store).unwrap()
}

fn view(store: &dyn Store) -> Result<String> {
    let mut pages = Vec::new();
    store.each_page("a-site", &mut |p| pages.push(p))?;
    let findings = store.findings(&FindingFilter::default())?;
    let frontier = store.frontier("s", "a-site")?;
    Ok(format!("{pages:?}{findings:?}{frontier:?}"))
}

fn snapshots(dir: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(dir.join("store/sled"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| {
            p.file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with("snap.")
        })
        .collect()
}

fn set_aside(dir: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(dir.join("store"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.to_string_lossy().contains("sled.damaged-"))
        .collect()
}

/// A child process that runs one of the tests below as its own.
fn child(test: &str, dir: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).env(DIR, dir);
    command
}

fn child_dir() -> Option<PathBuf> {
    std::env::var_os(DIR).map(PathBuf::from)
}

fn said(command: &mut Command) -> String {
    let out = command.output().unwrap();
    format!(
        "{}{}",
        String::from_utf8_lossy(&out.stdout),
        String::from_utf8_lossy(&out.stderr)
    )
}

// Damage.

#[test]
fn snapshots_cut_emptied_or_garbled_are_repaired_with_nothing_lost() {
    type Damage = (&'static str, fn(&Path));
    let damages: [Damage; 3] = [
        ("emptied", |p| std::fs::write(p, b"").unwrap()),
        ("halved", |p| {
            let bytes = std::fs::read(p).unwrap();
            std::fs::write(p, &bytes[..bytes.len() / 2]).unwrap();
        }),
        ("garbled", |p| std::fs::write(p, vec![0x5a; 4_096]).unwrap()),
    ];
    for (name, damage) in damages {
        let dir = tempfile::tempdir().unwrap();
        let before = filled(dir.path());
        drop(sled(dir.path())); // opening writes a snapshot
        let snapshots = snapshots(dir.path());
        assert!(!snapshots.is_empty(), "no snapshot to damage");
        snapshots.iter().for_each(|p| damage(p));
        let store = sled(dir.path());
        assert_eq!(view(&*store).unwrap(), before, "{name}");
        assert!(store.check(false).unwrap().is_sound());
        let notices = store.stats().unwrap().notices;
        assert!(notices[0].contains("已自动修复"), "{name}: {notices:?}");
        assert_eq!(set_aside(dir.path()).len(), 1, "the damaged files are kept");
        drop(store);
        assert!(sled(dir.path()).stats().unwrap().notices.is_empty());
    }
}

#[test]
fn a_half_made_snapshot_is_repaired() {
    let dir = tempfile::tempdir().unwrap();
    let before = filled(dir.path());
    std::fs::write(
        dir.path()
            .join("store/sled/snap.0000000000000ABC.generating"),
        b"half",
    )
    .unwrap();
    assert_eq!(view(&*sled(dir.path())).unwrap(), before);
}

#[test]
fn a_flipped_byte_is_never_silently_wrong() {
    let origin = tempfile::tempdir().unwrap();
    let before = filled(origin.path());
    let log = std::fs::read(origin.path().join("store/sled/db")).unwrap();
    let mut told = 0;
    for at in flips(&log) {
        let dir = tempfile::tempdir().unwrap();
        copy(origin.path(), dir.path());
        let file = std::fs::File::options()
            .write(true)
            .open(dir.path().join("store/sled/db"))
            .unwrap();
        file.write_all_at(&[log[at] ^ 0x40], at as u64).unwrap();
        // Alone in a process: a panicking engine must not end it.
        let words = said(&mut child("child_looks", dir.path()));
        let is_as_before = words.contains(&format!("sound {}", hash(&before)));
        let is_told = words.contains("trouble ") || words.contains("notice ");
        told += usize::from(is_told);
        assert!(is_as_before || is_told, "byte {at}: {words}");
        assert!(words.contains("still alive"), "byte {at}: {words}");
        assert!(!words.contains("sled.repairing"), "{words}");
    }
    assert!(told > 0, "no flip hit anything");
}

/// Places all over a log, and closer together before the end of each segment: what was written last is lost most quietly.
fn flips(log: &[u8]) -> Vec<usize> {
    const SEGMENT: usize = 512 << 10;
    let used = log.iter().rposition(|b| *b != 0).unwrap();
    let over_all = (1..15).map(|n| used / 15 * n);
    let at_ends = log.chunks(SEGMENT).enumerate().flat_map(|(n, segment)| {
        let end = segment.iter().rposition(|b| *b != 0).unwrap_or(0);
        let before = [100, 700, 3_000, 8_000, 14_000, 20_000, 36_000];
        before.map(move |bytes| n * SEGMENT + end.saturating_sub(bytes))
    });
    over_all.chain(at_ends).collect()
}

/// Opens, reads everything, and says what it saw.
#[test]
fn child_looks() {
    let Some(dir) = child_dir() else { return };
    match try_open(&dir).and_then(|store| {
        for notice in store.stats()?.notices {
            println!("notice {notice}");
        }
        view(&*store)
    }) {
        Ok(view) => println!("sound {}", hash(&view)),
        Err(e) => println!("trouble {e}"),
    }
    println!("still alive");
}

fn hash(text: &str) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    format!("{:016x}.", hasher.finish())
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn what_cannot_be_repaired_is_left_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path());
    let conf = dir.path().join("store/sled/conf");
    let other_version = std::fs::read_to_string(&conf)
        .map(|c| c.replace("0.34", "9.99"))
        .unwrap_or_else(|_| {
            "segment_size: 7\nuse_compression: false\nversion: 9.99\n\0\0\0\0".into()
        });
    std::fs::write(&conf, &other_version).unwrap();
    let error = try_open(dir.path()).err().unwrap();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    assert_eq!(std::fs::read_to_string(&conf).unwrap(), other_version);
    assert!(set_aside(dir.path()).is_empty());
    assert!(!dir.path().join("store/sled.repairing").exists());
}

#[test]
fn a_repair_that_was_killed_is_finished() {
    let dir = tempfile::tempdir().unwrap();
    let before = filled(dir.path());
    let store = dir.path().join("store");
    std::fs::rename(store.join("sled"), store.join("sled.repairing")).unwrap();
    assert_eq!(view(&*sled(dir.path())).unwrap(), before);
}

#[test]
fn a_log_that_came_back_shorter_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let old = tempfile::tempdir().unwrap();
    drop(sled(dir.path()));
    copy(&dir.path().join("store/sled"), old.path());
    filled(dir.path());
    std::fs::remove_dir_all(dir.path().join("store/sled")).unwrap();
    copy(old.path(), &dir.path().join("store/sled"));
    let store = sled(dir.path());
    let notices = store.stats().unwrap().notices;
    assert!(notices[0].contains("缺少最后 21 批"), "{notices:?}");
    drop(store);
    assert!(
        sled(dir.path()).stats().unwrap().notices.is_empty(),
        "told once"
    );
}

#[test]
fn a_damaged_body_is_reported_with_its_file() {
    let dir = tempfile::tempdir().unwrap();
    let store = sled(dir.path());
    let name = store.keep_body("青石".repeat(900).as_bytes()).unwrap();
    let hex = name.strip_prefix("sha256:").unwrap();
    let file = dir
        .path()
        .join("bodies")
        .join(&hex[..2])
        .join(format!("{}.zst", &hex[2..]));
    let good = std::fs::read(&file).unwrap();
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 0x08;
        std::fs::write(&file, &bad).unwrap();
        match store.body(&name) {
            Err(StoreError::DamagedBody { file: told, .. }) => assert_eq!(told, file),
            Ok(Some(bytes)) => assert_eq!(bytes, "青石".repeat(900).as_bytes(), "byte {at}"),
            other => panic!("byte {at}: {other:?}"),
        }
    }
    std::fs::write(&file, &good[..good.len() / 2]).unwrap();
    assert!(matches!(
        store.body(&name),
        Err(StoreError::DamagedBody { .. })
    ));
    let other = zstd::bulk::compress(b"other", 1).unwrap();
    std::fs::write(&file, other).unwrap();
    let error = store.body(&name).unwrap_err().to_string();
    assert!(error.contains(&file.display().to_string()), "{error}");
}

/// Opens the engine beside the store, as damage would reach it. The store before may still be closing.
fn tamper(dir: &Path, change: impl Fn(&dyn Fn(&str) -> sled::Tree)) {
    let open = |_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        sled::open(dir.join("store/sled")).ok()
    };
    let db = (0..100).find_map(open).unwrap();
    change(&|tree| db.open_tree(tree).unwrap());
    db.flush().unwrap();
}

#[test]
fn a_damaged_row_is_an_error_until_it_is_put_aside() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path());
    tamper(dir.path(), |tree| {
        for table in ["findings", "pages"] {
            let (key, value) = tree(table).iter().nth(7).unwrap().unwrap();
            let mut bad = value.to_vec();
            *bad.last_mut().unwrap() ^= 1;
            tree(table).insert(key, bad).unwrap();
        }
    });
    let store = sled(dir.path());
    let error = store.findings(&FindingFilter::default()).unwrap_err();
    assert!(matches!(error, StoreError::DamagedRow { .. }));
    assert!(
        error.to_string().contains("store check --repair"),
        "{error}"
    );
    let report = store.check(false).unwrap();
    assert_eq!((report.damaged, report.index_stray), (2, 2), "{report:?}");
    let report = store.check(true).unwrap();
    assert!(report.repaired && report.damaged == 2);
    assert!(store.check(false).unwrap().is_sound());
    assert_eq!(
        store.findings(&FindingFilter::default()).unwrap().len(),
        399
    );
    store.record(&[visit(1)]).unwrap();
}

#[test]
fn indexes_are_made_anew_from_the_rows() {
    let dir = tempfile::tempdir().unwrap();
    let before = filled(dir.path());
    tamper(dir.path(), |tree| {
        tree("by_page").clear().unwrap();
        let (key, value) = tree("listing").first().unwrap().unwrap();
        tree("listing").remove(&key).unwrap();
        let mut stray = key.to_vec();
        stray.extend_from_slice(b"0");
        tree("listing").insert(stray, value).unwrap();
        tree("listing").insert(b"senseless", b"").unwrap();
    });
    let store = sled(dir.path());
    let notices = store.stats().unwrap().notices;
    assert!(
        notices[0].contains("by_page 应有 400 条，现有 0 条"),
        "{notices:?}"
    );
    assert!(!notices[0].contains("findings"), "{notices:?}");
    let report = store.check(false).unwrap();
    assert_eq!(
        (report.index_missing, report.index_stray),
        (401, 2),
        "{report:?}"
    );
    store.check(true).unwrap();
    assert!(store.check(false).unwrap().is_sound());
    assert_eq!(view(&*store).unwrap(), before);
}

// Foreign and occupied.

#[test]
fn a_newer_format_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path());
    std::fs::write(dir.path().join("store/format"), "7\n").unwrap();
    let error = try_open(dir.path()).err().unwrap();
    assert!(matches!(error, StoreError::Newer { found: 7, .. }));
    assert!(error.to_string().contains("请升级 duwang"), "{error}");
    assert!(set_aside(dir.path()).is_empty());
}

#[test]
fn an_older_format_is_taken_up_and_older_programs_are_kept_out() {
    let dir = tempfile::tempdir().unwrap();
    let before = filled(dir.path());
    std::fs::write(dir.path().join("store/format"), "1\n").unwrap();
    let store = try_open(dir.path()).unwrap();
    assert_eq!(view(&*store).unwrap(), before);
    let now = std::fs::read_to_string(dir.path().join("store/format")).unwrap();
    assert_eq!(now, "2\n");
}

#[test]
fn a_second_owner_is_told_whom_to_ask() {
    let dir = tempfile::tempdir().unwrap();
    let store = sled(dir.path());
    let owner = || match try_open(dir.path()) {
        Err(StoreError::Busy { pid, socket, .. }) => (pid, socket),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("two owners"),
    };
    assert_eq!(owner(), (Some(std::process::id()), None));
    let socket = dir.path().join("套 接 字.sock");
    store.announce(&socket).unwrap();
    assert_eq!(owner(), (Some(std::process::id()), Some(socket.clone())));
    let words = said(&mut child("child_looks", dir.path()));
    assert!(
        words.contains(&format!("进程号 {}", std::process::id())),
        "{words}"
    );
    assert!(words.contains("套 接 字.sock"), "{words}");
    drop(store);
    drop(sled(dir.path()));
}

// No room, no right.

#[test]
fn no_room_stops_crawling_before_deciding_and_names_the_directory() {
    let dir = tempfile::tempdir().unwrap();
    let at_least = |reserve: u64| {
        let options = OpenOptions {
            reserve,
            ..OpenOptions::default()
        };
        open_with("sled:", dir.path(), &options).unwrap()
    };
    sled(dir.path()).record(&[visit(1)]).unwrap();
    let free = rustix::fs::statvfs(dir.path()).unwrap();
    let free = free.f_bavail * free.f_frsize;
    let store = at_least(free + free / 2);
    let error = store.record(&[visit(2)]).unwrap_err();
    assert!(matches!(error, StoreError::NoSpace { .. }));
    assert!(
        error
            .to_string()
            .contains(&dir.path().display().to_string())
    );
    assert!(error.to_string().contains("请清理磁盘"), "{error}");
    assert!(store.keep_body(b"x").is_err());
    let finding = store.findings(&FindingFilter::default()).unwrap().remove(0);
    store
        .decide(&[sample::decision(&finding, Verdict::Confirm)])
        .unwrap();
    drop(store);
    let store = at_least(free * 8);
    assert!(
        store
            .decide(&[sample::decision(&finding, Verdict::Undo)])
            .is_err()
    );
}

/// The child may write files of a few megabytes only: the write itself fails, as on a full disk.
#[test]
fn a_failing_write_is_fatal_and_loses_nothing_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    let script = "trap '' XFSZ; ulimit -f 6000; exec \"$0\" --exact child_fills --nocapture";
    let words = said(
        Command::new("sh")
            .args(["-c", script])
            .arg(std::env::current_exe().unwrap())
            .env(DIR, dir.path()),
    );
    assert!(
        words.contains("then 数据目录"),
        "fatal until reopened: {words}"
    );
    prove_full(dir.path(), &words);
}

/// A small file system of its own where mounting is permitted; the test says so when it is not.
#[test]
fn a_full_disk_loses_nothing_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=12m", "none"])
        .arg(dir.path())
        .status()
        .is_ok_and(|s| s.success());
    if !mounted {
        println!("mounting is not permitted here: not tried on a really full disk");
        return;
    }
    let words = said(&mut child("child_fills", dir.path()));
    let outside = tempfile::tempdir().unwrap();
    copy(dir.path(), outside.path()); // room again
    let unmounted = Command::new("umount").arg(dir.path()).status();
    assert!(unmounted.unwrap().success());
    prove_full(outside.path(), &words);
}

fn prove_full(dir: &Path, words: &str) {
    let acknowledged = words
        .lines()
        .filter_map(|l| l.strip_prefix("ack ")?.parse().ok())
        .max()
        .unwrap_or(0_usize);
    assert!(acknowledged > 0, "{words}");
    assert!(words.contains("trouble "), "{words}");
    let is_safe = words.contains("then refused") || words.contains("then fatal");
    assert!(is_safe, "fatal until reopened: {words}");
    assert!(words.contains("还能结束"), "{words}");
    let store = sled(dir);
    assert!(store.check(false).unwrap().is_sound());
    let mut pages = 0;
    store.each_page("a-site", &mut |_| pages += 1).unwrap();
    assert!(pages >= acknowledged, "{pages} of {acknowledged}");
    assert_eq!(
        store.findings(&FindingFilter::default()).unwrap().len(),
        pages
    );
    assert!(store.stats().unwrap().notices.is_empty());
}

/// Writes until it cannot.
#[test]
fn child_fills() {
    let Some(dir) = child_dir() else { return };
    let store = sled(&dir);
    for n in (0..1_000_000).step_by(20) {
        let visits: Vec<Visit> = (n..n + 20).map(visit).collect();
        if let Err(e) = store.record(&visits) {
            println!("\ntrouble {e}");
            break;
        }
        println!("\nack {}", n + 20);
    }
    match store.record(&[visit(0)]) {
        // It was refused before anything was written: a smaller batch may still fit.
        Ok(()) => println!("then refused"),
        Err(StoreError::NoSpace { needed, .. }) if needed < 100 << 20 => println!("then refused"),
        Err(e) => {
            println!("then {e}");
            assert!(store.findings(&FindingFilter::default()).is_err());
            println!("then fatal"); // whether this was the write that failed, or one after it
        }
    }
    drop(store);
    println!("还能结束");
}

#[test]
fn a_directory_we_may_not_write_is_said_so() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o555)).unwrap();
    // The all-mighty user may write anywhere: then somebody else tries, from a place he can read.
    let exe = dir.path().join("probe");
    std::fs::copy(std::env::current_exe().unwrap(), &exe).unwrap();
    let mut command = Command::new(&exe);
    command
        .args(["--exact", "child_looks", "--nocapture"])
        .env(DIR, &data)
        .current_dir("/");
    if rustix::process::getuid().is_root() {
        command.uid(65_534).gid(65_534);
    }
    let words = said(&mut command);
    assert!(words.contains("trouble 不能写入"), "{words}");
    assert!(words.contains("请检查该目录的权限"), "{words}");
    assert!(words.contains("data"), "{words}");
}
