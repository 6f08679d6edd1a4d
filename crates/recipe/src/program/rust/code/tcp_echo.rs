use std::io::Read;
use std::io::Write;
use std::net::Shutdown;
use std::net::TcpListener;
use std::net::TcpStream;

/// Over a TCP connection to a thread of this program, which sends everything back.
fn tcp_echo(input: Input, output: &Output) -> Result {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut near = TcpStream::connect(listener.local_addr()?)?;
    let (far, _) = listener.accept()?;
    stage("the far end", Output::default(), move |_| {
        std::io::copy(&mut &far, &mut &far)?;
        Ok(far.shutdown(Shutdown::Write)?)
    });
    let mut writes = near.try_clone()?;
    stage("the near end", Output::default(), move |_| {
        for chunk in input {
            writes.write_all(&chunk)?;
        }
        Ok(writes.shutdown(Shutdown::Write)?)
    });
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match near.read(&mut buffer)? {
            0 => return Ok(()),
            read => output.give(buffer[..read].to_vec()),
        }
    }
}
