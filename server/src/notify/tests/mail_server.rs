//! A mail server that answers what it is told to.

use std::cell::Cell;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

pub(super) async fn mail_server() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    (listener, url)
}

/// Serves mail while something happens, answering every mail the same. Answers how many were offered.
pub(super) async fn while_serving<T>(
    listener: &TcpListener,
    answer: &str,
    happens: impl Future<Output = T>,
) -> (usize, T) {
    let received = Cell::new(0);
    let serve = async {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            session(stream, answer, &received).await;
        }
    };
    let outcome = tokio::select! {
        () = serve => unreachable!("it serves for ever"),
        outcome = happens => outcome,
    };
    (received.get(), outcome)
}

/// One SMTP session, as far as our client needs one.
async fn session(stream: TcpStream, answer: &str, received: &Cell<usize>) {
    let mut stream = BufReader::new(stream);
    let mut say = "220 hello".to_owned();
    loop {
        stream.write_all(format!("{say}\r\n").as_bytes()).await.unwrap();
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        say = match line.split_whitespace().next().unwrap_or_default() {
            "EHLO" => "250-hello\r\n250 AUTH PLAIN".to_owned(),
            "AUTH" => "235 welcome".to_owned(),
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await.unwrap();
                while line.trim_end() != "." {
                    line.clear();
                    stream.read_line(&mut line).await.unwrap();
                }
                received.set(received.get() + 1);
                answer.to_owned()
            }
            "QUIT" => return,
            _ => "250 ok".to_owned(),
        };
    }
}
