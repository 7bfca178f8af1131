use rusqlite::{Connection, params_from_iter, types::Value};

fn main() {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch("CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, age REAL)").unwrap();
    for (name, age) in [("Grace", 85.0), ("Ada", 36.5), ("Alan", 41.0)] {
        let row = [Value::Text(name.into()), Value::Real(age)];
        let count = db.execute("INSERT INTO person (name, age) VALUES (?1, ?2)", params_from_iter(row)).unwrap();
        println!("{count} {}", db.last_insert_rowid());
    }
    let mut older = db.prepare("SELECT id, name FROM person WHERE age > ?1 ORDER BY name").unwrap();
    let found = older.query_map(params_from_iter([Value::Integer(40)]), |row| {
        Ok(format!("{} {}", row.get::<_, i64>("id")?, row.get::<_, String>("name")?))
    });
    for one in found.unwrap() {
        println!("{}", one.unwrap());
    }
    let sum: f64 = db.query_row("SELECT sum(age) AS sum FROM person", [], |row| row.get("sum")).unwrap();
    println!("{sum}");
    println!("{}", db.execute("INSERT INTO nowhere VALUES (1)", []).unwrap_err());
}
