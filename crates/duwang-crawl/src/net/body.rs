//! Reading a body without trusting its length: decoded bytes are counted as they come.

use super::trouble::Trouble;
use duwang_model::{Outcome, OutcomeKind};

/// What was read of a body.
pub(crate) struct Body {
    pub(crate) bytes: Vec<u8>,
    /// There was more than the cap.
    pub(crate) is_cut: bool,
}

/// Reads at most `cap` decoded bytes. `received` counts them even when reading fails.
pub(crate) async fn read(
    response: &mut reqwest::Response,
    cap: usize,
    received: &mut u64,
) -> Result<Body, Trouble> {
    let expected = response.content_length().unwrap_or(0);
    let mut bytes =
        Vec::with_capacity(usize::try_from(expected).unwrap_or(0).min(cap).min(1 << 20));
    while let Some(chunk) = response.chunk().await.map_err(|e| Trouble::of(&e))? {
        *received += chunk.len() as u64;
        let room = cap - bytes.len();
        if chunk.len() > room {
            bytes.extend_from_slice(&chunk[..room]);
            return Ok(Body {
                bytes,
                is_cut: true,
            });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Body {
        bytes,
        is_cut: false,
    })
}

/// The outcome of a body that is larger than we take.
pub(crate) fn too_large(cap: usize) -> Outcome {
    let size = if cap >= 1 << 20 {
        format!("{} MB", cap >> 20)
    } else {
        format!("{} 字节", cap)
    };
    Outcome::new(OutcomeKind::Refused, format!("体积超限（超过 {size}）"))
}
