// plugin build bench/struct.c -o build/bench/struct.so
typedef struct { double x, y; } Point;
typedef struct { Point from, to; } Line;

Point mid(Point a, Point b) {
  return (Point){ (a.x + b.x) / 2, (a.y + b.y) / 2 };
}

Line turned(Line line) { return (Line){ line.to, line.from }; }
