use semver::{Version, VersionReq};

fn main() {
    let version = Version::parse("1.4.2-beta.1+build.5").unwrap();
    println!("{} {} {} {}", version.major, version.minor, version.patch, version);
    let wanted = VersionReq::parse(">=1.2.3, <1.8.0").unwrap();
    for text in ["1.2.2", "1.2.3", "1.7.9", "1.8.0"] {
        println!("{text} {}", wanted.matches(&Version::parse(text).unwrap()));
    }
    if let Err(error) = Version::parse("1.x") {
        println!("{error}");
    }
}
