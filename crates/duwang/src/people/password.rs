//! Passwords: argon2id with 19 MiB, two passes, one lane.

use anyhow::{Context as _, anyhow, ensure};
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};

/// The shortest password a person may choose, in characters.
const SHORTEST: usize = 10;
/// The fewest guesses somebody needs who tries common words, names, dates and rows of keys first, as a power of ten. ASVS 5.0, 6.2.4.
const FEWEST_GUESSES: f64 = 8.0;
/// Longer ones only cost time.
const LONGEST: usize = 200;

/// The hash that is kept. Takes a tenth of a second: call it from a thread that may wait.
pub(super) fn hash(password: &str) -> anyhow::Result<String> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).context("系统没有给出随机数")?;
    let hash = argon2()?
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|e| anyhow!("口令不能保存：{e}"))?;
    Ok(hash.to_string())
}

/// Whether this is the password of the hash. As slow as [`hash`], also when it is not.
pub(super) fn is_of(password: &str, hash: &str) -> bool {
    let (Ok(argon2), Ok(hash)) = (argon2(), PasswordHash::new(hash)) else {
        return false;
    };
    password.chars().count() <= LONGEST
        && argon2.verify_password(password.as_bytes(), &hash).is_ok()
}

fn argon2() -> anyhow::Result<Argon2<'static>> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(|e| anyhow!("{e}"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Whether a person may choose it.
pub(super) fn prove(password: &str, name: &str) -> anyhow::Result<()> {
    let length = password.chars().count();
    ensure!(length >= SHORTEST, "口令至少 {SHORTEST} 个字符");
    ensure!(length <= LONGEST, "口令太长");
    ensure!(!password.contains(name), "口令里不要有用户名");
    let mut kinds: Vec<char> = password.chars().collect();
    kinds.sort_unstable();
    kinds.dedup();
    ensure!(kinds.len() >= 5, "口令太简单，换几个不同的字符");
    let guesses = zxcvbn::zxcvbn(password, &[name]).guesses_log10();
    ensure!(
        guesses >= FEWEST_GUESSES,
        "这个口令太常见，别人很快能猜中，请换一个"
    );
    Ok(())
}

/// A password to be used once: 16 letters and digits without those that are mistaken for one another (79 bits).
pub(crate) fn one_time() -> anyhow::Result<String> {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789A";
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random).context("系统没有给出随机数")?;
    Ok(random
        .iter()
        .map(|b| char::from(LETTERS[usize::from(*b) % LETTERS.len()]))
        .collect())
}
