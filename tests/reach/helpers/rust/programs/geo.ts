import console from "node:console";
import { rust } from "../program.ts";

const { Coord, LineString, Point, Polygon } = rust;
const at = (x: number, y: number) => new Coord(x, y);
const ring = new LineString([at(0, 0), at(4, 0), at(4, 3), at(0, 3)]);
using field = new Polygon(ring, []);
console.log(field.unsigned_area());
const middle = field.centroid();
console.log(`${middle.x()} ${middle.y()}`);
console.log(`${field.contains(at(1, 1))} ${field.contains(at(5, 1))}`);
console.log(new rust.Euclidean().distance(at(0, 0), at(3, 4)));
const [berlin, paris] = [new Point(13.4, 52.5), new Point(2.35, 48.86)];
const metres = rust.Haversine.value.distance(berlin, paris);
console.log((metres / 1000).toFixed(0));
const path = new LineString([at(0, 0), at(1, 0.1), at(2, 0)]);
console.log(path.simplify(0.5).points().toArray().length);
