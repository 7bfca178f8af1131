use regex::Regex;

fn main() {
    let re = Regex::new(r"(?P<who>\w+)@(\w+)\.com").unwrap();
    let text = "ann@one.com, bob@two.com";
    for found in re.find_iter(text) {
        println!("{} {}", found.start(), found.as_str());
    }
    println!("{}", re.is_match("nobody"));
    println!("{}", re.replace_all(text, "$2:$who"));
    if let Err(error) = Regex::new("(") {
        println!("{error}");
    }
}
