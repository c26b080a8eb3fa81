//! A throw-away PostgreSQL at the terminal: prints its URL and keeps it until the input ends
//! (Ctrl-D). `cargo run -p fugong-cluster`

use std::io::Read as _;

use fugong_cluster::{Cluster, Error};

fn main() -> Result<(), Error> {
    let cluster = Cluster::start(&[])?;
    #[expect(clippy::print_stdout, reason = "this is what the program is for")]
    {
        println!("{}", cluster.url("postgres"));
    }
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
