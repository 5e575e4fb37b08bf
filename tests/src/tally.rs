//! How many cases of a set of vectors ran, so that a filter cannot quietly run none.

/// Cases that ran, and cases that are of a size which is not offered and were seen to be refused.
#[derive(Debug, Default)]
pub struct Tally {
    /// Cases that ran.
    pub ran: usize,
    /// Cases that were refused as unsupported.
    pub refused: usize,
}

impl Tally {
    /// Prints the counts and fails when either is below its floor.
    ///
    /// # Panics
    /// When fewer cases ran, or were refused, than expected.
    pub fn expect_at_least(self, set: &str, ran: usize, refused: usize) {
        println!("{set}: {} ran, {} refused", self.ran, self.refused);
        assert!(self.ran >= ran, "{set}: only {} of at least {ran} ran", self.ran);
        assert!(self.refused >= refused, "{set}: only {} of at least {refused} were refused", self.refused);
    }
}
