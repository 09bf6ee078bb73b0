//! Settings of a rule that are one word out of a few.

/// Defines such a setting once: its values, each with the word rule files have for it.
macro_rules! setting {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$of:meta])* $value:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        $vis enum $name {
            $($(#[$of])* $value,)+
        }

        impl std::str::FromStr for $name {
            type Err = duwang_model::UnknownWord;
            fn from_str(given: &str) -> Result<Self, Self::Err> {
                match given {
                    $($word => Ok(Self::$value),)+
                    _ => Err(duwang_model::UnknownWord {
                        given: given.to_owned(),
                        known: &[$($word),+],
                    }),
                }
            }
        }
    };
}
pub(crate) use setting;
