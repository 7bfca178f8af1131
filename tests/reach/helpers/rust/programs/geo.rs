use geo::{Area, Centroid, Contains, Coord, Distance, Euclidean, Haversine, LineString, Point, Polygon, Simplify};

fn main() {
    let ring = LineString::from(vec![
        Coord { x: 0.0, y: 0.0 },
        Coord { x: 4.0, y: 0.0 },
        Coord { x: 4.0, y: 3.0 },
        Coord { x: 0.0, y: 3.0 },
    ]);
    let field = Polygon::new(ring, vec![]);
    println!("{}", field.unsigned_area());
    let middle = field.centroid().unwrap();
    println!("{} {}", middle.x(), middle.y());
    println!("{} {}", field.contains(&Coord { x: 1.0, y: 1.0 }), field.contains(&Coord { x: 5.0, y: 1.0 }));
    println!("{}", Euclidean.distance(Coord { x: 0.0, y: 0.0 }, Coord { x: 3.0, y: 4.0 }));
    let (berlin, paris) = (Point::new(13.4, 52.5), Point::new(2.35, 48.86));
    println!("{:.0}", Haversine.distance(berlin, paris) / 1000.0);
    let path = LineString::from(vec![
        Coord { x: 0.0, y: 0.0 },
        Coord { x: 1.0, y: 0.1 },
        Coord { x: 2.0, y: 0.0 },
    ]);
    println!("{}", path.simplify(0.5).0.len());
}
