//! How long a campaign is.

/// The short form, which every run of the tests has, or the long one, which `cargo xtask soak` asks for.
pub fn scaled<T>(short: T, long: T) -> T {
    if std::env::var_os("STRONGROOM_SOAK").is_some_and(|value| value == "1") { long } else { short }
}
