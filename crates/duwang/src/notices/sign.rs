//! Signatures as the vendors ask for them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return Vec::new();
    };
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

/// 钉钉: of `{milliseconds}\n{secret}` by the secret, base64.
pub(super) fn dingtalk(secret: &str, milliseconds: i64) -> String {
    let text = format!("{milliseconds}\n{secret}");
    STANDARD.encode(hmac(secret.as_bytes(), text.as_bytes()))
}

/// 飞书: of nothing by `{seconds}\n{secret}`, base64.
pub(super) fn feishu(secret: &str, seconds: i64) -> String {
    STANDARD.encode(hmac(format!("{seconds}\n{secret}").as_bytes(), b""))
}

/// Of the body by the secret, `sha256=` and hex.
pub(super) fn webhook(secret: &str, body: &[u8]) -> String {
    let hex: String = hmac(secret.as_bytes(), body)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    format!("sha256={hex}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against RFC 4231, case 2.
    #[test]
    fn the_hmac_is_the_standard_one() {
        assert_eq!(
            webhook("Jefe", b"what do ya want for nothing?"),
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_ne!(dingtalk("s", 1), dingtalk("s", 2));
        assert_ne!(feishu("s", 1), feishu("t", 1));
    }
}
