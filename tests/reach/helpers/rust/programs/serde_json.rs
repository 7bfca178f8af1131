use serde_json::{Value, json};

fn main() {
    let value: Value = serde_json::from_str(r#"{"a":[1,2.5,null,{"b":"ü"}]}"#).unwrap();
    println!("{}", value["a"][3]["b"].as_str().unwrap());
    println!("{}", serde_json::to_string(&json!({"x": [1, -2, 1.5], "y": null})).unwrap());
    if let Err(error) = serde_json::from_str::<Value>("{\n  1") {
        println!("{error}, in line {}", error.line());
    }
}
