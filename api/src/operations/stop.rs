use tokio::sync::watch;

/// Tells work to stop; all copies of one are one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stop(watch::Sender<bool>);

impl Stop {
    pub(crate) fn call(&self) {
        self.0.send_replace(true);
    }

    pub(crate) fn is_called(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is called.
    pub(crate) async fn called(&self) {
        let mut heard = self.0.subscribe();
        // The sender lives as long as this.
        let _called = heard.wait_for(|called| *called).await;
    }
}
