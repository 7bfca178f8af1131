use toml::Value;

fn main() {
    let value: Value = "{ a = 1, b = { name = 'x', list = [1, 2.5, true] } }".parse().unwrap();
    println!("{}", value.get("a").unwrap().as_integer().unwrap());
    let table = value.get("b").unwrap();
    println!("{} {}", table.get("name").unwrap().as_str().unwrap(), table.type_str());
    for one in table.get("list").unwrap().as_array().unwrap() {
        println!("{} {one}", one.type_str());
    }
    println!("{value}");
    if let Err(error) = "{ a = ".parse::<Value>() {
        println!("{}", error.to_string().lines().next().unwrap());
    }
}
