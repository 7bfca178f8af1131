use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use base64::Engine;

fn main() {
    let text = STANDARD.encode("grüße, world");
    println!("{text}");
    println!("{}", String::from_utf8(STANDARD.decode(&text).unwrap()).unwrap());
    println!("{}", URL_SAFE_NO_PAD.encode([255, 254, 253, 1]));
    println!("{:?}", base64::encoded_len(10, true));
    if let Err(error) = STANDARD.decode("a!") {
        println!("{error}");
    }
}
