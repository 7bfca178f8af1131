fn main() {
    let text = "city,pop\nBoston,4628910\n\"a \"\"b\"\"\",1\n";
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    println!("{}", reader.headers().unwrap().iter().collect::<Vec<_>>().join("|"));
    for record in reader.records() {
        let record = record.unwrap();
        println!("{} {}", record.len(), record.get(0).unwrap());
    }
    let mut writer = csv::Writer::from_writer(vec![]);
    writer.write_record(["a", "b \"c\""]).unwrap();
    writer.write_record(["1", ""]).unwrap();
    print!("{}", String::from_utf8(writer.into_inner().unwrap()).unwrap());
    let mut uneven = csv::Reader::from_reader("a,b\n1\n".as_bytes());
    if let Some(Err(error)) = uneven.records().next() {
        println!("{error}");
    }
}
