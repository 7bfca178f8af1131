use sha2::{Digest, Sha256, Sha512};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn main() {
    println!("{}", hex(&Sha256::digest("hello")));
    let mut hasher = Sha256::new();
    for part in ["one", "two"] {
        hasher.update(part);
    }
    println!("{}", hex(&hasher.clone().finalize()));
    println!("{}", hex(&hasher.finalize()));
    println!("{}", hex(&Sha512::new_with_prefix("a").finalize()));
}
