//! `silverprint serve`: the contact sheet on loopback, until Ctrl-C. The address
//! goes to stdout, what is for people to stderr.

use crate::args;
use crate::commands::job;
use crate::exit::Exit;
use crate::interrupt::interruptible;
use crate::logs;
use crate::printable::say;
use crate::stdout;
use silverprint_archive::Stop;
use silverprint_serve::{Port, Server};

pub(crate) fn run(args: &args::Serve) -> anyhow::Result<Exit> {
    logs::start(&args::Output::default())?;
    job::in_runtime(serve(args))
}

async fn serve(args: &args::Serve) -> anyhow::Result<Exit> {
    let server = Server::bind(&args.dir, args.port.map_or(Port::Usual, Port::Exactly)).await?;
    let address = server.address();
    let work = async |mut stop: Stop| {
        stdout::write(&format!("http://{address}/\n"));
        if args.port.is_none() && address.port() != Port::USUAL {
            say(&format!("port {} is taken: this is another one", Port::USUAL));
        }
        say(&format!("serving {}; Ctrl-C ends it", args.dir.display()));
        tokio::select! {
            never = server.run() => match never {},
            () = stop.asked() => {}
        }
    };
    // Nothing is in flight that would be waited for, and it has no other end: to
    // be asked to end is no interruption.
    interruptible(work, |_| {}).await;
    Ok(Exit::Success)
}
