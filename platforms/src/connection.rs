//! Connections of `ureq` whose buffers are wiped when they are closed: token, plaintext and answer went
//! through them. (What `rustls` itself keeps of an answer is not ours to wipe.)

use ureq::Error;
use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, NextTimeout, Transport};
use zeroize::Zeroize;

/// What another connector opens.
#[derive(Debug)]
pub(crate) struct Wiping<C>(pub(crate) C);

impl<C: Connector<Out = Box<dyn Transport>>> Connector for Wiping<C> {
    type Out = Wiped;

    fn connect(&self, details: &ConnectionDetails<'_>, chained: Option<()>) -> Result<Option<Wiped>, Error> {
        let details = ConnectionDetails {
            uri: details.uri,
            addrs: details.addrs.clone(),
            config: details.config,
            // A request has a time-out and a proxy of its own, and the TLS of its agent, which is kept.
            request_level: false,
            resolver: details.resolver,
            now: details.now,
            timeout: details.timeout,
            current_time: details.current_time.clone(),
            run_connector: details.run_connector.clone(),
            register_shutdown: details.register_shutdown.clone(),
        };
        Ok(self.0.connect(&details, chained)?.map(Wiped))
    }
}

#[derive(Debug)]
pub(crate) struct Wiped(Box<dyn Transport>);

impl Transport for Wiped {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.0.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.0.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.0.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.0.is_open()
    }

    fn is_tls(&self) -> bool {
        self.0.is_tls()
    }
}

impl Drop for Wiped {
    fn drop(&mut self) {
        let buffers = self.0.buffers();
        // Where all that was read is consumed, all of the buffer is free.
        let read = buffers.input().len();
        buffers.input_consume(read);
        buffers.input_append_buf().zeroize();
        buffers.output().zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};
    use ureq::unversioned::transport::LazyBuffers;

    /// Its buffers, and where to put what is in them when it is closed.
    #[derive(Debug)]
    struct Traced(LazyBuffers, Arc<Mutex<Vec<u8>>>);

    impl Transport for Traced {
        fn buffers(&mut self) -> &mut dyn Buffers {
            &mut self.0
        }

        fn transmit_output(&mut self, _: usize, _: NextTimeout) -> Result<(), Error> {
            Ok(())
        }

        fn await_input(&mut self, _: NextTimeout) -> Result<bool, Error> {
            Ok(false)
        }

        fn is_open(&mut self) -> bool {
            false
        }
    }

    impl Drop for Traced {
        fn drop(&mut self) {
            let mut left = self.1.lock().unwrap();
            left.extend_from_slice(self.0.output());
            left.extend_from_slice(self.0.input());
            left.extend_from_slice(self.0.input_append_buf());
        }
    }

    #[test]
    fn what_went_through_is_wiped() {
        for consumed in [0, 20, 32] {
            let left = Arc::new(Mutex::new(Vec::new()));
            let mut transport = Wiped(Box::new(Traced(LazyBuffers::new(64, 64), left.clone())));
            let buffers = transport.buffers();
            buffers.output()[..32].fill(7);
            buffers.input_append_buf()[..32].fill(8);
            buffers.input_appended(32);
            buffers.input_consume(consumed);
            drop(transport);
            assert_eq!(*left.lock().unwrap(), [0; 128], "{consumed}");
        }
    }

    /// Says whether it may keep its TLS, and opens nothing.
    #[derive(Debug)]
    struct Asked(Arc<Mutex<Vec<bool>>>);

    impl Connector for Asked {
        type Out = Box<dyn Transport>;

        fn connect(
            &self,
            details: &ConnectionDetails<'_>,
            _: Option<()>,
        ) -> Result<Option<Self::Out>, Error> {
            self.0.lock().unwrap().push(details.request_level);
            Ok(None)
        }
    }

    #[test]
    fn a_time_out_of_a_request_leaves_the_tls_to_its_agent() {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let resolver = ureq::unversioned::resolver::DefaultResolver::default();
        let agent =
            ureq::Agent::with_parts(ureq::config::Config::default(), Wiping(Asked(asked.clone())), resolver);
        let request = ureq::http::Request::get("https://127.0.0.1/").body(()).unwrap();
        let limit = Some(std::time::Duration::from_secs(5));
        agent.run(agent.configure_request(request).timeout_global(limit).build()).unwrap_err();
        assert_eq!(*asked.lock().unwrap(), [false]);
    }
}
