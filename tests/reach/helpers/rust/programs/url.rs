use url::Url;

fn main() {
    let url = Url::parse("https://user@a.example:8080/b/c?d=e&f=%C3%BC#g").unwrap();
    println!("{} {} {}", url.scheme(), url.host_str().unwrap(), url.port().unwrap());
    println!("{} {}", url.path(), url.query().unwrap());
    println!("{}", url.join("../x?y").unwrap());
    if let Err(error) = Url::parse("//") {
        println!("{error}");
    }
}
