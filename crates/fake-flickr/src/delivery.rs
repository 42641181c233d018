//! How an answer is sent, or as much of it as its delivery allows.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::body::PIECE;
use crate::http::{Delivery, Framing, Reply, Request};
use crate::pace::Wire;

/// A connection, with or without TLS.
pub(crate) trait Socket: AsyncRead + AsyncWrite + Send + Unpin {
    /// From here on, closing it is a reset.
    fn reset_on_close(&self) -> io::Result<()>;
}

impl Socket for TcpStream {
    fn reset_on_close(&self) -> io::Result<()> {
        self.set_zero_linger()
    }
}

/// Whether a connection can carry another request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum After {
    KeepAlive,
    Close,
    /// Nor may it be ended in good order.
    Reset,
}

/// Sends an answer, or as much of it as its delivery allows. Returns the bytes of body sent.
pub(crate) async fn write(
    stream: &mut impl Socket,
    request: &Request,
    reply: &Reply,
    wire: &Wire,
) -> io::Result<(After, usize)> {
    let head = reply.head(request.close);
    let empty = request.method == "HEAD" || reply.status == 304;
    let limit = match reply.delivery {
        Delivery::Whole => usize::MAX,
        Delivery::ResetBefore => {
            stream.reset_on_close()?;
            return Ok((After::Reset, 0));
        }
        Delivery::StallBefore => return until_gone(stream).await.map(|()| (After::Close, 0)),
        Delivery::Drip => return drip(stream, reply, head).await,
        Delivery::ResetAfter(n) | Delivery::CutAfter(n) | Delivery::StallAfter(n) => n,
    };
    if empty {
        put(stream, &head).await?;
        return Ok((if request.close { After::Close } else { After::KeepAlive }, 0));
    }
    let sent = send(stream, reply, head, limit, wire).await?;
    match reply.delivery {
        Delivery::Whole if !request.close && reply.framing != Framing::Close => {
            Ok((After::KeepAlive, sent))
        }
        Delivery::ResetAfter(_) => {
            stream.reset_on_close()?;
            Ok((After::Reset, sent))
        }
        Delivery::StallAfter(_) => until_gone(stream).await.map(|()| (After::Close, sent)),
        _ => Ok((After::Close, sent)),
    }
}

/// Sends head and body, up to `limit` bytes of the latter; whole answers get their last chunk.
async fn send(
    stream: &mut impl Socket,
    reply: &Reply,
    head: Vec<u8>,
    limit: usize,
    wire: &Wire,
) -> io::Result<usize> {
    let mut out = head;
    let mut sent = 0;
    let mut paced = wire.connection();
    for piece in reply.body.chunks() {
        let piece = &piece[..piece.len().min(limit - sent)];
        if piece.is_empty() {
            break;
        }
        frame(&mut out, piece, reply.framing);
        sent += piece.len();
        if out.len() >= 4 * PIECE || wire.is_throttled() {
            paced.wait(piece.len()).await;
            put(stream, &out).await?;
            out.clear();
        }
    }
    if reply.framing == Framing::Chunked && reply.delivery == Delivery::Whole {
        out.extend_from_slice(b"0\r\n\r\n");
    }
    put(stream, &out).await?;
    Ok(sent)
}

/// Writes, and leaves nothing in a buffer of the connection's own.
async fn put(stream: &mut impl Socket, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes).await?;
    stream.flush().await
}

fn frame(out: &mut Vec<u8>, piece: &[u8], framing: Framing) {
    if framing == Framing::Chunked {
        out.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
    }
    out.extend_from_slice(piece);
    if framing == Framing::Chunked {
        out.extend_from_slice(b"\r\n");
    }
}

/// Sends the head, then one byte a second, until the client has enough of it.
async fn drip(
    stream: &mut impl Socket,
    reply: &Reply,
    head: Vec<u8>,
) -> io::Result<(After, usize)> {
    put(stream, &head).await?;
    let mut tick = tokio::time::interval(Duration::from_secs(1));
    let mut sent = 0;
    for byte in reply.body.chunks().flatten() {
        tokio::select! {
            _ = tick.tick() => {}
            gone = until_gone(stream) => return gone.map(|()| (After::Close, sent)),
        }
        let mut out = Vec::new();
        frame(&mut out, &[byte], reply.framing);
        put(stream, &out).await?;
        sent += 1;
    }
    Ok((After::Close, sent))
}

/// Waits in silence until the client closes.
async fn until_gone(stream: &mut impl Socket) -> io::Result<()> {
    let mut ignored = [0; 1024];
    while stream.read(&mut ignored).await? > 0 {}
    Ok(())
}
