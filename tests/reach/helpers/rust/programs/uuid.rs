use uuid::Uuid;

fn main() {
    let one = Uuid::parse_str("6BA7B810-9DAD-11D1-80B4-00C04FD430C8").unwrap();
    println!("{one} {}", one.get_version_num());
    println!("{} {}", one.urn(), one.simple());
    println!("{}", one.as_u128());
    let (a, b, c, rest) = one.as_fields();
    println!("{a} {b} {c} {}", rest.map(|byte| byte.to_string()).join(","));
    println!("{}", Uuid::from_fields(a, b, c, rest) == one);
    println!("{} {}", Uuid::nil(), Uuid::nil().is_nil());
    if let Err(error) = Uuid::parse_str("6ba7b810-9dad") {
        println!("{error}");
    }
}
